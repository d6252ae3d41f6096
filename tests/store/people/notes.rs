//! The 経過記録: before any need, corrected without losing anything, overdue until it is done.

use serde_json::json;
use yosatte::people::{
    PeopleError, Refused,
    ids::NoteId,
    note::{CaseNote, NewNote},
    store,
};

use super::{Office, day, refused};
use crate::store::on_both;

async fn notes(office: &Office, case: &yosatte::people::ids::CaseId) -> Vec<CaseNote> {
    office
        .act("mika", async |rec| {
            let opened = store::read(rec, &office.vault, case).await?.expect("the case");
            store::notes::list(rec, &opened).await
        })
        .await
        .expect("the notes")
}

async fn correct(
    office: &Office,
    case: &yosatte::people::ids::CaseId,
    id: &NoteId,
    version: i64,
    body: serde_json::Value,
) -> Result<i64, PeopleError> {
    let note = NewNote::read(&body).expect("a note");
    office
        .act("taku", async |rec| {
            store::notes::correct(rec, &office.vault, case, id, version, &note).await
        })
        .await
}

on_both! {
    async fn a_correction_keeps_what_stood_there_before(place: &Place) {
        let office = Office::open(place).await;
        let case = office.case().await;
        let id = office.note(&case.id, json!({"on": "2026-11-20", "kind": "訪問", "with": "母", "gist": "玄関先で話した"})).await.unwrap();
        office.note(&case.id, json!({"on": "2026-11-24", "kind": "phone", "gist": "次の約束"})).await.unwrap();
        let later = office.on("2026-11-25");
        let body = json!({"on": "2026-11-21", "kind": "visit", "with": "母", "gist": "縁側で話した"});
        assert_eq!(correct(&later, &case.id, &id, 1, body.clone()).await.unwrap(), 2);
        assert!(matches!(correct(&later, &case.id, &id, 1, body).await, Err(PeopleError::Stale)));
        let kept = notes(&office, &case.id).await;
        assert_eq!(kept.len(), 2);
        assert_eq!(kept[0].now.note.gist, "次の約束", "the latest day stands first");
        let note = &kept[1];
        assert_eq!((note.now.version, note.now.author.as_str(), note.now.note.gist.as_str()), (2, "taku", "縁側で話した"));
        assert_eq!(note.earlier.len(), 1);
        assert_eq!((note.earlier[0].version, note.earlier[0].author.as_str(), note.earlier[0].note.gist.as_str()), (1, "mika", "玄関先で話した"));
        assert!(note.now.written_at.starts_with("2026-11-25"));
        let told = office.audit_of(&case).await;
        assert_eq!(told, ["case.add", "case.note.add", "case.note.add", "case.note.change", "case.read"]);
    }

    async fn what_is_to_be_done_is_overdue_until_it_is_done(place: &Place) {
        let office = Office::open(place).await;
        let case = office.case().await;
        let id = office.note(&case.id, json!({"on": "2026-11-24", "kind": "電話", "gist": "。", "next": {"what": "手紙を出す", "due_on": "2026-11-30"}})).await.unwrap();
        let line = async |on: &str| {
            let office = office.on(on);
            let lines = store::listing::list(&office.reader(), &office.actor("mika")).await.unwrap();
            lines.into_iter().next().expect("the case")
        };
        assert_eq!(line("2026-11-30").await.overdue_actions, 0);
        let late = line("2026-12-01").await;
        assert_eq!((late.overdue_actions, late.next_due, late.review_overdue), (1, Some(day("2026-11-30")), false));
        let settle = async |on: &str| office.on("2026-12-01").act("mika", async |rec| {
            store::notes::settle(rec, &office.vault, &case.id, &id, day(on)).await
        }).await;
        assert_eq!(refused(settle("2026-12-02").await), Refused::Future);
        settle("2026-12-01").await.unwrap();
        assert_eq!(refused(settle("2026-12-01").await), Refused::NothingDue);
        let done = line("2026-12-02").await;
        assert_eq!((done.overdue_actions, done.next_due), (0, None));
        assert!(!line("2027-02-01").await.review_overdue);
        assert!(line("2027-02-02").await.review_overdue);
    }

    async fn a_day_that_has_not_come_has_no_note(place: &Place) {
        let office = Office::open(place).await;
        let case = office.case().await;
        let told = office.note(&case.id, json!({"on": "2026-11-25", "kind": "訪問", "gist": "。"})).await;
        assert_eq!(refused(told), Refused::Future);
        assert_eq!(notes(&office, &case.id).await.len(), 0);
        assert_eq!(office.audit_of(&case).await, ["case.add", "case.read"], "what is refused leaves no act behind");
    }
}
