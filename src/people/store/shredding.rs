//! Destroying a record: asked for, agreed to by two, done, and finished after a crash.
//!
//! The rows go and the 廃棄記録 is written in one transaction; then the key is destroyed; only then is it acknowledged. Whatever copy
//! of the database turns up later, its text stays shut. A machine that stops in between finishes on its next start.

use sqlx::{AnyConnection, Row};

use super::{
    facts,
    opened::row_to_change,
    rows::{bad, case_rows, day, parsed, record, today},
};
use crate::{
    accounts::{
        account::Actor,
        audit::{Action, Entry, Recorded},
        policy::{Act, Subject, decide},
        store::{DAYS, opened_lately},
    },
    db::Db,
    people::{
        case::CaseStatus,
        error::{PeopleResult, Refused},
        ids::{CaseId, PersonRef},
        retention::{DisposalRecord, Due, Retention},
        vault::{Owner, Vault},
    },
};

/// Records whose time is over, as far as the actor may agree to it: pseudonyms and dates, the oldest first.
pub async fn due(rec: &mut Recorded, actor: &Actor, rule: Retention) -> PeopleResult<Vec<Due>> {
    let today = today(rec)?;
    let rows = sqlx::query("SELECT id FROM support_case WHERE status = $1")
        .bind(CaseStatus::Closed.code())
        .fetch_all(rec.conn())
        .await?;
    let ids = rows
        .iter()
        .map(|row| Ok(row.try_get("id")?))
        .collect::<PeopleResult<Vec<String>>>()?;
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let rows = case_rows(rec.conn(), &ids).await?;
    let facts = facts::of_rows(rec.conn(), &rows).await?;
    let mut found = Vec::new();
    for (row, facts) in rows.into_iter().zip(facts) {
        let expired = rule
            .check_expired(row.closed_on, row.retention_years, today)
            .is_ok();
        let (Some(closed_on), true) = (row.closed_on, expired) else {
            continue;
        };
        if decide(Some(actor), Act::ApproveShredding, Subject::Case(&facts)).is_err() {
            continue;
        }
        found.push(Due {
            kept_until: rule.kept_until(closed_on, row.retention_years),
            proposed_by: proposer(rec.conn(), &row.id).await?,
            approved_by: approvers(rec.conn(), &row.id).await?,
            case: row.id,
            person: row.person,
            closed_on,
        });
    }
    found.sort_by(|a, b| (a.kept_until, &a.person).cmp(&(b.kept_until, &b.person)));
    let entry = Entry {
        entity: "case",
        entity_id: "*",
        person: None,
        detail: format!("shredding count={}", found.len()),
    };
    rec.record(Action::CASE_LIST, entry).await?;
    Ok(found)
}

/// Asks for shredding: of a closed case whose time is over. Asking again changes nothing.
pub async fn propose(rec: &mut Recorded, id: &CaseId, rule: Retention) -> PeopleResult<()> {
    let row = row_to_change(rec, id).await?;
    rule.check_expired(row.closed_on, row.retention_years, today(rec)?)?;
    let (account, now) = (rec.account().to_owned(), rec.now().to_owned());
    sqlx::query(
        "INSERT INTO shredding (case_id, proposed_by, proposed_at) VALUES ($1, $2, $3) ON CONFLICT (case_id) DO NOTHING",
    )
    .bind(id.as_str())
    .bind(account)
    .bind(now)
    .execute(rec.conn())
    .await?;
    let years = rule.years_for(row.retention_years);
    let detail = format!("years={years}");
    record(rec, Action::SHRED_PROPOSE, &row, ("case", id.as_str()), detail).await
}

/// Agrees to it. Who asked may be one of the two; nobody counts twice.
pub async fn approve(rec: &mut Recorded, id: &CaseId) -> PeopleResult<()> {
    let row = row_to_change(rec, id).await?;
    if !proposed(rec.conn(), id).await? {
        return Err(Refused::NotProposed.into());
    }
    if opened_lately(rec).await? {
        return Err(Refused::OpenedLately(DAYS).into());
    }
    let (account, now) = (rec.account().to_owned(), rec.now().to_owned());
    let done = sqlx::query(
        "INSERT INTO shredding_approval (case_id, account, approved_at) VALUES ($1, $2, $3) \
         ON CONFLICT (case_id, account) DO NOTHING",
    )
    .bind(id.as_str())
    .bind(account)
    .bind(now)
    .execute(rec.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Refused::ApprovedAlready.into());
    }
    record(
        rec,
        Action::SHRED_APPROVE,
        &row,
        ("case", id.as_str()),
        String::new(),
    )
    .await
}

/// Shreds a record: takes the transaction, for the key may go only once it is on disk. When this returns, nothing of the record
/// can be read again.
pub async fn execute(
    mut rec: Recorded,
    vault: &Vault,
    id: &CaseId,
    rule: Retention,
) -> PeopleResult<DisposalRecord> {
    let row = row_to_change(&mut rec, id).await?;
    rule.check_expired(row.closed_on, row.retention_years, today(&rec)?)?;
    let proposed_by = proposer(rec.conn(), id).await?.ok_or(Refused::NotProposed)?;
    let approved_by = approvers(rec.conn(), id).await?;
    if approved_by.len() < 2 {
        return Err(Refused::TwoApprovals.into());
    }
    let done = DisposalRecord {
        person: row.person.clone(),
        closed_on: row.closed_on.ok_or(Refused::NotClosed)?,
        years: rule.years_for(row.retention_years),
        proposed_by,
        approved_by,
        shredded_by: rec.account().to_owned(),
        shredded_at: rec.now().to_owned(),
    };
    remove_rows(rec.conn(), id).await?;
    sqlx::query(
        "INSERT INTO disposal_record (person, closed_on, retention_years, proposed_by, approved_by, shredded_by, shredded_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(done.person.as_str())
    .bind(done.closed_on.to_string())
    .bind(i64::from(done.years))
    .bind(done.proposed_by.as_str())
    .bind(done.approved_by.join(","))
    .bind(done.shredded_by.as_str())
    .bind(done.shredded_at.as_str())
    .execute(rec.conn())
    .await?;
    let detail = format!("years={} approved_by={}", done.years, done.approved_by.join(","));
    record(&mut rec, Action::SHRED, &row, ("case", id.as_str()), detail).await?;
    rec.commit().await?;
    vault.destroy(&Owner::from(&done.person)).await?;
    Ok(done)
}

async fn remove_rows(conn: &mut AnyConnection, id: &CaseId) -> PeopleResult<()> {
    for sql in [
        "DELETE FROM shredding_approval WHERE case_id = $1",
        "DELETE FROM shredding WHERE case_id = $1",
        "DELETE FROM hand_over WHERE case_id = $1",
        "DELETE FROM case_referral WHERE case_id = $1",
        "DELETE FROM case_share WHERE case_id = $1",
        "DELETE FROM case_consent WHERE case_id = $1",
        "DELETE FROM match_step WHERE match_id IN (SELECT id FROM match_record WHERE case_id = $1)",
        "DELETE FROM match_record WHERE case_id = $1",
        "DELETE FROM case_need WHERE case_id = $1",
        "DELETE FROM note_version WHERE note_id IN (SELECT id FROM case_note WHERE case_id = $1)",
        "DELETE FROM case_note WHERE case_id = $1",
        "DELETE FROM case_hand WHERE case_id = $1",
        "DELETE FROM support_case WHERE id = $1",
    ] {
        sqlx::query(sql).bind(id.as_str()).execute(&mut *conn).await?;
    }
    Ok(())
}

/// Destroys the keys of those who are recorded as shredded and still have one: to be called on every start, before anyone is
/// answered. Returns how many there were.
pub async fn finish_shredding(db: &Db, vault: &Vault) -> PeopleResult<usize> {
    let mut conn = db.read().await?;
    let rows = sqlx::query("SELECT person FROM disposal_record")
        .fetch_all(&mut *conn)
        .await?;
    drop(conn);
    let mut finished = 0;
    for row in rows {
        let person = parsed(&row, "disposal_record", "person", |t| PersonRef::new(t).ok())?;
        finished += usize::from(vault.destroy(&Owner::from(&person)).await?);
    }
    Ok(finished)
}

/// The 廃棄記録, the newest first.
pub async fn disposal_records(conn: &mut AnyConnection) -> PeopleResult<Vec<DisposalRecord>> {
    const T: &str = "disposal_record";
    let rows = sqlx::query("SELECT * FROM disposal_record")
        .fetch_all(conn)
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let person = parsed(&row, T, "person", |t| PersonRef::new(t).ok())?;
        let years: i64 = row.try_get("retention_years")?;
        let approved: String = row.try_get("approved_by")?;
        found.push(DisposalRecord {
            closed_on: parsed(&row, T, "closed_on", day)?,
            years: u8::try_from(years).map_err(|_| bad(T, person.as_str()))?,
            proposed_by: row.try_get("proposed_by")?,
            approved_by: approved.split(',').map(ToOwned::to_owned).collect(),
            shredded_by: row.try_get("shredded_by")?,
            shredded_at: row.try_get("shredded_at")?,
            person,
        });
    }
    found.sort_by(|a, b| (&b.shredded_at, &a.person).cmp(&(&a.shredded_at, &b.person)));
    Ok(found)
}

async fn proposer(conn: &mut AnyConnection, id: &CaseId) -> PeopleResult<Option<String>> {
    let row = sqlx::query("SELECT proposed_by FROM shredding WHERE case_id = $1")
        .bind(id.as_str())
        .fetch_optional(conn)
        .await?;
    row.map(|row| Ok(row.try_get("proposed_by")?)).transpose()
}

async fn approvers(conn: &mut AnyConnection, id: &CaseId) -> PeopleResult<Vec<String>> {
    let rows = sqlx::query("SELECT account FROM shredding_approval WHERE case_id = $1")
        .bind(id.as_str())
        .fetch_all(conn)
        .await?;
    let mut names = rows
        .iter()
        .map(|row| Ok(row.try_get("account")?))
        .collect::<PeopleResult<Vec<String>>>()?;
    names.sort();
    Ok(names)
}

/// Whether somebody asked for it.
pub(super) async fn proposed(conn: &mut AnyConnection, id: &CaseId) -> PeopleResult<bool> {
    Ok(proposer(conn, id).await?.is_some())
}

/// Takes back what was asked for and agreed to.
pub(super) async fn forget_proposal(conn: &mut AnyConnection, id: &CaseId) -> PeopleResult<()> {
    for sql in [
        "DELETE FROM shredding_approval WHERE case_id = $1",
        "DELETE FROM shredding WHERE case_id = $1",
    ] {
        sqlx::query(sql).bind(id.as_str()).execute(&mut *conn).await?;
    }
    Ok(())
}
