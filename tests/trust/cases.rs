//! The story of a record through the API: from a mother's call until it is destroyed by rule.

use serde_json::{Value, json};

use crate::support::{Browser, House, Service, schema};

/// The day on which it begins.
const TODAY: &str = "2026-11-24";

/// Whoever works here, with role and flags.
const STAFF: &[(&str, &str, &[&str])] = &[
    ("sato", "coordinator", &["--district", "n1"]),
    ("kato", "coordinator", &["--district", "n1"]),
    ("endo", "multi_agency", &[]),
    ("ito", "conference_member", &[]),
    ("kanri", "admin", &[]),
];

fn house() -> House {
    let house = House::new();
    for (name, role, more) in STAFF {
        house.user(name, role, more);
    }
    house
}

fn on(house: &House, day: &str) -> Service {
    house.serve(&["--now", &format!("{day}T10:00:00+09:00")])
}

/// Does something that must answer with this status, and says what came back.
#[track_caller]
fn does(browser: &Browser, call: &str, body: Value, version: Option<i64>, status: u16) -> Value {
    let (method, path) = call.split_once(' ').expect("a method and a path");
    let version = version.map(|v| v.to_string()).unwrap_or_default();
    let headers: &[(&str, &str)] = if version.is_empty() {
        &[]
    } else {
        &[("if-match", &version)]
    };
    let body = (!body.is_null()).then_some(&body);
    let answer = browser.call_with(method, &format!("/api/v1{path}"), body, headers);
    assert_eq!(answer.status, status, "{call}: {}", answer.text());
    if answer.bytes.is_empty() {
        Value::Null
    } else {
        answer.json()
    }
}

#[track_caller]
fn reads(browser: &Browser, path: &str) -> Value {
    does(browser, &format!("GET {path}"), Value::Null, None, 200)
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

#[test]
fn a_record_goes_from_a_mothers_call_to_its_shredding() {
    let house = house();
    let service = on(&house, TODAY);
    let [sato, kato, ito, endo] = ["sato", "kato", "ito", "endo"].map(|n| Browser::signed_in(&service, n));

    // A mother calls about her son, who does not know of it.
    let case = does(
        &sato,
        "POST /cases",
        json!({"identity": {"name": "江刺 一郎", "unaware": true, "telephone": "0197-00-0000"},
            "household": [{"relation": "母", "name": "江刺 和子"}], "district": "北町", "review_on": "2027-02-01"}),
        None,
        201,
    );
    assert_eq!(
        (case["basis"].as_str(), case["district"].as_str()),
        (Some("engaging"), Some("n1"))
    );
    assert_eq!(case["basis_label"], "未同意(受付・関係づくり中)");
    let (id, person) = (text(&case["id"]), text(&case["person"]));
    let at = |rest: &str| format!("/cases/{id}{rest}");

    // Three contacts, of which one leaves something to be done.
    for (day, kind, gist, next) in [
        ("2026-11-22", "電話", "母から。部屋から出てこない", Value::Null),
        (
            "2026-11-23",
            "visit",
            "玄関先で母と話した",
            json!({"what": "次は本人あてに手紙", "due_on": "2026-12-01"}),
        ),
        (TODAY, "visit", "本人が戸を少しあけた", Value::Null),
    ] {
        let note = json!({"on": day, "kind": kind, "gist": gist, "next": next});
        does(&sato, &format!("POST {}", at("/notes")), note, None, 201);
    }
    let notes = reads(&sato, &at("/notes"));
    assert_eq!(notes["total"], 3);
    assert_eq!(notes["items"][0]["gist"], "本人が戸を少しあけた");
    assert_eq!(notes["items"][2]["kind_label"], "電話");
    assert_eq!(reads(&sato, "/cases")["items"][0]["next_due"], "2026-12-01");

    // Until there is consent, nobody else knows that it is there.
    assert_eq!(reads(&kato, "/cases")["total"], 0);
    does(&kato, &format!("GET {}", at("")), Value::Null, None, 404);

    // He says what he would like, and agrees that one conference hears of it.
    let need = json!({"home": {"lat": 39.1501, "lng": 141.1001}, "wishes": "人の少ない時間に料理をしたい",
        "strengths": ["料理"], "avoid": {"people": ["元の上司"]}});
    let need = text(&does(&sato, &format!("POST {}", at("/needs")), need, None, 201)["id"]);
    let conference = json!({"kind": "重層的支援会議", "name": "11月の会議", "ends_on": "2027-03-31"});
    let conference = text(&does(&sato, "POST /conferences", conference, None, 201)["id"]);
    let there = format!("/conferences/{conference}");
    let members = json!({"members": [{"account": "sato", "explained_on": TODAY, "keeps": true}, {"account": "ito", "explained_on": TODAY}]});
    does(&sato, &format!("PUT {there}/members"), members, Some(1), 200);
    let share = json!({"conference": conference, "need": need, "scope": ["needs"]});
    let refused = does(
        &sato,
        &format!("POST {}", at("/shares")),
        share.clone(),
        None,
        409,
    );
    assert!(text(&refused["detail"]).contains("本人の同意"), "{refused}");
    let consent = json!({"given_on": TODAY, "given_by": "本人", "form": "口頭",
        "recipients": [{"conference": conference}], "scope": ["ニーズ"]});
    let consent = text(&does(&sato, &format!("POST {}", at("/consents")), consent, None, 201)["id"]);
    let consented = json!({"basis": "本人同意", "review_on": "2027-11-24"});
    does(
        &sato,
        &format!("POST {}", at("/basis")),
        consented.clone(),
        None,
        428,
    );
    does(
        &sato,
        &format!("POST {}", at("/basis")),
        consented.clone(),
        Some(9),
        412,
    );
    does(&sato, &format!("POST {}", at("/basis")), consented, Some(1), 200);
    let all = json!({"conference": conference, "need": need, "scope": ["needs", "identity"]});
    does(&sato, &format!("POST {}", at("/shares")), all, None, 409);
    does(&sato, &format!("POST {}", at("/shares")), share, None, 201);

    // The member sees just that, the colleague reads along, and neither sees what is to be avoided.
    let seen = reads(&ito, &format!("{there}/cases"));
    assert_eq!(
        (&seen["total"], &seen["items"][0]["person"]),
        (&json!(1), &json!(person))
    );
    let shown = seen.to_string();
    assert!(shown.contains("人の少ない時間に料理をしたい"), "{shown}");
    for hidden in ["江刺", "0197", "元の上司", "玄関先", "39.15", "strengths"] {
        assert!(!shown.contains(hidden), "a member sees {hidden}: {shown}");
    }
    assert_eq!(reads(&kato, &at(""))["identity"]["name"], "江刺 一郎");
    let along = reads(&kato, &format!("/needs/{need}")).to_string();
    assert!(!along.contains("元の上司") && !along.contains("39.15"), "{along}");
    assert!(
        reads(&sato, &format!("/needs/{need}"))
            .to_string()
            .contains("元の上司")
    );
    does(
        &kato,
        &format!("POST {}", at("/notes")),
        json!({"on": TODAY, "kind": "電話", "gist": "。"}),
        None,
        404,
    );
    does(&endo, &format!("GET {}", at("")), Value::Null, None, 404);

    // He takes it back: the member sees nothing at once, and the colleague no longer knows of it.
    let withdrawal = json!({"on": TODAY, "by": "本人"});
    does(
        &sato,
        &format!("POST {}", at(&format!("/consents/{consent}/withdrawal"))),
        withdrawal,
        None,
        204,
    );
    assert_eq!(reads(&ito, &format!("{there}/cases"))["total"], 0);
    does(&kato, &format!("GET {}", at("")), Value::Null, None, 404);
    let shares = reads(&sato, &at("/shares"));
    assert_eq!(shares["items"][0]["ended"]["reason_label"], "同意の撤回");
    let now = reads(&sato, &at(""));
    assert_eq!(
        (&now["basis"], &now["review_on"]),
        (&json!("engaging"), &json!("2027-02-24"))
    );

    // Handed over with what is open.
    let open = reads(&sato, &at("/handover"));
    assert_eq!(open["actions"][0]["what"], "次は本人あてに手紙");
    assert_eq!(open["needs"], json!([need]));
    let version = now["version"].as_i64();
    let handed = json!({"to": "kato", "message": "手紙は封をして"});
    let handed = does(&sato, &format!("POST {}", at("/handover")), handed, version, 200);
    assert_eq!(handed["handover"]["open"]["actions"][0]["due_on"], "2026-12-01");
    does(&sato, &format!("GET {}", at("")), Value::Null, None, 404);
    let found = does(
        &kato,
        "POST /cases/search",
        json!({"words": "てがみ 江刺"}),
        None,
        200,
    );
    assert_eq!(found["total"], 0, "a word is found as it is written: {found}");
    let found = does(
        &kato,
        "POST /cases/search",
        json!({"words": "手紙 江刺"}),
        None,
        200,
    );
    assert_eq!(found["items"][0]["id"], json!(id));
    let settled = text(&notes["items"][1]["id"]);
    does(
        &kato,
        &format!("POST {}", at(&format!("/notes/{settled}/settle"))),
        json!({"on": TODAY}),
        None,
        204,
    );
    assert_eq!(reads(&kato, &at("/handover"))["actions"], json!([]));

    // Closed, and kept.
    let version = handed["version"].as_i64();
    does(
        &kato,
        &format!("POST {}", at("/close")),
        json!({"on": TODAY}),
        version,
        200,
    );
    assert_eq!(reads(&kato, &at(""))["kept_until"], "2031-11-24");
    let kept = does(
        &kato,
        &format!("POST {}", at("/shredding")),
        Value::Null,
        None,
        409,
    );
    assert!(text(&kept["detail"]).contains("2031-11-24"), "{kept}");
    drop((sato, kato, ito, endo));
    drop(service);

    // Its last day, and the day after.
    let service = on(&house, "2031-11-24");
    let kanri = Browser::signed_in(&service, "kanri");
    assert_eq!(reads(&kanri, "/shredding")["total"], 0);
    drop(kanri);
    drop(service);
    let service = on(&house, "2031-11-25");
    let [kanri, kato, sato] = ["kanri", "kato", "sato"].map(|n| Browser::signed_in(&service, n));
    let due = reads(&kanri, "/shredding");
    assert_eq!(due["items"][0]["person"], json!(person));
    assert!(!due.to_string().contains("江刺"));
    assert_eq!(
        reads(&sato, "/shredding")["total"],
        0,
        "who gave it away has no part in it"
    );
    does(
        &kanri,
        &format!("POST {}", at("/shredding/approval")),
        Value::Null,
        None,
        409,
    );
    does(
        &kato,
        &format!("POST {}", at("/shredding")),
        Value::Null,
        None,
        204,
    );
    let first = does(
        &kato,
        &format!("POST {}", at("/shredding/approval")),
        Value::Null,
        None,
        200,
    );
    assert_eq!(
        (&first["shredded"], &first["disposal"]),
        (&json!(false), &Value::Null)
    );
    does(
        &kato,
        &format!("POST {}", at("/shredding/approval")),
        Value::Null,
        None,
        409,
    );
    assert_eq!(
        reads(&kato, &at(""))["identity"]["name"],
        "江刺 一郎",
        "one agreement is not enough"
    );
    let second = does(
        &kanri,
        &format!("POST {}", at("/shredding/approval")),
        Value::Null,
        None,
        200,
    );
    assert_eq!(second["disposal"]["approved_by"], json!(["kanri", "kato"]));
    does(&kato, &format!("GET {}", at("")), Value::Null, None, 404);
    assert_eq!(reads(&kato, "/cases")["total"], 0);
    let left = reads(&kanri, "/disposals");
    assert_eq!(
        (&left["total"], &left["items"][0]["person"]),
        (&json!(1), &json!(person))
    );

    // Everything that was done with it stands in the audit, by pseudonym, and the whole is sound.
    let audit = kanri.get(&format!("/api/v1/audit?person={person}")).json();
    let actions: Vec<&str> = audit["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(|i| i["action"].as_str())
        .collect();
    for action in [
        "case.add",
        "case.read",
        "case.consent.withdraw",
        "case.share.end",
        "case.hand_over",
        "case.close",
        "case.shred",
    ] {
        assert!(actions.contains(&action), "{action}: {actions:?}");
    }
    assert!(!audit.to_string().contains("江刺"));
    drop((kanri, kato, sato));
    drop(service);
    house.yosatte(&["check"]).done();
}

#[test]
fn a_whole_record_goes_out_only_after_the_password_was_given_again() {
    let house = house();
    let service = on(&house, TODAY);
    let sato = Browser::signed_in(&service, "sato");
    let case = json!({"identity": {"name": "水沢 花子"}, "review_on": "2027-02-01"});
    let id = text(&does(&sato, "POST /cases", case, None, 201)["id"]);
    let note = json!({"on": TODAY, "kind": "電話", "with": "本人", "gist": "話した"});
    does(&sato, &format!("POST /cases/{id}/notes"), note, None, 201);
    let whole = reads(&sato, &format!("/cases/{id}/export"));
    assert_eq!(
        (&whole["case"]["identity"]["name"], &whole["notes"][0]["with"]),
        (&json!("水沢 花子"), &json!("本人"))
    );
    let cookie = sato.cookie();
    drop(service);
    // Six minutes later the session stands, and the password is to be given again.
    let service = house.serve(&["--now", &format!("{TODAY}T10:06:00+09:00")]);
    let stranger = Browser::new(&service);
    let later = |path: &str| stranger.call_with("GET", path, None, &[("cookie", &cookie)]);
    assert_eq!(later(&format!("/api/v1/cases/{id}")).status, 200);
    let (there, nowhere) = (
        later(&format!("/api/v1/cases/{id}/export")),
        later("/api/v1/cases/SONZAI/export"),
    );
    assert_eq!((there.status, nowhere.status), (403, 403));
    assert_eq!(there.bytes, nowhere.bytes);
    assert!(there.text().contains("もう一度パスワード"), "{}", there.text());
}

/// Bad input is told by place, and no value is quoted.
#[track_caller]
fn check(browser: &Browser, call: &str, body: Value, told: &[(&str, &str)]) {
    let answer = does(browser, call, body, None, 422);
    let errors = answer["errors"].as_array().expect("errors").clone();
    for (pointer, words) in told {
        let found = errors
            .iter()
            .any(|e| e["pointer"] == *pointer && text(&e["detail"]).contains(words));
        assert!(found, "{call}: {pointer} {words}: {answer}");
    }
    assert_eq!(errors.len(), told.len(), "{call}: {answer}");
    assert!(!answer.to_string().contains("ひみつ"), "{answer}");
}

#[test]
fn what_is_wrong_with_a_record_is_told_by_its_place() {
    let house = house();
    let service = on(&house, TODAY);
    let sato = Browser::signed_in(&service, "sato");
    check(
        &sato,
        "POST /cases",
        json!({"identity": {"name": 5}, "district": "ひみつ町", "review_on": "ひみつ"}),
        &[("/district", "その地区はありません")],
    );
    check(
        &sato,
        "POST /cases",
        json!({"identity": {"name": 5}, "review_on": "ひみつ", "basis": "ひみつ"}),
        &[
            ("/identity/name", "文字"),
            ("/review_on", "日付"),
            ("/basis", "本人同意"),
        ],
    );
    let case = does(
        &sato,
        "POST /cases",
        json!({"review_on": "2027-02-01"}),
        None,
        201,
    );
    let id = text(&case["id"]);
    check(
        &sato,
        &format!("POST /cases/{id}/notes"),
        json!({"on": TODAY, "kind": "ひみつ"}),
        &[("/kind", "訪問"), ("/gist", "書いて")],
    );
    check(
        &sato,
        &format!("POST /cases/{id}/needs"),
        json!({"home": {"district": "ひみつ"}}),
        &[("/home/district", "地区")],
    );
    check(
        &sato,
        &format!("POST /cases/{id}/needs"),
        json!({"slots": [{"weekday": "tue", "from": "12:00", "to": "10:00"}]}),
        &[("/slots/0/to", "始まりより後")],
    );
    check(
        &sato,
        &format!("POST /cases/{id}/consents"),
        json!({"given_on": TODAY, "given_by": "本人", "form": "口頭", "recipients": []}),
        &[("/recipients", "1つ以上"), ("/scope", "1つ以上")],
    );
    check(&sato, "POST /cases/search", json!({}), &[("/words", "書いて")]);
    does(&sato, &format!("PATCH /cases/{id}"), json!({}), None, 428);
    does(&sato, &format!("PATCH /cases/{id}"), json!({}), Some(7), 412);
    does(
        &sato,
        &format!("DELETE /cases/{id}/shares/NAI"),
        Value::Null,
        None,
        404,
    );
    does(
        &sato,
        &format!("POST /cases/{id}/notes/NAI/settle"),
        json!({"on": TODAY}),
        None,
        404,
    );
    let plain = sato.call_with("POST", "/api/v1/cases", None, &[("content-type", "text/plain")]);
    assert_eq!(plain.status, 400);
    let query = |path: &str| sato.get(&format!("/api/v1{path}")).status;
    assert_eq!(
        (
            query("/cases?q=x"),
            query("/cases?limit=0"),
            query(&format!("/cases/{id}?x=1"))
        ),
        (400, 400, 400)
    );
}

#[test]
fn a_patch_changes_what_it_names_and_lists_go_page_by_page() {
    let house = house();
    let service = on(&house, TODAY);
    let sato = Browser::signed_in(&service, "sato");
    let mut ids = Vec::new();
    for name in ["花子", "一郎", "二郎"] {
        let case = json!({"identity": {"name": name, "telephone": "0197"}, "household": [{"relation": "母"}], "district": "n1", "review_on": "2027-02-01"});
        ids.push(text(&does(&sato, "POST /cases", case, None, 201)["id"]));
    }
    let done = does(
        &sato,
        &format!("PATCH /cases/{}", ids[0]),
        json!({"identity": {"telephone": null, "kana": "ハナコ"}, "district": "南町"}),
        Some(1),
        200,
    );
    assert_eq!(done["version"], 2);
    let now = reads(&sato, &format!("/cases/{}", ids[0]));
    assert_eq!(
        now["identity"],
        json!({"name": "花子", "kana": "ハナコ", "unaware": false})
    );
    assert_eq!(
        (&now["district"], &now["household"][0]["relation"]),
        (&json!("s1"), &json!("母"))
    );
    does(
        &sato,
        &format!("PUT /cases/{}/deputies", ids[0]),
        json!({"deputies": ["kato"]}),
        Some(2),
        200,
    );
    let mut seen = Vec::new();
    let mut path = "/cases?limit=2".to_owned();
    loop {
        let page = reads(&sato, &path);
        assert_eq!(page["total"], 3);
        seen.extend(
            page["items"]
                .as_array()
                .expect("items")
                .iter()
                .map(|i| text(&i["id"])),
        );
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/cases?limit=2&cursor={next}");
    }
    seen.sort();
    ids.sort();
    assert_eq!(seen, ids);
}

#[test]
fn answers_on_records_are_what_the_document_says() {
    let house = house();
    let service = on(&house, TODAY);
    let sato = Browser::signed_in(&service, "sato");
    let document = sato.get("/api/openapi.json").json();
    let case = json!({"identity": {"name": "花子"}, "household": [{"relation": "母"}], "district": "n1", "review_on": "2027-02-01"});
    let id = text(&does(&sato, "POST /cases", case, None, 201)["id"]);
    let note = json!({"on": TODAY, "kind": "visit", "gist": "話した", "next": {"what": "電話", "due_on": "2026-12-01"}});
    does(&sato, &format!("POST /cases/{id}/notes"), note, None, 201);
    let need = text(
        &does(
            &sato,
            &format!("POST /cases/{id}/needs"),
            json!({"wishes": "料理"}),
            None,
            201,
        )["id"],
    );
    let conference = json!({"kind": "multilayer", "name": "会議", "ends_on": "2027-03-31"});
    let conference = text(&does(&sato, "POST /conferences", conference, None, 201)["id"]);
    let consent = json!({"given_on": TODAY, "given_by": "person", "form": "oral", "scope": ["needs", "strengths", "identity", "notes"],
        "recipients": [{"conference": conference}, {"account": "endo"}, {"organization": "団体"}]});
    let consent = text(&does(&sato, &format!("POST /cases/{id}/consents"), consent, None, 201)["id"]);
    does(
        &sato,
        &format!("POST /cases/{id}/basis"),
        json!({"basis": "consented", "review_on": "2027-02-01"}),
        Some(1),
        200,
    );
    let share =
        json!({"conference": conference, "need": need, "scope": ["needs", "strengths", "identity", "notes"]});
    does(&sato, &format!("POST /cases/{id}/shares"), share, None, 201);
    does(
        &sato,
        &format!("POST /cases/{id}/referrals"),
        json!({"account": "endo", "reason": "住まい"}),
        None,
        201,
    );
    let handing = json!({"to": "kato", "stay_as_deputy": true});
    does(
        &sato,
        &format!("POST /cases/{id}/handover"),
        handing,
        Some(2),
        200,
    );
    let fits = |path: &str, call: String| {
        let answer = reads(&sato, &call);
        let described = &document["paths"][format!("/api/v1{path}")]["get"]["responses"]["200"]["content"]["application/json"]
            ["schema"];
        assert!(described.is_object(), "{path} is not described");
        let wrong = schema::differences(&document, described, &answer);
        assert!(wrong.is_empty(), "{path}: {wrong:#?}");
        answer
    };
    let all = |id: &str, withdrawn: bool| {
        for path in [
            "",
            "/notes",
            "/needs",
            "/consents",
            "/shares",
            "/referrals",
            "/handover",
            "/export",
        ] {
            let answer = fits(&format!("/cases/{{id}}{path}"), format!("/cases/{id}{path}"));
            assert!(
                answer.get("total").is_none_or(|total| *total == json!(1)),
                "{path} {withdrawn}: {answer}"
            );
        }
    };
    all(&id, false);
    fits("/cases", "/cases".into());
    fits("/needs/{id}", format!("/needs/{need}"));
    fits("/conferences", "/conferences".into());
    fits("/conferences/{id}", format!("/conferences/{conference}"));
    assert_eq!(
        fits(
            "/conferences/{id}/cases",
            format!("/conferences/{conference}/cases")
        )["total"],
        1
    );
    fits("/shredding", "/shredding".into());
    fits("/disposals", "/disposals".into());
    does(
        &sato,
        &format!("POST /cases/{id}/consents/{consent}/withdrawal"),
        json!({"on": TODAY, "by": "person"}),
        None,
        204,
    );
    all(&id, true);
}

#[test]
fn a_token_reads_or_writes_as_it_was_issued_and_never_shares_or_exports() {
    let house = house();
    let token = |scope: &str| {
        let issued = house
            .yosatte(&["token", "issue", "sato", "--scope", scope, "--days", "30"])
            .done()
            .out;
        format!("Bearer {}", issued.trim())
    };
    let (reading, writing) = (token("cases:read"), token("cases:write"));
    let service = on(&house, TODAY);
    let sato = Browser::signed_in(&service, "sato");
    let id = text(
        &does(
            &sato,
            "POST /cases",
            json!({"review_on": "2027-02-01"}),
            None,
            201,
        )["id"],
    );
    let program = Browser::new(&service);
    let asks = |token: &str, method: &str, path: &str, body: Value| {
        let body = (!body.is_null()).then_some(&body);
        program
            .call_with(
                method,
                &format!("/api/v1/cases/{id}{path}"),
                body,
                &[("authorization", token)],
            )
            .status
    };
    let note = || json!({"on": TODAY, "kind": "phone", "gist": "話した"});
    for (token, method, path, body, status) in [
        (&reading, "GET", "", Value::Null, 200),
        (&reading, "GET", "/notes", Value::Null, 200),
        (&reading, "POST", "/notes", note(), 403),
        (&writing, "POST", "/notes", note(), 201),
        (&writing, "GET", "/notes", Value::Null, 403),
        (&reading, "GET", "/export", Value::Null, 403),
        (&writing, "POST", "/shares", json!({}), 403),
        (&writing, "POST", "/handover", json!({"to": "kato"}), 403),
        (&writing, "POST", "/shredding", Value::Null, 403),
    ] {
        assert_eq!(asks(token, method, path, body), status, "{method} {path}");
    }
}
