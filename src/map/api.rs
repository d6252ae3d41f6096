//! Vector tiles and their TileJSON over HTTP, cut from one state of the data.

use std::sync::{Arc, Mutex};

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::tiles::{Layer, MAX_ZOOM, Mark, TileAt, TileSet};
use crate::{
    app::App,
    db::change_log::Position,
    error::{ApiError, Problem},
    ground::Ground,
    guard::{NoQuery, base_url},
    resources::{
        public::{Audience, visible},
        store,
    },
};

/// Rows read at once.
const BATCH: i64 = 1000;

/// The tiles of the present state, made when somebody first asks after a change.
#[derive(Debug, Default)]
pub struct Shelf {
    now: Mutex<Option<Stand>>,
    /// Whoever holds it makes the next set; everybody else waits for that one.
    making: tokio::sync::Mutex<()>,
}

#[derive(Debug, Clone)]
struct Stand {
    position: Option<Position>,
    ground: Arc<Ground>,
    tiles: Arc<TileSet>,
}

impl Shelf {
    fn of(&self, position: Option<Position>, ground: &Arc<Ground>) -> Option<Arc<TileSet>> {
        let now = self.now.lock().expect("a set of tiles");
        now.as_ref()
            .filter(|s| s.position == position && Arc::ptr_eq(&s.ground, ground))
            .map(|s| s.tiles.clone())
    }
}

/// The tiles of the data as it can be found now.
async fn tiles(app: &App) -> Result<Arc<TileSet>, ApiError> {
    let key = || (app.searcher().position(), app.ground());
    let (position, ground) = key();
    if let Some(tiles) = app.shelf().of(position, &ground) {
        return Ok(tiles);
    }
    let _making = app.shelf().making.lock().await;
    let (position, ground) = key();
    if let Some(tiles) = app.shelf().of(position, &ground) {
        return Ok(tiles);
    }
    let marks = marks(app).await?;
    let made_from = ground.clone();
    let made = tokio::task::spawn_blocking(move || TileSet::build(marks, made_from.areas.list())).await??;
    let tiles = Arc::new(made);
    *app.shelf().now.lock().expect("a set of tiles") = Some(Stand {
        position,
        ground,
        tiles: tiles.clone(),
    });
    Ok(tiles)
}

/// Every entry that the public may see on a map, where it may see it.
async fn marks(app: &App) -> Result<Vec<Mark>, ApiError> {
    let mut conn = app.db().read().await?;
    let (mut marks, mut after) = (Vec::new(), String::new());
    loop {
        let page = store::list(&mut conn, &after, BATCH).await?;
        let Some((last, _)) = page.last() else {
            return Ok(marks);
        };
        after = last.entered.id.to_string();
        let entries = page.iter().filter_map(|(r, o)| visible(r, o, Audience::Public));
        marks.extend(entries.filter_map(|e| {
            Some(Mark {
                point: e.point?,
                id: e.id.to_string(),
                name: e.name,
                kind: e.kind.code(),
                kind_label: e.kind.label(),
                precision: e.precision.code(),
            })
        }));
    }
}

fn layer(name: &str) -> Result<Layer, ApiError> {
    match name {
        "mesh" => Err(ApiError::Absent(
            "人口メッシュの層はまだありません。districts と resources があります",
        )),
        name => Layer::parse(name).ok_or(ApiError::Absent(
            "その層はありません。districts と resources があります",
        )),
    }
}

/// One vector tile.
#[utoipa::path(get, path = "/tiles/{layer}/{z}/{x}/{y}.mvt", tag = "地図", summary = "ベクトルタイル",
    description = "Mapbox Vector Tile 2。districts は地区の境(層 districts)と名前の点(層 district_labels)、\
        resources は点とまとまり(cluster、point_count、expansion_zoom)。ETag が同じなら 304。",
    params(("layer" = String, Path, description = "districts か resources"),
           ("z" = u8, Path, description = "0〜16"), ("x" = u32, Path), ("y" = u32, Path)),
    responses((status = 200, description = "タイル(何もない所は空)", body = Vec<u8>, content_type = "application/vnd.mapbox-vector-tile"),
              (status = 304, description = "前と同じ"),
              (status = 404, description = "その層またはその番号のタイルはない", body = Problem, content_type = "application/problem+json")))]
pub async fn tile(
    State(app): State<App>,
    Path((name, z, x, y)): Path<(String, String, String, String)>,
    _: NoQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let layer = layer(&name)?;
    let numbers = || {
        let y = y.strip_suffix(".mvt")?;
        TileAt::new(z.parse().ok()?, x.parse().ok()?, y.parse().ok()?)
    };
    let at = numbers().ok_or(ApiError::Absent(
        "そのタイルはありません。z は 0〜16、x と y は 0〜2^z-1 で、.mvt で終わります",
    ))?;
    let tiles = tiles(&app).await?;
    let tile = tokio::task::spawn_blocking(move || tiles.tile(layer, at)).await??;
    let known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .any(|tag| tag.trim().trim_start_matches("W/") == tile.etag || tag.trim() == "*");
    // Asked again every time, so that a change is seen at once; what has not changed is not sent again.
    let common = [
        (header::ETAG, HeaderValue::from_str(&tile.etag)?),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=0, must-revalidate"),
        ),
    ];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, common).into_response());
    }
    let kind = HeaderValue::from_static("application/vnd.mapbox-vector-tile");
    Ok((common, [(header::CONTENT_TYPE, kind)], tile.bytes.clone()).into_response())
}

/// A layer inside the tiles.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct VectorLayer {
    /// Its name.
    pub id: &'static str,
    /// What it holds.
    pub description: &'static str,
    /// What its features carry, and what that is.
    pub fields: serde_json::Value,
}

/// TileJSON 3.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TileJson {
    /// `3.0.0`.
    pub tilejson: &'static str,
    /// The layer.
    pub name: &'static str,
    /// Where the tiles are.
    pub tiles: Vec<String>,
    /// Layers inside the tiles.
    pub vector_layers: Vec<VectorLayer>,
    /// First zoom.
    pub minzoom: u8,
    /// Last zoom.
    pub maxzoom: u8,
    /// West, south, east, north of everything; left out when there is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 4, max_items = 4)]
    pub bounds: Option<[f64; 4]>,
    /// Credits to show on the map.
    pub attribution: &'static str,
}

/// What a map needs to know before it asks for tiles.
#[utoipa::path(get, path = "/tiles/{layer}.json", tag = "地図", summary = "TileJSON 3",
    params(("layer" = String, Path, description = "districts か resources")),
    responses((status = 200, description = "TileJSON", body = TileJson),
              (status = 404, description = "その層はない", body = Problem, content_type = "application/problem+json")))]
pub async fn tilejson(
    State(app): State<App>,
    Path(file): Path<String>,
    _: NoQuery,
    headers: HeaderMap,
) -> Result<Json<TileJson>, ApiError> {
    let layer = layer(
        file.strip_suffix(".json")
            .ok_or(ApiError::Absent("/tiles/{層}.json と書いてください"))?,
    )?;
    let tiles = tiles(&app).await?;
    let (vector_layers, attribution) = match layer {
        Layer::Districts => {
            let fields = json!({"id": "地区ID", "name": "名前", "level": "大きさ", "parent": "旧市町村",
                "illustrative": "模式図か", "population": "人口"});
            let outlines = VectorLayer {
                id: "districts",
                description: "地区の境",
                fields: fields.clone(),
            };
            let labels = VectorLayer {
                id: "district_labels",
                description: "地区の名前の点",
                fields,
            };
            let drawn = app.ground().areas.illustrative();
            (
                vec![outlines, labels],
                if drawn { "地区の境は模式図" } else { "" },
            )
        }
        Layer::Resources => {
            let fields = json!({"id": "資源ID", "name": "名称", "kind": "種別のコード", "kind_label": "種別",
                "precision": "位置の確かさ", "cluster": "まとまりなら true", "point_count": "まとまりの件数",
                "expansion_zoom": "まとまりがほどけるズーム"});
            let points = VectorLayer {
                id: "resources",
                description: "社会資源",
                fields,
            };
            (vec![points], "")
        }
    };
    Ok(Json(TileJson {
        tilejson: "3.0.0",
        name: layer.name(),
        tiles: vec![format!(
            "{}/tiles/{}/{{z}}/{{x}}/{{y}}.mvt",
            base_url(&app, &headers),
            layer.name()
        )],
        vector_layers,
        minzoom: 0,
        maxzoom: MAX_ZOOM,
        bounds: tiles.bounds().map(|b| [b.west, b.south, b.east, b.north]),
        attribution,
    }))
}
