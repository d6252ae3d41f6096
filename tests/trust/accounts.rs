//! Signing in and out, second factors, tokens, and accounts that are disabled.

use totp_rs::{Algorithm, TOTP};

use crate::support::{Browser, House, PASSWORD, Service};

fn house() -> House {
    let house = House::new();
    house.user("kanri", "admin", &[]);
    house.user(
        "sato",
        "coordinator",
        &["--label", "佐藤 花子", "--all-districts"],
    );
    house
}

#[test]
fn a_stranger_is_sent_to_sign_in_and_comes_back_to_the_page_that_was_wanted() {
    let house = house();
    let service = house.serve(&[]);
    let mut browser = Browser::new(&service);
    let sent = browser.get("/accounts");
    assert_eq!(
        (sent.status, sent.header("location")),
        (303, "/signin?next=%2Faccounts")
    );
    let form = browser.get("/signin?next=%2Faccounts").text();
    assert!(
        form.contains("ほかの人に話してはいけません") && form.contains(r#"value="/accounts""#),
        "{form}"
    );
    let inside = browser.post(
        "/signin",
        &[
            ("account", "kanri"),
            ("password", PASSWORD),
            ("next", "/accounts"),
        ],
    );
    assert_eq!((inside.status, inside.header("location")), (303, "/accounts"));
    assert!(browser.get("/accounts").text().contains("佐藤 花子"));
    // A `next` that leads out of the house is not followed.
    for foreign in [
        "https://example.jp/",
        "//example.jp",
        "/\\example.jp",
        "javascript:1",
    ] {
        let answer = Browser::new(&service).post(
            "/signin",
            &[("account", "kanri"), ("password", PASSWORD), ("next", foreign)],
        );
        assert_eq!(answer.header("location"), "/staff", "{foreign}");
    }
    browser.learn_csrf();
    let out = browser.post("/signout", &[]);
    assert_eq!(out.status, 303);
    assert_eq!(browser.get("/accounts").status, 303);
    assert_eq!(browser.get("/api/v1/session").status, 401);
}

#[test]
fn a_wrong_password_and_an_unknown_name_are_answered_alike() {
    let house = house();
    let service = house.serve(&[]);
    let mut browser = Browser::new(&service);
    let told = |name: &str, browser: &mut Browser| {
        let answer = browser.sign_in(name, "not the password at all");
        assert_eq!(answer.status, 422);
        answer.text().replace(name, "…")
    };
    let known = told("sato", &mut browser);
    assert_eq!(known, told("nobody", &mut browser));
    assert!(known.contains("名前かパスワードが違います"));
    let json = serde_json::json!({"account": "sato", "password": "x"});
    assert_eq!(browser.call("POST", "/api/v1/session", Some(&json)).status, 422);
}

#[test]
fn guessing_is_slowed_down_and_a_browser_that_was_in_before_is_not() {
    let house = house();
    let service = house.serve(&[]);
    let own = Browser::signed_in(&service, "sato");
    own.post("/signout", &[]);
    let mut stranger = Browser::new(&service);
    let statuses: Vec<u16> = (0..15)
        .map(|_| stranger.sign_in("sato", "guess").status)
        .collect();
    assert!(statuses[..8].iter().all(|s| *s == 422), "{statuses:?}");
    assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
    let mut own = own;
    assert_eq!(own.sign_in("sato", PASSWORD).status, 303);
    // Nor is a colleague.
    assert_eq!(Browser::new(&service).sign_in("kanri", PASSWORD).status, 303);
}

#[test]
fn a_form_that_is_not_ours_changes_nothing() {
    let house = house();
    let service = house.serve(&[]);
    let browser = Browser::signed_in(&service, "kanri");
    let new = [("id", "gisou"), ("name", "偽装"), ("role", "planner")];
    let with_token: Vec<_> = new
        .iter()
        .copied()
        .chain([("csrf", browser.csrf.as_str())])
        .collect();
    let here = service.url("");
    let refused = [
        browser.post_plain("/accounts", &new, &here),
        browser.post_plain("/accounts", &[("csrf", "x")], &here),
        browser.post_plain("/accounts", &with_token, "https://example.jp"),
        browser.post_plain("/accounts", &with_token, "null"),
        browser.call_with(
            "DELETE",
            "/api/v1/session",
            None,
            &[("sec-fetch-site", "cross-site")],
        ),
        Browser::new(&service).post_plain(
            "/signin",
            &[("account", "kanri"), ("password", PASSWORD)],
            "https://example.jp",
        ),
    ];
    for answer in refused {
        assert_eq!(answer.status, 403, "{}", answer.text());
    }
    assert!(!house.yosatte(&["user", "list"]).out.contains("gisou"));
    assert_eq!(browser.post_plain("/accounts", &with_token, &here).status, 200);
    assert!(house.yosatte(&["user", "list"]).out.contains("gisou"));
}

#[test]
fn a_session_gets_a_new_number_at_every_sign_in_and_the_old_one_is_worth_nothing() {
    let house = house();
    let service = house.serve(&[]);
    let cookie = |answer: &crate::support::Answer| {
        let all = answer.headers.get_all("set-cookie").iter();
        let own = all
            .filter_map(|c| c.to_str().ok())
            .find(|c| c.starts_with("yosatte="));
        own.expect("a session").to_owned()
    };
    let mut browser = Browser::new(&service);
    let first = cookie(&browser.sign_in("sato", PASSWORD));
    for needed in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(first.contains(needed), "{first}");
    }
    let second = cookie(&browser.sign_in("sato", PASSWORD));
    let number = |c: &str| c.split(';').next().unwrap_or_default().to_owned();
    assert_ne!(number(&first), number(&second));
    let with = |c: &str| {
        let stranger = Browser::new(&service);
        stranger
            .call_with("GET", "/api/v1/session", None, &[("cookie", &number(c))])
            .status
    };
    assert_eq!((with(&first), with(&second)), (401, 200));
    // What the table holds opens nothing.
    let database = std::fs::read(house.database()).unwrap();
    let bare = number(&second).replace("yosatte=", "");
    assert!(!database.windows(bare.len()).any(|w| w == bare.as_bytes()));
}

#[test]
fn an_account_that_is_disabled_is_out_at_once() {
    let house = house();
    let service = house.serve(&[]);
    let sato = Browser::signed_in(&service, "sato");
    let token = house.yosatte(&["token", "issue", "sato"]).done().out;
    assert_eq!(sato.get("/staff").status, 200);
    house.yosatte(&["user", "disable", "sato"]).done();
    assert_eq!(sato.get("/staff").status, 303);
    assert_eq!(Browser::new(&service).sign_in("sato", PASSWORD).status, 422);
    let bearer = format!("Bearer {}", token.trim());
    let answer = sato.call_with("GET", "/api/v1/audit", None, &[("authorization", &bearer)]);
    assert_eq!(answer.status, 401);
    // The last admin cannot shut everybody out.
    let kanri = Browser::signed_in(&service, "kanri");
    let answer = kanri.post("/accounts/kanri", &[("act", "disable")]);
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("管理者がいなくなる"));
}

pub fn code_of(page: &str) -> TOTP {
    let secret = page
        .split("<code>")
        .nth(1)
        .and_then(|rest| rest.split("</code>").next())
        .expect("a secret");
    let secret = totp_rs::Secret::Encoded(secret.to_owned())
        .to_bytes()
        .expect("base32");
    TOTP::new(Algorithm::SHA1, 6, 1, 30, secret, None, "x".into()).expect("a factor")
}

#[test]
fn a_second_factor_is_asked_for_and_each_code_is_good_once() {
    let house = house();
    // A clock that stands: a code that is used again half a minute later is another one, and opens.
    let now = "2026-11-24T09:00:00+09:00";
    let service = house.serve(&["--now", now]);
    let seconds = chrono::DateTime::parse_from_rfc3339(now).unwrap().timestamp() as u64;
    let mut browser = Browser::signed_in(&service, "sato");
    let totp = code_of(&browser.get("/account/factor").text());
    assert_eq!(browser.post("/account/factor", &[("code", "000000")]).status, 422);
    let done = browser.post("/account/factor", &[("code", &totp.generate(seconds))]);
    let codes: Vec<String> = done
        .text()
        .split("<code>")
        .skip(1)
        .filter_map(|part| part.split("</code>").next().map(str::to_owned))
        .collect();
    assert_eq!((done.status, codes.len()), (200, 10), "{}", done.text());

    let mut other = Browser::new(&service);
    let sent = other.sign_in("sato", PASSWORD);
    assert!(sent.header("location").starts_with("/signin/code"));
    // With the password alone nothing opens, nor can the factor be replaced.
    assert_eq!(other.get("/staff").header("location"), "/signin/code");
    for path in ["/account/factor", "/account/password"] {
        assert_eq!(other.get(path).status, 403, "{path}");
    }
    let used = totp.generate(seconds);
    assert_eq!(
        other.post("/signin/code", &[("code", &used)]).status,
        422,
        "a used code opens again"
    );
    assert_eq!(
        other
            .post("/signin/code", &[("code", &codes[0].to_lowercase())])
            .status,
        303
    );
    other.learn_csrf();
    assert_eq!(other.get("/staff").status, 200);

    let mut third = Browser::new(&service);
    third.sign_in("sato", PASSWORD);
    assert_eq!(
        third.post("/signin/code", &[("code", &codes[0])]).status,
        422,
        "a used recovery code opens again"
    );
    browser.learn_csrf();
}

#[test]
fn where_a_second_factor_is_required_nobody_works_without_one() {
    let house = house();
    let service = house.serve(&["--second-factor", "required"]);
    let mut browser = Browser::signed_in(&service, "sato");
    assert_eq!(browser.get("/staff").header("location"), "/account/factor");
    let totp = code_of(&browser.get("/account/factor").text());
    browser.post("/account/factor", &[("code", &totp.generate_current().unwrap())]);
    browser.learn_csrf();
    assert_eq!(browser.get("/staff").status, 200);
}

#[test]
fn a_first_password_opens_nothing_until_it_is_replaced() {
    let house = house();
    let service = house.serve(&[]);
    let kanri = Browser::signed_in(&service, "kanri");
    let page = kanri.post(
        "/accounts",
        &[
            ("id", "kato"),
            ("name", "加藤"),
            ("role", "coordinator"),
            ("district", "n1"),
        ],
    );
    let first = page
        .text()
        .split(r#"<code class="once">"#)
        .nth(1)
        .and_then(|r| r.split('<').next())
        .unwrap()
        .to_owned();
    assert!(!kanri.get("/accounts").text().contains(&first), "shown twice");
    let mut kato = Browser::new(&service);
    assert_eq!(kato.sign_in("kato", &first).status, 303);
    assert_eq!(kato.get("/staff").header("location"), "/account/password");
    for (new, told) in [
        ("みじかい", "12文字以上"),
        ("password1234", "推測されやすい"),
        (first.as_str(), "今と違う"),
    ] {
        let fields = [("current", first.as_str()), ("new", new), ("again", new)];
        let answer = kato.post("/account/password", &fields);
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains(told), "{new}");
    }
    let fields = [
        ("current", first.as_str()),
        ("new", PASSWORD),
        ("again", PASSWORD),
    ];
    assert_eq!(kato.post("/account/password", &fields).status, 303);
    kato.learn_csrf();
    assert_eq!(kato.get("/staff").status, 200);
}

#[test]
fn a_token_does_what_it_was_issued_for_until_it_is_revoked_or_expires() {
    let house = house();
    let issue = |scope: &str, days: &str| {
        house
            .yosatte(&["token", "issue", "kanri", "--scope", scope, "--days", days])
            .done()
            .out
            .trim()
            .to_owned()
    };
    let (audit, other) = (issue("audit:read", "30"), issue("resources:read", "30"));
    let service = house.serve(&[]);
    let browser = Browser::new(&service);
    let asks = |token: &str| {
        browser
            .call_with(
                "GET",
                "/api/v1/audit",
                None,
                &[("authorization", &format!("Bearer {token}"))],
            )
            .status
    };
    assert_eq!((asks(&audit), asks(&other), asks("yst_X_y")), (200, 403, 401));
    let id = audit.split('_').nth(1).unwrap();
    house.yosatte(&["token", "revoke", id]).done();
    assert_eq!(asks(&audit), 401);
    drop(service);
    let later =
        (chrono::DateTime::from_timestamp(0, 0).unwrap() + chrono::Duration::days(40_000)).to_rfc3339();
    let service = house.serve(&["--now", &later]);
    let browser = Browser::new(&service);
    let bearer = format!("Bearer {}", issue("audit:read", "30"));
    let answer = browser.call_with("GET", "/api/v1/audit", None, &[("authorization", &bearer)]);
    assert_eq!(answer.status, 401, "a token outlives its days");
    let bad = house.yosatte(&["token", "issue", "kanri", "--scope", "all"]);
    assert_eq!(bad.code, Some(2));
    assert!(bad.err.contains("resources:read"));
}

#[test]
fn a_token_is_worth_nothing_while_its_account_owes_a_password_or_a_second_factor() {
    let house = house();
    let issue = |name: &str| {
        let args = ["token", "issue", name, "--scope", "resources:read"];
        format!("Bearer {}", house.yosatte(&args).done().out.trim())
    };
    let (sato, kanri) = (issue("sato"), issue("kanri"));
    let asks = |service: &Service, bearer: &str, path: &str| {
        Browser::new(service).call_with("GET", path, None, &[("authorization", bearer)])
    };
    let service = house.serve(&[]);
    let admin = Browser::signed_in(&service, "kanri");
    assert_eq!(asks(&service, &sato, "/api/v1/resources").status, 200);
    admin.post("/accounts/sato", &[("act", "password")]);
    for path in ["/api/v1/resources", "/api/v1/cases"] {
        let answer = asks(&service, &sato, path);
        assert_eq!(answer.status, 403, "{path}: {}", answer.text());
        assert!(answer.text().contains("最初のパスワード"), "{}", answer.text());
    }
    assert_eq!(asks(&service, &kanri, "/api/v1/resources").status, 200);
    drop(admin);
    drop(service);
    let service = house.serve(&["--second-factor", "required"]);
    let answer = asks(&service, &kanri, "/api/v1/resources");
    assert_eq!(answer.status, 403, "{}", answer.text());
    assert!(answer.text().contains("確認コード"), "{}", answer.text());
}

#[test]
fn whoever_signs_in_rightly_uses_up_nobodys_tries() {
    let house = house();
    let service = house.serve(&[]);
    for n in 0..12 {
        // Each on a computer that was never there, as at a counter of many.
        let status = Browser::new(&service).sign_in("kanri", PASSWORD).status;
        assert_eq!(status, 303, "the sign-in {n}");
    }
    let statuses: Vec<u16> = (0..12)
        .map(|_| Browser::new(&service).sign_in("kanri", "guess").status)
        .collect();
    assert_eq!((statuses[8], statuses[11]), (422, 429), "{statuses:?}");
}

#[test]
fn without_a_key_there_are_no_accounts_and_the_public_pages_work() {
    let house = house();
    let told = house.folder.yosatte(&["user", "list"]);
    assert_eq!(told.code, Some(1));
    assert!(told.err.contains("yosatte key new"), "{}", told.err);
    let service = crate::support::Service::start(house.folder.path(), &["serve"]);
    assert_eq!(service.get("/", &[]).status, 200);
    let staff = service.get("/staff", &[]);
    assert_eq!(staff.status, 503);
    assert!(house.folder.yosatte(&["check"]).out.contains("鍵がないため"));
}

#[test]
fn changing_the_password_or_the_factor_ends_every_other_session() {
    let house = house();
    let service = house.serve(&[]);
    let mut own = Browser::signed_in(&service, "sato");
    let there = |b: &Browser| b.get("/staff").status == 200;
    let first = Browser::signed_in(&service, "sato");
    let fields = [
        ("current", PASSWORD),
        ("new", "lamp orange tiger velvet"),
        ("again", "lamp orange tiger velvet"),
    ];
    assert_eq!(own.post("/account/password", &fields).status, 303);
    own.learn_csrf();
    assert!(there(&own) && !there(&first), "a session outlives the password");
    let mut second = Browser::new(&service);
    second.sign_in("sato", "lamp orange tiger velvet");
    let totp = code_of(&own.get("/account/factor").text());
    assert_eq!(
        own.post("/account/factor", &[("code", &totp.generate_current().unwrap())])
            .status,
        200
    );
    own.learn_csrf();
    assert!(there(&own) && !there(&second), "a session outlives the factor");
    let kanri = Browser::signed_in(&service, "kanri");
    kanri.post(
        "/accounts/sato",
        &[("act", "change"), ("name", "佐藤"), ("role", "planner")],
    );
    assert!(!there(&own), "a session outlives the role");
}

#[test]
fn there_is_always_an_admin_left() {
    let house = house();
    house.user("kanri2", "admin", &[]);
    let service = house.serve(&[]);
    let (one, two) = (
        Browser::signed_in(&service, "kanri"),
        Browser::signed_in(&service, "kanri2"),
    );
    // Each disables the other, in the same moment.
    std::thread::scope(|scope| {
        scope.spawn(|| one.post("/accounts/kanri2", &[("act", "disable")]));
        scope.spawn(|| two.post("/accounts/kanri", &[("act", "disable")]));
    });
    let list = house.yosatte(&["user", "list"]).done().out;
    let left: Vec<_> = list
        .lines()
        .filter(|l| l.contains("\tadmin\t") && l.contains("使用中"))
        .collect();
    assert_eq!(left.len(), 1, "{list}");
    let name = left[0].split('\t').next().unwrap();
    let told = house.yosatte(&["user", "disable", name]);
    assert_eq!(told.code, Some(1));
    assert!(told.err.contains("最後の管理者"), "{}", told.err);
    assert_eq!(
        house
            .yosatte_told(&["user", "add", "-", "--role", "admin"], PASSWORD)
            .code,
        Some(2)
    );
}

#[test]
fn a_next_page_that_is_no_path_is_not_gone_to() {
    let house = house();
    let service = house.serve(&[]);
    for next in ["/\u{1}x", "/\u{b}", "/a\r\nset-cookie: x=y"] {
        let fields = [("account", "kanri"), ("password", PASSWORD), ("next", next)];
        let answer = Browser::new(&service).post("/signin", &fields);
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, "/staff"),
            "{next:?}"
        );
    }
}
