//! How a record ends: by rule, agreed to by two, and for good.

use serde_json::json;
use sqlx::Row;
use yosatte::{
    db::Db,
    people::{
        PeopleError, PeopleResult, Refused,
        case::CaseRow,
        ids::CaseId,
        retention::{DisposalRecord, Due, Retention},
        store,
        vault::{Owner, Place as Where, Vault, VaultError},
    },
};

use super::{Office, TODAY, day, master, refused};
use crate::store::on_both;

const RULE: Retention = Retention { years: 5 };

/// A closed case with a note and a need.
async fn closed(office: &Office) -> CaseRow {
    let case = office.case().await;
    office
        .note(
            &case.id,
            json!({"on": TODAY, "kind": "訪問", "gist": "玄関先で話した"}),
        )
        .await
        .expect("a note");
    office.need(&case.id, json!({"wishes": "教えたい"})).await;
    office
        .act("mika", async |rec| {
            store::cases::close(rec, &office.vault, &case.id, 1, day(TODAY)).await
        })
        .await
        .expect("it closes");
    office.row(&case.id).await
}

async fn propose(office: &Office, case: &CaseId) -> PeopleResult<()> {
    office
        .act("mika", async |rec| {
            store::shredding::propose(rec, case, RULE).await
        })
        .await
}

async fn approve(office: &Office, who: &str, case: &CaseId) -> PeopleResult<()> {
    office
        .act(who, async |rec| store::shredding::approve(rec, case).await)
        .await
}

async fn execute(office: &Office, vault: &Vault, case: &CaseId) -> PeopleResult<DisposalRecord> {
    store::shredding::execute(office.begin("kanri").await, vault, case, RULE).await
}

async fn due(office: &Office, who: &str) -> Vec<Due> {
    let actor = office.actor(who);
    office
        .act(who, async |rec| store::shredding::due(rec, &actor, RULE).await)
        .await
        .expect("the list")
}

async fn agreed(office: &Office, case: &CaseId) {
    propose(office, case).await.expect("asked for");
    for who in ["mika", "kanri"] {
        approve(office, who, case).await.expect("agreed to");
    }
}

on_both! {
    async fn a_record_is_shredded_when_its_time_is_over_and_two_agree(place: &Place) {
        let office = Office::open(place).await;
        let case = closed(&office).await;
        let (last, after) = (office.on("2031-11-24"), office.on("2031-11-25"));
        assert_eq!(refused(propose(&last, &case.id).await), Refused::Kept(day("2031-11-24")));
        assert!(due(&last, "kanri").await.is_empty());
        assert_eq!(refused(approve(&after, "mika", &case.id).await), Refused::NotProposed);
        assert_eq!(refused(execute(&after, &office.vault, &case.id).await), Refused::NotProposed);
        propose(&after, &case.id).await.unwrap();
        assert_eq!(refused(execute(&after, &office.vault, &case.id).await), Refused::TwoApprovals);
        approve(&after, "mika", &case.id).await.unwrap();
        assert_eq!(refused(approve(&after, "mika", &case.id).await), Refused::ApprovedAlready);
        assert_eq!(refused(execute(&after, &office.vault, &case.id).await), Refused::TwoApprovals);
        let listed = due(&after, "kanri").await;
        assert_eq!((listed.len(), &listed[0].person, &listed[0].approved_by[..]), (1, &case.person, &["mika".to_owned()][..]));
        assert!(due(&after, "taku").await.is_empty(), "not assigned");
        approve(&after, "kanri", &case.id).await.unwrap();
        assert_eq!(refused(execute(&last, &office.vault, &case.id).await), Refused::Kept(day("2031-11-24")), "a clock set back");
        let done = execute(&after, &office.vault, &case.id).await.unwrap();
        assert_eq!((done.years, &done.approved_by[..], done.proposed_by.as_str(), done.shredded_by.as_str()),
            (5, &["kanri".to_owned(), "mika".to_owned()][..], "mika", "kanri"));

        let mut conn = office.db.read().await.unwrap();
        assert!(store::case_facts(&mut conn, &case.id).await.unwrap().is_none());
        assert_eq!(store::shredding::disposal_records(&mut conn).await.unwrap(), [done]);
        for table in ["support_case", "case_hand", "case_note", "note_version", "case_need", "shredding", "shredding_approval"] {
            let sql = format!("SELECT CAST(COUNT(*) AS BIGINT) AS n FROM {table}");
            let row = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_one(&mut *conn).await.unwrap();
            assert_eq!(row.get::<i64, _>("n"), 0, "{table}");
        }
        drop(conn);
        assert!(office.vault.list().await.unwrap().is_empty());
        let told = after.audit_of(&case).await;
        assert!(told.ends_with(&["case.shred.propose", "case.shred.approve", "case.shred.approve", "case.shred"].map(String::from)), "{told:?}");
    }

    async fn an_open_case_is_never_shredded_and_one_taken_up_again_asks_anew(place: &Place) {
        let office = Office::open(place).await;
        let case = office.case().await;
        let after = office.on("2040-01-01");
        assert_eq!(refused(propose(&after, &case.id).await), Refused::NotClosed);
        let case = closed(&office).await;
        agreed(&after, &case.id).await;
        after.act("mika", async |rec| {
            store::cases::reopen(rec, &office.vault, &case.id, case.version, day("2040-02-01")).await
        }).await.unwrap();
        assert_eq!(refused(execute(&after, &office.vault, &case.id).await), Refused::NotClosed);
        let close = async |on: &str| after.act("mika", async |rec| {
            store::cases::close(rec, &office.vault, &case.id, case.version + 1, day(on)).await
        }).await;
        assert_eq!(refused(close("2030-01-01").await), Refused::ClosingDay(day("2039-12-01")), "what is kept would be cut short");
        close("2040-01-01").await.unwrap();
        assert_eq!(refused(execute(&after, &office.vault, &case.id).await), Refused::Kept(day("2045-01-01")));
        let later = office.on("2046-01-01");
        assert_eq!(refused(execute(&later, &office.vault, &case.id).await), Refused::NotProposed);
    }

    async fn a_key_that_outlived_its_record_goes_on_the_next_start(place: &Place) {
        let office = Office::open(place).await;
        let (case, other) = (closed(&office).await, closed(&office).await);
        let after = office.on("2031-11-25");
        agreed(&after, &case.id).await;
        // The machine stops between the commit and the key: here the keys cannot be reached.
        let unreachable = Vault::open(&master(), office.folder()).await.unwrap();
        unreachable.close().await;
        let broken = execute(&after, &unreachable, &case.id).await;
        assert!(matches!(broken, Err(PeopleError::Vault(VaultError::File(_)))), "not acknowledged: {broken:?}");
        assert_eq!(office.vault.list().await.unwrap().len(), 2);

        assert_eq!(store::finish_shredding(&office.db, &office.vault).await.unwrap(), 1);
        assert_eq!(store::finish_shredding(&office.db, &office.vault).await.unwrap(), 0);
        assert_eq!(office.vault.list().await.unwrap(), [Owner::from(&other.person)]);
    }

    async fn a_row_that_comes_back_from_an_old_copy_stays_shut(place: &Place) {
        let office = Office::open(place).await;
        let case = closed(&office).await;
        let mut conn = office.db.read().await.unwrap();
        let row = sqlx::query("SELECT sealed FROM support_case").fetch_one(&mut *conn).await.unwrap();
        let sealed: String = row.get("sealed");
        drop(conn);
        let after = office.on("2031-11-25");
        agreed(&after, &case.id).await;
        let whose = Owner::from(&case.person);
        let at = Where { table: "support_case", column: "sealed", row: case.id.as_str() };
        assert!(office.vault.open_text(&whose, &at, &sealed).await.is_ok(), "or this reads the wrong row");
        execute(&after, &office.vault, &case.id).await.unwrap();
        assert!(matches!(office.vault.open_text(&whose, &at, &sealed).await, Err(VaultError::NoKey)));
    }
}

#[test]
fn an_old_copy_of_the_whole_database_cannot_be_read_after_the_shredding() {
    crate::store::run(
        crate::store::Backend::Sqlite,
        async |place: &crate::store::Place| {
            let crate::store::At::Folder(folder) = &place.at else {
                panic!("SQLite lies in a folder");
            };
            let file = folder.path().join("yosatte.db");
            let office = Office::open(place).await;
            let case = closed(&office).await;
            office.db.close().await;
            let backup = std::fs::read(&file).expect("the database");

            let office = Office {
                db: Db::open_folder(folder.path()).await.expect("the database"),
                ..office
            };
            let after = office.on("2031-11-25");
            agreed(&after, &case.id).await;
            execute(&after, &office.vault, &case.id)
                .await
                .expect("it is shredded");
            office.db.close().await;

            for rest in ["yosatte.db-wal", "yosatte.db-shm"] {
                let _ = std::fs::remove_file(folder.path().join(rest));
            }
            std::fs::write(&file, backup).expect("the old copy");
            let office = Office {
                db: Db::open_folder(folder.path()).await.expect("the old database"),
                ..office
            };
            let mut conn = office.db.read().await.expect("a connection");
            let facts = store::case_facts(&mut conn, &case.id).await.expect("facts");
            assert!(facts.is_some(), "the row is back");
            drop(conn);
            let read = office
                .act("mika", async |rec| {
                    store::read(rec, &office.vault, &case.id).await
                })
                .await;
            assert!(
                matches!(read, Err(PeopleError::Vault(VaultError::NoKey))),
                "{read:?}"
            );
            let lines = store::listing::list(&office.reader(), &office.actor("mika"))
                .await
                .expect("the list");
            assert!(lines[0].shredded && lines[0].name.is_none());
        },
    );
}
