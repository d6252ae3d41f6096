//! From a need to a match and to its end, over HTTP: what is kept, what is refused, and that nothing of it lies open.

use serde_json::{Value, json};

use crate::support::{Browser, House, Service};

const TODAY: &str = "2026-11-24";
/// Words that stand nowhere but in what somebody said.
const SAID: [&str; 3] = ["むらさきいろのえんぴつ", "やまねこまちの味", "きつねびより"];

struct Town {
    house: House,
}

fn town() -> Town {
    let house = House::new();
    house.user("sato", "coordinator", &["--district", "n1"]);
    house.user("kato", "coordinator", &["--district", "n1"]);
    let places = "資源ID,名称,種別,緯度,経度,公開範囲\np1,北の台所,地域食堂,39.151,141.101,公開\np2,川の家,サロン,39.30,141.30,公開\n";
    let offers = "機会ID,資源ID,名称,役割,内容,必要な技能,日時,空き,公開範囲\n\
        o1,p1,料理の先生,講師,みんなに料理を教えてください,料理,毎週火 10:00-12:00,2,公開\n\
        o2,p2,遠い料理の先生,講師,料理を教えてください,料理,毎週火 10:00-12:00,2,公開\n";
    for (kind, text) in [("resources", places), ("opportunities", offers)] {
        let sheet = house.folder.file(&format!("{kind}.csv"), text);
        house
            .yosatte(&["import", kind, sheet.to_str().expect("a path")])
            .done();
    }
    Town { house }
}

fn serve(house: &House) -> Service {
    house.serve(&["--now", &format!("{TODAY}T10:00:00+09:00")])
}

#[track_caller]
fn asks(browser: &Browser, call: &str, body: Value, version: Option<i64>, status: u16) -> Value {
    let (method, path) = call.split_once(' ').expect("a method and a path");
    let version = version.map(|v| v.to_string());
    let headers: Vec<(&str, &str)> = version.iter().map(|v| ("if-match", v.as_str())).collect();
    let body = (!body.is_null()).then_some(&body);
    let answer = browser.call_with(method, &format!("/api/v1{path}"), body, &headers);
    assert_eq!(answer.status, status, "{call}: {}", answer.text());
    if answer.bytes.is_empty() {
        Value::Null
    } else {
        answer.json()
    }
}

fn id(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

/// A case with a need; answers both ids.
fn need(sato: &Browser) -> (String, String) {
    let case = json!({"review_on": "2027-02-01", "district": "n1", "identity": {"name": "水沢 花子"}});
    let case = id(&asks(sato, "POST /cases", case, None, 201));
    let wishes = json!({"wishes": format!("料理を教えたい。{}", SAID[0]), "strengths": ["料理", SAID[1]], "roles": ["instructor"], "age": 52,
        "home": {"lat": 39.15, "lng": 141.10}, "reach": {"mode": "transport", "max_km": 5}});
    let need = id(&asks(
        sato,
        &format!("POST /cases/{case}/needs"),
        wishes,
        None,
        201,
    ));
    (case, need)
}

#[test]
fn a_match_goes_from_a_candidate_to_its_end() {
    let town = town();
    let service = serve(&town.house);
    let sato = Browser::signed_in(&service, "sato");
    let (case, need) = need(&sato);
    let found = asks(
        &sato,
        &format!("GET /needs/{need}/candidates"),
        Value::Null,
        None,
        200,
    );
    assert_eq!(found["candidates"][0]["opportunity"]["id"], "o1", "{found}");
    assert_eq!(found["near_misses"][0]["failed"]["gate"], "reach", "{found}");
    let made = asks(
        &sato,
        "POST /matches",
        json!({"need": need, "opportunity": "o1"}),
        None,
        201,
    );
    let made = id(&made);
    asks(
        &sato,
        "POST /matches",
        json!({"need": need, "opportunity": "o1"}),
        None,
        409,
    );
    // What does not fit is proposed only in spite of the gate that is named.
    let far = asks(
        &sato,
        "POST /matches",
        json!({"need": need, "opportunity": "o2"}),
        None,
        409,
    );
    assert!(
        far["detail"].as_str().is_some_and(|d| d.contains("距離")),
        "{far}"
    );
    let far = json!({"need": need, "opportunity": "o2", "despite": ["reach"]});
    let far = id(&asks(&sato, "POST /matches", far, None, 201));
    let kept = asks(&sato, &format!("GET /matches/{far}"), Value::Null, None, 200);
    assert_eq!(kept["proposal"]["despite"], json!(["reach"]));
    asks(
        &sato,
        "POST /matches",
        json!({"need": need, "opportunity": "nai"}),
        None,
        422,
    );

    let steps = format!("POST /matches/{made}/steps");
    asks(&sato, &steps, json!({"to": "contacted", "on": TODAY}), None, 428);
    asks(
        &sato,
        &steps,
        json!({"to": "contacted", "on": TODAY}),
        Some(7),
        412,
    );
    asks(&sato, &steps, json!({"to": "active", "on": TODAY}), Some(1), 409);
    asks(
        &sato,
        &steps,
        json!({"to": "contacted", "on": "2026-12-01"}),
        Some(1),
        409,
    );
    asks(
        &sato,
        &steps,
        json!({"to": "declined", "on": TODAY}),
        Some(1),
        422,
    );
    asks(
        &sato,
        &steps,
        json!({"to": "contacted", "on": TODAY, "note": SAID[2], "next_on": "2026-11-25"}),
        Some(1),
        200,
    );
    // The second of two people is told, and nothing is written over.
    asks(
        &sato,
        &steps,
        json!({"to": "declined", "on": TODAY, "reason": "full", "declined_by": "host"}),
        Some(1),
        412,
    );
    asks(&sato, &steps, json!({"to": "trial", "on": TODAY}), Some(2), 200);
    let heard = format!("POST /matches/{made}/follow-ups");
    asks(
        &sato,
        &heard,
        json!({"on": TODAY, "note": "たのしそうでした"}),
        Some(3),
        200,
    );
    drop(sato);
    drop(service);

    // After a restart, two days later: what is due stands first.
    let service = town.house.serve(&["--now", "2026-12-20T10:00:00+09:00"]);
    let sato = Browser::signed_in(&service, "sato");
    let listed = asks(&sato, "GET /matches", Value::Null, None, 200);
    assert_eq!(listed["total"], 2);
    assert!(
        listed["items"]
            .as_array()
            .is_some_and(|all| all.iter().all(|m| m["overdue"] == true)),
        "{listed}"
    );
    let home = sato.get("/staff").text();
    assert!(
        home.contains("料理の先生") && home.contains("期限ぎれ"),
        "the first screen says so"
    );
    let told = asks(&sato, &format!("GET /matches/{made}"), Value::Null, None, 200);
    assert_eq!(told["state"], "trial");
    assert_eq!(told["steps"].as_array().map(Vec::len), Some(3));
    assert_eq!(told["steps"][0]["note"], SAID[2]);
    assert!(
        told["proposal"]["gates"]
            .as_array()
            .is_some_and(|g| !g.is_empty())
    );
    // A case in which matches go on is not closed over them.
    let version = asks(&sato, &format!("GET /cases/{case}"), Value::Null, None, 200)["version"].as_i64();
    let closing = asks(
        &sato,
        &format!("POST /cases/{case}/close"),
        json!({"on": "2026-12-20"}),
        version,
        409,
    );
    assert!(
        closing["detail"]
            .as_str()
            .is_some_and(|d| d.contains("2件つづいています")),
        "{closing}"
    );
    asks(
        &sato,
        &steps,
        json!({"to": "active", "on": "2026-12-20"}),
        Some(4),
        200,
    );
    asks(
        &sato,
        &steps,
        json!({"to": "closed", "on": "2026-12-20", "outcome": "settled"}),
        Some(5),
        200,
    );
    asks(
        &sato,
        &steps,
        json!({"to": "paused", "on": "2026-12-20"}),
        Some(6),
        409,
    );
    let no = json!({"to": "declined", "on": "2026-12-20", "reason": "distance", "declined_by": "person"});
    asks(&sato, &format!("POST /matches/{far}/steps"), no, Some(1), 200);
    asks(
        &sato,
        &format!("POST /cases/{case}/close"),
        json!({"on": "2026-12-20"}),
        version,
        200,
    );
    assert_eq!(asks(&sato, "GET /matches", Value::Null, None, 200)["total"], 0);
    town.house.yosatte(&["check"]).done();
}

#[test]
fn nothing_of_a_match_lies_open_and_a_host_is_told_nothing_that_leads_to_the_person() {
    let town = town();
    let service = serve(&town.house);
    let sato = Browser::signed_in(&service, "sato");
    let (_, need) = need(&sato);
    let made = id(&asks(
        &sato,
        "POST /matches",
        json!({"need": need, "opportunity": "o1"}),
        None,
        201,
    ));
    let step = json!({"to": "contacted", "on": TODAY, "note": SAID[2]});
    asks(&sato, &format!("POST /matches/{made}/steps"), step, Some(1), 200);
    let profile = asks(
        &sato,
        &format!("GET /matches/{made}/profile"),
        Value::Null,
        None,
        200,
    )
    .to_string();
    assert!(profile.contains("50代") && profile.contains("料理"), "{profile}");
    for secret in SAID.iter().chain(&["花子", "39.15", "52"]) {
        assert!(!profile.contains(secret), "{secret} in {profile}");
    }
    let page = sato.get(&format!("/matches/{made}")).text();
    assert!(
        page.contains(SAID[2]) && page.contains("50代"),
        "the page has both"
    );
    // What is handed over says where and when, and nothing of the record.
    let paper = sato.get(&format!("/matches/{made}/handout")).text();
    assert!(
        paper.contains("料理の先生") && paper.contains("北の台所") && paper.contains("毎週火 10:00-12:00"),
        "{paper}"
    );
    for secret in SAID.iter().chain(&["花子"]) {
        assert!(!paper.contains(secret), "{secret} on the paper");
    }
    let week = sato.get("/matches").text();
    assert!(
        week.contains("料理の先生") && week.contains("打診中"),
        "the week's sheet"
    );
    assert!(!week.contains("花子"), "a name on the week's sheet");
    // A colleague of the district, to whom it is nobody's.
    let kato = Browser::signed_in(&service, "kato");
    asks(&kato, &format!("GET /matches/{made}"), Value::Null, None, 404);
    assert_eq!(kato.get(&format!("/matches/{made}")).status, 404);
    drop((sato, kato));
    let log = service.log();
    drop(service);
    let mut looked = 0;
    let mut folders = vec![town.house.folder.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
                continue;
            }
            let bytes = std::fs::read(entry.path()).expect("a file");
            looked += 1;
            for secret in SAID.iter().chain(&["花子"]) {
                let open = bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
                assert!(!open, "{secret} in {}", entry.path().display());
            }
        }
    }
    assert!(looked > 5);
    for secret in SAID {
        assert!(!log.contains(secret), "{secret} in the log");
    }
}
