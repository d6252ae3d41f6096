//! Everything a question finds as points, for the map beside a list that shows only a page of it.

use axum::{
    Json,
    extract::{RawQuery, State},
};
use serde_json::{Value, json};
use std::collections::HashMap;

use super::{asked, home::Question};
use crate::{
    app::App,
    error::ApiError,
    map::look::KindGroup,
    resources::public::Audience,
    search::{self, query::SearchQuery},
};

/// Points beyond this many are left to the search: a map of more says nothing a list could follow.
const MOST: usize = 10_000;

/// `GET /points.geojson`: the question of the front page, answered as points.
pub async fn points(
    State(app): State<App>,
    audience: Audience,
    RawQuery(raw): RawQuery,
) -> Result<Json<Value>, ApiError> {
    let Question { query, .. } = Question::read(&app, &asked(raw.as_deref()))?;
    let query = SearchQuery {
        offset: 0,
        limit: MOST,
        ..query
    };
    let found = search::api::hits(&app, &query, audience)?;
    let order: HashMap<&str, usize> = found
        .hits
        .iter()
        .enumerate()
        .map(|(i, h)| (h.id.as_str(), i))
        .collect();
    let snapshot = search::api::snapshot(&app, audience);
    let mut placed: Vec<_> = snapshot
        .iter()
        .filter_map(|f| Some((*order.get(f.id())?, f, f.point()?)))
        .collect();
    placed.sort_unstable_by_key(|(at, ..)| *at);
    let features: Vec<Value> = placed
        .into_iter()
        .map(|(_, f, point)| {
            json!({
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [point.lng(), point.lat()]},
                "properties": {"id": f.id(), "mark": KindGroup::of(f.kind()).mark()},
            })
        })
        .collect();
    Ok(Json(
        json!({"type": "FeatureCollection", "total": found.total, "features": features}),
    ))
}
