//! A case that was opened: its row, what is sealed in it, and the key for what belongs to it. Held only by who stands in the
//! audit for it.

use sqlx::{AnyConnection, Row};

use super::rows::{case_rows, get, record};
use crate::{
    accounts::audit::{Action, Recorded},
    people::{
        case::{Case, CaseRow, CaseStatus},
        error::{PeopleError, PeopleResult, Refused},
        identity::Profile,
        ids::CaseId,
        vault::{Owner, PersonKey, Vault},
    },
};

/// An opened case. Notes, needs and the rest of it are read with this in hand.
#[derive(Debug)]
pub struct Opened {
    /// The case.
    pub case: Case,
    pub(super) key: PersonKey,
}

impl Opened {
    /// What is kept of it in the clear.
    pub fn row(&self) -> &CaseRow {
        &self.case.row
    }

    pub(super) fn id(&self) -> &str {
        self.case.row.id.as_str()
    }
}

/// Opens a case to read in it, and records that. `None` when there is none.
pub async fn read(rec: &mut Recorded, vault: &Vault, id: &CaseId) -> PeopleResult<Option<Opened>> {
    let opened = load(rec.conn(), vault, id).await?;
    if let Some(opened) = &opened {
        let row = opened.row();
        record(
            rec,
            Action::CASE_READ,
            row,
            ("case", row.id.as_str()),
            String::new(),
        )
        .await?;
    }
    Ok(opened)
}

/// Opens a case for an act that records itself.
pub(super) async fn load(
    conn: &mut AnyConnection,
    vault: &Vault,
    id: &CaseId,
) -> PeopleResult<Option<Opened>> {
    let Some(row) = case_rows(conn, &[id.as_str()]).await?.pop() else {
        return Ok(None);
    };
    let key = vault.key(&Owner::from(&row.person)).await?;
    let sealed = sqlx::query("SELECT sealed FROM support_case WHERE id = $1")
        .bind(id.as_str())
        .fetch_one(conn)
        .await?;
    let text: String = sealed.try_get("sealed")?;
    let profile: Profile = get(&key, "support_case", id.as_str(), &text)?;
    Ok(Some(Opened {
        case: Case { row, profile },
        key,
    }))
}

/// Opens a case to change it: until the transaction ends, nobody else does.
pub(super) async fn to_change(rec: &mut Recorded, vault: &Vault, id: &CaseId) -> PeopleResult<Opened> {
    lock(rec, id).await?;
    let opened = load(rec.conn(), vault, id).await?;
    opened.ok_or(PeopleError::NotFound)
}

/// The same, refused when the case is closed.
pub(super) async fn to_go_on(rec: &mut Recorded, vault: &Vault, id: &CaseId) -> PeopleResult<Opened> {
    let opened = to_change(rec, vault, id).await?;
    match opened.row().status {
        CaseStatus::Open => Ok(opened),
        CaseStatus::Closed => Err(Refused::Closed.into()),
    }
}

/// The row alone, locked, for acts that need no content.
pub(super) async fn row_to_change(rec: &mut Recorded, id: &CaseId) -> PeopleResult<CaseRow> {
    lock(rec, id).await?;
    let row = case_rows(rec.conn(), &[id.as_str()]).await?.pop();
    row.ok_or(PeopleError::NotFound)
}

/// An update that changes nothing locks the row on PostgreSQL; on SQLite there is one writer anyway.
async fn lock(rec: &mut Recorded, id: &CaseId) -> PeopleResult<()> {
    sqlx::query("UPDATE support_case SET version = version WHERE id = $1")
        .bind(id.as_str())
        .execute(rec.conn())
        .await?;
    Ok(())
}
