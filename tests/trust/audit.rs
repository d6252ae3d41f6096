//! The audit: any edit, removal or cut is found, and without it nothing happens.

use sqlx::{AnyPool, any::install_default_drivers};

use crate::support::{Browser, House};

fn run(house: &House, statements: &[&str]) {
    let url = format!("sqlite://{}", house.database().display());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        install_default_drivers();
        let pool = AnyPool::connect(&url).await.expect("the database");
        for statement in statements {
            sqlx::query(sqlx::AssertSqlSafe((*statement).to_owned()))
                .execute(&pool)
                .await
                .expect("it runs");
        }
        pool.close().await;
    });
}

fn house() -> House {
    let house = House::new();
    for name in ["kanri", "sato", "kato", "endo"] {
        house.user(name, "admin", &[]);
    }
    house
}

/// What somebody with the file in hand does, and what `check` says to it.
#[track_caller]
fn check(statements: &[&str], told: &str) {
    let house = house();
    let sound = house.yosatte(&["check"]).done();
    assert!(
        sound.out.contains("監査の記録: 4件、おかしいもの: 0件"),
        "{}",
        sound.out
    );
    run(&house, statements);
    let found = house.yosatte(&["check"]);
    assert_eq!(found.code, Some(1), "{}", found.out);
    assert!(found.out.contains(told), "{}", found.out);
}

#[test]
fn an_edited_entry_is_found() {
    check(
        &["UPDATE audit SET account = 'sato' WHERE seq = 2"],
        "2番が書きかえられています",
    );
    check(
        &["UPDATE audit SET person = '' WHERE seq = 3"],
        "3番が書きかえられています",
    );
}

#[test]
fn a_removed_entry_is_found() {
    check(&["DELETE FROM audit WHERE seq = 2"], "2番から2番までがありません");
    check(
        &[
            "DELETE FROM audit WHERE seq = 2",
            "UPDATE audit SET seq = seq - 1 WHERE seq > 2",
        ],
        "書きかえられています",
    );
}

#[test]
fn a_cut_off_end_is_found() {
    check(&["DELETE FROM audit WHERE seq = 4"], "しるし(4番)と合いません");
    check(
        &[
            "DELETE FROM audit WHERE seq > 2",
            "UPDATE audit_head SET seq = 2, mac = (SELECT mac FROM audit WHERE seq = 2)",
        ],
        "2件、データベースにありません(3番から)",
    );
    check(
        &["DELETE FROM audit", "UPDATE audit_head SET seq = 0, mac = ''"],
        "4件、データベースにありません",
    );
}

#[test]
fn a_lost_file_of_heads_is_told() {
    let house = house();
    std::fs::remove_file(house.folder.path().join("var/audit-heads.log")).unwrap();
    // Opening makes an empty one; what it no longer holds is not proof of a fault, but the chain still is one.
    let found = house.yosatte(&["check"]);
    assert_eq!(found.code, Some(1), "{}", found.out);
    assert!(found.out.contains("控え"), "{}", found.out);
}

#[test]
fn what_cannot_be_recorded_does_not_happen() {
    let house = house();
    let service = house.serve(&[]);
    let browser = Browser::signed_in(&service, "kanri");
    run(
        &house,
        &["CREATE TRIGGER no_audit BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END"],
    );
    let answer = browser.post(
        "/accounts",
        &[("id", "gomi"), ("name", "五味"), ("role", "planner")],
    );
    assert_eq!(answer.status, 500);
    assert!(!house.yosatte(&["user", "list"]).out.contains("gomi"));
    assert_eq!(browser.post("/accounts/sato", &[("act", "disable")]).status, 500);
    assert!(!house.yosatte(&["user", "list"]).out.contains("停止"));
    assert_eq!(browser.get("/audit").status, 500, "the audit is read unrecorded");
    assert_eq!(
        Browser::new(&service)
            .sign_in("kanri", crate::support::PASSWORD)
            .status,
        500
    );
    run(&house, &["DROP TRIGGER no_audit"]);
    assert_eq!(browser.get("/audit").status, 200);
    drop(service);
    house.yosatte(&["check"]).done();
}

#[test]
fn the_audit_tells_who_did_what_by_person_account_and_day() {
    let house = house();
    let service = house.serve(&[]);
    let browser = Browser::signed_in(&service, "kanri");
    browser.post("/accounts/sato", &[("act", "disable")]);
    let all = browser.get("/audit").text();
    assert!(
        all.contains("アカウントを止めた") && all.contains("サインイン"),
        "{all}"
    );
    let by = browser.get("/api/v1/audit?account=kanri").json();
    let items = by["items"].as_array().unwrap();
    assert!(
        items.iter().all(|i| i["account"] == "kanri") && items.len() >= 3,
        "{by}"
    );
    assert_eq!(
        browser.get("/api/v1/audit?day=2001-01-01").json()["items"],
        serde_json::json!([])
    );
    assert_eq!(browser.get("/api/v1/audit?day=x").status, 400);
    assert_eq!(browser.get("/api/v1/audit?color=x").status, 400);
}

#[test]
fn an_end_that_was_cut_off_and_has_grown_again_is_found() {
    let house = house();
    run(
        &house,
        &[
            "DELETE FROM audit WHERE seq > 2",
            "UPDATE audit_head SET seq = 2, mac = (SELECT mac FROM audit WHERE seq = 2)",
            "DELETE FROM account WHERE id IN ('kato', 'endo')",
        ],
    );
    // As many new entries as were cut off, and more: numbers and chain look whole again.
    for name in ["abe", "baba", "chiba"] {
        house.user(name, "planner", &[]);
    }
    let found = house.yosatte(&["check"]);
    assert_eq!(found.code, Some(1), "{}", found.out);
    assert!(found.out.contains("3番から、一度切りすてられて"), "{}", found.out);
}

#[test]
fn a_line_that_says_the_data_came_from_a_backup_counts_only_when_the_audit_says_so_too() {
    let house = house();
    let heads = house.folder.path().join("var/audit-heads.log");
    let text = std::fs::read_to_string(&heads).unwrap();
    let last = text.lines().rfind(|l| l.starts_with("= 4 ")).expect("the fourth");
    // The seal is the right one; what it would excuse is that the file tells of nothing before.
    std::fs::write(&heads, last.replace('=', "^") + "\n").unwrap();
    let found = house.yosatte(&["check"]);
    assert_eq!(found.code, Some(1), "{}", found.out);
    assert!(
        found.out.contains("4件の記録のしるしがありません"),
        "{}",
        found.out
    );
    assert!(
        found.out.contains("控えから戻したというしるし(4番)"),
        "{}",
        found.out
    );
    // Nor does one for numbers that are still to come.
    std::fs::write(&heads, format!("{text}^ 900 {}\n", "0".repeat(64))).unwrap();
    let found = house.yosatte(&["check"]);
    assert_eq!(found.code, Some(1), "{}", found.out);
    assert!(
        found.out.contains("控えから戻したというしるし(900番)"),
        "{}",
        found.out
    );
}

#[test]
fn whoever_does_not_get_in_leaves_a_trace() {
    let house = house();
    let service = house.serve(&[]);
    let mut stranger = Browser::new(&service);
    stranger.sign_in("sato", "not the password");
    stranger.sign_in("himitsu no aikotoba", "not the password");
    let own = Browser::signed_in(&service, "sato");
    own.post(
        "/account/confirm",
        &[("password", "not the password"), ("next", "/staff")],
    );
    let kanri = Browser::signed_in(&service, "kanri");
    let all = kanri.get("/api/v1/audit").json();
    let refused: Vec<_> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|i| i["action"] == "session.refused")
        .map(|i| ["account", "entity_id", "detail"].map(|f| i[f].as_str().unwrap_or_default().to_owned()))
        .collect();
    let told = |by: &str, tried: &str, at: &str| [by, tried, at].map(str::to_owned);
    assert_eq!(
        refused,
        [
            told("sato", "sato", "confirm"),
            told("-", "", "password"),
            told("-", "sato", "password")
        ]
    );
}
