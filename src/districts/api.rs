//! Districts as GeoJSON, and one with its counts.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::{Value, json};

use super::district::District;
use crate::{app::App, error::ApiError};

fn properties(d: &District) -> Value {
    json!({"id": d.id, "name": d.name, "level": d.level.code(), "parent": d.parent, "illustrative": d.illustrative,
           "population": d.population, "source": d.source, "centre": d.centre.map(|c| [c.lng(), c.lat()])})
}

/// `GET /api/v1/districts`.
pub async fn districts(State(app): State<App>) -> Json<Value> {
    let ground = app.ground();
    let features: Vec<Value> = ground
        .areas
        .list()
        .iter()
        .map(|d| {
            let polygons: Vec<Value> = d.rings().iter().map(|ring| json!([ring])).collect();
            json!({"type": "Feature", "id": d.id, "properties": properties(d),
                   "geometry": {"type": "MultiPolygon", "coordinates": polygons}})
        })
        .collect();
    Json(json!({"type": "FeatureCollection", "features": features}))
}

/// `GET /api/v1/districts/{id}`.
pub async fn district(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Value>, ApiError> {
    let ground = app.ground();
    let d = ground.areas.find(&id).ok_or(ApiError::NotFound)?;
    let mut counts = std::collections::BTreeMap::new();
    let snapshot = app.searcher().snapshot();
    for f in snapshot.iter().filter(|f| f.district() == Some(&d.id)) {
        *counts.entry(f.kind()).or_insert(0_usize) += 1;
    }
    let mut body = properties(d);
    body["counts"] = counts
        .into_iter()
        .map(|(k, n)| json!({"kind": k.code(), "kind_label": k.label(), "count": n}))
        .collect();
    Ok(Json(body))
}
