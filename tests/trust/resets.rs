//! What an admin can do with somebody's way in: the person is told of it, and it makes no second pair of eyes.

use serde_json::{Value, json};

use crate::support::{Browser, House, Service};

const OWN: &str = "lamp orange tiger velvet";

fn house() -> House {
    let house = House::new();
    house.user("kanri", "admin", &["--label", "管理 花子"]);
    house.user("sato", "coordinator", &["--all-districts"]);
    house
}

/// A new first password for that account.
#[track_caller]
pub fn first_password(kanri: &Browser, account: &str) -> String {
    let page = kanri
        .post(&format!("/accounts/{account}"), &[("act", "password")])
        .text();
    let shown = page.split(r#"<code class="once">"#).nth(1);
    shown
        .and_then(|r| r.split('<').next())
        .expect("a password")
        .to_owned()
}

/// Signs in with it and takes one of one's own.
#[track_caller]
fn taken_up<'s>(service: &'s Service, account: &str, first: &str) -> Browser<'s> {
    let mut browser = Browser::new(service);
    assert_eq!(browser.sign_in(account, first).status, 303);
    let fields = [("current", first), ("new", OWN), ("again", OWN)];
    assert_eq!(browser.post("/account/password", &fields).status, 303);
    browser.learn_csrf();
    browser
}

#[test]
fn who_was_given_a_new_first_password_is_told_by_whom_and_when_until_they_have_read_it() {
    let house = house();
    let service = house.serve(&["--now", "2026-11-24T09:00:00+09:00"]);
    let kanri = Browser::signed_in(&service, "kanri");
    let told = "2026年11月24日 9時0分に、管理 花子(kanri)さんがあなたの新しい最初のパスワードを作りました";
    let first = first_password(&kanri, "sato");
    assert!(
        !kanri
            .get("/staff")
            .text()
            .contains("最初のパスワードを作りました")
    );
    let mut sato = Browser::new(&service);
    sato.sign_in("sato", &first);
    assert!(sato.get("/account/password").text().contains(told));
    drop(sato);
    let sato = taken_up(&service, "sato", &first);
    for path in ["/staff", "/cases", "/account"] {
        let page = sato.get(path).text();
        assert!(
            page.contains(told) && page.contains("心あたりがないとき"),
            "{path}: {page}"
        );
    }
    assert_eq!(
        sato.post("/account/notices", &[("until", "2026-11-24T09:00:00+09:00")])
            .status,
        303
    );
    assert!(!sato.get("/staff").text().contains("最初のパスワードを作りました"));
    // Whoever read it may not have been the person: it stays to be seen.
    assert!(sato.get("/account").text().contains(told));
    let audit = kanri.get("/api/v1/audit").text();
    for action in ["account.password.reset", "account.notice"] {
        assert!(audit.contains(action), "{action}: {audit}");
    }
}

#[test]
fn whose_second_factor_was_taken_away_is_told_at_the_next_sign_in() {
    let house = house();
    let service = house.serve(&[]);
    let sato = Browser::signed_in(&service, "sato");
    let totp = super::accounts::code_of(&sato.get("/account/factor").text());
    sato.post("/account/factor", &[("code", &totp.generate_current().unwrap())]);
    let kanri = Browser::signed_in(&service, "kanri");
    kanri.post("/accounts/sato", &[("act", "factor")]);
    let page = Browser::signed_in(&service, "sato").get("/staff").text();
    assert!(
        page.contains("管理 花子(kanri)さんがあなたの確認コードを外しました"),
        "{page}"
    );
}

#[track_caller]
fn does(browser: &Browser, path: &str, body: &Value, status: u16) -> Value {
    let body = (!body.is_null()).then_some(body);
    let answer = browser.call_with("POST", &format!("/api/v1{path}"), body, &[("if-match", "1")]);
    assert_eq!(answer.status, status, "{path}: {}", answer.text());
    serde_json::from_slice(&answer.bytes).unwrap_or_default()
}

#[test]
fn an_admin_and_an_account_they_opened_a_few_days_ago_are_not_two_who_agree_to_a_shredding() {
    let house = house();
    let on = |day: &str| house.serve(&["--now", &format!("{day}T10:00:00+09:00")]);
    let service = on("2026-11-24");
    let sato = Browser::signed_in(&service, "sato");
    let new = json!({"identity": {"name": "水沢 花子"}, "district": "n1", "review_on": "2027-02-01"});
    let case = does(&sato, "/cases", &new, 201)["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    does(
        &sato,
        &format!("/cases/{case}/close"),
        &json!({"on": "2026-11-24"}),
        200,
    );
    drop(sato);
    drop(service);

    let service = on("2031-11-25");
    let kanri = Browser::signed_in(&service, "kanri");
    let first = first_password(&kanri, "sato");
    let sato = taken_up(&service, "sato", &first);
    does(&kanri, &format!("/cases/{case}/shredding"), &Value::Null, 204);
    does(
        &kanri,
        &format!("/cases/{case}/shredding/approval"),
        &Value::Null,
        200,
    );
    let told = does(
        &sato,
        &format!("/cases/{case}/shredding/approval"),
        &Value::Null,
        409,
    );
    assert!(
        told["detail"].as_str().unwrap_or_default().contains("7日"),
        "{told}"
    );
    drop((kanri, sato));
    drop(service);

    let service = on("2031-12-03");
    let mut sato = Browser::new(&service);
    sato.sign_in("sato", OWN);
    let done = does(
        &sato,
        &format!("/cases/{case}/shredding/approval"),
        &Value::Null,
        200,
    );
    assert_eq!(done["shredded"], true);
}
