//! Sharing a case with a conference, and every way in which that ends.

use sqlx::{AnyConnection, Row, any::AnyRow};

use super::{
    Opened, conferences, consents, needs,
    opened::{row_to_change, to_go_on},
    rows::{day, get, parsed, parsed_or_none, put, record, today},
};
use crate::{
    accounts::audit::{Action, Recorded},
    people::{
        basis::{LegalBasis, Sharing},
        case::CaseRow,
        conference::ConferenceKind,
        consent::Recipient,
        error::{PeopleError, PeopleResult, Refused},
        ids::{CaseId, ConferenceId, ConsentId, NeedId, ReferralId, ShareId},
        share::{EndReason, NewShare, Share, ShareText},
        vault::Vault,
    },
};

/// Shares a case with a conference, as far as the ground of the record allows: on consent, what a standing consent covers (the share
/// rests on that consent); by law, with a 支援会議.
pub async fn add(rec: &mut Recorded, vault: &Vault, case: &CaseId, new: &NewShare) -> PeopleResult<ShareId> {
    let opened = to_go_on(rec, vault, case).await?;
    let kind = conferences::going_on(rec, &new.conference).await?;
    if let Some(need) = &new.need {
        let all = needs::all(rec.conn(), &opened).await?;
        if !all.iter().any(|n| n.id == *need && !n.archived) {
            return Err(PeopleError::NotFound);
        }
    }
    let basis = opened.row().basis;
    let consent = match basis {
        LegalBasis::Consented => {
            let recipient = Recipient::Conference(new.conference.clone());
            consents::covering(rec.conn(), &opened, &recipient, &new.scope).await?
        }
        LegalBasis::Engaging | LegalBasis::StatutoryConference => None,
    };
    let sharing = Sharing::Conference {
        kind,
        consent: consent.is_some(),
    };
    if !basis.allows(sharing) {
        return Err(basis.refusal().into());
    }
    let id = ShareId::random();
    let (day, account) = (today(rec)?, rec.account().to_owned());
    let text = ShareText {
        scope: new.scope.clone(),
    };
    sqlx::query(
        "INSERT INTO case_share (id, case_id, conference_id, need_id, consent_id, shared_by, shared_on, sealed) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(id.as_str())
    .bind(case.as_str())
    .bind(new.conference.as_str())
    .bind(new.need.as_ref().map(NeedId::as_str))
    .bind(consent.as_ref().map(ConsentId::as_str))
    .bind(account)
    .bind(day.to_string())
    .bind(put(&opened.key, "case_share", id.as_str(), &text)?)
    .execute(rec.conn())
    .await?;
    let scope: Vec<&str> = new.scope.parts().map(|p| p.code()).collect();
    let detail = format!("conference={} scope={}", new.conference, scope.join(","));
    record(
        rec,
        Action::SHARE_ADD,
        opened.row(),
        ("share", id.as_str()),
        detail,
    )
    .await?;
    Ok(id)
}

/// Ends a share by hand.
pub async fn end(rec: &mut Recorded, case: &CaseId, id: &ShareId) -> PeopleResult<()> {
    let row = row_to_change(rec, case).await?;
    match end_all(rec, &row, End::Share(id), EndReason::ByHand).await? {
        0 => Err(gone(rec, "case_share", case, id.as_str()).await?),
        _ => Ok(()),
    }
}

/// Why a share or referral cannot be ended: it ended already, or this case never had it.
pub(super) async fn gone(
    rec: &mut Recorded,
    table: &'static str,
    case: &CaseId,
    id: &str,
) -> PeopleResult<PeopleError> {
    let sql = format!("SELECT id FROM {table} WHERE id = $1 AND case_id = $2");
    let there = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(id)
        .bind(case.as_str())
        .fetch_optional(rec.conn())
        .await?;
    Ok(there.map_or(PeopleError::NotFound, |_| Refused::Ended.into()))
}

/// The shares of a case, those that stand first, then the newest.
pub async fn list(rec: &mut Recorded, opened: &Opened) -> PeopleResult<Vec<Share>> {
    all(rec.conn(), opened).await
}

pub(super) async fn all(conn: &mut AnyConnection, opened: &Opened) -> PeopleResult<Vec<Share>> {
    let rows = sqlx::query(
        "SELECT s.*, c.kind FROM case_share s JOIN conference c ON c.id = s.conference_id WHERE s.case_id = $1",
    )
    .bind(opened.id())
    .fetch_all(conn)
    .await?;
    let mut shares = rows
        .iter()
        .map(|row| share_from(opened, row))
        .collect::<PeopleResult<Vec<_>>>()?;
    shares.sort_by(|a, b| {
        (a.ended_at.is_some(), b.shared_on, &a.id).cmp(&(b.ended_at.is_some(), a.shared_on, &b.id))
    });
    Ok(shares)
}

fn share_from(opened: &Opened, row: &AnyRow) -> PeopleResult<Share> {
    const T: &str = "case_share";
    let id = parsed(row, T, "id", |t| ShareId::new(t).ok())?;
    let text: String = row.try_get("sealed")?;
    let text: ShareText = get(&opened.key, T, id.as_str(), &text)?;
    Ok(Share {
        conference: parsed(row, T, "conference_id", |t| ConferenceId::new(t).ok())?,
        kind: parsed(row, T, "kind", ConferenceKind::parse)?,
        need: parsed_or_none(row, T, "need_id", |t| NeedId::new(t).ok())?,
        consent: parsed_or_none(row, T, "consent_id", |t| ConsentId::new(t).ok())?,
        scope: text.scope,
        shared_by: row.try_get("shared_by")?,
        shared_on: parsed(row, T, "shared_on", day)?,
        ended_at: row.try_get("ended_at")?,
        end_reason: parsed_or_none(row, T, "end_reason", EndReason::parse)?,
        id,
    })
}

/// Which of the shares and referrals of a case are to end.
#[derive(Debug, Clone, Copy)]
pub(super) enum End<'a> {
    /// All of them.
    Everything,
    /// What this consent carries.
    RestingOn(&'a ConsentId),
    /// What a ground does not allow.
    NotAllowedBy(LegalBasis),
    /// One share.
    Share(&'a ShareId),
    /// One referral.
    Referral(&'a ReferralId),
}

impl End<'_> {
    fn takes(self, table: &'static str, id: &str, consent: Option<&str>, sharing: Sharing) -> bool {
        match self {
            Self::Everything => true,
            Self::RestingOn(resting) => consent == Some(resting.as_str()),
            Self::NotAllowedBy(basis) => !basis.allows(sharing),
            Self::Share(share) => table == "case_share" && id == share.as_str(),
            Self::Referral(referral) => table == "case_referral" && id == referral.as_str(),
        }
    }
}

/// Ends what stands of the case's shares and referrals, as far as `which` takes it, and records each. Returns how many.
pub(super) async fn end_all(
    rec: &mut Recorded,
    case: &CaseRow,
    which: End<'_>,
    reason: EndReason,
) -> PeopleResult<usize> {
    let mut ending = Vec::new();
    let shares = sqlx::query(
        "SELECT s.id, s.consent_id, c.kind FROM case_share s JOIN conference c ON c.id = s.conference_id \
         WHERE s.case_id = $1 AND s.ended_at IS NULL",
    )
    .bind(case.id.as_str())
    .fetch_all(rec.conn())
    .await?;
    for row in shares {
        let (id, consent): (String, Option<String>) = (row.try_get("id")?, row.try_get("consent_id")?);
        let sharing = Sharing::Conference {
            kind: parsed(&row, "conference", "kind", ConferenceKind::parse)?,
            consent: consent.is_some(),
        };
        if which.takes("case_share", &id, consent.as_deref(), sharing) {
            ending.push(("case_share", "share", id));
        }
    }
    let referrals =
        sqlx::query("SELECT id, consent_id FROM case_referral WHERE case_id = $1 AND ended_at IS NULL")
            .bind(case.id.as_str())
            .fetch_all(rec.conn())
            .await?;
    for row in referrals {
        let (id, consent): (String, Option<String>) = (row.try_get("id")?, row.try_get("consent_id")?);
        let sharing = Sharing::Referral {
            consent: consent.is_some(),
        };
        if which.takes("case_referral", &id, consent.as_deref(), sharing) {
            ending.push(("case_referral", "referral", id));
        }
    }
    let now = rec.now().to_owned();
    for (table, entity, id) in &ending {
        let sql = format!("UPDATE {table} SET ended_at = $1, end_reason = $2 WHERE id = $3");
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(now.as_str())
            .bind(reason.code())
            .bind(id.as_str())
            .execute(rec.conn())
            .await?;
        let detail = format!("reason={}", reason.code());
        record(rec, Action::SHARE_END, case, (entity, id), detail).await?;
    }
    Ok(ending.len())
}
