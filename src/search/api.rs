//! `GET /api/v1/resources`: the search over HTTP; every parameter proved, unknown ones refused.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{RawQuery, State},
    http::StatusCode,
};
use serde_json::{Value, json};

use super::query::{SearchQuery, Sort};
use crate::{
    app::App,
    error::{ApiError, Fault},
    kernel::{
        geo::{BBox, LngLat, Meters},
        text,
    },
    resources::{
        api,
        public::{Audience, VisibleResource, visible},
        resource::is_stale,
        store,
        words::*,
    },
};

/// `GET /readyz`: database and index open, and the index level with the database.
pub async fn ready(State(app): State<App>) -> Result<(StatusCode, &'static str), ApiError> {
    app.db().ping().await?;
    Ok(if app.searcher().is_level(app.db()).await? {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "索引が追いつくのを待っています")
    })
}

/// Reads parameters, gathering faults.
struct Reader<'a> {
    app: &'a App,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn fault(&mut self, pointer: &str, detail: impl Into<String>) {
        self.faults.push(Fault {
            pointer: pointer.into(),
            detail: detail.into(),
        });
    }

    fn keep<T>(&mut self, pointer: &str, value: Option<T>, accepted: impl FnOnce() -> String) -> Option<T> {
        if value.is_none() {
            self.fault(pointer, accepted());
        }
        value
    }

    fn flag(&mut self, pointer: &str, value: &str) -> bool {
        match value {
            "true" | "1" | "on" => true,
            "false" | "0" | "" => false,
            _ => {
                self.fault(pointer, "true か false にしてください");
                false
            }
        }
    }
}

/// The question in a query string.
///
/// # Errors
/// Every parameter that is unknown or cannot be read.
pub fn parse(app: &App, raw: &str) -> Result<SearchQuery, Vec<Fault>> {
    let mut query = SearchQuery {
        limit: 20,
        ..SearchQuery::default()
    };
    let mut r = Reader {
        app,
        faults: Vec::new(),
    };
    for (name, value) in pairs(raw) {
        let value = value.trim();
        if value.is_empty() {
            continue;
        }
        match name.as_str() {
            "q" if value.chars().count() > 200 => r.fault("q", "200文字までにしてください"),
            "q" => query.q = value.to_owned(),
            "near" => {
                query.near = r.keep("near", point(value), || {
                    "緯度,経度(日本の中)で書いてください".into()
                })
            }
            "radius_m" => {
                let radius = value.parse().ok().and_then(Meters::new);
                query.radius = r.keep("radius_m", radius, || {
                    "0以上の数字(メートル)にしてください".into()
                });
            }
            "bbox" => query.bbox = r.keep("bbox", bbox(value), || "西,南,東,北 の度で書いてください".into()),
            "district" | "serves" => {
                let found = r.app.ground().areas.find(value).map(|d| d.id.clone());
                if let Some(id) = r.keep(&name, found, || format!("「{value}」という地区はありません"))
                {
                    if name == "district" {
                        query.districts.push(id);
                    } else {
                        query.serves = Some(id);
                    }
                }
            }
            "area" => {
                let ids: Vec<_> = r
                    .app
                    .ground()
                    .areas
                    .of_former(value)
                    .iter()
                    .map(|d| d.id.clone())
                    .collect();
                if ids.is_empty() {
                    r.fault("area", format!("「{value}」という旧市町村はありません"));
                }
                query.districts.extend(ids);
            }
            "kind" => query
                .kinds
                .extend(r.keep("kind", ResourceKind::parse(value), ResourceKind::accepted)),
            "field" => query
                .fields
                .extend(r.keep("field", Field::parse(value), Field::accepted)),
            "role" => query.roles.extend(r.keep(
                "role",
                ParticipationRole::parse(value),
                ParticipationRole::accepted,
            )),
            "modality" => query.modality = r.keep("modality", Modality::parse(value), Modality::accepted),
            "weekday" => {
                let bit = weekday(value);
                query.weekdays |= r
                    .keep("weekday", bit, || "mon〜sun か 月〜日 にしてください".into())
                    .unwrap_or(0);
            }
            "time" => {
                query.time = r.keep("time", hours(value), || {
                    "10:00-12:00 のように書いてください".into()
                })
            }
            "wheelchair" => query.wheelchair = r.flag("wheelchair", value),
            "transport" => query.transport = r.flag("transport", value),
            "free" => query.free = r.flag("free", value),
            "remote" => query.remote = r.flag("remote", value),
            "sort" => {
                let sort = match value {
                    "relevance" => Some(Sort::Relevance),
                    "distance" => Some(Sort::Distance),
                    "name" => Some(Sort::Name),
                    "updated" => Some(Sort::Updated),
                    _ => None,
                };
                query.sort = r.keep("sort", sort, || {
                    "relevance・distance・name・updated のどれかにしてください".into()
                });
            }
            "limit" => {
                let limit = value.parse().ok().filter(|n| (1..=100).contains(n));
                query.limit = r
                    .keep("limit", limit, || "1〜100 にしてください".into())
                    .unwrap_or(20);
            }
            "cursor" => {
                let offset = value.strip_prefix('o').and_then(|n| n.parse().ok());
                query.offset = r
                    .keep("cursor", offset, || {
                        "前の答えの next をそのまま使ってください".into()
                    })
                    .unwrap_or(0);
            }
            "facets" => {}
            _ => r.fault(&name, "このパラメータはありません"),
        }
    }
    if query.radius.is_some() && query.near.is_none() && r.faults.is_empty() {
        r.fault("radius_m", "near と一緒に使ってください");
    }
    if r.faults.is_empty() {
        Ok(query)
    } else {
        Err(r.faults)
    }
}

/// The decoded pairs of a query string.
pub fn pairs(raw: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(raw.as_bytes()).into_owned().collect()
}

fn point(value: &str) -> Option<LngLat> {
    let (lat, lng) = value.split_once(',')?;
    LngLat::new(lng.trim().parse().ok()?, lat.trim().parse().ok()?).ok()
}

fn bbox(value: &str) -> Option<BBox> {
    let edges: Vec<f64> = value
        .split(',')
        .map(|n| n.trim().parse().ok())
        .collect::<Option<_>>()?;
    let [w, s, e, n] = edges[..] else { return None };
    BBox::new(w, s, e, n)
}

fn weekday(value: &str) -> Option<u8> {
    let codes = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let key = text::key(value);
    let at = codes.iter().position(|c| *c == key).or_else(|| {
        let first = key.chars().next()?;
        "月火水木金土日".chars().position(|c| c == first)
    })?;
    Some(1 << at)
}

fn hours(value: &str) -> Option<(u16, u16)> {
    let minute = |t: &str| {
        let (h, m) = t.trim().split_once(':')?;
        let (h, m): (u16, u16) = (h.parse().ok()?, m.parse().ok()?);
        (h <= 24 && m < 60).then_some(h * 60 + m)
    };
    let (from, to) = value.split_once('-')?;
    let span = (minute(from)?, minute(to)?);
    (span.0 < span.1).then_some(span)
}

/// The entries of a page of hits, in order.
pub async fn load(app: &App, found: &super::engine::Found) -> Result<Vec<VisibleResource>, ApiError> {
    let ids: Vec<&str> = found.hits.iter().map(|h| h.id.as_str()).collect();
    let mut conn = app.db().read().await?;
    let rows = store::find_many(&mut conn, &ids).await?;
    let mut entries: HashMap<String, VisibleResource> = rows
        .iter()
        .filter_map(|(r, o)| visible(r, o, Audience::Public))
        .map(|v| (v.id.to_string(), v))
        .collect();
    Ok(ids.iter().filter_map(|id| entries.remove(*id)).collect())
}

/// `GET /api/v1/resources`.
pub async fn resources(State(app): State<App>, RawQuery(raw): RawQuery) -> Result<Json<Value>, ApiError> {
    let query = parse(&app, raw.as_deref().unwrap_or_default()).map_err(ApiError::BadRequest)?;
    let ground = app.ground();
    let found = app.searcher().search(&ground.places, &query)?;
    let entries = load(&app, &found).await?;
    let now = app.clock().now();
    let items: Vec<Value> = entries
        .iter()
        .filter_map(|e| found.hits.iter().find(|h| h.id == e.id).map(|h| (e, h)))
        .map(|(e, hit)| {
            let offers: Vec<Value> =
                e.opportunities.iter().enumerate().filter(|(i, _)| hit.offers.contains(i)).map(|(_, o)| api::offer(o, now)).collect();
            json!({
                "id": e.id, "name": e.name, "kind": e.kind.code(), "kind_label": e.kind.label(),
                "district": api::district(&app, e.district.as_ref().map(|d| d.as_str())),
                "location": api::location(e), "distance_m": hit.distance.map(|d| d.get().round()), "score": hit.score,
                "assured_on": e.assured_on, "stale": is_stale(e.assured_on, now.date_naive()),
                "status": e.status.code(), "status_label": e.status.label(), "opportunities": offers,
            })
        })
        .collect();
    let end = query.offset + found.hits.len();
    let facet =
        |value: &str, label: &str, count: usize| json!({"value": value, "label": label, "count": count});
    Ok(Json(json!({
        "total": found.total,
        "items": items,
        "next": (end < found.total && !found.hits.is_empty()).then(|| format!("o{end}")),
        "query": {
            "normalized": text::normalize(&query.q), "terms": found.terms, "expanded": found.expanded,
            "place": found.place.as_ref().map(|p| json!({"text": p.text, "level": p.level, "id": p.id})),
        },
        "facets": {
            "kind": found.kinds.iter().map(|(k, n)| facet(k.code(), k.label(), *n)).collect::<Vec<_>>(),
            "field": found.fields.iter().map(|(f, n)| facet(f.code(), f.label(), *n)).collect::<Vec<_>>(),
            "district": found.districts.iter()
                .map(|(d, n)| facet(d, &app.district_name(d).unwrap_or_default(), *n)).collect::<Vec<_>>(),
        },
        "relaxed": found.relaxed.iter().map(|r| json!({"change": r.change, "total": r.total})).collect::<Vec<_>>(),
    })))
}
