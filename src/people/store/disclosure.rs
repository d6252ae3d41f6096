//! One person's whole record, for 開示請求.

use super::{consents, hands, matches, needs, notes, opened::load, referrals, rows::record, shares};
use crate::{
    accounts::audit::{Action, Recorded},
    people::{disclosure::Disclosure, error::PeopleResult, ids::CaseId, vault::Vault},
};

/// Takes a whole record out, and records that. `None` when there is no such case.
pub async fn export(rec: &mut Recorded, vault: &Vault, id: &CaseId) -> PeopleResult<Option<Disclosure>> {
    let Some(opened) = load(rec.conn(), vault, id).await? else {
        return Ok(None);
    };
    let (now, account) = (rec.now().to_owned(), rec.account().to_owned());
    let conn = rec.conn();
    let whole = Disclosure {
        exported_at: now,
        exported_by: account,
        notes: notes::all(conn, &opened).await?,
        needs: needs::all(conn, &opened).await?,
        matches: matches::all(conn, &opened).await?,
        consents: consents::all(conn, &opened).await?,
        shares: shares::all(conn, &opened).await?,
        referrals: referrals::all(conn, &opened).await?,
        hand_overs: hands::all(conn, &opened).await?,
        case: opened.case.clone(),
    };
    record(
        rec,
        Action::CASE_EXPORT,
        opened.row(),
        ("case", id.as_str()),
        String::new(),
    )
    .await?;
    Ok(Some(whole))
}
