//! Destroying records on a machine that stops at any moment, and what copies of before can and cannot give back.

use std::{
    collections::BTreeSet,
    path::Path,
    process::Command,
    sync::Mutex,
    time::{Duration, SystemTime},
};

use serde_json::{Value, json};
use sqlx::{AnyPool, Row, any::install_default_drivers};

use crate::{
    durability::kills::Random,
    support::{Browser, House, Service},
};

const TODAY: &str = "2026-11-24";
/// The first day on which what was closed `TODAY` may go.
const AFTER: &str = "2031-11-25";
/// How often the machine stops.
const KILLS: usize = 20;

fn house() -> House {
    let house = House::new();
    house.user("sato", "coordinator", &["--all-districts"]);
    house.user("kanri", "admin", &[]);
    house
}

fn on(house: &House, day: &str, more: &[&str]) -> Service {
    let now = format!("{day}T10:00:00+09:00");
    house.serve(&[&["--now", now.as_str()], more].concat())
}

#[track_caller]
fn does(browser: &Browser, method: &str, path: &str, body: Value, status: u16) -> Value {
    let body = (!body.is_null()).then_some(&body);
    let answer = browser.call_with(method, &format!("/api/v1{path}"), body, &[("if-match", "1")]);
    assert_eq!(answer.status, status, "{method} {path}: {}", answer.text());
    if answer.bytes.is_empty() {
        Value::Null
    } else {
        answer.json()
    }
}

/// A case with a note: its id and pseudonym.
fn case(sato: &Browser, name: &str) -> (String, String) {
    let new = json!({"identity": {"name": name}, "district": "n1", "review_on": "2027-02-01"});
    let case = does(sato, "POST", "/cases", new, 201);
    let text = |field: &str| case[field].as_str().expect("a text").to_owned();
    let note = json!({"on": TODAY, "kind": "visit", "gist": format!("{name}と話した")});
    does(sato, "POST", &format!("/cases/{}/notes", text("id")), note, 201);
    (text("id"), text("person"))
}

fn closed(sato: &Browser, name: &str) -> (String, String) {
    let (id, person) = case(sato, name);
    does(
        sato,
        "POST",
        &format!("/cases/{id}/close"),
        json!({"on": TODAY}),
        200,
    );
    (id, person)
}

/// Whose keys there are.
fn owners(keys: &Path) -> BTreeSet<String> {
    let url = format!("sqlite://{}", keys.display());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        install_default_drivers();
        let pool = AnyPool::connect(&url).await.expect("the keys");
        let rows = sqlx::query("SELECT owner FROM wrapped_key")
            .fetch_all(&pool)
            .await
            .expect("they are read");
        let owners = rows
            .iter()
            .map(|r| r.try_get("owner").expect("an owner"))
            .collect();
        pool.close().await;
        owners
    })
}

#[test]
fn whatever_moment_the_machine_stops_what_was_acknowledged_stays_and_what_was_shredded_stays_shut() {
    let house = house();
    let service = on(&house, TODAY, &[]);
    let sato = Browser::signed_in(&service, "sato");
    let (alive, _) = case(&sato, "のこる人");
    let records: Vec<(String, String)> = (0..KILLS).map(|n| closed(&sato, &format!("{n}番の人"))).collect();
    drop(sato);
    service.terminate();

    let seed = SystemTime::UNIX_EPOCH.elapsed().expect("after 1970").as_nanos() as u64;
    let mut random = Random::new(seed);
    let notes: Mutex<BTreeSet<String>> = Mutex::default();
    let (mut told, mut gone) = (0, 0);
    for (n, (id, person)) in records.iter().enumerate() {
        let service = on(&house, AFTER, &[]);
        let [sato, kanri] = ["sato", "kanri"].map(|name| Browser::signed_in(&service, name));
        does(&sato, "POST", &format!("/cases/{id}/shredding"), Value::Null, 204);
        does(
            &sato,
            "POST",
            &format!("/cases/{id}/shredding/approval"),
            Value::Null,
            200,
        );
        let delay = Duration::from_micros(random.below(30_000));
        let acknowledged = std::thread::scope(|scope| {
            let shredding = scope.spawn(|| {
                let path = format!("/api/v1/cases/{id}/shredding/approval");
                kanri.send_or_lose("POST", &path, "")
            });
            scope.spawn(|| {
                let note = json!({"on": AFTER, "kind": "phone", "gist": format!("{n}回目")}).to_string();
                while let Some(answer) =
                    sato.send_or_lose("POST", &format!("/api/v1/cases/{alive}/notes"), &note)
                {
                    assert_eq!(answer.status, 201, "{}", answer.text());
                    let id = answer.json()["id"].as_str().expect("an id").to_owned();
                    notes.lock().expect("the notes").insert(id);
                }
            });
            std::thread::sleep(delay);
            let killed = Command::new("kill")
                .args(["-9", &service.pid().to_string()])
                .status();
            assert!(killed.expect("kill runs").success());
            shredding.join().expect("it is over")
        });
        drop((sato, kanri));
        service.ended();
        let acknowledged = acknowledged.is_some_and(|answer| {
            assert_eq!(answer.status, 200, "{}", answer.text());
            answer.json()["shredded"] == json!(true)
        });

        let service = on(&house, AFTER, &[]);
        let [sato, kanri] = ["sato", "kanri"].map(|name| Browser::signed_in(&service, name));
        let there = sato.get(&format!("/api/v1/cases/{id}"));
        let context = format!("kill {n} after {delay:?}, seed {seed}: {}", there.text());
        let disposals = kanri.get("/api/v1/disposals?limit=100").text();
        let key = owners(&house.folder.path().join("var/keys.db")).contains(&format!("person:{person}"));
        match there.status {
            // It went as a whole: the key is destroyed, and what is left says that it was.
            404 => assert!(!key && disposals.contains(person.as_str()), "{context}"),
            // It did not go, and nobody was told that it had.
            200 => {
                assert!(
                    !acknowledged && key && !disposals.contains(person.as_str()),
                    "{context}"
                );
                assert!(there.text().contains(&format!("{n}番の人")), "{context}");
                // Whoever asks again finishes it, agreed to already or not.
                let again = does(
                    &kanri,
                    "POST",
                    &format!("/cases/{id}/shredding/approval"),
                    Value::Null,
                    200,
                );
                assert_eq!(again["shredded"], json!(true), "{context}");
            }
            _ => panic!("{context}"),
        }
        told += usize::from(acknowledged);
        gone += usize::from(there.status == 404);
        // Whoever is not shredded is still whole, with every note that was acknowledged.
        let mut kept = BTreeSet::new();
        let mut path = format!("/cases/{alive}/notes?limit=100");
        loop {
            let page = does(&sato, "GET", &path, Value::Null, 200);
            kept.extend(
                page["items"]
                    .as_array()
                    .expect("items")
                    .iter()
                    .map(|i| i["id"].as_str().expect("an id").to_owned()),
            );
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/cases/{alive}/notes?limit=100&cursor={next}");
        }
        let lost: Vec<String> = notes
            .lock()
            .expect("the notes")
            .difference(&kept)
            .cloned()
            .collect();
        assert_eq!(lost, Vec::<String>::new(), "{context}");
        drop((sato, kanri));
        service.terminate();
    }
    let written = notes.lock().expect("the notes").len();
    println!(
        "{KILLS} kills: {gone} were gone after the start, of which {told} were acknowledged; {written} notes acknowledged, none lost"
    );
    assert!(written > 0, "nothing was written in between");
    house.yosatte(&["check"]).done();
}

/// A service on the restored folder.
fn restored(house: &House, folder: &str, keys: &str) -> Service {
    house
        .yosatte(&["--data", folder, "restore", "old.db", "--keys", keys])
        .done();
    let check = house.yosatte(&["--data", folder, "check"]).done();
    assert!(check.out.contains("おかしいもの: 0件"), "{}", check.out);
    on(house, AFTER, &["--data", folder])
}

fn copies(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder of copies").flatten();
    let mut names: Vec<String> = entries
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn an_older_copy_cannot_be_read_with_todays_keys_and_copies_of_keys_live_thirty_days() {
    let house = house();
    let service = on(&house, TODAY, &[]);
    let sato = Browser::signed_in(&service, "sato");
    let (id, person) = closed(&sato, "水沢 花子");
    drop(sato);
    house.yosatte(&["backup", "old.db"]).done();
    let keys = |day: &str| {
        let now = format!("{day}T03:00:00+09:00");
        house
            .yosatte(&["--now", &now, "backup", "--keys", "keys"])
            .done()
            .out
    };
    keys(TODAY);
    let folder = house.folder.path().join("keys");
    let first = copies(&folder);
    assert_eq!(first, ["keys-20261124-030000.db"]);
    // Put aside, as nobody should.
    std::fs::copy(folder.join(&first[0]), house.folder.path().join("aside.db")).expect("a copy");
    service.terminate();

    let service = on(&house, AFTER, &[]);
    let [sato, kanri] = ["sato", "kanri"].map(|name| Browser::signed_in(&service, name));
    does(&sato, "POST", &format!("/cases/{id}/shredding"), Value::Null, 204);
    does(
        &sato,
        "POST",
        &format!("/cases/{id}/shredding/approval"),
        Value::Null,
        200,
    );
    let done = does(
        &kanri,
        "POST",
        &format!("/cases/{id}/shredding/approval"),
        Value::Null,
        200,
    );
    assert_eq!(done["disposal"]["person"], json!(person));
    drop((sato, kanri));
    service.terminate();

    // Copies of the keys live thirty days, whoever's they are.
    for (day, left) in [
        (
            "2026-12-23",
            vec!["keys-20261124-030000.db", "keys-20261223-030000.db"],
        ),
        (
            "2026-12-24",
            vec![
                "keys-20261124-030000.db",
                "keys-20261223-030000.db",
                "keys-20261224-030000.db",
            ],
        ),
        (
            "2026-12-25",
            vec![
                "keys-20261223-030000.db",
                "keys-20261224-030000.db",
                "keys-20261225-030000.db",
            ],
        ),
        (AFTER, vec!["keys-20311125-030000.db"]),
    ] {
        keys(day);
        assert_eq!(copies(&folder), left, "{day}");
    }

    // With today's keys the row is back, and its text is not.
    let service = restored(&house, "back", "keys/keys-20311125-030000.db");
    let sato = Browser::signed_in(&service, "sato");
    let list = does(&sato, "GET", "/cases", Value::Null, 200);
    assert_eq!(
        (&list["items"][0]["shredded"], &list["items"][0]["name"]),
        (&json!(true), &Value::Null)
    );
    for path in ["", "/notes", "/needs", "/export", "/handover"] {
        let shut = does(&sato, "GET", &format!("/cases/{id}{path}"), Value::Null, 409);
        assert!(
            shut["detail"].as_str().expect("a text").contains("廃棄された"),
            "{shut}"
        );
    }
    let found = does(&sato, "POST", "/cases/search", json!({"words": "水沢"}), 200);
    assert_eq!(found["total"], 0);
    drop(sato);
    service.terminate();

    // With keys of before it could be read: that is why no copy of them may outlive its thirty days.
    let service = restored(&house, "again", "aside.db");
    let sato = Browser::signed_in(&service, "sato");
    assert_eq!(
        does(&sato, "GET", &format!("/cases/{id}"), Value::Null, 200)["identity"]["name"],
        "水沢 花子"
    );
    drop(sato);
    service.terminate();
    house.yosatte(&["check"]).done();
}
