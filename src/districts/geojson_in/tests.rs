//! Files as they come: each case is a file and what is said of it.

use super::*;

fn file(properties: &str, kind: &str, coordinates: &str) -> String {
    format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{properties},"geometry":{{"type":"{kind}","coordinates":{coordinates}}}}}]}}"#
    )
}

const SQUARE: &str = "[[[141.0,39.0],[141.1,39.0],[141.1,39.1],[141.0,39.1],[141.0,39.0]]]";
const PLAIN: &str = r#"{"code":"a","name":"甲","区":"水沢"}"#;

fn check(text: &str, part: &str) {
    let problems = districts(text.as_bytes()).unwrap_err();
    assert!(problems.iter().any(|p| p.contains(part)), "{part}: {problems:?}");
}

#[test]
fn a_district_is_read_by_any_of_its_property_names() {
    let read = districts(file(PLAIN, "Polygon", SQUARE).as_bytes()).unwrap().0;
    assert_eq!((read[0].id.as_str(), read[0].name.as_str()), ("a", "甲"));
    assert_eq!(read[0].parent.as_deref(), Some("水沢"));
    assert_eq!(
        districts(file(PLAIN, "MultiPolygon", &format!("[{SQUARE}]")).as_bytes())
            .unwrap()
            .0,
        read
    );
}

#[test]
fn a_wrong_feature_is_reported_with_its_number_and_name() {
    check(
        &file(PLAIN, "LineString", "[[141.0,39.0],[141.1,39.0]]"),
        "1番目の地物「甲」: 図形の種類「LineString」",
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
fn a_shape_that_is_no_area_in_degrees_is_told() {
    let hole = |ring: &str| {
        file(
            PLAIN,
            "Polygon",
            &format!("{},[{ring}]]", &SQUARE[..SQUARE.len() - 1]),
        )
    };
    let inside = "[141.02,39.02],[141.03,39.02],[141.03,39.03],[141.02,39.02]";
    assert!(districts(hole(inside).as_bytes()).is_ok());
    check(&hole(&inside.replace("141.", "142.")), "外側の線の外");
    check(&hole(&inside.replace("141.03,39.02", "141.3,39.02")), "交差");
    check(&file(PLAIN, "Polygon", "[]"), "図形が空");
    check(&file(PLAIN, "MultiPolygon", "[]"), "図形が空");
    check(
        &file(PLAIN, "Polygon", "[[[141,39],[141,39],[141,39],[141,39]]]"),
        "面積",
    );
    check(
        &file(
            PLAIN,
            "Polygon",
            "[[[25000.5,-95000],[25001,-95000],[25001,-95001],[25000.5,-95000]]]",
        ),
        "メートル",
    );
    check(
        &file(
            PLAIN,
            "Polygon",
            "[[[\"141\",39],[141.1,39],[141.1,39.1],[141,39]]]",
        ),
        "座標(coordinates)の形",
    );
    check(
        &file(PLAIN, "Polygon", SQUARE).replace(r#""type":"Polygon","#, ""),
        "図形の種類「」",
    );
    let crs = |name: &str| {
        file(PLAIN, "Polygon", SQUARE).replacen(
            '{',
            &format!(r#"{{"crs":{{"type":"name","properties":{{"name":"{name}"}}}},"#),
            1,
        )
    };
    check(
        &crs("urn:ogc:def:crs:EPSG::2452"),
        "座標系「urn:ogc:def:crs:EPSG::2452」",
    );
    for fine in [
        "urn:ogc:def:crs:EPSG::6668",
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "EPSG:4326",
    ] {
        assert!(districts(crs(fine).as_bytes()).is_ok(), "{fine}");
    }
}

#[test]
fn edges_that_overlap_everywhere_are_given_up_in_bounded_time() {
    // Long parallel slanted teeth: every box meets every other, nothing crosses.
    let teeth: Vec<String> = (0..20_000)
        .map(|i| {
            let x = f64::from(i) * 1e-5;
            if i % 2 == 0 {
                format!("[{:.6},39.0]", 141.0 + x)
            } else {
                format!("[{:.6},39.9]", 141.5 + x)
            }
        })
        .collect();
    let ring = format!("[[{},[142.0,38.9],[140.9,38.9],{}]]", teeth.join(","), teeth[0]);
    check(&file(PLAIN, "Polygon", &ring), "入り組みすぎ");
}

#[test]
fn a_file_of_centres_gives_points_and_people() {
    let own = r#"{"id":"a","name":"甲","pop2020_est":100,"pop65_2020_est":30,"households2020_est":40}"#;
    let (read, figures) = districts(file(own, "Point", "[141.0,39.0]").as_bytes()).unwrap();
    assert_eq!(
        (read[0].centre, read[0].outline.is_none()),
        (LngLat::new(141.0, 39.0).ok(), true)
    );
    let f = &figures[0];
    assert_eq!(
        (f.year, f.total, f.age65, f.households),
        (2020, 100, Some(30), Some(40))
    );
}

fn wanted(text: &str, code: &str, name: &str, all: bool) -> Result<Vec<(String, usize)>, String> {
    let code = MunicipalityCode::new(code).unwrap();
    let wanted = Wanted {
        code: &code,
        name,
        all,
    };
    let read = boundaries(text.as_bytes(), &wanted).map_err(|e| e.join("\n"))?;
    Ok(read
        .into_iter()
        .map(|b| (format!("{} {}", b.code, b.name), b.outline.0.len()))
        .collect())
}

#[test]
fn only_the_asked_municipality_is_kept_and_its_parts_are_joined() {
    let part = |properties: &str| {
        format!(r#"{{"properties":{properties},"geometry":{{"type":"Polygon","coordinates":{SQUARE}}}}}"#)
    };
    let n03 = |four: &str, code: &str| {
        part(&format!(
            r#"{{"N03_001":"岩手県","N03_004":"{four}","N03_007":"{code}"}}"#
        ))
    };
    let text = format!(
        r#"{{"features":[{},{},{}]}}"#,
        n03("奥州市", "03215"),
        n03("盛岡市", "03201"),
        n03("奥州市", "03215")
    );
    assert_eq!(
        wanted(&text, "03215", "奥州市", false),
        Ok(vec![("03215 奥州市".into(), 2)])
    );
    assert_eq!(wanted(&text, "03215", "奥州市", true).unwrap().len(), 2);
    assert!(
        wanted(&text, "03216", "滝沢市", false)
            .unwrap_err()
            .contains("奥州市、盛岡市")
    );
    let bare = format!(r#"{{"features":[{}]}}"#, part(r#"{"name":"岩手県奥州市"}"#));
    assert_eq!(
        wanted(&bare, "03215", "奥州市", false),
        Ok(vec![("03215 奥州市".into(), 1)])
    );
    assert!(wanted(&bare, "03201", "盛岡市", false).is_err());
    let wards = format!(
        r#"{{"features":[{},{}]}}"#,
        part(r#"{"N03_001":"宮城県","N03_003":"仙台市","N03_004":"青葉区","N03_007":"04101"}"#),
        part(r#"{"N03_001":"宮城県","N03_004":"仙台市","N03_005":"泉区","N03_007":"04105"}"#),
    );
    assert_eq!(
        wanted(&wards, "04100", "仙台市", false),
        Ok(vec![("04100 仙台市".into(), 2)])
    );
}
