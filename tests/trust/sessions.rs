//! Seeing where one is signed in, and ending what is open there.

use crate::support::{Browser, House, PASSWORD, Service};

const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

fn house() -> House {
    let house = House::new();
    house.user("kanri", "admin", &[]);
    house.user("sato", "coordinator", &["--all-districts"]);
    house
}

/// Signs in with a browser that says so of itself.
#[track_caller]
fn with<'s>(service: &'s Service, name: &str, agent: &str) -> Browser<'s> {
    let mut browser = Browser::new(service);
    let body = format!("account={name}&password={}", PASSWORD.replace(' ', "+"));
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("user-agent", agent),
    ];
    assert_eq!(browser.send("POST", "/signin", &body, &headers).status, 303);
    browser.learn_csrf();
    browser
}

fn there(browser: &Browser) -> bool {
    browser.get("/staff").status == 200
}

/// What the buttons of the list would end.
fn ends(page: &str) -> Vec<String> {
    let parts = page.split(r#"name="end" value=""#).skip(1);
    parts
        .filter_map(|part| part.split('"').next())
        .filter(|value| *value != "others")
        .map(str::to_owned)
        .collect()
}

#[test]
fn everyone_sees_where_they_are_signed_in_and_ends_one_or_all_others() {
    let house = house();
    let service = house.serve(&[]);
    let own = with(&service, "sato", FIREFOX);
    let phone = with(&service, "sato", IPHONE);
    let kanri = with(&service, "kanri", "curl/8");
    let page = own.get("/account").text();
    for part in [
        "Firefox(Windows)",
        "Safari(iPhone)",
        "サーバーと同じ機械から",
        "いま見ている画面",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(
        !page.contains("curl") && !page.contains("140.0") && !page.contains("127.0.0.1"),
        "{page}"
    );
    let number = phone.cookie();
    let number = number
        .split("yosatte=")
        .nth(1)
        .and_then(|n| n.split(';').next())
        .unwrap();
    assert!(!page.contains(number) && !page.contains(&phone.csrf), "{page}");
    let [one] = ends(&page).try_into().expect("the other one, and not this one");

    // Somebody else's are nobody's to end.
    kanri.post("/account/sessions", &[("end", &one)]);
    assert!(there(&phone));
    // A form that names none ends none.
    own.post("/account/sessions", &[("end", "")]);
    assert!(there(&phone));
    assert_eq!(own.post("/account/sessions", &[("end", &one)]).status, 303);
    assert!(!there(&phone) && there(&own));
    let (second, third) = (with(&service, "sato", IPHONE), with(&service, "sato", FIREFOX));
    assert_eq!(own.post("/account/sessions", &[("end", "others")]).status, 303);
    assert!(!there(&second) && !there(&third) && there(&own) && there(&kanri));
    let audit = kanri.get("/api/v1/audit?account=sato").text();
    assert_eq!(audit.matches("session.end_other").count(), 2, "{audit}");
}

#[test]
fn ending_other_sessions_asks_for_the_password_again_after_a_while() {
    let house = house();
    let at = |now: &str| house.serve(&["--now", now]);
    let service = at("2026-11-24T09:00:00+09:00");
    let (own, other) = (with(&service, "sato", FIREFOX), with(&service, "sato", IPHONE));
    let cookies = [own.cookie(), other.cookie()];
    let csrf = own.csrf.clone();
    drop((own, other));
    drop(service);
    let service = at("2026-11-24T09:06:00+09:00");
    let stranger = Browser::new(&service);
    let asks = |cookie: &str, method: &str, path: &str, body: &str| {
        let headers = [
            ("cookie", cookie),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        stranger.send(method, path, body, &headers)
    };
    let form = format!("end=others&csrf={csrf}");
    let sent = asks(&cookies[0], "POST", "/account/sessions", &form);
    assert_eq!(sent.header("location"), "/account/confirm?next=%2Faccount");
    assert_eq!(asks(&cookies[1], "GET", "/staff", "").status, 200);
}
