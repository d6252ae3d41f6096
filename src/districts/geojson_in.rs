//! Reads outlines of districts and of municipalities from GeoJSON, and says what is wrong with which feature.

use geo::{Coord, LineString, MultiPolygon, Polygon};
use serde_json::{Map, Value};

use super::{
    district::{Boundary, District, DistrictLevel},
    rings::crosses_itself,
};
use crate::kernel::{geo::LngLat, id::DistrictId, text::cell};

/// The most corners a file may have.
pub const MAX_VERTICES: usize = 1_000_000;

/// The longest file that is parsed, bytes: no file of [`MAX_VERTICES`] needs more.
const MAX_BYTES: usize = 100_000_000;

/// Reads a FeatureCollection of districts (properties of `csv.md`), or every problem by feature.
pub fn districts(text: &str) -> Result<Vec<District>, Vec<String>> {
    let (mut read, mut problems) = (Vec::<District>::new(), Vec::new());
    let mut left = MAX_VERTICES;
    for (number, feature) in features(text).map_err(|e| vec![e])?.iter().enumerate() {
        let label = label(number, feature, NAME);
        match district(feature, &mut left) {
            Ok(one) if read.iter().any(|d| d.id == one.id) => {
                problems.push(format!("{label}: idの「{}」が二度あります", one.id));
            }
            Ok(one) => read.push(one),
            Err(why) => problems.push(format!("{label}: {why}")),
        }
    }
    if problems.is_empty() {
        Ok(read)
    } else {
        Err(problems)
    }
}

/// Reads the outlines of municipalities (国土数値情報 N03, or `code` and `name`): only those of `code` when it is
/// given. A municipality in several features becomes one.
pub fn boundaries(text: &str, code: Option<&str>) -> Result<Vec<Boundary>, Vec<String>> {
    let (mut read, mut problems) = (Vec::<Boundary>::new(), Vec::new());
    let mut left = MAX_VERTICES;
    for (number, feature) in features(text).map_err(|e| vec![e])?.iter().enumerate() {
        let properties = properties(feature);
        let own = property(properties, &["N03_007", "code", "id"]);
        if code.is_some_and(|wanted| own.as_deref() != Some(wanted)) {
            continue;
        }
        let label = label(number, feature, TOWN);
        let Some(own) = own else {
            problems.push(format!("{label}: 行政区域コード(N03_007またはcode)がありません"));
            continue;
        };
        match outline(feature, &mut left, false) {
            Ok(outline) => match read.iter_mut().find(|b| b.code == own) {
                Some(same) => same.outline.0.extend(outline.0),
                None => {
                    let name = property(properties, TOWN).unwrap_or_else(|| own.clone());
                    read.push(Boundary {
                        code: own,
                        name,
                        outline,
                    });
                }
            },
            Err(why) => problems.push(format!("{label}: {why}")),
        }
    }
    match (problems.is_empty(), read.is_empty(), code) {
        (true, true, Some(code)) => Err(vec![format!(
            "コード「{code}」の市町村がこのファイルにありません"
        )]),
        (true, ..) => Ok(read),
        (false, ..) => Err(problems),
    }
}

const NAME: &[&str] = &["name", "地区", "名称"];
const TOWN: &[&str] = &["N03_004", "name", "名称"];

fn features(text: &str) -> Result<Vec<Value>, String> {
    if text.len() > MAX_BYTES {
        return Err(format!(
            "ファイルが大きすぎます。{}MBまでにしてください",
            MAX_BYTES / 1_000_000
        ));
    }
    // serde_json itself stops at 128 levels, before the stack does.
    let mut root: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|e| format!("GeoJSONとして読めません({}行{}文字目: {e})", e.line(), e.column()))?;
    match root.get_mut("features").map(Value::take) {
        Some(Value::Array(list)) if !list.is_empty() => Ok(list),
        Some(Value::Array(_)) => Err("地物が1つもありません".to_owned()),
        _ => Err("FeatureCollectionではありません。GeoJSONのFeatureCollectionにしてください".to_owned()),
    }
}

fn properties(feature: &Value) -> Option<&Map<String, Value>> {
    feature.get("properties").and_then(Value::as_object)
}

fn property(properties: Option<&Map<String, Value>>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| match properties?.get(*name)? {
        Value::String(text) => cell(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

fn label(number: usize, feature: &Value, names: &[&str]) -> String {
    let name = property(properties(feature), names).map_or(String::new(), |n| format!("「{n}」"));
    format!("{}番目の地物{name}", number + 1)
}

fn district(feature: &Value, left: &mut usize) -> Result<District, String> {
    let own = properties(feature);
    let code = property(own, &["id", "code", "地区コード"]).ok_or("id(またはcode)がありません")?;
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
    let said = own.and_then(|p| p.get("illustrative")).and_then(Value::as_bool);
    let status = property(own, &["boundary_status"]);
    let illustrative = said.unwrap_or_else(|| status.is_some_and(|s| s.starts_with("illustrative")));
    let outline = Some(outline(feature, left, true)?);
    let source = property(own, &["source", "出典"]);
    Ok(District {
        id,
        name,
        level,
        parent,
        centre: None,
        outline,
        illustrative,
        population: None,
        source,
    })
}

fn outline(feature: &Value, left: &mut usize, strict: bool) -> Result<MultiPolygon<f64>, String> {
    let geometry = feature
        .get("geometry")
        .filter(|g| !g.is_null())
        .ok_or("図形(geometry)がありません")?;
    let kind = geometry.get("type").and_then(Value::as_str).unwrap_or("なし");
    let coordinates = geometry
        .get("coordinates")
        .ok_or("座標(coordinates)がありません")?;
    let polygons = match kind {
        "Polygon" => vec![polygon(coordinates, left, strict)?],
        "MultiPolygon" => array(coordinates)?
            .iter()
            .map(|p| polygon(p, left, strict))
            .collect::<Result<Vec<_>, _>>()?,
        _ => {
            return Err(format!(
                "図形の種類「{kind}」は使えません。PolygonかMultiPolygonにしてください"
            ));
        }
    };
    if polygons.is_empty() {
        return Err("図形が空です".to_owned());
    }
    Ok(MultiPolygon::new(polygons))
}

fn polygon(value: &Value, left: &mut usize, strict: bool) -> Result<Polygon<f64>, String> {
    let mut rings = array(value)?
        .iter()
        .map(|r| ring(r, left, strict))
        .collect::<Result<Vec<_>, _>>()?
        .into_iter();
    let outer = rings.next().ok_or("図形が空です")?;
    Ok(Polygon::new(outer, rings.collect()))
}

fn ring(value: &Value, left: &mut usize, strict: bool) -> Result<LineString<f64>, String> {
    let positions = array(value)?;
    *left = left
        .checked_sub(positions.len())
        .ok_or_else(|| format!("頂点が多すぎます。ファイル全体で{MAX_VERTICES}点までにしてください"))?;
    let ring = LineString::new(positions.iter().map(position).collect::<Result<Vec<_>, _>>()?);
    if ring.0.len() < 4 || !ring.is_closed() {
        return Err("線が閉じていません。最初と最後の点を同じにしてください(4点以上)".to_owned());
    }
    if strict && let Some(at) = crosses_itself(&ring) {
        return Err(format!(
            "線が経度{:.5}・緯度{:.5}の付近で交差しています",
            at.x, at.y
        ));
    }
    Ok(ring)
}

fn position(value: &Value) -> Result<Coord<f64>, String> {
    let numbers = array(value)?;
    let number = |at: usize| {
        numbers
            .get(at)
            .and_then(Value::as_f64)
            .ok_or("座標が数ではありません")
    };
    let (x, y) = (number(0)?, number(1)?);
    LngLat::new(x, y).map_err(|e| format!("座標[{x}, {y}]: {e}"))?;
    Ok(Coord { x, y })
}

fn array(value: &Value) -> Result<&Vec<Value>, String> {
    value
        .as_array()
        .ok_or_else(|| "座標の形が正しくありません".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(properties: &str, kind: &str, coordinates: &str) -> String {
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{properties},"geometry":{{"type":"{kind}","coordinates":{coordinates}}}}}]}}"#
        )
    }

    const SQUARE: &str = "[[[141.0,39.0],[141.1,39.0],[141.1,39.1],[141.0,39.1],[141.0,39.0]]]";
    const PLAIN: &str = r#"{"code":"a","name":"甲","区":"水沢"}"#;

    fn check(text: &str, part: &str) {
        let problems = districts(text).unwrap_err();
        assert!(problems.iter().any(|p| p.contains(part)), "{part}: {problems:?}");
    }

    #[test]
    fn a_district_is_read_by_any_of_its_property_names() {
        let read = districts(&file(PLAIN, "Polygon", SQUARE)).unwrap();
        assert_eq!((read[0].id.as_str(), read[0].name.as_str()), ("a", "甲"));
        assert_eq!(read[0].parent.as_deref(), Some("水沢"));
        assert_eq!(
            districts(&file(PLAIN, "MultiPolygon", &format!("[{SQUARE}]"))).unwrap(),
            read
        );
    }

    #[test]
    fn a_wrong_feature_is_reported_with_its_number_and_name() {
        check(
            &file(PLAIN, "Point", "[141.0,39.0]"),
            "1番目の地物「甲」: 図形の種類「Point」",
        );
        check(&file(r#"{"name":"甲"}"#, "Polygon", SQUARE), "id");
        check(&file(r#"{"id":"a"}"#, "Polygon", SQUARE), "name");
        let bow = "[[[141.0,39.0],[141.1,39.1],[141.1,39.0],[141.0,39.1],[141.0,39.0]]]";
        check(&file(PLAIN, "Polygon", bow), "交差");
        check(
            &file(PLAIN, "Polygon", &SQUARE.replace("141.1,39.1", "39.1,141.1")),
            "入れ替わって",
        );
        check(
            &file(PLAIN, "Polygon", &SQUARE.replace("141.1,39.1", "0,0")),
            "範囲",
        );
        check(
            &file(PLAIN, "Polygon", &SQUARE.replace("141.1,39.1", "NaN,39")),
            "GeoJSONとして読めません",
        );
        check(
            &file(PLAIN, "Polygon", &SQUARE.replace("141.1,39.1", "1e999,39")),
            "GeoJSONとして読めません",
        );
        check("[]", "FeatureCollection");
    }

    #[test]
    fn ten_thousand_levels_of_nesting_are_a_clear_error() {
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        check(&file(PLAIN, "Polygon", &deep), "GeoJSONとして読めません");
    }

    #[test]
    fn more_corners_than_allowed_are_refused() {
        let many = "[141.0,39.0],".repeat(MAX_VERTICES + 1);
        check(
            &file(PLAIN, "Polygon", &format!("[[{}]]", many.trim_end_matches(','))),
            "頂点が多すぎます",
        );
    }

    #[test]
    fn only_the_asked_municipality_is_kept_and_its_parts_are_joined() {
        let part = |code: &str| {
            format!(
                r#"{{"properties":{{"N03_004":"甲市","N03_007":"{code}"}},"geometry":{{"type":"Polygon","coordinates":{SQUARE}}}}}"#
            )
        };
        let text = format!(
            r#"{{"features":[{},{},{}]}}"#,
            part("03215"),
            part("03216"),
            part("03215")
        );
        let read = boundaries(&text, Some("03215")).unwrap();
        assert_eq!(
            (read.len(), read[0].outline.0.len(), read[0].name.as_str()),
            (1, 2, "甲市")
        );
        assert_eq!(boundaries(&text, None).unwrap().len(), 2);
        assert!(boundaries(&text, Some("99999")).unwrap_err()[0].contains("99999"));
    }
}
