//! `yosatte match FILE.json` and `POST /api/v1/match`, as a program and a person at a terminal meet them.

use serde_json::{Value, json};

use crate::support::{Browser, Folder, House};

const CITY: [&str; 3] = ["districts", "resources", "opportunities"];

/// A folder with the example city in it.
pub fn example_city() -> Folder {
    let folder = Folder::empty();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/data/oshu");
    let sheets = |kind: &str| match kind {
        "districts" => vec![format!("{root}/districts.csv")],
        kind => ["esashi", "mizusawa", "south"]
            .iter()
            .map(|part| format!("{root}/{kind}/{part}.csv"))
            .collect(),
    };
    for kind in CITY {
        let mut args = vec!["import".to_owned(), kind.to_owned()];
        args.extend(sheets(kind));
        folder.yosatte(&args).done();
    }
    folder
}

/// The answer of the command for a need.
#[track_caller]
pub fn matched(folder: &Folder, need: &Value) -> Value {
    let file = folder.file("need.json", need.to_string());
    let file = file.to_str().expect("a path");
    let outcome = folder
        .yosatte(&["match", file, "--now", "2026-11-24T09:00:00+09:00"])
        .done();
    serde_json::from_str(&outcome.out).expect("JSON where nobody watches")
}

#[test]
fn a_need_in_a_file_is_answered_with_reasons() {
    let city = example_city();
    let need = json!({"home": {"district": "水沢南"}, "wishes": "人に料理を教えたい", "strengths": ["料理"], "roles": ["講師"],
        "reach": {"mode": "car"}, "as_of": "2026-11-24", "limit": 3});
    let answer = matched(&city, &need);
    assert_eq!(answer["candidates"].as_array().map(Vec::len), Some(3));
    let first = &answer["candidates"][0];
    assert!(
        first["factors"][0]["text"]
            .as_str()
            .is_some_and(|t| t.contains("料理")),
        "{first}"
    );
    assert!(
        first["gates"]
            .as_array()
            .is_some_and(|g| g.iter().all(|g| g["verdict"] != "fail")),
        "{first}"
    );
    assert!(answer["evaluated"].as_u64().is_some_and(|n| n > 300));
    assert_eq!(answer, matched(&city, &need), "the same need has the same answer");
    let told = city
        .yosatte(&[
            "match",
            city.path().join("need.json").to_str().expect("a path"),
            "--format",
            "text",
        ])
        .done();
    assert!(
        told.out.contains("1. ") && told.out.contains("料理"),
        "{}",
        told.out
    );
}

#[test]
fn what_is_wrong_with_a_need_is_told_with_its_place() {
    let folder = Folder::empty();
    let check = |text: &str, words: &[&str]| {
        let file = folder.file("need.json", text);
        let outcome = folder.yosatte(&["match", file.to_str().expect("a path")]);
        assert_eq!(outcome.code, Some(1), "{}{}", outcome.out, outcome.err);
        for word in words {
            assert!(outcome.err.contains(word), "no 「{word}」 in {}", outcome.err);
        }
    };
    check("{\"wishes\": \"…\"", &["1行目"]);
    check("[1]", &["項目と値の組"]);
    check(r#"{"wishs": "x", "limit": 0}"#, &["wishs", "/limit", "1〜100"]);
    check(
        r#"{"slots": [{"weekday": "tue", "from": "12:00", "to": "10:00"}]}"#,
        &["/slots/0/to", "始まりより後"],
    );
    check(
        r#"{"home": {"district": "どこでもない"}}"#,
        &["/home/district", "その地区はありません"],
    );
    check(r#"{"home": {"lat": 3, "lng": 3}}"#, &["/home"]);
    let gone = folder.yosatte(&["match", "nai.json"]);
    assert_eq!(gone.code, Some(1));
    assert!(gone.err.contains("nai.json"), "{}", gone.err);
}

#[test]
fn an_empty_city_answers_with_the_start_of_something_new() {
    let folder = Folder::empty();
    let answer = matched(&folder, &json!({"wishes": "星を見る会に出たい"}));
    assert_eq!(answer["candidates"], json!([]));
    assert_eq!(answer["evaluated"], 0);
    assert!(
        answer["menu_draft"]["text"]
            .as_str()
            .is_some_and(|t| t.contains("相談できます")),
        "{answer}"
    );
}

#[test]
fn staff_match_over_http_and_nobody_else() {
    let house = House::new();
    house.user("sato", "coordinator", &["--district", "n1"]);
    house.user("kei", "planner", &[]);
    let service = house.serve(&[]);
    let need = json!({"wishes": "料理を教えたい"});
    let asks = |browser: &Browser, need: &Value| browser.call("POST", "/api/v1/match", Some(need));
    assert_eq!(asks(&Browser::new(&service), &need).status, 401);
    assert_eq!(asks(&Browser::signed_in(&service, "kei"), &need).status, 403);
    let sato = Browser::signed_in(&service, "sato");
    let answer = asks(&sato, &need);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.json()["candidates"].is_array());
    // A program with a plain token: nothing of a record is read or kept by it.
    let token = house.yosatte(&["token", "issue", "sato"]).done().out;
    let bearer = format!("Bearer {}", token.trim());
    let headers = [("authorization", bearer.as_str())];
    let program = Browser::new(&service).call_with("POST", "/api/v1/match", Some(&need), &headers);
    assert_eq!(program.status, 200, "{}", program.text());
    let wrong = asks(&sato, &json!({"limit": 1000, "wishs": ""}));
    assert_eq!(wrong.status, 422, "{}", wrong.text());
    assert_eq!(
        wrong.json()["errors"].as_array().map(Vec::len),
        Some(2),
        "{}",
        wrong.text()
    );
}
