//! Persons' records for programs. What every handler does first stands here: begin to act on the record, ask the policy with
//! the record's own facts, and only then open anything.

pub mod case_answers;
pub mod cases;
pub mod conferences;
pub mod consents;
pub mod disclosure;
pub mod hands;
pub mod matches;
pub mod needs;
pub mod notes;
mod paging;
mod problems;
mod received;
pub mod shares;
pub mod shredding;

use axum::{
    body::Bytes,
    http::{HeaderMap, header},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

pub use paging::{List, Paging};
pub use received::{Body, Version};

use super::{
    error::PeopleError,
    ids::{CaseId, ConferenceId},
    store::{self, Opened, listing::Reader},
    vault::{Vault, VaultError},
};
use crate::{
    accounts::{
        api::desk,
        audit::Recorded,
        policy::{Act, Subject, decide},
    },
    app::App,
    error::{ApiError, Fault},
    gate::Staff,
};

/// What is told of a fault of a record: nothing of whom it is about.
pub fn told(error: PeopleError) -> ApiError {
    match error {
        PeopleError::NotFound => ApiError::NotFound,
        PeopleError::Stale => ApiError::Changed,
        PeopleError::Refused(why) => ApiError::Conflict(why.to_string()),
        PeopleError::Invalid(problems) => {
            let faults = problems.into_iter().map(|p| Fault::new(p.pointer, p.detail));
            ApiError::Invalid(faults.collect())
        }
        PeopleError::Vault(VaultError::NoKey) => ApiError::Conflict(VaultError::NoKey.to_string()),
        other => ApiError::Internal(other.into()),
    }
}

/// The keys of persons.
pub fn vault(app: &App) -> Result<&Vault, ApiError> {
    app.vault()
        .ok_or(ApiError::NotNow("鍵が設定されていないため、記録を開けません"))
}

/// Begins to act, recorded, in nobody's record yet.
pub async fn begin(app: &App, staff: &Staff) -> Result<Recorded, ApiError> {
    Ok(desk(app)?.trail().begin(app.db(), Some(&staff.actor.id)).await?)
}

/// Begins to act on a case, when the policy lets this account do that with this case. An id that is none, one that is nobody's
/// and one that is not to be known are answered alike.
pub async fn on_case(app: &App, staff: &Staff, act: Act, id: &str) -> Result<(Recorded, CaseId), ApiError> {
    let mut rec = begin(app, staff).await?;
    let id = CaseId::new(id).map_err(|_| ApiError::NotFound)?;
    may(&mut rec, staff, act, &id).await?;
    Ok((rec, id))
}

/// Asks the policy of a case with its facts.
pub async fn may(rec: &mut Recorded, staff: &Staff, act: Act, id: &CaseId) -> Result<(), ApiError> {
    let facts = store::case_facts(rec.conn(), id).await.map_err(told)?;
    // Where there is none, the policy is asked of one that is in nobody's hands: it takes the same steps.
    let there = facts.is_some();
    let facts = facts.unwrap_or_default();
    decide(Some(&staff.actor), act, Subject::Case(&facts)).map_err(ApiError::Refused)?;
    if there { Ok(()) } else { Err(ApiError::NotFound) }
}

/// Opens a case that may be read.
pub async fn open(app: &App, rec: &mut Recorded, id: &CaseId) -> Result<Opened, ApiError> {
    let opened = store::read(rec, vault(app)?, id).await.map_err(told)?;
    opened.ok_or(ApiError::NotFound)
}

/// What lists of cases are drawn from.
pub fn reader(app: &App) -> Result<Reader<'_>, ApiError> {
    Ok(Reader {
        db: app.db(),
        trail: desk(app)?.trail(),
        vault: vault(app)?,
        clock: app.clock(),
    })
}

/// Answers, once what was done and its entry in the audit are on disk.
pub async fn done<T>(rec: Recorded, answer: T) -> Result<T, ApiError> {
    rec.commit().await?;
    Ok(answer)
}

/// Something that was written.
#[derive(Debug, Serialize, ToSchema)]
pub struct Written {
    /// Its id.
    pub id: String,
    /// The version it has now, for `If-Match`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

impl Written {
    /// A new row that has no versions.
    pub fn new(id: impl ToString) -> Self {
        Self {
            id: id.to_string(),
            version: None,
        }
    }

    /// A row in its version.
    pub fn at(id: impl ToString, version: i64) -> Self {
        Self {
            id: id.to_string(),
            version: Some(version),
        }
    }
}

/// The same for a conference.
pub async fn on_conference(
    app: &App,
    staff: &Staff,
    act: Act,
    id: &str,
) -> Result<(Recorded, ConferenceId), ApiError> {
    let mut rec = begin(app, staff).await?;
    let id = ConferenceId::new(id).map_err(|_| ApiError::NotFound)?;
    let today = app.clock().today();
    let facts = store::conference_facts(rec.conn(), &id, today)
        .await
        .map_err(told)?;
    let there = facts.is_some();
    let facts = facts.unwrap_or_default();
    decide(Some(&staff.actor), act, Subject::Conference(&facts)).map_err(ApiError::Refused)?;
    if there {
        Ok((rec, id))
    } else {
        Err(ApiError::NotFound)
    }
}

/// A body as JSON.
pub fn json(headers: &HeaderMap, body: &Bytes) -> Result<Value, ApiError> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|h| h.to_str().ok())
        .unwrap_or_default();
    if !kind.starts_with("application/json") {
        return Err(ApiError::fault(
            "content-type",
            "application/json で送ってください",
        ));
    }
    serde_json::from_slice(body).map_err(|e| {
        // The parser's own message may quote what was sent.
        ApiError::fault(
            "body",
            format!("JSONとして読めません({}行{}字目)", e.line(), e.column()),
        )
    })
}

/// The version named in `If-Match`, as a number with or without quotes.
pub fn version(headers: &HeaderMap) -> Result<i64, ApiError> {
    let text = headers.get(header::IF_MATCH).ok_or(ApiError::NoVersion)?;
    let number = text
        .to_str()
        .ok()
        .and_then(|t| t.trim().trim_matches('"').parse().ok());
    number.ok_or_else(|| ApiError::fault("if-match", "読んだときの version の数にしてください"))
}
