//! The pages of persons' records: what a form must keep, and what no page may let through.

use crate::support::{Answer, Browser, House, Service};

/// Marked strings: nobody types these by chance.
const NAME: &str = "及川 しるし";
const TELEPHONE: &str = "0197-99-4242";
const GIST: &str = "しるしの話を聞いた";

fn house() -> House {
    let house = House::new();
    house.user("sato", "coordinator", &["--district", "n1"]);
    house.user("ito", "coordinator", &["--district", "n1"]);
    house.user("kato", "coordinator", &["--district", "s1"]);
    house.user("sumi", "multi_agency", &[]);
    house.user("iin", "conference_member", &[]);
    house.user("kanri", "admin", &[]);
    house
}

/// Today, in the tests.
const NOW: [&str; 2] = ["--now", "2026-11-24T09:00:00+09:00"];

fn serve(house: &House) -> Service {
    house.serve(&NOW)
}

const CALL: &[(&str, &str)] = &[
    ("identity/name", NAME),
    ("identity/telephone", TELEPHONE),
    ("district", "n1"),
    ("review_on", "2027-02-01"),
    ("note/on", "2026-11-24"),
    ("note/kind", "phone"),
    ("note/gist", GIST),
];

/// Takes a first call; the path of the case.
#[track_caller]
fn case(browser: &Browser) -> String {
    let answer = browser.post("/cases/new", CALL);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let to = answer.header("location");
    to.split('?').next().unwrap_or_default().to_owned()
}

/// The value of the first hidden field of that name.
#[track_caller]
fn hidden(page: &Answer, name: &str) -> String {
    let text = page.text();
    let mark = format!("name=\"{name}\" value=\"");
    let rest = text.split_once(&mark).expect("a hidden field").1;
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// Records what the person agreed to: wishes and strengths, for an organisation, with the ground.
#[track_caller]
fn consent(browser: &Browser, path: &str) {
    let form = browser.get(&format!("{path}/consent"));
    let answer = browser.post(
        &format!("{path}/consent"),
        &[
            ("version", &hidden(&form, "version")),
            ("given_on", "2026-11-24"),
            ("given_by", "person"),
            ("form", "written"),
            ("scope", "needs"),
            ("organization", "北町の家"),
            ("basis", "yes"),
            ("review_on", "2027-11-01"),
        ],
    );
    assert_eq!(answer.status, 303, "{}", answer.text());
}

#[test]
fn what_was_typed_stays_when_a_form_is_wrong_and_each_fault_stands_beside_its_field() {
    let house = house();
    let service = serve(&house);
    let sato = Browser::signed_in(&service, "sato");
    let mut wrong = CALL.to_vec();
    wrong[3] = ("review_on", "さくら");
    wrong.push(("note/next/what", "また電話する"));
    let answer = sato.post("/cases/new", &wrong);
    let page = answer.text();
    assert_eq!(answer.status, 422);
    for kept in [NAME, TELEPHONE, GIST, "また電話する", "role=\"alert\""] {
        assert!(page.contains(kept), "{kept} stays");
    }
    for beside in [
        "id=\"f-review_on-fault\"",
        "id=\"f-note-next-due_on-fault\"",
        "href=\"#f-review_on\"",
    ] {
        assert!(page.contains(beside), "{beside}: {page}");
    }
    assert!(!sato.get("/cases").text().contains(NAME), "nothing was kept");
    // A rule of the domain is said on top, in its own words.
    wrong[3] = ("review_on", "2028-01-01");
    wrong.pop();
    let answer = sato.post("/cases/new", &wrong);
    assert_eq!(answer.status, 409);
    assert!(
        answer
            .text()
            .contains("見直しの日は、きょうより後で2027-02-24まで")
    );
    assert!(answer.text().contains(NAME));
}

#[test]
fn who_saves_second_is_told_and_loses_nothing_and_overwrites_nothing() {
    let house = house();
    let service = serve(&house);
    let sato = Browser::signed_in(&service, "sato");
    let path = case(&sato);
    let form = sato.get(&format!("{path}/handover"));
    let deputy = [
        ("version", hidden(&form, "version")),
        ("deputies", "ito".to_owned()),
    ];
    let deputy: Vec<(&str, &str)> = deputy.iter().map(|(n, v)| (*n, v.as_str())).collect();
    assert_eq!(sato.post(&format!("{path}/deputies"), &deputy).status, 303);
    let ito = Browser::signed_in(&service, "ito");
    let edit = format!("{path}/edit");
    let both = hidden(&sato.get(&edit), "version");
    let change = |browser: &Browser, name: &str, version: &str| {
        browser.post(
            &edit,
            &[("version", version), ("identity/name", name), ("district", "n1")],
        )
    };
    assert_eq!(change(&sato, "一番の人", &both).status, 303);
    let second = change(&ito, "二番の人", &both);
    assert_eq!(second.status, 409);
    let page = second.text();
    assert!(
        page.contains("ほかの人が先に変えました") && page.contains("二番の人"),
        "{page}"
    );
    assert!(sato.get(&path).text().contains("一番の人"));
    // Having read that, one may.
    assert_eq!(change(&ito, "二番の人", &hidden(&second, "version")).status, 303);
    assert!(sato.get(&path).text().contains("二番の人"));
    // The same for an entry of the 経過記録, whose earlier text is kept.
    let all = sato.get(&path).text();
    let note = all
        .split(&format!("{path}/notes/"))
        .nth(1)
        .and_then(|r| r.split('"').next());
    let note = format!("{path}/notes/{}", note.expect("a link to correct it"));
    let correct = |version: &str, gist: &str| {
        let fields = [
            ("version", version),
            ("on", "2026-11-24"),
            ("kind", "phone"),
            ("gist", gist),
        ];
        sato.post(&note, &fields)
    };
    let version = hidden(&sato.get(&note), "version");
    assert_eq!(correct(&version, "直した文").status, 303);
    let late = correct(&version, "おそい文");
    assert_eq!(late.status, 409);
    assert!(late.text().contains("おそい文") && late.text().contains("直した文"));
    let all = sato.get(&path).text();
    assert!(all.contains("直した文") && all.contains(GIST) && !all.contains("おそい文"));
}

#[test]
fn nothing_of_a_person_stands_in_an_address() {
    let house = house();
    let service = serve(&house);
    let sato = Browser::signed_in(&service, "sato");
    let path = case(&sato);
    let found = sato.post("/cases/search", &[("words", "しるし")]);
    assert_eq!(found.status, 200);
    assert!(found.text().contains(NAME));
    let mut addresses: Vec<String> = Vec::new();
    for page in [sato.get(&path), found, sato.get("/cases"), sato.get("/staff")] {
        let text = page.text();
        for mark in ["href=\"", "action=\""] {
            let parts = text.split(mark).skip(1).filter_map(|r| r.split('"').next());
            addresses.extend(parts.filter(|a| !a.starts_with("tel:")).map(ToOwned::to_owned));
        }
    }
    let note = [
        ("on", "2026-11-24"),
        ("kind", "visit"),
        ("gist", GIST),
        ("with", NAME),
    ];
    let answer = sato.post(&format!("{path}/notes"), &note);
    assert_eq!(answer.status, 303);
    addresses.push(answer.header("location").to_owned());
    assert!(addresses.len() > 20);
    for address in addresses {
        let plain: String = form_urlencoded::parse(address.as_bytes())
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        for secret in ["及川", "しるし", TELEPHONE] {
            assert!(!address.contains(secret) && !plain.contains(secret), "{address}");
        }
    }
}

#[test]
fn what_is_only_engaging_can_neither_be_shared_nor_referred() {
    let house = house();
    let service = serve(&house);
    let sato = Browser::signed_in(&service, "sato");
    let path = case(&sato);
    let made = sato.post(
        "/conferences",
        &[
            ("kind", "statutory"),
            ("name", "支援会議"),
            ("ends_on", "2027-03-31"),
        ],
    );
    assert_eq!(made.status, 303, "{}", made.text());
    let conference = made
        .header("location")
        .split('?')
        .next()
        .unwrap_or_default()
        .to_owned();
    let id = conference.rsplit('/').next().unwrap_or_default().to_owned();
    let page = sato.get(&format!("{path}/share"));
    assert!(page.text().contains("いまは共有できません"));
    assert!(!page.text().contains("name=\"scope\""), "no form at all");
    let shared = sato.post(
        &format!("{path}/share"),
        &[("conference", &id), ("scope", "notes")],
    );
    assert_eq!(shared.status, 409);
    assert!(shared.text().contains("未同意"));
    let referred = sato.post(&format!("{path}/refer"), &[("to", "sumi")]);
    assert_eq!(referred.status, 409);
    assert!(!sato.get(&conference).text().contains(GIST));
    assert_eq!(Browser::signed_in(&service, "sumi").get(&path).status, 404);
}

#[test]
fn a_forged_form_changes_no_record() {
    let house = house();
    let service = serve(&house);
    let sato = Browser::signed_in(&service, "sato");
    let path = case(&sato);
    let before = sato.get(&path).text();
    let mut evil = CALL.to_vec();
    evil[0] = ("identity/name", "偽の人");
    let here = service.url("");
    let note = [("on", "2026-11-24"), ("kind", "visit"), ("gist", "偽の話")];
    let with_token: Vec<_> = note
        .iter()
        .copied()
        .chain([("csrf", sato.csrf.as_str())])
        .collect();
    let refused = [
        sato.post_plain("/cases/new", &evil, &here),
        sato.post_plain(&format!("{path}/notes"), &note, &here),
        sato.post_plain(&format!("{path}/notes"), &with_token, "https://example.jp"),
        sato.post_plain(&format!("{path}/export"), &[], &here),
        sato.post_plain("/conferences", &[("name", "偽の会議")], &here),
    ];
    for answer in refused {
        assert_eq!(answer.status, 403, "{}", answer.text());
    }
    assert_eq!(sato.get(&path).text(), before);
    assert!(!sato.get("/cases").text().contains("偽の人"));
}

#[test]
fn a_colleague_reads_along_once_there_is_consent_but_neither_writes_nor_sees_what_is_to_be_avoided() {
    let house = house();
    let service = serve(&house);
    let (sato, ito) = (
        Browser::signed_in(&service, "sato"),
        Browser::signed_in(&service, "ito"),
    );
    let kato = Browser::signed_in(&service, "kato");
    let path = case(&sato);
    let need = [
        ("wishes", "畑に出たい"),
        ("avoid/people", "会いたくない人"),
        ("home/lat", "39.15"),
        ("home/lng", "141.1"),
    ];
    assert_eq!(sato.post(&format!("{path}/need"), &need).status, 303);
    assert_eq!(ito.get(&path).status, 404, "未同意 is for the assigned alone");
    consent(&sato, &path);
    let page = ito.get(&path);
    assert_eq!(page.status, 200);
    assert!(page.text().contains("畑に出たい"));
    for hidden in ["会いたくない人", "39.15", "/edit\"", "name=\"gist\"", "/export\""] {
        assert!(!page.text().contains(hidden), "{hidden}");
    }
    assert!(sato.get(&path).text().contains("会いたくない人"));
    let note = [
        ("on", "2026-11-24"),
        ("kind", "visit"),
        ("gist", "よその人が書く"),
    ];
    assert_eq!(ito.post(&format!("{path}/notes"), &note).status, 404);
    assert_eq!(kato.get(&path).status, 404, "another district");
    for part in [
        "edit", "need", "consent", "share", "refer", "handover", "basis", "close", "export",
    ] {
        assert_eq!(ito.get(&format!("{path}/{part}")).status, 404, "{part}");
    }
}

#[test]
fn a_case_that_nobody_has_is_taken_up_before_it_is_read() {
    let house = house();
    let service = serve(&house);
    let (sato, ito) = (
        Browser::signed_in(&service, "sato"),
        Browser::signed_in(&service, "ito"),
    );
    let path = case(&sato);
    house.yosatte(&["user", "disable", "sato"]).done();
    let list = ito.get("/cases").text();
    assert!(list.contains("担当がいません") && !list.contains(NAME), "{list}");
    let form = ito.get(&format!("{path}/handover"));
    assert_eq!(form.status, 200);
    assert!(!form.text().contains(NAME) && !form.text().contains(GIST));
    assert_eq!(ito.get(&path).status, 404);
    let taken = [
        ("version", hidden(&form, "version")),
        ("to", "ito".to_owned()),
        ("keep_deputies", "yes".to_owned()),
    ];
    let taken: Vec<(&str, &str)> = taken.iter().map(|(n, v)| (*n, v.as_str())).collect();
    assert_eq!(ito.post(&format!("{path}/handover"), &taken).status, 303);
    assert!(ito.get(&path).text().contains(GIST));
}

#[test]
fn a_whole_record_leaves_as_a_file_named_by_its_pseudonym() {
    let house = house();
    let service = serve(&house);
    let sato = Browser::signed_in(&service, "sato");
    let path = case(&sato);
    assert!(!sato.get(&format!("{path}/export")).text().contains(GIST));
    let file = sato.post(&format!("{path}/export"), &[]);
    assert_eq!(file.status, 200);
    assert_eq!(file.json()["notes"][0]["now"]["note"]["gist"], GIST);
    let name = file.header("content-disposition");
    assert!(
        name.starts_with("attachment; filename=\"record-") && !name.contains("及川"),
        "{name}"
    );
}

#[test]
fn an_entry_for_a_case_that_was_ended_meanwhile_is_not_lost() {
    let house = house();
    let service = serve(&house);
    let sato = Browser::signed_in(&service, "sato");
    let path = case(&sato);
    let close = format!("{path}/close");
    let version = hidden(&sato.get(&close), "version");
    let ended = [
        ("version", version.as_str()),
        ("act", "close"),
        ("on", "2026-11-24"),
    ];
    assert_eq!(sato.post(&close, &ended).status, 303);
    let note = [
        ("on", "2026-11-24"),
        ("kind", "visit"),
        ("gist", "玄関で長く話した"),
    ];
    let answer = sato.post(&format!("{path}/notes"), &note);
    assert_eq!(answer.status, 409);
    assert!(answer.text().contains("玄関で長く話した"));
    assert!(answer.text().contains("このケースは終了しています"));
    assert!(
        !sato.get(&path).text().contains("玄関で長く話した"),
        "and was not kept"
    );
    // A button that has nothing to do any more says so on the case's own page.
    let all = sato.get(&path).text();
    let note = all
        .split(&format!("{path}/notes/"))
        .nth(1)
        .and_then(|r| r.split('"').next());
    let settled = sato.post(&format!("{path}/notes/{}/settle", note.expect("an entry")), &[]);
    assert_eq!(settled.status, 409);
    assert!(settled.text().contains("次の行動がないか、もう済んでいます"));
}
