//! Needs as they are kept.

use sqlx::{AnyConnection, Row, any::AnyRow};

use super::{
    Opened,
    opened::{load, to_go_on},
    rows::{get, one, parsed, put, record},
};
use crate::{
    accounts::audit::{Action, Recorded},
    matching::need::Need,
    people::{
        error::{PeopleError, PeopleResult},
        ids::{CaseId, NeedId},
        need::StoredNeed,
        vault::Vault,
    },
};

/// Writes a need.
pub async fn add(rec: &mut Recorded, vault: &Vault, case: &CaseId, need: &Need) -> PeopleResult<NeedId> {
    let opened = to_go_on(rec, vault, case).await?;
    let id = NeedId::random();
    let (now, author) = (rec.now().to_owned(), rec.account().to_owned());
    sqlx::query(
        "INSERT INTO case_need (id, case_id, version, author, updated_at, archived, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id.as_str())
    .bind(case.as_str())
    .bind(1_i64)
    .bind(author)
    .bind(now)
    .bind(0_i64)
    .bind(put(&opened.key, "case_need", id.as_str(), need)?)
    .execute(rec.conn())
    .await?;
    record(
        rec,
        Action::NEED_SAVE,
        opened.row(),
        ("need", id.as_str()),
        "version=1".into(),
    )
    .await?;
    Ok(id)
}

/// Whose need it is, for the policy.
pub async fn case_of(conn: &mut AnyConnection, id: &NeedId) -> PeopleResult<Option<CaseId>> {
    let row = sqlx::query("SELECT case_id FROM case_need WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(conn)
        .await?;
    row.map(|row| parsed(&row, "case_need", "case_id", |t| CaseId::new(t).ok()))
        .transpose()
}

/// Writes a need anew, or says that it is no longer wished (`archived`). Returns the new version.
pub async fn change(
    rec: &mut Recorded,
    vault: &Vault,
    id: &NeedId,
    version: i64,
    need: &Need,
    archived: bool,
) -> PeopleResult<i64> {
    let case = case_of(rec.conn(), id).await?.ok_or(PeopleError::NotFound)?;
    let opened = to_go_on(rec, vault, &case).await?;
    let now = rec.now().to_owned();
    let done = sqlx::query(
        "UPDATE case_need SET version = version + 1, updated_at = $1, archived = $2, sealed = $3 WHERE id = $4 AND version = $5",
    )
    .bind(now)
    .bind(i64::from(archived))
    .bind(put(&opened.key, "case_need", id.as_str(), need)?)
    .bind(id.as_str())
    .bind(version)
    .execute(rec.conn())
    .await?;
    one(&done)?;
    let detail = format!("version={} archived={archived}", version + 1);
    record(
        rec,
        Action::NEED_SAVE,
        opened.row(),
        ("need", id.as_str()),
        detail,
    )
    .await?;
    Ok(version + 1)
}

/// One need, and that it was read.
pub async fn find(rec: &mut Recorded, vault: &Vault, id: &NeedId) -> PeopleResult<Option<StoredNeed>> {
    let Some(case) = case_of(rec.conn(), id).await? else {
        return Ok(None);
    };
    let opened = load(rec.conn(), vault, &case)
        .await?
        .ok_or(PeopleError::NotFound)?;
    let found = all(rec.conn(), &opened).await?.into_iter().find(|n| n.id == *id);
    record(
        rec,
        Action::CASE_READ,
        opened.row(),
        ("need", id.as_str()),
        String::new(),
    )
    .await?;
    Ok(found)
}

/// The needs of a case, those still wished first.
pub async fn list(rec: &mut Recorded, opened: &Opened) -> PeopleResult<Vec<StoredNeed>> {
    all(rec.conn(), opened).await
}

pub(super) async fn all(conn: &mut AnyConnection, opened: &Opened) -> PeopleResult<Vec<StoredNeed>> {
    let rows = sqlx::query("SELECT * FROM case_need WHERE case_id = $1")
        .bind(opened.id())
        .fetch_all(conn)
        .await?;
    let mut needs = rows
        .iter()
        .map(|row| need_from(opened, row))
        .collect::<PeopleResult<Vec<_>>>()?;
    needs.sort_by(|a, b| (a.archived, &b.updated_at, &a.id).cmp(&(b.archived, &a.updated_at, &b.id)));
    Ok(needs)
}

fn need_from(opened: &Opened, row: &AnyRow) -> PeopleResult<StoredNeed> {
    let id = parsed(row, "case_need", "id", |t| NeedId::new(t).ok())?;
    let text: String = row.try_get("sealed")?;
    Ok(StoredNeed {
        need: get(&opened.key, "case_need", id.as_str(), &text)?,
        case: opened.row().id.clone(),
        version: row.try_get("version")?,
        author: row.try_get("author")?,
        updated_at: row.try_get("updated_at")?,
        archived: row.try_get::<i64, _>("archived")? != 0,
        id,
    })
}
