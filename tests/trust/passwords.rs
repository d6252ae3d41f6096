//! What passwords are not asked, and what their pages leave to people and their password managers.

use crate::support::{Browser, House, PASSWORD};

fn house() -> House {
    let house = House::new();
    house.user("kanri", "admin", &[]);
    house.user("sato", "coordinator", &["--all-districts"]);
    house
}

#[test]
fn no_calendar_asks_for_a_new_password() {
    let house = house();
    let service = house.serve(&["--now", "2046-11-24T09:00:00+09:00"]);
    assert_eq!(Browser::signed_in(&service, "sato").get("/staff").status, 200);
}

#[test]
fn a_new_first_password_does_not_pass_by_the_second_factor() {
    let house = house();
    let service = house.serve(&[]);
    let sato = Browser::signed_in(&service, "sato");
    let totp = super::accounts::code_of(&sato.get("/account/factor").text());
    sato.post("/account/factor", &[("code", &totp.generate_current().unwrap())]);
    let kanri = Browser::signed_in(&service, "kanri");
    let first = super::resets::first_password(&kanri, "sato");
    let mut found = Browser::new(&service);
    let sent = found.sign_in("sato", &first);
    assert!(
        sent.header("location").starts_with("/signin/code"),
        "{:?}",
        sent.headers
    );
    assert_eq!(found.get("/account/password").status, 403);
    assert_eq!(found.get("/staff").header("location"), "/signin/code");
    // Nor is it told who did it before the code is given.
    assert!(!found.get("/signin/code").text().contains("kanri"));
}

/// The fields of a page that take a password, as they are written.
fn fields(page: &str) -> Vec<&str> {
    let inputs = page.split("<input ").skip(1).filter_map(|i| i.split('>').next());
    inputs
        .filter(|i| {
            ["password", "current", "new", "again"]
                .iter()
                .any(|n| i.contains(&format!(r#"name="{n}""#)))
        })
        .collect()
}

#[test]
fn fields_for_passwords_are_covered_and_take_what_is_pasted_or_filled_in() {
    let house = house();
    let service = house.serve(&[]);
    let sato = Browser::signed_in(&service, "sato");
    for (browser, path, count) in [
        (&Browser::new(&service), "/signin", 1),
        (&sato, "/account/password", 3),
        (&sato, "/account/confirm", 1),
    ] {
        let page = browser.get(path).text();
        let fields = fields(&page);
        assert_eq!(fields.len(), count, "{path}: {page}");
        for field in fields {
            assert!(field.contains(r#"type="password""#), "{path}: {field}");
            assert!(
                field.contains("current-password") || field.contains("new-password"),
                "{path}: {field}"
            );
        }
        // The one script there sends a form once, and looks at no field.
        let others = page.replace(r#"<script type="module" src="/assets/once.js">"#, "");
        assert!(
            !page.contains("onpaste") && !others.contains("<script"),
            "{path} may stand in the way"
        );
    }
    // What is longer than most is taken as it is.
    let long = format!("{PASSWORD} {}", "よい天気です".repeat(10));
    let form = [("current", PASSWORD), ("new", &long), ("again", &long)];
    assert_eq!(sato.post("/account/password", &form).status, 303);
    assert_eq!(Browser::new(&service).sign_in("sato", &long).status, 303);
    assert_eq!(
        Browser::new(&service)
            .sign_in("sato", &long[..long.len() - 3])
            .status,
        422
    );
}

#[test]
fn every_page_for_staff_has_its_way_out() {
    let house = house();
    let service = house.serve(&[]);
    for (name, paths) in [
        (
            "kanri",
            [
                "/staff",
                "/accounts",
                "/accounts/sato",
                "/audit",
                "/shredding",
                "/account",
            ],
        ),
        (
            "sato",
            [
                "/staff",
                "/cases",
                "/cases/new",
                "/account",
                "/conferences",
                "/account/password",
            ],
        ),
    ] {
        let browser = Browser::signed_in(&service, name);
        for path in paths {
            let page = browser.get(path).text();
            assert!(page.contains(r#"action="/signout""#), "{path}: {page}");
        }
    }
}
