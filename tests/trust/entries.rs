//! Entries that are 関係者のみ: signed-in staff find them at the same addresses, marked; nobody else learns of them.

use crate::support::{Browser, House};

const PLACES: &str = "資源ID,名称,種別,緯度,経度,電話,電話の公開,公開範囲,説明
open,ひらいたサロン,サロン,39.15,141.10,0197-00-0001,公開,公開,だれでもどうぞ
shut,ないしょのサロン,サロン,39.151,141.101,0197-00-0002,非公開,関係者のみ,紹介された方だけ
";

fn house() -> House {
    let house = House::new();
    let file = house.folder.file("places.csv", PLACES);
    house
        .yosatte(&["import", "resources", file.to_str().unwrap()])
        .done();
    house.user("sato", "coordinator", &["--district", "n1"]);
    house.user("iin", "conference_member", &[]);
    house
}

/// Whether the answer of each address tells of the entry that is not for everyone.
#[track_caller]
fn check(browser: &Browser, who: &str, told: bool) {
    for path in [
        "/api/v1/resources?q=%E3%82%B5%E3%83%AD%E3%83%B3",
        "/api/v1/resources?near=39.15,141.10&radius_m=2000",
        "/api/v1/resources/shut",
        "/?q=%E3%82%B5%E3%83%AD%E3%83%B3",
        "/resources/shut",
        "/points.geojson?kind=salon",
    ] {
        let answer = browser.get(path).text();
        assert_eq!(
            answer.contains("ないしょのサロン") || answer.contains("\"shut\""),
            told,
            "{path} for {who}: {answer}"
        );
    }
    // Completions and counts of districts are everyone's: they stay as the public sees them.
    for path in [
        "/api/v1/suggest?q=%E3%81%AA%E3%81%84",
        "/districts/n1",
        "/api/v1/districts/n1",
    ] {
        assert!(!browser.get(path).text().contains("ないしょ"), "{path} for {who}");
    }
    let total = browser.get("/api/v1/resources?kind=salon").json()["total"].as_i64();
    assert_eq!(total, Some(if told { 2 } else { 1 }), "{who}");
}

#[test]
fn staff_find_what_is_confined_at_the_same_addresses_and_others_do_not() {
    let house = house();
    let service = house.serve(&[]);
    check(&Browser::new(&service), "a stranger", false);
    check(&Browser::signed_in(&service, "iin"), "a conference member", false);
    let sato = Browser::signed_in(&service, "sato");
    check(&sato, "a coordinator", true);
    let page = sato.get("/resources/shut").text();
    assert!(
        page.contains("関係者のみ") && page.contains("0197-00-0002"),
        "{page}"
    );
    assert_eq!(sato.get("/api/v1/resources/shut").json()["visibility"], "staff");
    let items = sato.get("/api/v1/resources?kind=salon&sort=name").json();
    let marks: Vec<_> = items["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["visibility"].as_str())
        .collect();
    assert!(
        marks.contains(&Some("staff")) && marks.contains(&None),
        "{marks:?}"
    );
    sato.post("/signout", &[]);
    check(&sato, "somebody who signed out", false);
}

#[test]
fn a_token_finds_what_is_confined_only_with_its_scope() {
    let house = house();
    let issue = |scope: &str| {
        house
            .yosatte(&["token", "issue", "sato", "--scope", scope])
            .done()
            .out
            .trim()
            .to_owned()
    };
    let (resources, audit) = (issue("resources:read"), issue("cases:read"));
    let service = house.serve(&[]);
    let browser = Browser::new(&service);
    let total = |token: &str| {
        let header = format!("Bearer {token}");
        let answer = browser.call_with(
            "GET",
            "/api/v1/resources?kind=salon",
            None,
            &[("authorization", &header)],
        );
        answer.json()["total"].as_i64()
    };
    assert_eq!((total(&resources), total(&audit)), (Some(2), Some(1)));
}
