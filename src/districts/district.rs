//! What a district is, what a place name is, and how their outlines are written as GeoJSON.

use geo::{Coord, InteriorPoint, LineString, MultiPolygon, Polygon};
use serde::{Deserialize, Serialize};

use crate::kernel::{geo::LngLat, id::DistrictId};

crate::kernel::coded::coded! {
    /// How large an area a [`District`] is.
    DistrictLevel {
        PromotionCouncil = "promotion_council" "地区振興会" | "地区",
        FormerMunicipality = "former_municipality" "旧市町村",
        AdministrativeWard = "administrative_ward" "行政区",
    }
}

/// A 地区: the area a community works in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct District {
    /// Its key; the lower one wins on a shared edge.
    pub id: DistrictId,
    /// Its name, without 地区 or 地区振興会.
    pub name: String,
    /// How large an area it is.
    pub level: DistrictLevel,
    /// Name of the former municipality it belongs to.
    pub parent: Option<String>,
    /// Where its centre (a 地区センター) stands.
    pub centre: Option<LngLat>,
    /// Its outline, degrees.
    #[serde(default, with = "geometry")]
    pub outline: Option<MultiPolygon<f64>>,
    /// Whether the outline is a drawing and not the real edge (模式図).
    pub illustrative: bool,
    /// Whether this program drew it from the centres, and draws it again when centres or boundary move.
    #[serde(default)]
    pub sketched: bool,
    /// People living there, where known.
    pub population: Option<i64>,
    /// Where the facts come from.
    pub source: Option<String>,
}

impl District {
    /// Where it is, as one point: its centre, or else a point inside its outline.
    pub fn middle(&self) -> Option<LngLat> {
        self.centre.or_else(|| {
            let inside = self.outline.as_ref()?.interior_point()?;
            LngLat::new(inside.x(), inside.y()).ok()
        })
    }
}

/// People of one district in one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Population {
    /// Whose.
    pub district: DistrictId,
    /// Year of the count.
    pub year: i64,
    /// 総人口.
    pub total: i64,
    /// 65歳以上.
    pub age65: Option<i64>,
    /// 75歳以上.
    pub age75: Option<i64>,
    /// 世帯数.
    pub households: Option<i64>,
    /// Where the figures come from.
    pub source: Option<String>,
}

/// The outline of a municipality.
#[derive(Debug, Clone, PartialEq)]
pub struct Boundary {
    /// Its five-digit code (全国地方公共団体コード without the check digit).
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its outline, degrees.
    pub outline: MultiPolygon<f64>,
}

/// A town or 字 with one point that stands for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Key of the row.
    pub id: String,
    /// Name as in an address, without prefecture and city.
    pub name: String,
    /// The point.
    pub point: LngLat,
    /// Where it comes from.
    pub source: Option<String>,
}

/// `[polygon][ring][position]`, the nesting of GeoJSON's MultiPolygon.
type Rings = Vec<Vec<Vec<[f64; 2]>>>;

#[derive(Serialize, Deserialize)]
struct Geometry {
    #[serde(rename = "type")]
    kind: String,
    coordinates: Rings,
}

/// A GeoJSON MultiPolygon as text.
pub fn to_geojson(outline: &MultiPolygon<f64>) -> Result<String, serde_json::Error> {
    serde_json::to_string(&written(outline))
}

/// Reads what [`to_geojson`] wrote.
pub fn from_geojson(text: &str) -> Result<MultiPolygon<f64>, serde_json::Error> {
    Ok(read(serde_json::from_str::<Geometry>(text)?.coordinates))
}

fn written(outline: &MultiPolygon<f64>) -> Geometry {
    let ring = |r: &LineString<f64>| r.coords().map(|c| [c.x, c.y]).collect::<Vec<_>>();
    let coordinates = outline
        .iter()
        .map(|p| {
            std::iter::once(p.exterior())
                .chain(p.interiors())
                .map(ring)
                .collect()
        })
        .collect();
    Geometry {
        kind: "MultiPolygon".to_owned(),
        coordinates,
    }
}

fn read(rings: Rings) -> MultiPolygon<f64> {
    let line = |r: Vec<[f64; 2]>| LineString::new(r.into_iter().map(|[x, y]| Coord { x, y }).collect());
    MultiPolygon::new(
        rings
            .into_iter()
            .filter_map(|polygon| {
                let mut lines = polygon.into_iter().map(line);
                Some(Polygon::new(lines.next()?, lines.collect()))
            })
            .collect(),
    )
}

mod geometry {
    use super::{Geometry, MultiPolygon, read, written};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(
        value: &Option<MultiPolygon<f64>>,
        s: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().map(written).serialize(s)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        d: D,
    ) -> Result<Option<MultiPolygon<f64>>, D::Error> {
        Ok(Option::<Geometry>::deserialize(d)?.map(|g| read(g.coordinates)))
    }
}

impl District {
    /// The outer rings of the outline, longitude first; none when there is no outline.
    pub fn rings(&self) -> Vec<Vec<[f64; 2]>> {
        let ring = |p: &geo::Polygon<f64>| p.exterior().coords().map(|c| [c.x, c.y]).collect();
        self.outline.iter().flatten().map(ring).collect()
    }
}
