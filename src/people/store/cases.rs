//! Cases: beginning, changing, ending, beginning again, and who stands in.

use chrono::NaiveDate;
use sqlx::AnyConnection;

use super::{
    opened::{to_change, to_go_on},
    rows::{check_account, one, put, record, today},
    shares::{End, end_all},
    shredding::forget_proposal,
};
use crate::{
    accounts::{
        account::{AccountId, Role},
        audit::{Action, Recorded},
    },
    kernel::id::DistrictId,
    people::{
        basis::LegalBasis,
        case::{CaseChange, CaseRow, CaseStatus, Hands, NewCase},
        error::{PeopleError, PeopleResult, Refused},
        ids::{CaseId, PersonRef},
        retention::check_closing,
        share::EndReason,
        vault::{Owner, PersonKey, Vault},
    },
};

/// Begins a case. The person's key is on disk before this returns, and so before the row can be committed.
pub async fn begin(rec: &mut Recorded, vault: &Vault, new: &NewCase) -> PeopleResult<CaseRow> {
    let today = today(rec)?;
    if new.basis == LegalBasis::Consented {
        return Err(Refused::NoConsent.into());
    }
    new.basis.check_review(today, new.review_on)?;
    let hands = Hands {
        main: new.main.clone(),
        deputies: deputies_of(&new.main, &new.deputies),
    };
    for account in std::iter::once(&hands.main).chain(&hands.deputies) {
        check_account(rec.conn(), account, Role::Coordinator).await?;
    }
    let (person, key) = new_person(rec.conn(), vault).await?;
    let row = CaseRow {
        id: CaseId::random(),
        person,
        version: 1,
        status: CaseStatus::Open,
        district: new.district.clone(),
        basis: new.basis,
        review_on: new.review_on,
        assigned_only: new.assigned_only,
        retention_years: None,
        opened_on: today,
        closed_on: None,
        hands,
    };
    let now = rec.now().to_owned();
    sqlx::query(
        "INSERT INTO support_case (id, person, version, status, district, basis, review_on, assigned_only, opened_on, \
         updated_at, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(row.id.as_str())
    .bind(row.person.as_str())
    .bind(row.version)
    .bind(row.status.code())
    .bind(row.district.as_ref().map(DistrictId::as_str))
    .bind(row.basis.code())
    .bind(row.review_on.to_string())
    .bind(i64::from(row.assigned_only))
    .bind(row.opened_on.to_string())
    .bind(now)
    .bind(put(&key, "support_case", row.id.as_str(), &new.profile)?)
    .execute(rec.conn())
    .await?;
    write_hands(rec.conn(), &row.id, &row.hands).await?;
    let detail = format!("basis={} review_on={}", row.basis.code(), row.review_on);
    record(rec, Action::CASE_ADD, &row, ("case", row.id.as_str()), detail).await?;
    Ok(row)
}

/// A pseudonym that nobody has or had, with its key.
async fn new_person(conn: &mut AnyConnection, vault: &Vault) -> PeopleResult<(PersonRef, PersonKey)> {
    loop {
        let person = PersonRef::random();
        let taken = sqlx::query(
            "SELECT person FROM support_case WHERE person = $1 UNION SELECT person FROM disposal_record WHERE person = $1",
        )
        .bind(person.as_str())
        .fetch_optional(&mut *conn)
        .await?;
        let owner = Owner::from(&person);
        if taken.is_none() && vault.create(&owner).await? {
            return Ok((person, vault.key(&owner).await?));
        }
    }
}

fn deputies_of(main: &AccountId, deputies: &[AccountId]) -> Vec<AccountId> {
    let mut once: Vec<AccountId> = deputies.iter().filter(|d| *d != main).cloned().collect();
    once.sort();
    once.dedup();
    once
}

/// Writes who has a case, over what was.
pub(super) async fn write_hands(conn: &mut AnyConnection, case: &CaseId, hands: &Hands) -> PeopleResult<()> {
    sqlx::query("DELETE FROM case_hand WHERE case_id = $1")
        .bind(case.as_str())
        .execute(&mut *conn)
        .await?;
    let main = std::iter::once((&hands.main, 1_i64));
    for (account, main) in main.chain(hands.deputies.iter().map(|d| (d, 0))) {
        sqlx::query("INSERT INTO case_hand (case_id, account, main) VALUES ($1, $2, $3)")
            .bind(case.as_str())
            .bind(account.as_str())
            .bind(main)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// Changes who the person is, with whom, where, and for whose eyes. Returns the new version; [`PeopleError::Stale`] when `version` is not
/// the one that is kept.
pub async fn change(
    rec: &mut Recorded,
    vault: &Vault,
    id: &CaseId,
    version: i64,
    change: &CaseChange,
) -> PeopleResult<i64> {
    let opened = to_change(rec, vault, id).await?;
    let now = rec.now().to_owned();
    let done = sqlx::query(
        "UPDATE support_case SET version = version + 1, district = $1, assigned_only = $2, retention_years = $3, \
         updated_at = $4, sealed = $5 WHERE id = $6 AND version = $7",
    )
    .bind(change.district.as_ref().map(DistrictId::as_str))
    .bind(i64::from(change.assigned_only))
    .bind(change.retention_years.map(i64::from))
    .bind(now)
    .bind(put(&opened.key, "support_case", id.as_str(), &change.profile)?)
    .bind(id.as_str())
    .bind(version)
    .execute(rec.conn())
    .await?;
    one(&done)?;
    let detail = format!("assigned_only={}", change.assigned_only);
    record(
        rec,
        Action::CASE_CHANGE,
        opened.row(),
        ("case", id.as_str()),
        detail,
    )
    .await?;
    Ok(version + 1)
}

/// Names who stands in.
pub async fn set_deputies(
    rec: &mut Recorded,
    vault: &Vault,
    id: &CaseId,
    version: i64,
    deputies: &[AccountId],
) -> PeopleResult<i64> {
    let opened = to_go_on(rec, vault, id).await?;
    let main = opened.row().hands.main.clone();
    let deputies = deputies_of(&main, deputies);
    for account in &deputies {
        check_account(rec.conn(), account, Role::Coordinator).await?;
    }
    step(rec, id, version).await?;
    let names: Vec<&str> = deputies.iter().map(AccountId::as_str).collect();
    let detail = format!("deputies={}", names.join(","));
    write_hands(rec.conn(), id, &Hands { main, deputies }).await?;
    record(
        rec,
        Action::CASE_CHANGE,
        opened.row(),
        ("case", id.as_str()),
        detail,
    )
    .await?;
    Ok(version + 1)
}

/// Ends a case: what was shared or referred ends with it.
pub async fn close(
    rec: &mut Recorded,
    vault: &Vault,
    id: &CaseId,
    version: i64,
    on: NaiveDate,
) -> PeopleResult<i64> {
    let opened = to_go_on(rec, vault, id).await?;
    check_closing(opened.row().opened_on, on, today(rec)?)?;
    // How each ended is known now, and will not be in a year.
    let going_on = super::matches::open_of(rec.conn(), id).await?.len();
    if going_on > 0 {
        return Err(Refused::OpenMatches(going_on).into());
    }
    step(rec, id, version).await?;
    sqlx::query("UPDATE support_case SET status = $1, closed_on = $2 WHERE id = $3")
        .bind(CaseStatus::Closed.code())
        .bind(on.to_string())
        .bind(id.as_str())
        .execute(rec.conn())
        .await?;
    end_all(rec, opened.row(), End::Everything, EndReason::Closed).await?;
    let detail = format!("on={on}");
    record(
        rec,
        Action::CASE_CLOSE,
        opened.row(),
        ("case", id.as_str()),
        detail,
    )
    .await?;
    Ok(version + 1)
}

/// Takes a closed case up again; a shredding that was asked for is off.
pub async fn reopen(
    rec: &mut Recorded,
    vault: &Vault,
    id: &CaseId,
    version: i64,
    review_on: NaiveDate,
) -> PeopleResult<i64> {
    let opened = to_change(rec, vault, id).await?;
    if opened.row().status == CaseStatus::Open {
        return Err(Refused::NotClosed.into());
    }
    opened.row().basis.check_review(today(rec)?, review_on)?;
    step(rec, id, version).await?;
    forget_proposal(rec.conn(), id).await?;
    sqlx::query("UPDATE support_case SET status = $1, closed_on = NULL, review_on = $2 WHERE id = $3")
        .bind(CaseStatus::Open.code())
        .bind(review_on.to_string())
        .bind(id.as_str())
        .execute(rec.conn())
        .await?;
    let detail = format!("reopened review_on={review_on}");
    record(
        rec,
        Action::CASE_CHANGE,
        opened.row(),
        ("case", id.as_str()),
        detail,
    )
    .await?;
    Ok(version + 1)
}

/// From `version` to the next, or [`PeopleError::Stale`].
pub(super) async fn step(rec: &mut Recorded, id: &CaseId, version: i64) -> Result<(), PeopleError> {
    let now = rec.now().to_owned();
    let done = sqlx::query(
        "UPDATE support_case SET version = version + 1, updated_at = $1 WHERE id = $2 AND version = $3",
    )
    .bind(now)
    .bind(id.as_str())
    .bind(version)
    .execute(rec.conn())
    .await?;
    one(&done)
}
