//! The front page: reads what was asked, searches, and says what was found.

use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Response,
};
use chrono::{DateTime, FixedOffset};

use super::{Asked, READING, asked, failed, frame, office, origin, page, picture::picture};
use crate::{
    app::App,
    error::ApiError,
    kernel::geo::Meters,
    pages::{
        card::Card,
        conditions::conditions,
        frame::href,
        home::{HomePage, Place, Relaxed},
        resource::{qr_svg, spoken_day},
        search_form::{SearchForm, WALK},
        soon,
    },
    resources::public::{Audience, VisibleResource},
    search::{
        self, asking,
        engine::Found,
        query::SearchQuery,
        relax::{self, LetGo},
    },
};

/// 歩いて行ける: a straight line of this many metres, as matching takes it.
const WALK_M: f64 = 1_000.0;

/// `GET /`.
pub async fn home(
    State(app): State<App>,
    audience: Audience,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Response {
    let asked = asked(raw.as_deref());
    match home_page(&app, audience, &origin(&app, &headers), &asked).await {
        Ok(shown) => page(&shown),
        Err(error) => failed(&app, error),
    }
}

/// A question of the page: what the search is asked, and what the page alone knows.
pub(super) struct Question {
    /// All that was asked, but for how to read it.
    pub asked: Asked,
    /// What the search is asked.
    pub query: SearchQuery,
    /// The same without what the page alone knows: the question a cursor belongs to.
    pub plain: SearchQuery,
    /// 歩いて行ける was pressed, and nobody knows from where.
    pub walk_from_where: bool,
}

impl Question {
    /// Reads what was asked.
    pub(super) fn read(app: &App, all: &Asked) -> Result<Self, ApiError> {
        let asked = without(all, &READING);
        let for_search = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(without(&asked, &[WALK]))
            .finish();
        let mut query = search::api::parse(app, &for_search).map_err(ApiError::BadRequest)?;
        let plain = query.clone();
        let mut walk_from_where = false;
        if asked.iter().any(|(name, value)| name == WALK && value == "true") {
            let ground = app.ground();
            let town = || {
                asking::understand(&ground.places, &query.q)
                    .place
                    .and_then(|p| p.circle)
            };
            match query.near.or_else(|| town().map(|(centre, _)| centre)) {
                Some(from) => {
                    query.near = Some(from);
                    query.radius = Meters::new(WALK_M);
                }
                None => walk_from_where = true,
            }
        }
        Ok(Self {
            asked,
            query,
            plain,
            walk_from_where,
        })
    }
}

fn without(asked: &[(String, String)], drop: &[&str]) -> Asked {
    asked
        .iter()
        .filter(|(name, _)| !drop.contains(&name.as_str()))
        .cloned()
        .collect()
}

/// The same question with one thing let go of.
fn eased(asked: &[(String, String)], lets_go: &LetGo) -> String {
    let (mut next, put) = match lets_go {
        LetGo::Words(words) => (without(asked, &["q", "cursor"]), Some(("q", words.clone()))),
        LetGo::Reach(wider) => (
            without(asked, &["radius_m", "cursor", WALK]),
            Some(("radius_m", wider.get().round().to_string())),
        ),
        LetGo::Parameters(names) => (without(&without(asked, names), &["cursor"]), None),
    };
    next.extend(put.map(|(name, value)| (name.to_owned(), value)));
    href("/", &next)
}

async fn home_page(app: &App, audience: Audience, origin: &str, all: &Asked) -> Result<HomePage, ApiError> {
    let Question {
        asked,
        query,
        plain,
        walk_from_where,
    } = Question::read(app, all)?;
    let ground = app.ground();
    let now = app.clock().now();
    let searched = !asked.is_empty();
    let found = search::api::hits(app, &query, audience)?;
    let soon = if searched {
        Vec::new()
    } else {
        soon::entries(app, now).await?
    };
    let is_soon = !soon.is_empty();
    let entries = if is_soon {
        soon
    } else {
        search::api::load(app, &found, audience).await?
    };
    let place = found.place.as_ref().map(|p| Place {
        text: p.text.clone(),
        clear_href: relax::without_place(&ground.places, &query.q, p)
            .map(|words| eased(&asked, &LetGo::Words(words))),
    });
    let relaxed = found.relaxed.iter().map(|r| Relaxed {
        text: format!("{}と{}件あります", r.change, r.total),
        href: eased(&asked, &r.lets_go),
    });
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
    // What is passed on carries filters only, never the words searched or an exact point.
    let exact = ["q", "near", "bbox", "radius_m", "cursor", WALK];
    let shared_href = href("/", &without(&asked, &exact));
    let next_href = search::api::next_cursor(&plain, &found, plain.offset)
        .filter(|_| searched)
        .map(|cursor| {
            let mut next = without(&asked, &["cursor"]);
            next.push(("cursor".into(), cursor));
            href("/", &next)
        });
    let districts: Vec<(String, String, String)> = ground
        .areas
        .list()
        .iter()
        .map(|d| {
            (
                d.id.to_string(),
                d.name.clone(),
                d.parent.clone().unwrap_or_default(),
            )
        })
        .collect();
    let mut map = picture(app, &entries, query.offset + 1, None);
    map.searchable = true;
    let all_points = href("/points.geojson", &without(&asked, &["cursor"]));
    map.more_url = (found.total > entries.len()).then_some(all_points);
    Ok(HomePage {
        frame: frame("さがす", "/", all, app).for_audience(audience),
        form: SearchForm::from_query(&asked, &districts),
        searched,
        total: found.total as u64,
        offset: query.offset as u64,
        conditions: conditions(&asked, |id| {
            app.district_name(id).unwrap_or_else(|| id.to_owned())
        }),
        place,
        wordless: found.wordless(),
        walk_from_where,
        soon: is_soon,
        cards: cards(app, &entries, &found, query.offset, now),
        relaxed: relaxed.collect(),
        office,
        next_href,
        map,
        today: spoken_day(now),
        qr_svg: qr_svg(&format!("{origin}{shared_href}")).unwrap_or_default(),
        shared_href,
    })
}

fn cards(
    app: &App,
    entries: &[VisibleResource],
    found: &Found,
    offset: usize,
    now: DateTime<FixedOffset>,
) -> Vec<Card> {
    entries
        .iter()
        .enumerate()
        .map(|(i, entry)| {
            let hit = found.hits.iter().find(|h| h.id == entry.id);
            let district = entry
                .district
                .as_ref()
                .and_then(|d| app.district_name(d.as_str()));
            let fitting = hit.and_then(|h| only(entry, &h.offers));
            Card::of(
                fitting.as_ref().unwrap_or(entry),
                now,
                hit.and_then(|h| h.distance),
                district.as_deref(),
                offset + i + 1,
            )
        })
        .collect()
}

/// The entry with only those of its opportunities that fit what was asked, so that its words and dates are theirs.
fn only(entry: &VisibleResource, fitting: &[usize]) -> Option<VisibleResource> {
    (!fitting.is_empty() && fitting.len() < entry.opportunities.len()).then(|| VisibleResource {
        opportunities: fitting
            .iter()
            .filter_map(|i| entry.opportunities.get(*i).cloned())
            .collect(),
        ..entry.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letting_go_of_one_thing_keeps_the_rest_and_starts_again_at_the_first_page() {
        let asked: Asked = [
            ("q", "a b"),
            ("near", "39,141"),
            ("radius_m", "500"),
            ("free", "true"),
            ("cursor", "x"),
        ]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .to_vec();
        let check = |lets_go: LetGo, expected: &str| assert_eq!(eased(&asked, &lets_go), expected);
        check(
            LetGo::Words("a".into()),
            "/?near=39%2C141&radius_m=500&free=true&q=a",
        );
        check(
            LetGo::Reach(Meters::new(3000.0).unwrap()),
            "/?q=a+b&near=39%2C141&free=true&radius_m=3000",
        );
        check(LetGo::Parameters(&["free"]), "/?q=a+b&near=39%2C141&radius_m=500");
    }
}
