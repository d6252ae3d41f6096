//! What the members of a conference see: each person within the scope that was shared, as long as all that it rests on stands.

use super::{
    Opened, conferences, consents, needs, notes,
    opened::load,
    rows::{parsed, record},
    shares,
};
use crate::{
    accounts::audit::{Action, Entry, Recorded},
    people::{
        basis::Sharing,
        case::CaseStatus,
        consent::Part,
        error::{PeopleError, PeopleResult},
        ids::{CaseId, ConferenceId},
        share::{Share, SharedView},
        vault::{Vault, VaultError},
    },
};

/// Everything shared with a conference, by pseudonym; recorded for each person. Refused when the conference is over.
pub async fn by_conference(
    rec: &mut Recorded,
    vault: &Vault,
    id: &ConferenceId,
) -> PeopleResult<Vec<SharedView>> {
    conferences::going_on(rec, id).await?;
    let rows =
        sqlx::query("SELECT DISTINCT case_id FROM case_share WHERE conference_id = $1 AND ended_at IS NULL")
            .bind(id.as_str())
            .fetch_all(rec.conn())
            .await?;
    let mut seen = Vec::new();
    for row in rows {
        let case = parsed(&row, "case_share", "case_id", |t| CaseId::new(t).ok())?;
        let opened = match load(rec.conn(), vault, &case).await {
            Ok(Some(opened)) => opened,
            // The row of a restored backup, whose key is gone.
            Ok(None) | Err(PeopleError::Vault(VaultError::NoKey)) => continue,
            Err(error) => return Err(error),
        };
        for share in standing(rec, &opened, id).await? {
            seen.push(view(rec, &opened, &share).await?);
            let detail = format!("share={}", share.id);
            record(
                rec,
                Action::CONFERENCE_READ,
                opened.row(),
                ("conference", id.as_str()),
                detail,
            )
            .await?;
        }
    }
    if seen.is_empty() {
        let entry = Entry {
            entity: "conference",
            entity_id: id.as_str(),
            person: None,
            detail: "count=0".into(),
        };
        rec.record(Action::CONFERENCE_READ, entry).await?;
    }
    seen.sort_by(|a, b| (&a.person, &a.share).cmp(&(&b.person, &b.share)));
    Ok(seen)
}

/// The shares of a case with this conference that stand, asked again from the ground up: nothing is shown because a row says so.
async fn standing(rec: &mut Recorded, opened: &Opened, id: &ConferenceId) -> PeopleResult<Vec<Share>> {
    let row = opened.row();
    if row.status != CaseStatus::Open {
        return Ok(Vec::new());
    }
    let consents = consents::all(rec.conn(), opened).await?;
    let shares = shares::all(rec.conn(), opened).await?;
    Ok(shares
        .into_iter()
        .filter(|s| s.conference == *id && s.ended_at.is_none())
        .filter(|s| {
            let consent = s
                .consent
                .as_ref()
                .is_some_and(|c| consents.iter().any(|k| k.id == *c && k.stands()));
            row.basis.allows(Sharing::Conference {
                kind: s.kind,
                consent,
            })
        })
        .collect())
}

async fn view(rec: &mut Recorded, opened: &Opened, share: &Share) -> PeopleResult<SharedView> {
    let row = opened.row();
    let need = match &share.need {
        Some(id) => needs::all(rec.conn(), opened)
            .await?
            .into_iter()
            .find(|n| n.id == *id && !n.archived),
        None => None,
    };
    let notes = if share.scope.has(Part::Notes) {
        let all = notes::all(rec.conn(), opened).await?;
        Some(all.into_iter().map(|n| n.now.note).collect())
    } else {
        None
    };
    let empty = SharedView {
        share: share.id.clone(),
        person: row.person.clone(),
        shared_on: share.shared_on,
        need: None,
        strengths: None,
        identity: share
            .scope
            .has(Part::Identity)
            .then(|| opened.case.profile.identity.clone()),
        notes,
    };
    let need = need.map(|n| n.need.without_private(row.district.as_ref()));
    Ok(empty.within(&share.scope, need))
}
