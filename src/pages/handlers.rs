//! Answers a browser: asks the search, fills a page, renders it.

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
};

use super::{
    about::{AboutPage, ApiDocsPage, DataPage, DataSource, LicensesPage, Operation},
    assets,
    card::{Card, is_sample},
    district::{DistrictPage, DistrictRow, DistrictsPage, KindCount},
    error::ErrorPage,
    frame::{Frame, href},
    home::{HomePage, Office, Place, Relaxed},
    map_view::MapView,
    resource::{ResourcePage, qr_svg, spoken_day},
    search_form::SearchForm,
};
use crate::{
    app::App,
    districts::district::District,
    error::ApiError,
    kernel::geo::BBox,
    map::{
        look::KindGroup,
        svg::{MapPicture, Outline, Point, draw},
    },
    resources::{public::VisibleResource, words::ResourceKind},
    search::{self, engine::Found, query::SearchQuery},
};

/// What pages may ask for beside the search itself.
const READING: [&str; 2] = ["easy", "large"];

type Asked = Vec<(String, String)>;

fn asked(raw: Option<&str>) -> Asked {
    search::api::pairs(raw.unwrap_or_default())
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

fn frame(title: &str, path: &str, asked: &[(String, String)], app: &App) -> Frame {
    let mut frame = Frame::new(title, path, asked, &app.settings().city.name.value);
    frame.credits = vec!["地区の拠点の位置: 国土地理院、人口: 総務省 国勢調査".to_owned()];
    if app.ground().areas.illustrative() {
        frame.credits.push("地区の境は模式図".to_owned());
    }
    frame
}

fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "ページを書けません");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn failed(app: &App, path: &str, error: ApiError) -> Response {
    let (status, details) = match error {
        ApiError::BadRequest(faults) => (
            StatusCode::BAD_REQUEST,
            faults.into_iter().map(|f| f.detail).collect(),
        ),
        ApiError::NotFound => (StatusCode::NOT_FOUND, Vec::new()),
        ApiError::Internal(error) => {
            tracing::error!(error = format!("{error:#}"), "処理に失敗しました");
            (StatusCode::INTERNAL_SERVER_ERROR, Vec::new())
        }
    };
    let shown = ErrorPage::of(frame("", path, &[], app), status.as_u16(), details);
    (status, page(&shown)).into_response()
}

/// Any address that leads nowhere: words for people, a problem document for programs.
pub async fn not_found(State(app): State<App>, uri: Uri) -> Response {
    if uri.path().starts_with("/api/") {
        return ApiError::NotFound.into_response();
    }
    failed(&app, uri.path(), ApiError::NotFound)
}

fn picture(app: &App, entries: &[VisibleResource], around: Option<&District>) -> MapView {
    let ground = app.ground();
    let outlines = ground.areas.list().iter().map(|d| Outline {
        id: d.id.to_string(),
        name: d.name.clone(),
        centre: d.centre,
        rings: d.rings(),
    });
    let points: Vec<Point> = entries
        .iter()
        .filter_map(|e| {
            let point = e.point?;
            let (id, name) = (e.id.to_string(), e.name.clone());
            Some(Point {
                id,
                name,
                lng: point.lng(),
                lat: point.lat(),
                kind_code: e.kind.code().to_owned(),
            })
        })
        .collect();
    let bbox = around.and_then(|d| {
        let rings = d.rings();
        let edge = |pick: fn(f64, f64) -> f64, axis: usize, start| {
            rings
                .iter()
                .flatten()
                .map(|p: &[f64; 2]| p[axis])
                .fold(start, pick)
        };
        BBox::new(
            edge(f64::min, 0, f64::INFINITY),
            edge(f64::min, 1, f64::INFINITY),
            edge(f64::max, 0, f64::NEG_INFINITY),
            edge(f64::max, 1, f64::NEG_INFINITY),
        )
    });
    let mut legend: Vec<KindGroup> = Vec::new();
    for entry in entries {
        let group = KindGroup::of(entry.kind);
        if !legend.contains(&group) {
            legend.push(group);
        }
    }
    let illustrative = ground.areas.illustrative();
    let svg = draw(&MapPicture {
        outlines: outlines.collect(),
        points,
        illustrative,
        width: 800,
        height: 600,
        bbox,
    });
    MapView {
        legend,
        district: around.map(|d| d.id.to_string()),
        ..MapView::new(svg, illustrative)
    }
}

/// The consultation office of a district, or the nearest thing to one: no search ends without somebody to ask.
async fn office(app: &App, district: Option<&str>) -> Option<Office> {
    let query = SearchQuery {
        kinds: vec![ResourceKind::ComprehensiveSupportCenter],
        districts: district
            .and_then(|d| app.ground().areas.find(d).map(|d| d.id.clone()))
            .into_iter()
            .collect(),
        limit: 1,
        ..SearchQuery::default()
    };
    let anywhere = SearchQuery {
        districts: Vec::new(),
        ..query.clone()
    };
    for query in [query, anywhere] {
        let found = app.searcher().search(&app.ground().places, &query).ok()?;
        if let Some(entry) = search::api::load(app, &found).await.ok()?.pop() {
            let href = format!("/resources/{}", entry.id);
            return Some(Office {
                name: entry.name,
                phone: entry.phone,
                href,
            });
        }
    }
    None
}

/// The address by which readers reach us, for a code on paper: the one that is set, else the one this reader used.
fn origin(app: &App, headers: &HeaderMap) -> String {
    if let Some(set) = &app.settings().public_base_url.value {
        return set.clone();
    }
    let host = headers
        .get(header::HOST)
        .and_then(|h| h.to_str().ok())
        .unwrap_or("127.0.0.1:8080");
    format!("http://{host}")
}

/// `GET /`.
pub async fn home(State(app): State<App>, headers: HeaderMap, RawQuery(raw): RawQuery) -> Response {
    let asked = asked(raw.as_deref());
    match home_page(&app, &origin(&app, &headers), &asked).await {
        Ok(shown) => page(&shown),
        Err(error) => failed(&app, "/", error),
    }
}

async fn home_page(app: &App, origin: &str, asked: &Asked) -> Result<HomePage, ApiError> {
    let question = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(asked.iter().filter(|(name, _)| !READING.contains(&name.as_str())))
        .finish();
    let query = search::api::parse(app, &question).map_err(ApiError::BadRequest)?;
    let ground = app.ground();
    let found = app.searcher().search(&ground.places, &query)?;
    let entries = search::api::load(app, &found).await?;
    let now = app.clock().now();
    let cards = cards(app, &entries, &found, query.offset, now);
    let without = |drop: &[&str]| -> Asked {
        asked
            .iter()
            .filter(|(name, _)| !drop.contains(&name.as_str()))
            .cloned()
            .collect()
    };
    let end = query.offset + entries.len();
    let next_href = (end < found.total && !entries.is_empty()).then(|| {
        let mut next = without(&["cursor"]);
        next.push(("cursor".into(), format!("o{end}")));
        href("/", &next)
    });
    let place = found.place.as_ref().map(|p| Place {
        text: p.text.clone(),
        clear_href: "/".to_owned(),
    });
    // Each way to find more leads to the same question with that condition taken off.
    let open = href(
        "/",
        &without(&[
            "cursor",
            "transport",
            "wheelchair",
            "free",
            "remote",
            "weekday",
            "time",
            "kind",
            "district",
            "bbox",
            "area",
        ]),
    );
    let relaxed = found
        .relaxed
        .iter()
        .map(|r| Relaxed {
            text: format!("{}と{}件あります", r.change, r.total),
            href: open.clone(),
        })
        .collect();
    let office = if found.total <= 2 {
        let district = found
            .place
            .as_ref()
            .and_then(|p| p.districts.first())
            .or(query.districts.first());
        office(app, district.map(|d| d.as_str())).await
    } else {
        None
    };
    // A code on paper carries filters only, never the words searched or an exact point.
    let shared = href(
        "/",
        &without(&["q", "near", "bbox", "radius_m", "cursor", "easy", "large"]),
    );
    let mut map = picture(app, &entries, None);
    map.searchable = true;
    Ok(HomePage {
        frame: frame("さがす", "/", asked, app),
        form: SearchForm::from_query(&without(&READING)),
        searched: !without(&READING).is_empty(),
        total: found.total as u64,
        offset: query.offset as u64,
        place,
        cards,
        relaxed,
        office,
        next_href,
        map,
        today: spoken_day(now),
        qr_svg: qr_svg(&format!("{origin}{shared}")).unwrap_or_default(),
    })
}

fn cards(
    app: &App,
    entries: &[VisibleResource],
    found: &Found,
    offset: usize,
    now: chrono::DateTime<chrono::FixedOffset>,
) -> Vec<Card> {
    entries
        .iter()
        .enumerate()
        .map(|(i, entry)| {
            let distance = found
                .hits
                .iter()
                .find(|h| h.id == entry.id)
                .and_then(|h| h.distance);
            let district = entry
                .district
                .as_ref()
                .and_then(|d| app.district_name(d.as_str()));
            Card::of(entry, now, distance, district.as_deref(), offset + i + 1)
        })
        .collect()
}

/// `GET /resources/{id}`.
pub async fn resource(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Response {
    let path = format!("/resources/{id}");
    let entry = match crate::resources::api::load(&app, &id).await {
        Ok(entry) => entry,
        Err(error) => return failed(&app, &path, error),
    };
    let ground = app.ground();
    let district = entry
        .district
        .as_ref()
        .and_then(|d| ground.areas.find(d.as_str()));
    let map = picture(&app, std::slice::from_ref(&entry), district);
    let frame = frame(&entry.name, &path, &asked(raw.as_deref()), &app);
    let place = district.map(|d| (d.id.as_str(), d.name.as_str()));
    page(&ResourcePage::of(
        frame,
        &entry,
        app.clock().now(),
        place,
        map,
        &format!("{}{path}", origin(&app, &headers)),
    ))
}

fn row(app: &App, d: &District) -> DistrictRow {
    let resources = app.searcher().facts(|a| {
        a.iter()
            .filter(|(_, f)| f.district.as_ref() == Some(&d.id))
            .count()
    });
    DistrictRow {
        id: d.id.to_string(),
        name: d.name.clone(),
        area: d.parent.clone().unwrap_or_default(),
        population: d.population.and_then(|p| p.try_into().ok()),
        resources: resources as u64,
        centre: d.centre.map(|c| (c.lng(), c.lat())),
    }
}

const POPULATION_SOURCE: &str = "人口は令和2年国勢調査(総務省)の500mメッシュからの推計です";

/// `GET /districts`.
pub async fn districts(State(app): State<App>, RawQuery(raw): RawQuery) -> Response {
    let ground = app.ground();
    let outside = app.searcher().facts(|a| {
        a.iter()
            .filter(|(_, f)| f.point.is_some() && f.district.is_none())
            .count()
    });
    page(&DistrictsPage {
        frame: frame("地区", "/districts", &asked(raw.as_deref()), &app),
        rows: ground.areas.list().iter().map(|d| row(&app, d)).collect(),
        population_source: POPULATION_SOURCE.to_owned(),
        outside: outside as u64,
        map: picture(&app, &[], None),
    })
}

/// `GET /districts/{id}`.
pub async fn district(State(app): State<App>, Path(id): Path<String>, RawQuery(raw): RawQuery) -> Response {
    let ground = app.ground();
    let path = format!("/districts/{id}");
    let Some(d) = ground.areas.find(&id) else {
        return failed(&app, &path, ApiError::NotFound);
    };
    let query = SearchQuery {
        districts: vec![d.id.clone()],
        limit: 100,
        ..SearchQuery::default()
    };
    let loaded = match app.searcher().search(&ground.places, &query) {
        Ok(found) => search::api::load(&app, &found)
            .await
            .map(|entries| (found, entries)),
        Err(error) => Err(error.into()),
    };
    let (found, entries) = match loaded {
        Ok(loaded) => loaded,
        Err(error) => return failed(&app, &path, error),
    };
    let counts = found.kinds.iter().map(|(kind, count)| KindCount {
        code: kind.code().to_owned(),
        label: kind.label().to_owned(),
        group: KindGroup::of(*kind),
        count: *count as u64,
    });
    page(&DistrictPage {
        frame: frame(&d.name, &path, &asked(raw.as_deref()), &app),
        row: row(&app, d),
        population_source: POPULATION_SOURCE.to_owned(),
        counts: counts.collect(),
        office: office(&app, Some(d.id.as_str())).await,
        map: picture(&app, &entries, Some(d)),
        today: spoken_day(app.clock().now()),
    })
}

/// `GET /about`.
pub async fn about(State(app): State<App>, RawQuery(raw): RawQuery) -> Response {
    let query = SearchQuery {
        limit: 1,
        ..SearchQuery::default()
    };
    let found = app
        .searcher()
        .search(&app.ground().places, &query)
        .unwrap_or_default();
    let sample = search::api::load(&app, &found)
        .await
        .is_ok_and(|entries| entries.iter().any(is_sample));
    page(&AboutPage {
        frame: frame("このサイトについて", "/about", &asked(raw.as_deref()), &app),
        resources: found.total as u64,
        sample,
        contact: None,
    })
}

/// `GET /about/data`.
pub async fn data(State(app): State<App>, RawQuery(raw): RawQuery) -> Response {
    let ground = app.ground();
    let districts = ground.areas.list();
    let sources = districts
        .iter()
        .filter_map(|d| d.source.clone())
        .take(1)
        .map(|source| DataSource {
            name: "地区の拠点の位置と人口".to_owned(),
            provider: source,
            licence: "国土地理院コンテンツ利用規約、e-Stat 利用規約".to_owned(),
            url: None,
            date: "2020年(令和2年)".to_owned(),
            rows: districts.len() as u64,
        });
    page(&DataPage {
        frame: frame("データの出どころ", "/about/data", &asked(raw.as_deref()), &app),
        sources: sources.collect(),
    })
}

/// `GET /about/licenses`.
pub async fn licenses(State(app): State<App>, RawQuery(raw): RawQuery) -> Response {
    let text = assets::third_party();
    page(&LicensesPage {
        frame: frame("ライセンス", "/about/licenses", &asked(raw.as_deref()), &app),
        text,
    })
}

/// `GET /api/docs`.
pub async fn api_docs(State(app): State<App>, RawQuery(raw): RawQuery) -> Response {
    let operation = |path: &str, summary: &str, parameters: &[(&str, &str)]| Operation {
        method: "GET".to_owned(),
        path: path.to_owned(),
        summary: summary.to_owned(),
        parameters: parameters
            .iter()
            .map(|(n, s)| ((*n).to_owned(), (*s).to_owned()))
            .collect(),
    };
    let search = [
        ("q", "さがすことば(200文字まで)"),
        ("near, radius_m", "緯度,経度 と範囲(メートル)"),
        ("bbox", "西,南,東,北"),
        ("district, area, serves", "地区、旧市町村、その地区の人が行ける所"),
        (
            "kind, field, role, modality",
            "種別、対象分野、役割、形態(コードか日本語)",
        ),
        ("weekday, time", "mon〜sun、10:00-12:00"),
        ("wheelchair, transport, free, remote", "true"),
        (
            "sort, limit, cursor",
            "relevance・distance・name・updated、1〜100、前の答えの next",
        ),
    ];
    page(&ApiDocsPage {
        frame: frame("API", "/api/docs", &asked(raw.as_deref()), &app),
        operations: vec![
            operation("/api/v1/resources", "社会資源をさがす", &search),
            operation("/api/v1/resources/{id}", "社会資源ひとつ", &[]),
            operation("/api/v1/opportunities/{id}", "参加の機会ひとつ", &[]),
            operation("/api/v1/districts", "地区の一覧(GeoJSON)", &[]),
            operation("/api/v1/districts/{id}", "地区ひとつと種別ごとの数", &[]),
            operation("/healthz", "動いているか", &[]),
            operation("/readyz", "答えられるか", &[]),
        ],
    })
}
