//! Referring a case to a 多機関協働推進員, who then reads it.

use sqlx::{AnyConnection, Row};

use super::{
    Opened, consents,
    opened::{row_to_change, to_go_on},
    rows::{check_account, day, get, parsed, parsed_or_none, put, record, today},
    shares::{End, end_all, gone},
};
use crate::{
    accounts::{
        account::{AccountId, Role},
        audit::{Action, Recorded},
    },
    people::{
        basis::{LegalBasis, Sharing},
        consent::{Part, Recipient, Scope},
        error::{PeopleError, PeopleResult},
        ids::{CaseId, ConsentId, ReferralId},
        share::{EndReason, Referral, ReferralText},
        vault::Vault,
    },
};

/// Refers a case. Who it is referred to reads all of it, so a consent must stand that names them and covers every part.
pub async fn add(
    rec: &mut Recorded,
    vault: &Vault,
    case: &CaseId,
    to: &AccountId,
    reason: Option<String>,
) -> PeopleResult<ReferralId> {
    let opened = to_go_on(rec, vault, case).await?;
    check_account(rec.conn(), to, Role::MultiAgency).await?;
    let basis = opened.row().basis;
    let whole = Scope::new(Part::ALL.iter().copied()).ok_or(PeopleError::NotFound)?;
    let consent = match basis {
        LegalBasis::Consented => {
            consents::covering(rec.conn(), &opened, &Recipient::Account(to.clone()), &whole).await?
        }
        LegalBasis::Engaging | LegalBasis::StatutoryConference => None,
    };
    if !basis.allows(Sharing::Referral {
        consent: consent.is_some(),
    }) {
        return Err(basis.refusal().into());
    }
    let id = ReferralId::random();
    let (day, account) = (today(rec)?, rec.account().to_owned());
    sqlx::query(
        "INSERT INTO case_referral (id, case_id, account, consent_id, referred_by, referred_on, sealed) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id.as_str())
    .bind(case.as_str())
    .bind(to.as_str())
    .bind(consent.as_ref().map(ConsentId::as_str))
    .bind(account)
    .bind(day.to_string())
    .bind(put(
        &opened.key,
        "case_referral",
        id.as_str(),
        &ReferralText { reason },
    )?)
    .execute(rec.conn())
    .await?;
    let detail = format!("to={to}");
    record(
        rec,
        Action::REFER,
        opened.row(),
        ("referral", id.as_str()),
        detail,
    )
    .await?;
    Ok(id)
}

/// Ends a referral by hand.
pub async fn end(rec: &mut Recorded, case: &CaseId, id: &ReferralId) -> PeopleResult<()> {
    let row = row_to_change(rec, case).await?;
    match end_all(rec, &row, End::Referral(id), EndReason::ByHand).await? {
        0 => Err(gone(rec, "case_referral", case, id.as_str()).await?),
        _ => Ok(()),
    }
}

/// The referrals of a case, those that stand first, then the newest.
pub async fn list(rec: &mut Recorded, opened: &Opened) -> PeopleResult<Vec<Referral>> {
    all(rec.conn(), opened).await
}

pub(super) async fn all(conn: &mut AnyConnection, opened: &Opened) -> PeopleResult<Vec<Referral>> {
    const T: &str = "case_referral";
    let rows = sqlx::query("SELECT * FROM case_referral WHERE case_id = $1")
        .bind(opened.id())
        .fetch_all(conn)
        .await?;
    let mut referrals = Vec::with_capacity(rows.len());
    for row in rows {
        let id = parsed(&row, T, "id", |t| ReferralId::new(t).ok())?;
        let text: String = row.try_get("sealed")?;
        let text: ReferralText = get(&opened.key, T, id.as_str(), &text)?;
        referrals.push(Referral {
            account: parsed(&row, T, "account", |t| AccountId::new(t).ok())?,
            consent: parsed_or_none(&row, T, "consent_id", |t| ConsentId::new(t).ok())?,
            reason: text.reason,
            referred_by: row.try_get("referred_by")?,
            referred_on: parsed(&row, T, "referred_on", day)?,
            ended_at: row.try_get("ended_at")?,
            end_reason: parsed_or_none(&row, T, "end_reason", EndReason::parse)?,
            id,
        });
    }
    referrals.sort_by(|a, b| {
        (a.ended_at.is_some(), b.referred_on, &a.id).cmp(&(b.ended_at.is_some(), a.referred_on, &b.id))
    });
    Ok(referrals)
}
