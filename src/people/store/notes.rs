//! The 経過記録. A correction keeps what stood there before.

use std::collections::HashMap;

use chrono::NaiveDate;
use sqlx::{AnyConnection, Row};

use super::{
    Opened,
    opened::{to_change, to_go_on},
    rows::{bad, day, get, one, parsed, parsed_or_none, put, record, today},
};
use crate::{
    accounts::audit::{Action, Recorded},
    people::{
        error::{PeopleError, PeopleResult, Refused},
        ids::{CaseId, NoteId},
        note::{CaseNote, NewNote, NoteVersion},
        vault::Vault,
    },
};

fn place(note: &str, version: i64) -> String {
    format!("{note}.{version}")
}

/// Writes an entry. It needs no need to be there.
pub async fn add(rec: &mut Recorded, vault: &Vault, case: &CaseId, note: &NewNote) -> PeopleResult<NoteId> {
    let opened = to_go_on(rec, vault, case).await?;
    if note.on > today(rec)? {
        return Err(Refused::Future.into());
    }
    let id = NoteId::random();
    sqlx::query("INSERT INTO case_note (id, case_id, version, held_on, due_on) VALUES ($1, $2, $3, $4, $5)")
        .bind(id.as_str())
        .bind(case.as_str())
        .bind(1_i64)
        .bind(note.on.to_string())
        .bind(note.next.as_ref().map(|n| n.due_on.to_string()))
        .execute(rec.conn())
        .await?;
    write_version(rec, &opened, &id, 1, note).await?;
    record(
        rec,
        Action::NOTE_ADD,
        opened.row(),
        ("note", id.as_str()),
        format!("on={}", note.on),
    )
    .await?;
    Ok(id)
}

/// Corrects an entry: the new text counts, the old one is kept. A next action with another date is open again. Returns the
/// new version.
pub async fn correct(
    rec: &mut Recorded,
    vault: &Vault,
    case: &CaseId,
    id: &NoteId,
    version: i64,
    note: &NewNote,
) -> PeopleResult<i64> {
    let opened = to_change(rec, vault, case).await?;
    if note.on > today(rec)? {
        return Err(Refused::Future.into());
    }
    let row = sqlx::query("SELECT due_on, settled_on FROM case_note WHERE id = $1 AND case_id = $2")
        .bind(id.as_str())
        .bind(case.as_str())
        .fetch_optional(rec.conn())
        .await?
        .ok_or(PeopleError::NotFound)?;
    let due = note.next.as_ref().map(|n| n.due_on.to_string());
    let settled: Option<String> = row.try_get("settled_on")?;
    let same = row.try_get::<Option<String>, _>("due_on")? == due;
    let done = sqlx::query(
        "UPDATE case_note SET version = version + 1, held_on = $1, due_on = $2, settled_on = $3 WHERE id = $4 AND version = $5",
    )
    .bind(note.on.to_string())
    .bind(due)
    .bind(settled.filter(|_| same))
    .bind(id.as_str())
    .bind(version)
    .execute(rec.conn())
    .await?;
    one(&done)?;
    write_version(rec, &opened, id, version + 1, note).await?;
    record(
        rec,
        Action::NOTE_CHANGE,
        opened.row(),
        ("note", id.as_str()),
        format!("version={}", version + 1),
    )
    .await?;
    Ok(version + 1)
}

async fn write_version(
    rec: &mut Recorded,
    opened: &Opened,
    id: &NoteId,
    version: i64,
    note: &NewNote,
) -> PeopleResult<()> {
    let (now, author) = (rec.now().to_owned(), rec.account().to_owned());
    sqlx::query(
        "INSERT INTO note_version (note_id, version, author, written_at, sealed) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id.as_str())
    .bind(version)
    .bind(author)
    .bind(now)
    .bind(put(
        &opened.key,
        "note_version",
        &place(id.as_str(), version),
        note,
    )?)
    .execute(rec.conn())
    .await?;
    Ok(())
}

/// Says that the next action of an entry was done.
pub async fn settle(
    rec: &mut Recorded,
    vault: &Vault,
    case: &CaseId,
    id: &NoteId,
    on: NaiveDate,
) -> PeopleResult<()> {
    let opened = to_change(rec, vault, case).await?;
    if on > today(rec)? {
        return Err(Refused::Future.into());
    }
    let done = sqlx::query(
        "UPDATE case_note SET settled_on = $1 WHERE id = $2 AND case_id = $3 AND due_on IS NOT NULL AND settled_on IS NULL",
    )
    .bind(on.to_string())
    .bind(id.as_str())
    .bind(case.as_str())
    .execute(rec.conn())
    .await?;
    if done.rows_affected() == 0 {
        let there = sqlx::query("SELECT id FROM case_note WHERE id = $1 AND case_id = $2")
            .bind(id.as_str())
            .bind(case.as_str())
            .fetch_optional(rec.conn())
            .await?;
        return Err(there.map_or(PeopleError::NotFound, |_| Refused::NothingDue.into()));
    }
    record(
        rec,
        Action::NOTE_CHANGE,
        opened.row(),
        ("note", id.as_str()),
        format!("settled_on={on}"),
    )
    .await
}

/// The whole 経過記録 with every version, the latest day first.
pub async fn list(rec: &mut Recorded, opened: &Opened) -> PeopleResult<Vec<CaseNote>> {
    all(rec.conn(), opened).await
}

pub(super) async fn all(conn: &mut AnyConnection, opened: &Opened) -> PeopleResult<Vec<CaseNote>> {
    let rows = sqlx::query(
        "SELECT v.note_id, v.version, v.author, v.written_at, v.sealed FROM note_version v \
         JOIN case_note n ON n.id = v.note_id WHERE n.case_id = $1",
    )
    .bind(opened.id())
    .fetch_all(&mut *conn)
    .await?;
    let mut versions: HashMap<String, Vec<NoteVersion>> = HashMap::new();
    for row in rows {
        let (note, version): (String, i64) = (row.try_get("note_id")?, row.try_get("version")?);
        let text: String = row.try_get("sealed")?;
        let read = NoteVersion {
            version,
            author: row.try_get("author")?,
            written_at: row.try_get("written_at")?,
            note: get(&opened.key, "note_version", &place(&note, version), &text)?,
        };
        versions.entry(note).or_default().push(read);
    }
    let rows = sqlx::query("SELECT id, settled_on FROM case_note WHERE case_id = $1")
        .bind(opened.id())
        .fetch_all(conn)
        .await?;
    let mut notes = Vec::with_capacity(rows.len());
    for row in rows {
        let id = parsed(&row, "case_note", "id", |t| NoteId::new(t).ok())?;
        let mut own = versions.remove(id.as_str()).unwrap_or_default();
        own.sort_by_key(|v| std::cmp::Reverse(v.version));
        let mut own = own.into_iter();
        notes.push(CaseNote {
            now: own.next().ok_or_else(|| bad("note_version", id.as_str()))?,
            earlier: own.collect(),
            settled_on: parsed_or_none(&row, "case_note", "settled_on", day)?,
            id,
        });
    }
    // Of one day, what was written last comes first.
    notes.sort_by(|a, b| {
        let key = |n: &CaseNote| {
            let first = n.earlier.last().unwrap_or(&n.now).written_at.clone();
            (n.now.note.on, first, n.id.clone())
        };
        key(b).cmp(&key(a))
    });
    Ok(notes)
}
