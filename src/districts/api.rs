//! Districts as GeoJSON or as a list, and one with its counts.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Path, RawQuery, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::district::{District, DistrictLevel, to_geojson};
use crate::{
    app::App,
    error::{ApiError, Fault, Problem},
    guard::NoQuery,
    search::api::strict_pairs,
};

/// What is known of a district.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DistrictBody {
    /// 地区ID.
    #[schema(example = "oshu-02")]
    pub id: String,
    /// Its name, without 地区.
    pub name: String,
    /// `promotion_council`, `former_municipality` or `administrative_ward`.
    pub level: &'static str,
    /// The same for people.
    pub level_label: &'static str,
    /// The former municipality it belongs to.
    pub parent: Option<String>,
    /// Whether the outline is a drawing and not the real edge (模式図).
    pub illustrative: bool,
    /// People living there.
    pub population: Option<i64>,
    /// Where the facts come from.
    pub source: Option<String>,
    /// Longitude and latitude of its centre.
    #[schema(min_items = 2, max_items = 2)]
    pub centre: Option<[f64; 2]>,
}

impl From<&District> for DistrictBody {
    fn from(d: &District) -> Self {
        Self {
            id: d.id.to_string(),
            name: d.name.clone(),
            level: d.level.code(),
            level_label: d.level.label(),
            parent: d.parent.clone(),
            illustrative: d.illustrative,
            population: d.population,
            source: d.source.clone(),
            centre: d.centre.map(|c| [c.lng(), c.lat()]),
        }
    }
}

/// Entries of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct KindCountBody {
    /// 種別.
    pub kind: &'static str,
    /// The same for people.
    pub kind_label: &'static str,
    /// Public entries.
    pub count: usize,
}

/// A district with what there is in it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DistrictDetail {
    /// The district.
    #[serde(flatten)]
    pub district: DistrictBody,
    /// Public entries in it.
    pub total: usize,
    /// The same by kind.
    pub counts: Vec<KindCountBody>,
}

/// All districts without their outlines.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DistrictList {
    /// How many.
    pub total: usize,
    /// In order of id.
    pub items: Vec<DistrictBody>,
    /// Always null: the list is whole.
    pub next: Option<String>,
}

/// A MultiPolygon of GeoJSON, longitude first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OutlineBody {
    /// `MultiPolygon`.
    pub r#type: String,
    /// Polygons, each of rings, each of positions.
    pub coordinates: Vec<Vec<Vec<[f64; 2]>>>,
}

/// A district as a Feature of GeoJSON.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DistrictFeature {
    /// `Feature`.
    pub r#type: String,
    /// 地区ID.
    pub id: String,
    /// The district.
    pub properties: DistrictBody,
    /// Its outline; null where there is none.
    pub geometry: Option<OutlineBody>,
}

/// Districts as a FeatureCollection of GeoJSON.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DistrictCollection {
    /// `FeatureCollection`.
    pub r#type: String,
    /// In order of id.
    pub features: Vec<DistrictFeature>,
}

/// The parameters as the OpenAPI document tells them.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(missing_docs)]
pub struct DistrictParameters {
    /// promotion_council(地区振興会)・former_municipality(旧市町村)・administrative_ward(行政区)。
    pub level: Option<String>,
    /// false: 形なしの一覧 {total, items, next}。
    #[param(default = true)]
    pub geometry: Option<bool>,
}

/// Districts.
#[utoipa::path(get, path = "/api/v1/districts", tag = "地区", summary = "地区の一覧",
    description = "GeoJSON の FeatureCollection。geometry=false なら、形なしの一覧。",
    params(DistrictParameters),
    responses((status = 200, description = "地区", content(
                  (DistrictCollection = "application/geo+json"), (DistrictList = "application/json"))),
              (status = 400, description = "読めないパラメーター", body = Problem, content_type = "application/problem+json")))]
pub async fn districts(State(app): State<App>, RawQuery(raw): RawQuery) -> Result<Response, ApiError> {
    let (level, geometry) = asked(raw.as_deref().unwrap_or_default()).map_err(ApiError::BadRequest)?;
    let ground = app.ground();
    let chosen = || {
        ground
            .areas
            .list()
            .iter()
            .filter(|d| level.is_none_or(|l| d.level == l))
    };
    if !geometry {
        let items: Vec<DistrictBody> = chosen().map(DistrictBody::from).collect();
        return Ok(Json(DistrictList {
            total: items.len(),
            items,
            next: None,
        })
        .into_response());
    }
    let features = chosen()
        .map(|d| {
            let outline: Option<Value> = match &d.outline {
                Some(outline) => Some(serde_json::from_str(&to_geojson(outline)?)?),
                None => None,
            };
            Ok(json!({"type": "Feature", "id": d.id, "properties": DistrictBody::from(d), "geometry": outline}))
        })
        .collect::<Result<Vec<Value>, ApiError>>()?;
    let mut answer = Json(json!({"type": "FeatureCollection", "features": features})).into_response();
    let kind = HeaderValue::from_static("application/geo+json");
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(answer)
}

fn asked(raw: &str) -> Result<(Option<DistrictLevel>, bool), Vec<Fault>> {
    let (mut level, mut geometry, mut faults) = (None, true, Vec::new());
    for (name, value) in strict_pairs(raw)? {
        match (name.as_str(), value.trim()) {
            ("level" | "geometry", "") => {}
            ("level", value) => {
                level = DistrictLevel::parse(value);
                if level.is_none() {
                    faults.push(Fault::new(name, DistrictLevel::accepted()));
                }
            }
            ("geometry", "true") => geometry = true,
            ("geometry", "false") => geometry = false,
            ("geometry", _) => faults.push(Fault::new(name, "true か false にしてください")),
            _ => faults.push(Fault::new(name, "このパラメーターはありません")),
        }
    }
    if faults.is_empty() {
        Ok((level, geometry))
    } else {
        Err(faults)
    }
}

/// One district.
#[utoipa::path(get, path = "/api/v1/districts/{id}", tag = "地区", summary = "地区ひとつと種別ごとの数",
    params(("id" = String, Path, description = "地区IDか名前")),
    responses((status = 200, description = "地区", body = DistrictDetail),
              (status = 404, description = "ない", body = Problem, content_type = "application/problem+json")))]
pub async fn district(
    State(app): State<App>,
    Path(id): Path<String>,
    _: NoQuery,
) -> Result<Json<DistrictDetail>, ApiError> {
    let ground = app.ground();
    let d = ground.areas.find(&id).ok_or(ApiError::NotFound)?;
    // A former municipality is all of its districts.
    let within: Vec<&str> = match d.level {
        DistrictLevel::FormerMunicipality => ground
            .areas
            .of_former(&d.name)
            .iter()
            .map(|d| d.id.as_str())
            .collect(),
        _ => vec![d.id.as_str()],
    };
    let mut counts = BTreeMap::new();
    let snapshot = app.searcher().snapshot();
    for f in snapshot.iter() {
        if f.district().is_some_and(|own| within.contains(&own.as_str())) {
            *counts.entry(f.kind()).or_insert(0_usize) += 1;
        }
    }
    Ok(Json(DistrictDetail {
        district: DistrictBody::from(d),
        total: counts.values().sum(),
        counts: counts
            .into_iter()
            .map(|(kind, count)| KindCountBody {
                kind: kind.code(),
                kind_label: kind.label(),
                count,
            })
            .collect(),
    }))
}
