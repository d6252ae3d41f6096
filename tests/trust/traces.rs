//! What a running service writes down and shows of what is asked: never what somebody typed, nor what staff do.

use crate::support::{Browser, House};

/// 「水沢花子」, as a browser sends it.
const NAME: &str = "%E6%B0%B4%E6%B2%A2%E8%8A%B1%E5%AD%90";

fn house() -> House {
    let house = House::new();
    house.user("kanri", "admin", &[]);
    house
}

#[test]
fn what_is_typed_into_the_address_is_neither_logged_nor_repeated() {
    let house = house();
    let service = house.serve(&[]);
    let browser = Browser::new(&service);
    for root in [
        "",
        "/cases",
        "/api",
        "/api/v1/resources",
        "/resources",
        "/districts",
        "/tiles",
        "/assets",
    ] {
        for name in [NAME, "Hanako-Mizusawa"] {
            let answer = browser.get(&format!("{root}/{name}"));
            let body = answer.text();
            for secret in ["水沢花子", NAME, "Hanako-Mizusawa"] {
                let sent_on = answer.status == 303;
                assert!(sent_on || !body.contains(secret), "{root}: {body}");
            }
        }
    }
    browser.send("HANAKOMIZUSAWA", "/", "", &[]);
    let log = service.log();
    for secret in ["水沢花子", NAME, "Hanako-Mizusawa", "HANAKOMIZUSAWA"] {
        assert!(!log.contains(secret), "{secret} is in the log: {log}");
    }
    for line in [
        "GET (ページなし) 404",
        "GET /resources/{id} 404",
        "GET /cases/{id} 303",
    ] {
        assert!(log.contains(line), "{line} is not in the log: {log}");
    }
}

#[test]
fn the_figures_that_everyone_may_read_tell_nothing_of_what_staff_do() {
    let house = house();
    let service = house.serve(&[]);
    let mut kanri = Browser::new(&service);
    kanri.sign_in("kanri", "not the password");
    kanri = Browser::signed_in(&service, "kanri");
    for path in [
        "/staff",
        "/accounts",
        "/accounts/kanri",
        "/audit",
        "/api/v1/audit",
        "/",
    ] {
        assert_eq!(kanri.get(path).status, 200, "{path}");
    }
    kanri.get("/cases/kanri");
    kanri.send("DELETE", "/accounts", "", &[]);
    let figures = Browser::new(&service).get("/metrics").text();
    for told in ["account", "audit", "case", "signin", "session", "/staff"] {
        assert!(!figures.contains(told), "{told} is among the figures: {figures}");
    }
    for part in [
        r#"method="any",route="staff",status="200""#,
        r#"method="GET",route="/",status="200""#,
    ] {
        assert!(
            figures.contains(part),
            "{part} is not among the figures: {figures}"
        );
    }
}
