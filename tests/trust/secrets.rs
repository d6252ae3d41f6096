//! What people say is in no file, log, metric or error: marked words go into every field, everything is used, and every file is searched.

use std::{
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::support::{Browser, House};

const TODAY: &str = "2026-11-24";
/// In every marked text; nobody writes either by chance.
const MARKS: [&str; 2] = ["qzvmarkxj", "龘靐齉"];
/// Digits of the marked home, as they would be written.
const HOME: (f64, f64) = (39.151_737_3, 141.102_929_2);

/// A marked text; the number tells which field it was.
fn mark(n: u32) -> String {
    format!("{}{n}号{}", MARKS[0], MARKS[1])
}

/// A mark in every form in which a file may hold it.
fn needles() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for text in MARKS
        .iter()
        .map(|m| (*m).to_owned())
        .chain([HOME.0.to_string(), HOME.1.to_string()])
    {
        all.push(text.clone().into_bytes());
        all.push(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
        all.push(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
        for before in 0..3 {
            // What stands before it moves the letters; those that its neighbours share are left out.
            let bytes = [vec![0; before], text.clone().into_bytes()].concat();
            let whole = bytes.len() / 3 * 4;
            all.push(STANDARD.encode(&bytes).as_bytes()[before + before.min(1)..whole].to_vec());
        }
    }
    for degrees in [HOME.0, HOME.1] {
        all.extend([degrees.to_le_bytes().to_vec(), degrees.to_be_bytes().to_vec()]);
    }
    all.iter().map(|n| n.to_ascii_lowercase()).collect()
}

/// Whether these bytes hold those: by their first byte, which few places share.
fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|b| *b == needle[0]) {
        rest = &rest[at..];
        if rest.starts_with(needle) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path))
        } else {
            found.push(path)
        }
    }
    found
}

/// The files that hold a mark, and how many were searched.
fn leaking(folder: &Path) -> (Vec<PathBuf>, usize) {
    let needles = needles();
    let all = files(folder);
    let holds = |path: &&PathBuf| {
        // A file may go while the service runs (a journal, a merged segment).
        let bytes = fs::read(path).unwrap_or_default().to_ascii_lowercase();
        needles.iter().any(|n| contains(&bytes, n))
    };
    (all.iter().filter(holds).cloned().collect(), all.len())
}

#[test]
fn a_mark_is_found_in_every_form_in_which_a_file_may_hold_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!("前{}後", mark(7));
    let utf16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let shifted = |by: usize| {
        STANDARD
            .encode([&vec![b'x'; by], text.as_bytes()].concat())
            .into_bytes()
    };
    for (name, bytes) in [
        ("plain", text.clone().into_bytes()),
        ("capital", text.to_uppercase().into_bytes()),
        ("le", utf16(u16::to_le_bytes)),
        ("be", utf16(u16::to_be_bytes)),
        ("b0", shifted(0)),
        ("b1", shifted(1)),
        ("b2", shifted(2)),
        ("home", format!("{{\"lat\":{}}}", HOME.0).into_bytes()),
    ] {
        let one = folder.path().join(name);
        fs::create_dir(&one).expect("a folder");
        fs::write(one.join("file"), bytes).expect("a file");
        assert_eq!(leaking(&one), (vec![one.join("file")], 1), "{name}");
    }
    fs::create_dir(folder.path().join("none")).expect("a folder");
    fs::write(folder.path().join("none/file"), "何もない").expect("a file");
    assert_eq!(leaking(&folder.path().join("none")), (Vec::new(), 1));
}

fn wants(n: u32) -> Value {
    json!({"wishes": mark(n), "strengths": [mark(n + 1)]})
}

fn need() -> Value {
    let mut need = wants(20);
    need["home"] = json!({"lat": HOME.0, "lng": HOME.1});
    need["avoid"] = json!({"places": [mark(22)], "people": [mark(23)]});
    need["household"] = json!([wants(24)]);
    need["household"][0]["relation"] = json!(mark(26));
    need
}

/// One person's browser, whose every answer besides what was asked for is searched too.
struct Watched<'s>(Browser<'s>);

impl Watched<'_> {
    #[track_caller]
    fn does(&self, method: &str, path: &str, body: &Value, status: u16) -> Value {
        let version = self.0.get("/api/v1/cases").json()["items"][0]["version"].to_string();
        self.with(method, path, body, status, &version)
    }

    #[track_caller]
    fn with(&self, method: &str, path: &str, body: &Value, status: u16, version: &str) -> Value {
        let answer = self.0.call_with(
            method,
            &format!("/api/v1{path}"),
            Some(body),
            &[("if-match", version)],
        );
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text());
        if method != "GET" && !path.ends_with("search") && !path.ends_with("handover") {
            self.clean(path, &answer.text());
        }
        if answer.bytes.is_empty() {
            Value::Null
        } else {
            answer.json()
        }
    }

    #[track_caller]
    fn clean(&self, what: &str, text: &str) {
        for mark in MARKS {
            assert!(
                !text.to_lowercase().contains(mark),
                "{what} repeats what was said: {text}"
            );
        }
    }
}

/// Fills every field there is, uses every call, and returns the ids of the case and the conference.
fn use_everything(sato: &Watched<'_>) -> (String, String) {
    let id = |value: Value| value["id"].as_str().expect("an id").to_owned();
    let case = json!({"identity": {"name": mark(1), "kana": mark(2), "telephone": mark(3), "calling_times": mark(4)},
        "household": [{"relation": mark(5), "name": mark(6), "remark": mark(7)}], "district": "n1", "review_on": "2027-02-01"});
    let case = id(sato.does("POST", "/cases", &case, 201));
    let at = |rest: &str| format!("/cases/{case}{rest}");
    let note = |n: u32| json!({"on": TODAY, "kind": "visit", "with": mark(n), "gist": mark(n + 1), "next": {"what": mark(n + 2), "due_on": "2026-12-01"}});
    let first = id(sato.does("POST", &at("/notes"), &note(10), 201));
    sato.with("PUT", &at(&format!("/notes/{first}")), &note(13), 200, "1");
    let wish = id(sato.does("POST", &at("/needs"), &need(), 201));
    sato.with("PUT", &format!("/needs/{wish}"), &need(), 200, "1");
    let conference = json!({"kind": "multilayer", "name": mark(30), "ends_on": "2027-03-31"});
    let conference = id(sato.does("POST", "/conferences", &conference, 201));
    let members = json!({"members": [{"account": "sato", "explained_on": TODAY, "keeps": true}, {"account": "ito", "explained_on": TODAY}]});
    sato.with(
        "PUT",
        &format!("/conferences/{conference}/members"),
        &members,
        200,
        "1",
    );
    let consent = json!({"given_on": TODAY, "given_by": "guardian", "giver_name": mark(40), "form": "written", "remark": mark(41),
        "recipients": [{"conference": conference}, {"account": "endo"}, {"organization": mark(42)}],
        "scope": ["needs", "strengths", "identity", "notes"]});
    let consent = id(sato.does("POST", &at("/consents"), &consent, 201));
    sato.does(
        "POST",
        &at("/basis"),
        &json!({"basis": "consented", "review_on": "2027-02-01"}),
        200,
    );
    let share =
        json!({"conference": conference, "need": wish, "scope": ["needs", "strengths", "identity", "notes"]});
    sato.does("POST", &at("/shares"), &share, 201);
    sato.does(
        "POST",
        &at("/referrals"),
        &json!({"account": "endo", "reason": mark(50)}),
        201,
    );
    let handing = |to: &str| json!({"to": to, "stay_as_deputy": true, "message": mark(51)});
    sato.does("POST", &at("/handover"), &handing("kato"), 200);
    let found = sato.with("POST", "/cases/search", &json!({"words": mark(11 + 3)}), 200, "1");
    assert_eq!(found["total"], 1, "{found}");
    sato.with(
        "POST",
        "/cases/search",
        &json!({"words": "qzvmarkxj 見つからない"}),
        200,
        "1",
    );
    for path in [
        "",
        "/notes",
        "/needs",
        "/consents",
        "/shares",
        "/referrals",
        "/handover",
    ] {
        assert_eq!(sato.0.get(&format!("/api/v1{}", at(path))).status, 200, "{path}");
    }
    let withdrawal = json!({"on": TODAY, "by": "other"});
    let second = json!({"given_on": TODAY, "given_by": "person", "form": "oral", "recipients": [{"organization": mark(43)}], "scope": ["needs"]});
    let second = id(sato.does("POST", &at("/consents"), &second, 201));
    sato.does(
        "POST",
        &at(&format!("/consents/{second}/withdrawal")),
        &withdrawal,
        204,
    );
    // What went in comes out again for who may have it: every mark is there to be found.
    let whole = sato.0.get(&format!("/api/v1{}", at("/export"))).text();
    let fields = (1..=7)
        .chain(10..=15)
        .chain(20..=26)
        .chain(40..=43)
        .chain([50, 51]);
    for n in fields {
        assert!(whole.contains(&mark(n)), "{n} did not arrive");
    }
    let _ = consent;
    (case, conference)
}

/// Everything that can be wrong, with marked words in it: no answer repeats them.
fn send_what_is_wrong(sato: &Watched<'_>, case: &str, conference: &str) {
    let m = mark(99);
    let at = |rest: &str| format!("/cases/{case}{rest}");
    let wrong = [
        (
            "POST",
            "/cases".to_owned(),
            json!({"identity": m, "household": m, "district": m, "basis": m, "review_on": m, "main": m, "deputies": [m]}),
        ),
        (
            "POST",
            "/cases".to_owned(),
            json!({"identity": {"name": m, "unaware": m}, "household": [{"age": m, "sex": m}], "review_on": m, "main": m}),
        ),
        (
            "POST",
            "/cases/search".to_owned(),
            json!({"words": m.repeat(30), "cursor": m, "limit": m}),
        ),
        (
            "POST",
            "/cases/search".to_owned(),
            json!({"words": m, "cursor": m}),
        ),
        (
            "PATCH",
            at(""),
            json!({"identity": {"telephone": m.repeat(9)}, "retention_years": m, "assigned_only": m}),
        ),
        (
            "POST",
            at("/notes"),
            json!({"on": m, "kind": m, "gist": [m], "next": m}),
        ),
        (
            "POST",
            at("/needs"),
            json!({"home": m, "roles": [m], "slots": [{"weekday": m, "from": m, "to": m}], "sex": m, "reach": {"mode": m}, "fields": m}),
        ),
        (
            "POST",
            at("/consents"),
            json!({"given_on": m, "given_by": m, "form": m, "recipients": [{"conference": m, "account": m}], "scope": [m]}),
        ),
        (
            "POST",
            at("/shares"),
            json!({"conference": m, "need": m, "scope": [m]}),
        ),
        ("POST", at("/referrals"), json!({"account": m, "reason": 5})),
        ("POST", at("/handover"), json!({"to": m, "message": 5})),
        ("POST", at("/basis"), json!({"basis": m, "review_on": m})),
        (
            "POST",
            "/conferences".to_owned(),
            json!({"kind": m, "name": m.repeat(30), "ends_on": m}),
        ),
        (
            "PUT",
            format!("/conferences/{conference}/members"),
            json!({"members": [{"account": m, "explained_on": m}]}),
        ),
    ];
    for (method, path, body) in wrong {
        let answer = sato.0.call_with(
            method,
            &format!("/api/v1{path}"),
            Some(&body),
            &[("if-match", "1")],
        );
        assert_eq!(answer.status, 422, "{method} {path}: {}", answer.text());
        sato.clean(&path, &answer.text());
    }
    // Not JSON at all, not of the kind, not a version, not a page.
    let agent = |kind: &str, version: &str, text: &str| {
        sato.0.send(
            "POST",
            &format!("/api/v1{}", at("/basis")),
            text,
            &[("content-type", kind), ("if-match", version)],
        )
    };
    for answer in [
        agent("application/json", "1", &format!("{{\"basis\": \"{m}\", ")),
        agent("application/json", "1", &format!("\"{m}\"")),
        agent("text/plain", "1", &m),
        agent("application/json", MARKS[0], "{}"),
        sato.0
            .get(&format!("/api/v1/cases?limit={}&cursor={}", MARKS[0], MARKS[0])),
    ] {
        assert!(matches!(answer.status, 400 | 422), "{}", answer.text());
        sato.clean("a malformed call", &answer.text());
    }
    // A sign-in with what should not have been typed there.
    let stranger = sato.0.call(
        "POST",
        "/api/v1/session",
        Some(&json!({"account": "sato", "password": m})),
    );
    assert_eq!(stranger.status, 422);
    sato.clean("a refused sign-in", &stranger.text());
}

#[test]
fn nothing_of_a_person_is_in_any_file_metric_or_error() {
    let house = House::new();
    for (name, role) in [
        ("sato", "coordinator"),
        ("kato", "coordinator"),
        ("endo", "multi_agency"),
        ("ito", "conference_member"),
        ("kanri", "admin"),
    ] {
        house.user(
            name,
            role,
            if role == "coordinator" {
                &["--all-districts"]
            } else {
                &[]
            },
        );
    }
    let service = house.serve(&["--now", &format!("{TODAY}T10:00:00+09:00")]);
    let sato = Watched(Browser::signed_in(&service, "sato"));
    let (case, conference) = use_everything(&sato);
    let ito = Browser::signed_in(&service, "ito");
    assert!(
        ito.get(&format!("/api/v1/conferences/{conference}/cases"))
            .text()
            .contains(MARKS[0]),
        "it is shared"
    );
    let endo = Browser::signed_in(&service, "endo");
    assert!(
        endo.get(&format!("/api/v1/cases/{case}"))
            .text()
            .contains(MARKS[0]),
        "it is referred"
    );
    send_what_is_wrong(&sato, &case, &conference);
    let kanri = Browser::signed_in(&service, "kanri");
    for (who, path) in [
        (&kanri, "/api/v1/audit"),
        (&kanri, "/audit"),
        (&kanri, "/metrics"),
        (&kanri, "/api/v1/disposals"),
        (&ito, "/api/v1/resources?q=qzvmarkxj"),
        (&ito, "/api/v1/suggest?q=qzvmarkxj"),
    ] {
        let text = who.get(path).text();
        let repeated = if path.contains("resources") {
            MARKS[1]
        } else {
            MARKS[0]
        };
        assert!(!text.to_lowercase().contains(repeated), "{path}: {text}");
    }
    house.yosatte(&["backup", "copy.db"]).done();
    house.yosatte(&["backup", "--keys", "keys"]).done();
    let (during, searched) = leaking(house.folder.path());
    assert_eq!(during, Vec::<PathBuf>::new(), "while it runs, {searched} files");
    service.terminate();
    house.yosatte(&["check"]).done();
    let (after, searched) = leaking(house.folder.path());
    assert_eq!(after, Vec::<PathBuf>::new(), "of {searched} files");
    let all = files(house.folder.path());
    let names: Vec<String> = all
        .iter()
        .filter_map(|f| Some(f.file_name()?.to_string_lossy().into_owned()))
        .collect();
    let indexed = all
        .iter()
        .any(|f| f.components().any(|part| part.as_os_str() == "index"));
    assert!(indexed, "no index was searched: {names:?}");
    for needed in ["yosatte.db", "keys.db", "audit-heads.log", "copy.db"] {
        assert!(
            names.iter().any(|n| n == needed),
            "{needed} was not searched: {names:?}"
        );
    }
    assert!(
        names.iter().any(|n| n.starts_with("service-")) && names.iter().any(|n| n.starts_with("keys-")),
        "{names:?}"
    );
    // The service wrote there, and what it may write is found in the same way.
    let database = fs::read(house.database()).expect("the database");
    assert!(contains(&database, case.as_bytes()));
    println!("{searched} files searched");
}
