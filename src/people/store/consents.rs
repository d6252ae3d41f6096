//! Consents: recorded, and taken back with everything that rests on them.

use sqlx::{AnyConnection, Row};

use super::{
    Opened,
    opened::{to_change, to_go_on},
    rows::{get, get_in, parsed, put, put_in, record, today},
    shares::{End, end_all},
};
use crate::{
    accounts::audit::{Action, Recorded},
    people::{
        basis::LegalBasis,
        consent::{Consent, NewConsent, Recipient, Scope, Withdrawal},
        error::{PeopleError, PeopleResult, Refused},
        ids::{CaseId, ConsentId},
        share::EndReason,
        vault::Vault,
    },
};

const WITHDRAWAL: &str = "withdrawal_sealed";

/// Records a consent. The ground of the record is changed apart, by `basis::change`.
pub async fn add(
    rec: &mut Recorded,
    vault: &Vault,
    case: &CaseId,
    consent: &NewConsent,
) -> PeopleResult<ConsentId> {
    let opened = to_go_on(rec, vault, case).await?;
    if consent.given_on > today(rec)? {
        return Err(Refused::Future.into());
    }
    let id = ConsentId::random();
    let (now, author) = (rec.now().to_owned(), rec.account().to_owned());
    sqlx::query(
        "INSERT INTO case_consent (id, case_id, recorded_by, recorded_at, sealed) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id.as_str())
    .bind(case.as_str())
    .bind(author)
    .bind(now)
    .bind(put(&opened.key, "case_consent", id.as_str(), consent)?)
    .execute(rec.conn())
    .await?;
    let detail = format!("given_on={} form={}", consent.given_on, consent.form.code());
    record(
        rec,
        Action::CONSENT_ADD,
        opened.row(),
        ("consent", id.as_str()),
        detail,
    )
    .await?;
    Ok(id)
}

/// Records that a consent was taken back. Every share and referral that rests on it ends in the same moment; when no consent is
/// left, the ground falls back to 未同意, to be looked at again within its three months.
pub async fn withdraw(
    rec: &mut Recorded,
    vault: &Vault,
    case: &CaseId,
    id: &ConsentId,
    withdrawal: &Withdrawal,
) -> PeopleResult<()> {
    let opened = to_change(rec, vault, case).await?;
    let today = today(rec)?;
    if withdrawal.on > today {
        return Err(Refused::Future.into());
    }
    let consent = all(rec.conn(), &opened).await?.into_iter().find(|c| c.id == *id);
    if !consent.ok_or(PeopleError::NotFound)?.stands() {
        return Err(Refused::Ended.into());
    }
    let now = rec.now().to_owned();
    sqlx::query("UPDATE case_consent SET withdrawn_at = $1, withdrawal_sealed = $2 WHERE id = $3")
        .bind(now)
        .bind(put_in(
            &opened.key,
            "case_consent",
            WITHDRAWAL,
            id.as_str(),
            withdrawal,
        )?)
        .bind(id.as_str())
        .execute(rec.conn())
        .await?;
    let row = opened.row();
    let detail = format!("on={}", withdrawal.on);
    record(
        rec,
        Action::CONSENT_WITHDRAW,
        row,
        ("consent", id.as_str()),
        detail,
    )
    .await?;
    end_all(rec, row, End::RestingOn(id), EndReason::Withdrawn).await?;
    if row.basis == LegalBasis::Consented && !any_stands(rec.conn(), case).await? {
        let review_on = row.review_on.min(LegalBasis::Engaging.latest_review(today));
        sqlx::query(
            "UPDATE support_case SET version = version + 1, basis = $1, review_on = $2 WHERE id = $3",
        )
        .bind(LegalBasis::Engaging.code())
        .bind(review_on.to_string())
        .bind(case.as_str())
        .execute(rec.conn())
        .await?;
        let detail = format!("consented->engaging review_on={review_on}");
        record(rec, Action::BASIS_CHANGE, row, ("case", case.as_str()), detail).await?;
        end_all(
            rec,
            row,
            End::NotAllowedBy(LegalBasis::Engaging),
            EndReason::Basis,
        )
        .await?;
    }
    Ok(())
}

/// Whether any consent of this case stands.
pub(super) async fn any_stands(conn: &mut AnyConnection, case: &CaseId) -> PeopleResult<bool> {
    let row = sqlx::query("SELECT id FROM case_consent WHERE case_id = $1 AND withdrawn_at IS NULL LIMIT 1")
        .bind(case.as_str())
        .fetch_optional(conn)
        .await?;
    Ok(row.is_some())
}

/// A consent that stands and lets this recipient know all of this.
pub(super) async fn covering(
    conn: &mut AnyConnection,
    opened: &Opened,
    recipient: &Recipient,
    scope: &Scope,
) -> PeopleResult<Option<ConsentId>> {
    let found = all(conn, opened)
        .await?
        .into_iter()
        .find(|c| c.stands() && c.given.covers(recipient, scope));
    Ok(found.map(|c| c.id))
}

/// The consents of a case, the newest first.
pub async fn list(rec: &mut Recorded, opened: &Opened) -> PeopleResult<Vec<Consent>> {
    all(rec.conn(), opened).await
}

pub(super) async fn all(conn: &mut AnyConnection, opened: &Opened) -> PeopleResult<Vec<Consent>> {
    let rows = sqlx::query("SELECT * FROM case_consent WHERE case_id = $1")
        .bind(opened.id())
        .fetch_all(conn)
        .await?;
    let mut consents = Vec::with_capacity(rows.len());
    for row in rows {
        let id = parsed(&row, "case_consent", "id", |t| ConsentId::new(t).ok())?;
        let text: String = row.try_get("sealed")?;
        let withdrawal: Option<String> = row.try_get("withdrawal_sealed")?;
        consents.push(Consent {
            given: get(&opened.key, "case_consent", id.as_str(), &text)?,
            recorded_by: row.try_get("recorded_by")?,
            recorded_at: row.try_get("recorded_at")?,
            withdrawn: withdrawal
                .map(|t| get_in(&opened.key, "case_consent", WITHDRAWAL, id.as_str(), &t))
                .transpose()?,
            id,
        });
    }
    consents.sort_by(|a, b| {
        (&b.given.given_on, &b.recorded_at, &b.id).cmp(&(&a.given.given_on, &a.recorded_at, &a.id))
    });
    Ok(consents)
}
