//! The districts, and the page of one.

use axum::{
    extract::{Path, RawQuery, State},
    http::HeaderMap,
    response::Response,
};

use super::{Asked, asked, failed, frame, office, origin, page, picture::picture};
use crate::{
    app::App,
    districts::district::District,
    error::ApiError,
    map::look::KindGroup,
    pages::{
        card::Card,
        district::{DistrictPage, DistrictRow, DistrictsPage, KindCount},
        frame::href,
        resource::{qr_svg, spoken_day},
    },
    resources::public::Audience,
    search::{self, query::SearchQuery},
};

fn row(app: &App, d: &District) -> DistrictRow {
    let snapshot = app.searcher().snapshot();
    let resources = snapshot
        .counts()
        .districts
        .get(d.id.as_str())
        .copied()
        .unwrap_or(0);
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
pub async fn districts(State(app): State<App>, headers: HeaderMap, RawQuery(raw): RawQuery) -> Response {
    let ground = app.ground();
    let snapshot = app.searcher().snapshot();
    let outside = snapshot
        .iter()
        .filter(|f| f.point().is_some() && f.district().is_none())
        .count();
    page(&DistrictsPage {
        frame: frame("地区", "/districts", &asked(raw.as_deref()), &app),
        rows: ground.areas.list().iter().map(|d| row(&app, d)).collect(),
        population_source: POPULATION_SOURCE.to_owned(),
        outside: outside as u64,
        map: picture(&app, &[], 1, None),
        today: spoken_day(app.clock().now()),
        qr_svg: qr_svg(&format!("{}/districts", origin(&app, &headers))).unwrap_or_default(),
    })
}

/// `GET /districts/{id}`.
pub async fn district(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Response {
    let path = format!("/districts/{id}");
    match district_page(&app, &id, &path, &origin(&app, &headers), &asked(raw.as_deref())).await {
        Ok(shown) => page(&shown),
        Err(error) => failed(&app, error),
    }
}

/// Places on one page of a district.
const ON_PAGE: usize = 50;

async fn district_page(
    app: &App,
    id: &str,
    path: &str,
    origin: &str,
    asked: &Asked,
) -> Result<DistrictPage, ApiError> {
    let ground = app.ground();
    let d = ground.areas.find(id).ok_or(ApiError::NotFound)?;
    // A page that is no number is the first one: there is nothing to lose by it.
    let nth = asked
        .iter()
        .find(|(name, _)| name == "page")
        .and_then(|(_, n)| n.parse::<usize>().ok())
        .unwrap_or(1)
        .clamp(1, 10_000);
    let query = SearchQuery {
        districts: vec![d.id.clone()],
        offset: (nth - 1) * ON_PAGE,
        limit: ON_PAGE,
        ..SearchQuery::default()
    };
    let found = app.searcher().search(&ground.places, &query)?;
    let entries = search::api::load(app, &found, Audience::Public).await?;
    let now = app.clock().now();
    let counts = found.kinds.iter().map(|(kind, count)| KindCount {
        code: kind.code().to_owned(),
        label: kind.label().to_owned(),
        group: KindGroup::of(*kind),
        count: *count as u64,
    });
    let mut counts: Vec<KindCount> = counts.collect();
    counts.sort_by_key(|c| std::cmp::Reverse(c.count));
    let cards = entries.iter().enumerate();
    let more = query.offset + entries.len() < found.total && !entries.is_empty();
    Ok(DistrictPage {
        frame: frame(&d.name, path, asked, app),
        row: row(app, d),
        population_source: POPULATION_SOURCE.to_owned(),
        counts,
        office: office(app, Some(d.id.as_str())).await,
        cards: cards
            .map(|(i, entry)| Card::of(entry, now, None, None, query.offset + i + 1))
            .collect(),
        offset: query.offset as u64,
        next_href: more.then(|| href(path, &[("page".to_owned(), (nth + 1).to_string())])),
        map: picture(app, &entries, query.offset + 1, Some(d)),
        today: spoken_day(now),
        qr_svg: qr_svg(&format!("{origin}{path}")).unwrap_or_default(),
    })
}
