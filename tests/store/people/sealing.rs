//! Nothing that a person said stands anywhere in the clear.

use serde_json::json;
use sqlx::Row;
use yosatte::{
    accounts::audit::Action,
    matching::need::Need,
    people::{
        PeopleError,
        basis::LegalBasis,
        case::CaseChange,
        conference::{ConferenceKind, NewConference},
        consent::{NewConsent, Withdrawal},
        hand_over::NewHandOver,
        ids::CaseId,
        note::NewNote,
        store,
        vault::VaultError,
    },
};

use super::{Office, TODAY, day, id};
use crate::store::{Backend, Place, on_both};

/// Stands in every text that is entered.
const MARK: &str = "ひみつのしるし";

const TABLES: &[&str] = &[
    "support_case",
    "case_hand",
    "case_note",
    "note_version",
    "case_need",
    "case_consent",
    "conference",
    "conference_member",
    "case_share",
    "case_referral",
    "hand_over",
    "shredding",
    "shredding_approval",
];

/// Uses everything that takes a text.
async fn fill(office: &Office) -> CaseId {
    let mut body = json!({"identity": {"name": MARK, "kana": MARK, "telephone": MARK, "calling_times": MARK, "unaware": true},
        "household": [{"relation": MARK, "name": MARK, "age": 80, "remark": MARK}], "district": "d1"});
    let change = CaseChange::read(&body).expect("a change");
    body["review_on"] = "2027-02-01".into();
    let case = office.case_with(body).await;
    office
        .act("mika", async |rec| {
            store::cases::change(rec, &office.vault, &case.id, 1, &change).await
        })
        .await
        .expect("a change");
    let body = json!({"on": TODAY, "kind": "訪問", "with": MARK, "gist": MARK, "next": {"what": MARK, "due_on": "2026-12-01"}});
    let note = office.note(&case.id, body.clone()).await.expect("a note");
    let again = NewNote::read(&body).expect("a note");
    office
        .act("mika", async |rec| {
            store::notes::correct(rec, &office.vault, &case.id, &note, 1, &again).await
        })
        .await
        .expect("a correction");
    let need = json!({"wishes": MARK, "strengths": [MARK], "household": [{"relation": MARK, "wishes": MARK}],
        "avoid": {"places": [MARK], "people": [MARK]}});
    let need = office.need(&case.id, need).await;
    let new = NewConference {
        kind: ConferenceKind::Multilayer,
        name: MARK.into(),
        ends_on: day("2027-03-31"),
    };
    let conference = office
        .act("mika", async |rec| {
            store::conferences::add(rec, &office.vault, &id("mika"), &new).await
        })
        .await
        .expect("a conference");
    office
        .act("mika", async |rec| {
            store::conferences::change(rec, &office.vault, &conference, 1, MARK, day("2027-03-31")).await
        })
        .await
        .expect("a change");
    let consent = NewConsent::read(
        &json!({"given_on": TODAY, "given_by": "親権者", "giver_name": MARK, "form": "書面",
        "recipients": [{"conference": conference}, {"account": "tamon"}, {"organization": MARK}],
        "scope": ["needs", "strengths", "identity", "notes"], "remark": MARK}),
    )
    .expect("a consent");
    let consent = office
        .act("mika", async |rec| {
            store::consents::add(rec, &office.vault, &case.id, &consent).await
        })
        .await
        .expect("a consent");
    office
        .basis(&case.id, LegalBasis::Consented)
        .await
        .expect("a ground");
    office
        .share(
            &case.id,
            &conference,
            Some(&need),
            json!(["needs", "identity", "notes"]),
        )
        .await
        .expect("a share");
    office
        .act("mika", async |rec| {
            store::referrals::add(rec, &office.vault, &case.id, &id("tamon"), Some(MARK.into())).await
        })
        .await
        .expect("a referral");
    office
        .act("mika", async |rec| {
            store::seen::by_conference(rec, &office.vault, &conference).await
        })
        .await
        .expect("what it sees");
    store::search::search_own(&office.reader(), &office.actor("mika"), MARK)
        .await
        .expect("a search");
    let new = NewHandOver::read(&json!({"to": "taku", "message": MARK, "stay_as_deputy": true}))
        .expect("a hand-over");
    let version = office.row(&case.id).await.version;
    office
        .act("mika", async |rec| {
            store::hands::hand_over(rec, &office.vault, &case.id, version, &new).await
        })
        .await
        .expect("a hand-over");
    let withdrawal = Withdrawal::read(&json!({"on": TODAY, "by": "本人"})).expect("a withdrawal");
    office
        .act("taku", async |rec| {
            store::consents::withdraw(rec, &office.vault, &case.id, &consent, &withdrawal).await
        })
        .await
        .expect("a withdrawal");
    case.id
}

/// Every row of every table as text, as the database shows it.
async fn dump(place: &Place, office: &Office) -> String {
    let mut conn = office.db.read().await.expect("a connection");
    let tables = match place.backend {
        Backend::Sqlite => "SELECT name AS t FROM sqlite_master WHERE type = 'table'",
        Backend::Postgres => "SELECT CAST(tablename AS TEXT) AS t FROM pg_tables WHERE schemaname = 'public'",
    };
    let tables = sqlx::query(tables)
        .fetch_all(&mut *conn)
        .await
        .expect("the tables");
    let mut all = String::new();
    for table in tables {
        let table: String = table.get("t");
        if table == "_sqlx_migrations" {
            continue;
        }
        let line = match place.backend {
            Backend::Postgres => format!("SELECT CAST(t AS TEXT) AS line FROM {table} t"),
            Backend::Sqlite => {
                let columns = sqlx::query(sqlx::AssertSqlSafe(format!(
                    "SELECT name FROM pragma_table_info('{table}')"
                )))
                .fetch_all(&mut *conn)
                .await
                .expect("the columns");
                let columns: Vec<String> = columns
                    .iter()
                    .map(|c| format!("COALESCE(CAST(\"{}\" AS TEXT), '')", c.get::<String, _>("name")))
                    .collect();
                format!("SELECT {} AS line FROM {table}", columns.join(" || '|' || "))
            }
        };
        let rows = sqlx::query(sqlx::AssertSqlSafe(line))
            .fetch_all(&mut *conn)
            .await
            .expect("the rows");
        for row in rows {
            all.push_str(&format!("{table}: {}\n", row.get::<String, _>("line")));
        }
    }
    all
}

/// Whether any file of a folder holds the bytes.
fn files_hold(folder: &std::path::Path, needle: &str) -> Vec<std::path::PathBuf> {
    let files = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|f| f.expect("a file").path());
    files
        .filter(|path| {
            let bytes = std::fs::read(path).expect("a readable file");
            bytes.windows(needle.len()).any(|w| w == needle.as_bytes())
        })
        .collect()
}

on_both! {
    async fn no_table_and_no_file_holds_a_word_of_a_person(place: &Place) {
        let office = Office::open(place).await;
        let case = fill(&office).await;
        let kept = office.act("taku", async |rec| store::disclosure::export(rec, &office.vault, &case).await).await.unwrap().expect("the record");
        let whole = serde_json::to_string(&kept).unwrap();
        assert!(whole.matches(MARK).count() >= 24, "or nothing was seeded");
        assert!(!format!("{kept:?}").contains(MARK), "debugging shows nothing");
        // And the approval of a shredding, so that every table has a row.
        let version = office.row(&case).await.version;
        office.act("taku", async |rec| store::cases::close(rec, &office.vault, &case, version, day(TODAY)).await).await.unwrap();
        let far = office.on("2040-01-01");
        let rule = yosatte::people::retention::Retention::default();
        far.act("taku", async |rec| store::shredding::propose(rec, &case, rule).await).await.unwrap();
        far.act("taku", async |rec| store::shredding::approve(rec, &case).await).await.unwrap();

        let all = dump(place, &office).await;
        for table in TABLES {
            assert!(all.contains(&format!("{table}: ")), "{table} has no row");
        }
        assert!(!all.contains(MARK), "{}", all.lines().find(|l| l.contains(MARK)).unwrap_or_default());
        assert_eq!(files_hold(office.folder(), MARK), Vec::<std::path::PathBuf>::new());
        if let crate::store::At::Folder(folder) = &place.at {
            assert_eq!(files_hold(folder.path(), MARK), Vec::<std::path::PathBuf>::new());
            assert!(!files_hold(folder.path(), case.as_str()).is_empty(), "or the files are not looked into");
        }
    }

    async fn a_text_moved_to_another_row_does_not_open(place: &Place) {
        let office = Office::open(place).await;
        let (one, two) = (office.case().await, office.case().await);
        for case in [&one, &two] {
            for gist in ["はじめ", "つぎ"] {
                office.note(&case.id, json!({"on": TODAY, "kind": "訪問", "gist": gist})).await.unwrap();
            }
            office.need(&case.id, json!({"wishes": "教えたい"})).await;
        }
        for (what, sql) in [
            // Another note of the same person.
            ("note", "UPDATE note_version SET sealed = (SELECT sealed FROM note_version o WHERE o.note_id <> note_version.note_id \
                AND o.note_id IN (SELECT id FROM case_note WHERE case_id = $1) LIMIT 1) WHERE note_id IN (SELECT id FROM case_note WHERE case_id = $1)"),
            ("need", "UPDATE case_need SET sealed = (SELECT sealed FROM case_need o WHERE o.case_id <> $1 LIMIT 1) WHERE case_id = $1"),
            ("case", "UPDATE support_case SET sealed = (SELECT sealed FROM support_case o WHERE o.id <> $1 LIMIT 1) WHERE id = $1"),
        ] {
            let mut rec = office.begin("mika").await;
            let moved = sqlx::query(sql).bind(one.id.as_str()).execute(rec.conn()).await.unwrap();
            assert!(moved.rows_affected() >= 1, "{what}");
            let read = async {
                let opened = store::read(&mut rec, &office.vault, &one.id).await?.expect("the case");
                store::notes::list(&mut rec, &opened).await?;
                store::needs::list(&mut rec, &opened).await
            }.await;
            assert!(matches!(read, Err(PeopleError::Vault(VaultError::TextDamaged))), "{what}");
        }
    }

    async fn reading_is_recorded_and_names_the_person_and_no_words(place: &Place) {
        let office = Office::open(place).await;
        let case = office.case_with(json!({"identity": {"name": MARK}, "review_on": "2027-02-01"})).await;
        office.row(&case.id).await;
        let told = office.audit_of(&case).await;
        assert_eq!(told, [Action::CASE_ADD.code, Action::CASE_READ.code]);
        // An error never carries a word either.
        let wrong = Need::read(&json!({"wishes": 3, "age": MARK})).unwrap_err();
        assert!(!PeopleError::from(wrong).to_string().contains(MARK));
    }
}
