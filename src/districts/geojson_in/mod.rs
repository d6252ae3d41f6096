//! Reads outlines and centres of districts, and outlines of municipalities, from GeoJSON, and says what is wrong with which feature.

mod shape;
pub mod stream;
#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, HashSet},
    io::Read,
};

use geo::{CoordsIter, MultiPolygon};
use serde_json::{Map, Value};

use self::stream::Feature;
pub use self::{shape::point, stream::MAX_VERTICES};
use super::district::{Boundary, District, DistrictLevel, Population};
use crate::kernel::{
    geo::LngLat,
    id::DistrictId,
    municipality::{MunicipalityCode, Says},
    text::{self, cell, key},
};

/// The most corners kept of the outlines of municipalities: those of a prefecture are some 100,000.
pub const MAX_KEPT: usize = 5_000_000;

/// Problems that are told of one file; a file with more is not mended one by one.
const TOLD: usize = 50;

/// Reads a FeatureCollection of districts (properties of `csv.md`): polygons are outlines, points are centres. What a
/// file does not say stays as another told it, see `store::merge`. Otherwise every problem by feature.
pub fn districts(reader: impl Read) -> Result<(Vec<District>, Vec<Population>), Vec<String>> {
    let (mut read, mut figures, mut problems) = (Vec::<District>::new(), Vec::new(), Problems::default());
    let mut known = HashSet::new();
    let mut take = |number: usize, feature: Feature| {
        problems.features = number;
        let label = label(number, &feature, NAME);
        match seen(&feature).and_then(|()| district(&feature)) {
            Ok(one) if !known.insert(one.id.clone()) => {
                problems.add(format!("{label}: idの「{}」が二度あります", one.id));
            }
            Ok(one) => {
                if problems.room(one.outline.as_ref(), MAX_VERTICES) {
                    figures.extend(population(&feature, &one.id));
                    read.push(one);
                }
            }
            Err(why) => problems.add(format!("{label}: {why}")),
        }
    };
    stream::each(reader, &mut take).map_err(|e| vec![e])?;
    problems.finish(MAX_VERTICES).map(|()| (read, figures))
}

/// What was wrong with the features, the first of it word for word: a file of a million broken features is told shortly.
#[derive(Default)]
struct Problems {
    told: Vec<String>,
    more: usize,
    features: usize,
    corners: usize,
}

impl Problems {
    fn add(&mut self, problem: String) {
        if self.told.len() < TOLD {
            self.told.push(problem);
        } else {
            self.more += 1;
        }
    }

    /// Counts corners that are kept; whether there is room for them.
    fn room(&mut self, outline: Option<&MultiPolygon<f64>>, most: usize) -> bool {
        self.corners += outline.map_or(0, CoordsIter::coords_count);
        self.corners <= most
    }

    fn finish(mut self, most: usize) -> Result<(), Vec<String>> {
        if self.features == 0 {
            return Err(vec!["地物が1つもありません".to_owned()]);
        }
        if self.corners > most {
            self.told.push(format!(
                "頂点が多すぎます。取り込むのは全部で{most}点までにしてください"
            ));
        }
        if self.more > 0 {
            self.told.push(format!("ほかにも{}件あります", self.more));
        }
        if self.told.is_empty() {
            Ok(())
        } else {
            Err(self.told)
        }
    }
}

/// Whose outline is wanted.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// Its code.
    pub code: &'a MunicipalityCode,
    /// Its name without the prefecture.
    pub name: &'a str,
    /// Every municipality's (`--all`).
    pub all: bool,
}

/// Reads the outlines of municipalities: 国土数値情報 N03 (2021 and 2024 on; the wards of a designated city are one
/// municipality), `code` and `name`, or a `name` alone when it is the wanted one's. Several features of one
/// municipality become one.
pub fn boundaries(reader: impl Read, wanted: &Wanted) -> Result<Vec<Boundary>, Vec<String>> {
    let (mut read, mut problems) = (Vec::<Boundary>::new(), Problems::default());
    let (mut places, mut others) = (HashMap::<String, usize>::new(), Vec::<String>::new());
    let mut take = |number: usize, feature: Feature| {
        problems.features = number;
        let (code, name) = match whose(&feature, wanted) {
            Whose::Wanted => (wanted.code.to_string(), wanted.name.to_owned()),
            Whose::Other(Some(code), name) if wanted.all => (code, name),
            // 所属未定地 has neither.
            Whose::Other(_, name) => {
                if others.len() < 10 && !name.is_empty() && !others.contains(&name) {
                    others.push(name);
                }
                return;
            }
        };
        match seen(&feature).and_then(|()| shape::area(&feature)) {
            Ok(outline) if !problems.room(Some(&outline), MAX_KEPT) => {}
            Ok(outline) => match places.get(&code) {
                Some(at) => read[*at].outline.0.extend(outline.0),
                None => {
                    places.insert(code.clone(), read.len());
                    read.push(Boundary { code, name, outline });
                }
            },
            Err(why) => problems.add(format!("{}: {why}", label(number, &feature, TOWN))),
        }
    };
    stream::each(reader, &mut take).map_err(|e| vec![e])?;
    problems.finish(MAX_KEPT)?;
    if read.is_empty() {
        let found = if others.is_empty() {
            "名前もコードもない図形".to_owned()
        } else {
            others.join("、")
        };
        return Err(vec![format!(
            "「{}」({})の境界がこのファイルにありません。入っているのは {found} です",
            wanted.name, wanted.code
        )]);
    }
    Ok(read)
}

enum Whose {
    Wanted,
    Other(Option<String>, String),
}

fn whose(feature: &Feature, wanted: &Wanted) -> Whose {
    let own = &feature.properties;
    let code = property(own, &["N03_007", "code", "全国地方公共団体コード", "id"]);
    let name = property(own, TOWN).unwrap_or_default();
    let same = |text: &str| key(text).replace('ヶ', "ケ") == key(wanted.name).replace('ヶ', "ケ");
    let prefecture = property(own, &["N03_001"]);
    let here = prefecture
        .as_deref()
        .is_none_or(|p| p == wanted.code.prefecture());
    // Before 2024 the designated city stands in N03_003 and its ward in N03_004, since then in N03_004 and N03_005.
    let city = ["N03_004", "N03_003"]
        .iter()
        .any(|k| property(own, &[k]).is_some_and(|n| same(&n)));
    let by_code = code
        .as_deref()
        .is_some_and(|c| wanted.code.said_by(c) == Says::This);
    let bare = name.strip_prefix(wanted.code.prefecture()).unwrap_or(&name);
    let by_name = code.is_none() && same(bare);
    if by_code || by_name || (here && city && prefecture.is_some()) {
        return Whose::Wanted;
    }
    let code = code.and_then(|c| MunicipalityCode::new(&c).ok());
    Whose::Other(code.map(|c| c.to_string()), name)
}

const NAME: &[&str] = &["name", "地区", "名称", "地区名"];
const TOWN: &[&str] = &["N03_004", "name", "名称"];

fn property(properties: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| match properties.get(*name)? {
        Value::String(text) => cell(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

fn number(properties: &Map<String, Value>, names: &[&str]) -> Option<f64> {
    property(properties, names)?.parse().ok()
}

fn label(number: usize, feature: &Feature, names: &[&str]) -> String {
    let name = property(&feature.properties, names).map_or(String::new(), |n| format!("「{n}」"));
    format!("{number}番目の地物{name}")
}

fn seen(feature: &Feature) -> Result<(), String> {
    let beside = feature.id.as_ref().and_then(Value::as_str).and_then(text::unseen);
    let beside = beside.map(|why| ("id", why));
    match stream::unseen(&feature.properties).or(beside) {
        None => Ok(()),
        Some((name, why)) => Err(format!("{name}: {why}")),
    }
}

fn district(feature: &Feature) -> Result<District, String> {
    let own = &feature.properties;
    let beside = match &feature.id {
        Some(Value::String(id)) => cell(id),
        Some(Value::Number(id)) => Some(id.to_string()),
        _ => None,
    };
    let code = property(own, &["id", "code", "地区コード"])
        .or(beside)
        .ok_or("id(またはcode)がありません")?;
    let id = DistrictId::new(code.as_str()).map_err(|e| format!("id「{code}」: {e}"))?;
    let name = property(own, NAME).ok_or("nameがありません")?;
    let level = match property(own, &["level"]) {
        None => DistrictLevel::PromotionCouncil,
        Some(text) => DistrictLevel::parse(&text).ok_or_else(|| {
            format!(
                "level「{text}」を読めません。{}のどれかにしてください",
                DistrictLevel::accepted()
            )
        })?,
    };
    let parent = property(own, &["parent", "former_municipality", "区", "旧市町村"]);
    let said = own.get("illustrative").and_then(Value::as_bool);
    let status = property(own, &["boundary_status"]);
    let (outline, stands) = match shape::point(feature) {
        Some(point) => (None, Some(point?)),
        None => (Some(shape::area(feature)?), None),
    };
    let lat = number(own, &["centre_lat", "拠点緯度"]);
    let lng = number(own, &["centre_lng", "拠点経度"]);
    let written = match (lng, lat) {
        (Some(lng), Some(lat)) => {
            Some(LngLat::new(lng, lat).map_err(|e| format!("拠点[{lng}, {lat}]: {e}"))?)
        }
        _ => None,
    };
    Ok(District {
        id,
        name,
        level,
        parent,
        centre: stands.or(written),
        illustrative: outline.is_some()
            && said.unwrap_or_else(|| status.is_some_and(|s| s.starts_with("illustrative"))),
        outline,
        sketched: false,
        population: None,
        source: property(own, &["source", "出典"]),
    })
}

/// The figures a feature carries: `population` (with `year`), or names that hold their year (`pop2020_est`).
fn population(feature: &Feature, id: &DistrictId) -> Option<Population> {
    let own = &feature.properties;
    let dated = |front: &str| {
        own.keys().find_map(|k| {
            let year = k.strip_prefix(front)?.get(..4)?.parse::<i64>().ok()?;
            Some((year, number(own, &[k])?))
        })
    };
    let plain = |names: &[&str]| number(own, names);
    let (year, total) = match (plain(&["年", "year"]), plain(&["総人口", "population"])) {
        (Some(year), Some(total)) => (year as i64, total),
        _ => dated("pop")?,
    };
    let whole = |n: f64| (0.0..1e9).contains(&n).then_some(n.round() as i64);
    let part = |names: &[&str], front: &str| plain(names).or_else(|| Some(dated(front)?.1)).and_then(whole);
    Some(Population {
        district: id.clone(),
        year,
        total: whole(total)?,
        age65: part(&["65歳以上", "age65"], "pop65_"),
        age75: part(&["75歳以上", "age75"], "pop75_"),
        households: part(&["世帯数", "households"], "households"),
        source: property(own, &["source", "出典"]),
    })
}
