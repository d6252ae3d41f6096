//! Matches as they are kept, and each of their steps.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use sqlx::{AnyConnection, Row, any::AnyRow};

use super::{
    Opened,
    opened::{load, to_go_on},
    rows::{day, get, one, parsed, parsed_or_none, put, record, today},
};
use crate::{
    accounts::{
        account::AccountId,
        audit::{Action, Recorded},
    },
    people::{
        error::{PeopleError, PeopleResult, Refused},
        ids::{CaseId, MatchId, NeedId, StepId},
        matches::{
            DeclineReason, DeclinedBy, LOOK_AGAIN_DAYS, Match, MatchRow, MatchState, NewStep, Outcome,
            Proposal, Step,
        },
        vault::Vault,
    },
};

const T: &str = "match_record";
const STEP: &str = "match_step";

#[derive(Serialize, Deserialize)]
struct StepText {
    note: Option<String>,
}

/// Proposes an opportunity for a need that is still wished.
pub async fn propose(
    rec: &mut Recorded,
    vault: &Vault,
    need: &NeedId,
    (opportunity, resource): (&str, &str),
    proposal: &Proposal,
) -> PeopleResult<MatchId> {
    let case = super::needs::case_of(rec.conn(), need)
        .await?
        .ok_or(PeopleError::NotFound)?;
    let opened = to_go_on(rec, vault, &case).await?;
    let before = rows_of(rec.conn(), &case).await?;
    let again = |m: &MatchRow| m.need == *need && m.opportunity == opportunity && m.state.is_open();
    if before.iter().any(again) {
        return Err(Refused::MatchedAlready.into());
    }
    let (id, on) = (MatchId::random(), today(rec)?);
    let author = rec.account().to_owned();
    sqlx::query(
        "INSERT INTO match_record (id, case_id, need_id, opportunity_id, resource_id, state, version, proposed_on, next_on, author, sealed) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(id.as_str())
    .bind(case.as_str())
    .bind(need.as_str())
    .bind(opportunity)
    .bind(resource)
    .bind(MatchState::Proposed.code())
    .bind(1_i64)
    .bind(on.to_string())
    .bind((on + Days::new(LOOK_AGAIN_DAYS)).to_string())
    .bind(author)
    .bind(put(&opened.key, T, id.as_str(), proposal)?)
    .execute(rec.conn())
    .await?;
    let detail = format!("opportunity={opportunity} despite={}", proposal.despite.join(","));
    record(
        rec,
        Action::MATCH_PROPOSE,
        opened.row(),
        ("match", id.as_str()),
        detail,
    )
    .await?;
    Ok(id)
}

/// Whose match it is, for the policy.
pub async fn case_of(conn: &mut AnyConnection, id: &MatchId) -> PeopleResult<Option<CaseId>> {
    let row = sqlx::query("SELECT case_id FROM match_record WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(conn)
        .await?;
    row.map(|row| parsed(&row, T, "case_id", |t| CaseId::new(t).ok()))
        .transpose()
}

/// Takes a step, or writes down what was heard in between. Returns the new version.
pub async fn step(
    rec: &mut Recorded,
    vault: &Vault,
    id: &MatchId,
    version: i64,
    new: &NewStep,
) -> PeopleResult<i64> {
    let case = case_of(rec.conn(), id).await?.ok_or(PeopleError::NotFound)?;
    let opened = to_go_on(rec, vault, &case).await?;
    let today = today(rec)?;
    if new.on > today {
        return Err(Refused::Future.into());
    }
    let row = row_of(rec.conn(), id).await?;
    let to = new.to.unwrap_or(row.state);
    if !row.state.is_open() || (new.to.is_some() && !row.state.next().contains(&to)) {
        return Err(Refused::Step(row.state, to).into());
    }
    let next_on = to
        .is_open()
        .then(|| new.next_on.unwrap_or(today + Days::new(LOOK_AGAIN_DAYS)));
    if next_on.is_some_and(|on| on < today) {
        return Err(Refused::NextPast.into());
    }
    let done = sqlx::query(
        "UPDATE match_record SET version = version + 1, state = $1, next_on = $2 WHERE id = $3 AND version = $4",
    )
    .bind(to.code())
    .bind(next_on.map(|on| on.to_string()))
    .bind(id.as_str())
    .bind(version)
    .execute(rec.conn())
    .await?;
    one(&done)?;
    let step = StepId::random();
    let (now, author) = (rec.now().to_owned(), rec.account().to_owned());
    let text = StepText {
        note: new.note.clone(),
    };
    sqlx::query(
        "INSERT INTO match_step (id, match_id, seq, from_state, to_state, held_on, reason, declined_by, outcome, author, written_at, sealed) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(step.as_str())
    .bind(id.as_str())
    .bind(version)
    .bind(row.state.code())
    .bind(to.code())
    .bind(new.on.to_string())
    .bind(new.reason.map(DeclineReason::code))
    .bind(new.declined_by.map(DeclinedBy::code))
    .bind(new.outcome.map(Outcome::code))
    .bind(author)
    .bind(now)
    .bind(put(&opened.key, STEP, step.as_str(), &text)?)
    .execute(rec.conn())
    .await?;
    let detail = format!("{}->{}", row.state.code(), to.code());
    record(
        rec,
        Action::MATCH_STEP,
        opened.row(),
        ("match", id.as_str()),
        detail,
    )
    .await?;
    Ok(version + 1)
}

/// One match, and that it was read.
pub async fn find(rec: &mut Recorded, vault: &Vault, id: &MatchId) -> PeopleResult<Option<(Opened, Match)>> {
    let Some(case) = case_of(rec.conn(), id).await? else {
        return Ok(None);
    };
    let opened = load(rec.conn(), vault, &case)
        .await?
        .ok_or(PeopleError::NotFound)?;
    let found = all(rec.conn(), &opened)
        .await?
        .into_iter()
        .find(|m| m.row.id == *id);
    record(
        rec,
        Action::CASE_READ,
        opened.row(),
        ("match", id.as_str()),
        String::new(),
    )
    .await?;
    Ok(found.map(|found| (opened, found)))
}

/// The matches of a case, those that go on first.
pub async fn list(rec: &mut Recorded, opened: &Opened) -> PeopleResult<Vec<Match>> {
    all(rec.conn(), opened).await
}

pub(super) async fn all(conn: &mut AnyConnection, opened: &Opened) -> PeopleResult<Vec<Match>> {
    let rows = sqlx::query("SELECT * FROM match_record WHERE case_id = $1")
        .bind(opened.id())
        .fetch_all(&mut *conn)
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let clear = row_from(row)?;
        let text: String = row.try_get("sealed")?;
        found.push(Match {
            proposal: get(&opened.key, T, clear.id.as_str(), &text)?,
            steps: steps(&mut *conn, opened, &clear.id).await?,
            row: clear,
        });
    }
    found.sort_by_key(|m| order(&m.row));
    Ok(found)
}

fn order(row: &MatchRow) -> impl Ord + use<> {
    (!row.state.is_open(), row.next_on, row.proposed_on, row.id.clone())
}

async fn steps(conn: &mut AnyConnection, opened: &Opened, id: &MatchId) -> PeopleResult<Vec<Step>> {
    let rows = sqlx::query("SELECT * FROM match_step WHERE match_id = $1 ORDER BY seq")
        .bind(id.as_str())
        .fetch_all(conn)
        .await?;
    rows.iter()
        .map(|row| {
            let id = parsed(row, STEP, "id", |t| StepId::new(t).ok())?;
            let text: String = row.try_get("sealed")?;
            let text: StepText = get(&opened.key, STEP, id.as_str(), &text)?;
            Ok(Step {
                id,
                from: parsed(row, STEP, "from_state", MatchState::parse)?,
                to: parsed(row, STEP, "to_state", MatchState::parse)?,
                on: parsed(row, STEP, "held_on", day)?,
                reason: parsed_or_none(row, STEP, "reason", DeclineReason::parse)?,
                declined_by: parsed_or_none(row, STEP, "declined_by", DeclinedBy::parse)?,
                outcome: parsed_or_none(row, STEP, "outcome", Outcome::parse)?,
                author: row.try_get("author")?,
                written_at: row.try_get("written_at")?,
                note: text.note,
            })
        })
        .collect()
}

/// Matches that go on in cases in this account's hands, with the pseudonym; the one to be looked after first stands first.
/// Nothing sealed is opened for it.
pub async fn of_account(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> PeopleResult<Vec<(String, MatchRow)>> {
    let rows = sqlx::query(
        "SELECT m.*, c.person AS person FROM match_record m \
         JOIN support_case c ON c.id = m.case_id JOIN case_hand h ON h.case_id = m.case_id \
         WHERE h.account = $1 AND c.status = 'open'",
    )
    .bind(account.as_str())
    .fetch_all(conn)
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let clear = row_from(row)?;
        if clear.state.is_open() {
            found.push((row.try_get("person")?, clear));
        }
    }
    found.sort_by_key(|(_, row): &(String, MatchRow)| order(row));
    Ok(found)
}

/// How many matches of a case go on.
pub(super) async fn open_of(conn: &mut AnyConnection, case: &CaseId) -> PeopleResult<Vec<MatchId>> {
    let rows = rows_of(conn, case).await?.into_iter();
    Ok(rows.filter(|m| m.state.is_open()).map(|m| m.id).collect())
}

async fn rows_of(conn: &mut AnyConnection, case: &CaseId) -> PeopleResult<Vec<MatchRow>> {
    let rows = sqlx::query("SELECT * FROM match_record WHERE case_id = $1")
        .bind(case.as_str())
        .fetch_all(conn)
        .await?;
    rows.iter().map(row_from).collect()
}

async fn row_of(conn: &mut AnyConnection, id: &MatchId) -> PeopleResult<MatchRow> {
    let row = sqlx::query("SELECT * FROM match_record WHERE id = $1")
        .bind(id.as_str())
        .fetch_one(conn)
        .await?;
    row_from(&row)
}

fn row_from(row: &AnyRow) -> PeopleResult<MatchRow> {
    let optional_day = |column| -> PeopleResult<Option<NaiveDate>> { parsed_or_none(row, T, column, day) };
    Ok(MatchRow {
        id: parsed(row, T, "id", |t| MatchId::new(t).ok())?,
        case: parsed(row, T, "case_id", |t| CaseId::new(t).ok())?,
        need: parsed(row, T, "need_id", |t| NeedId::new(t).ok())?,
        opportunity: row.try_get("opportunity_id")?,
        resource: row.try_get("resource_id")?,
        state: parsed(row, T, "state", MatchState::parse)?,
        version: row.try_get("version")?,
        proposed_on: parsed(row, T, "proposed_on", day)?,
        next_on: optional_day("next_on")?,
        author: row.try_get("author")?,
    })
}
