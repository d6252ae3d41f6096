//! Taking the lists out again: the public gets what is public, the operator gets everything and can bring it back.

use std::path::Path;

use crate::support::{Folder, Service};

const RESOURCES: &str = "資源ID,名称,種別,所在地,緯度,経度,位置の公開,公開範囲,電話番号,電話の公開,代表・世話人,備考,会場が個人宅\n\
    r1,=HYPERLINK(\"http://evil.example\"),サロン,奥州市水沢1-1,39.1291,141.1372,正確,公開,0197-00-0001,公開,,ないしょ,\n\
    r2,だれにも言わない会,サロン,奥州市水沢2-2,39.1292,141.1373,正確,関係者のみ,,,,,\n\
    r3,縁側の会,サロン,奥州市水沢字大上3-3,39.1301,141.1382,正確,公開,0197-00-0003,,よさく,,はい\n\
    r4,位置なし,サロン,,,,,公開,,,,,\n\
    r5,終わった会,サロン,,39.2,141.2,,公開,,,,,\n";
const OPPORTUNITIES: &str = "機会ID,資源ID,名称,役割,対象年齢,公開範囲\n\
    o1,r1,+体操,参加者,-15,公開\n\
    o2,r1,世話人の会,世話人,,関係者のみ\n\
    o3,r2,ひみつの集い,参加者,,公開\n";

fn filled() -> Folder {
    let folder = Folder::empty();
    folder.file(
        "r.csv",
        RESOURCES.replace("終わった会,サロン,,", "終わった会,サロン,\"水沢,\n五\","),
    );
    folder.file("o.csv", OPPORTUNITIES);
    folder.yosatte(&["import", "resources", "r.csv"]).done();
    folder.yosatte(&["import", "opportunities", "o.csv"]).done();
    folder
}

fn export(folder: &Folder, args: &[&str]) -> String {
    folder.yosatte(&[&["export"], args].concat()).done().out
}

#[test]
fn what_is_not_public_is_in_no_public_file() {
    let folder = filled();
    for args in [
        &["resources"][..],
        &["opportunities"],
        &["resources", "--format", "geojson"],
        &["opportunities", "--format", "geojson"],
        &["resources", "--output", "r.xlsx"],
    ] {
        let mut text = export(&folder, args);
        if args.contains(&"r.xlsx") {
            text = sheet_text(&folder.path().join("r.xlsx"));
        }
        for secret in [
            "ないしょ",
            "だれにも",
            "よさく",
            "0197-00-0003",
            "39.1301",
            "141.1382",
            "3-3",
            "世話人の会",
            "ひみつ",
            "39.1292",
        ] {
            assert!(!text.contains(secret), "{secret} left by {args:?}: {text}");
        }
        assert!(text.contains("r1"), "{args:?}: {text}");
    }
    let public = export(&folder, &["resources"]);
    // The centre of the 500 m cell of r3, and no number of its house.
    assert!(
        public.contains("奥州市水沢,,39.13125,141.140625,おおよそ"),
        "{public}"
    );
}

/// All that stands in a workbook.
fn sheet_text(path: &Path) -> String {
    use calamine::Reader;
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).expect("a workbook");
    let range = book.worksheet_range_at(0).expect("a sheet").expect("its cells");
    let rows = range
        .rows()
        .map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(","));
    rows.collect::<Vec<_>>().join("\n")
}

#[test]
fn no_cell_of_a_csv_calculates_in_excel_and_none_of_a_workbook_is_a_formula() {
    let folder = filled();
    let resources = export(&folder, &["resources"]);
    assert!(
        resources.starts_with("\u{feff}資源ID,名称,名称_カナ,種別,"),
        "{resources}"
    );
    assert!(
        resources.contains("\"'=HYPERLINK(\"\"http://evil.example\"\")\""),
        "{resources}"
    );
    let offers = export(&folder, &["opportunities"]);
    assert!(
        offers.contains("o1,r1,'+体操,") && offers.contains(",-15,"),
        "{offers}"
    );
    export(&folder, &["resources", "--staff", "--output", "all.xlsx"]);
    let text = sheet_text(&folder.path().join("all.xlsx"));
    assert!(text.contains("r1,=HYPERLINK(\"http://evil.example\"),"), "{text}");
    assert!(text.contains(",0197-00-0001,"), "{text}");
}

/// The operator's copy of everything, brought into the same folder and into an empty one.
fn check_round_trip(folder: &Folder, districts: Option<&Path>, format: &str) {
    let other = Folder::empty();
    if let Some(districts) = districts {
        other
            .yosatte(&["import".as_ref(), "districts".as_ref(), districts.as_os_str()])
            .done();
    }
    for kind in ["resources", "opportunities"] {
        let name = format!("{kind}.{format}");
        export(folder, &[kind, "--staff", "--output", &name]);
        let file = std::fs::read(folder.path().join(&name)).expect("the copy");
        let again = folder.yosatte(&["import", kind, &name]).done();
        assert!(
            again.out.contains("追加0件、変更0件、変わらず") && again.out.contains("とばした行0行"),
            "{}{}",
            again.out,
            again.err
        );
        other.file(&name, &file);
        other.yosatte(&["import", kind, &name]).done();
        export(
            &other,
            &[kind, "--staff", "--output", &format!("again-{kind}.csv")],
        );
        export(folder, &[kind, "--staff", "--output", &format!("{kind}.csv")]);
        let copies = [
            folder.path().join(format!("{kind}.csv")),
            other.path().join(format!("again-{kind}.csv")),
        ];
        let [first, second] = copies.map(|path| std::fs::read_to_string(path).expect("a copy"));
        assert!(
            first == second,
            "{kind} came back different:\n{}",
            difference(&first, &second)
        );
    }
}

fn difference(a: &str, b: &str) -> String {
    let lines = a.lines().zip(b.lines()).find(|(a, b)| a != b);
    lines.map_or_else(
        || format!("{} and {} lines", a.lines().count(), b.lines().count()),
        |(a, b)| format!("{a}\n{b}"),
    )
}

#[test]
fn the_operators_copy_comes_back_as_it_was() {
    let folder = filled();
    check_round_trip(&folder, None, "csv");
    check_round_trip(&folder, None, "xlsx");
}

#[test]
fn the_example_city_comes_back_as_it_was() {
    let folder = Folder::empty();
    drop(Service::start(folder.path(), &["--data", "var", "demo"]));
    let districts = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/oshu/districts.csv");
    let rows = export(&folder, &["resources", "--staff"]).lines().count();
    assert!(rows > 200, "{rows} lines");
    check_round_trip(&folder, Some(&districts), "csv");
}

#[test]
fn places_bear_the_names_of_the_api() {
    let folder = filled();
    let places: serde_json::Value =
        serde_json::from_str(&export(&folder, &["resources", "--format", "geojson"])).expect("GeoJSON");
    let features = places["features"].as_array().expect("features");
    let ids: Vec<_> = features
        .iter()
        .map(|f| f["id"].as_str().expect("an id"))
        .collect();
    assert_eq!(ids, ["r1", "r3", "r5"], "only rows with a point");
    let service = Service::start(folder.path(), &["--now", "2026-11-24T09:00:00+09:00", "serve"]);
    for feature in features {
        let id = feature["id"].as_str().expect("an id");
        let answer = service.get_json(&format!("/api/v1/resources/{id}"), &[]);
        let at = &feature["geometry"]["coordinates"];
        assert_eq!(
            [&at[0], &at[1]],
            [&answer["location"]["lng"], &answer["location"]["lat"]],
            "{id}"
        );
        for (name, value) in feature["properties"].as_object().expect("properties") {
            let told = if name == "precision" {
                &answer["location"]["precision"]
            } else {
                &answer[name]
            };
            assert_eq!(value, told, "{id}: {name}");
        }
    }
}

#[test]
fn a_copy_that_cannot_be_written_leaves_the_one_before() {
    let folder = filled();
    let done = folder.yosatte(&["export", "resources", "--output", "no/such/folder.csv"]);
    assert_eq!(done.code, Some(1), "{}", done.err);
    assert!(done.err.contains("no/such/folder.csv"), "{}", done.err);
}
