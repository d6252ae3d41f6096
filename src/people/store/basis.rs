//! The ground of a record: changing it, and looking again whether it holds.

use chrono::NaiveDate;

use super::{
    cases::step,
    consents,
    opened::to_go_on,
    rows::{record, today},
    shares::{End, end_all},
};
use crate::{
    accounts::audit::{Action, Recorded},
    people::{
        basis::LegalBasis,
        error::{PeopleResult, Refused},
        ids::CaseId,
        share::EndReason,
        vault::Vault,
    },
};

/// Sets the ground and the day of the next look; the same ground with a new day is a look that was taken. 本人同意 needs a consent
/// that stands. What the new ground does not allow ends in the same moment.
pub async fn change(
    rec: &mut Recorded,
    vault: &Vault,
    id: &CaseId,
    version: i64,
    basis: LegalBasis,
    review_on: NaiveDate,
) -> PeopleResult<i64> {
    let opened = to_go_on(rec, vault, id).await?;
    basis.check_review(today(rec)?, review_on)?;
    if basis == LegalBasis::Consented && !consents::any_stands(rec.conn(), id).await? {
        return Err(Refused::NoConsent.into());
    }
    step(rec, id, version).await?;
    sqlx::query("UPDATE support_case SET basis = $1, review_on = $2 WHERE id = $3")
        .bind(basis.code())
        .bind(review_on.to_string())
        .bind(id.as_str())
        .execute(rec.conn())
        .await?;
    let detail = format!(
        "{}->{} review_on={review_on}",
        opened.row().basis.code(),
        basis.code()
    );
    record(
        rec,
        Action::BASIS_CHANGE,
        opened.row(),
        ("case", id.as_str()),
        detail,
    )
    .await?;
    end_all(rec, opened.row(), End::NotAllowedBy(basis), EndReason::Basis).await?;
    Ok(version + 1)
}
