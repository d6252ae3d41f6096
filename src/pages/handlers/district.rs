//! The districts, and the page of one.

use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};

use super::{asked, failed, frame, office, page, picture::picture};
use crate::{
    app::App,
    districts::district::District,
    error::ApiError,
    map::look::KindGroup,
    pages::{
        district::{DistrictPage, DistrictRow, DistrictsPage, KindCount},
        resource::spoken_day,
    },
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
pub async fn districts(State(app): State<App>, RawQuery(raw): RawQuery) -> Response {
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
