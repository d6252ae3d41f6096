//! Handing a case over, with everything that is open listed and kept with it.

use sqlx::{AnyConnection, Row};

use super::{
    Opened,
    cases::{step, write_hands},
    consents, needs, notes,
    opened::to_change,
    referrals,
    rows::{check_account, get, parsed, put, record, today},
    shares,
    shredding::proposed,
};
use crate::{
    accounts::{
        account::{AccountId, Role},
        audit::{Action, Recorded},
    },
    people::{
        case::Hands,
        error::{PeopleResult, Refused},
        hand_over::{HandOver, HandOverText, NewHandOver, OpenAction, OpenMatters},
        ids::{CaseId, HandOverId},
        vault::Vault,
    },
};

/// Everything that is open in a case.
pub async fn open_matters(rec: &mut Recorded, opened: &Opened) -> PeopleResult<OpenMatters> {
    let today = today(rec)?;
    let conn = rec.conn();
    let row = opened.row();
    let mut actions: Vec<OpenAction> = notes::all(conn, opened)
        .await?
        .into_iter()
        .filter(|n| n.settled_on.is_none())
        .filter_map(|n| {
            let next = n.now.note.next?;
            Some(OpenAction {
                note: n.id,
                what: next.what,
                due_on: next.due_on,
                overdue: today > next.due_on,
            })
        })
        .collect();
    actions.sort_by(|a, b| (a.due_on, &a.note).cmp(&(b.due_on, &b.note)));
    let needs = needs::all(conn, opened).await?;
    let consents = consents::all(conn, opened).await?;
    let shares = shares::all(conn, opened).await?;
    let referrals = referrals::all(conn, opened).await?;
    Ok(OpenMatters {
        review_on: row.review_on,
        review_overdue: row.review_overdue(today),
        actions,
        matches: super::matches::open_of(conn, &row.id).await?,
        needs: needs.into_iter().filter(|n| !n.archived).map(|n| n.id).collect(),
        consents: consents
            .into_iter()
            .filter(|c| c.stands())
            .map(|c| c.id)
            .collect(),
        shares: shares
            .into_iter()
            .filter(|s| s.ended_at.is_none())
            .map(|s| s.id)
            .collect(),
        referrals: referrals
            .into_iter()
            .filter(|r| r.ended_at.is_none())
            .map(|r| r.id)
            .collect(),
        shredding: proposed(conn, &row.id).await?,
    })
}

/// Gives a case to a colleague; closed ones too, for somebody must answer for them until they are shredded. Returns what was kept
/// of it, with everything open.
pub async fn hand_over(
    rec: &mut Recorded,
    vault: &Vault,
    case: &CaseId,
    version: i64,
    new: &NewHandOver,
) -> PeopleResult<HandOver> {
    let opened = to_change(rec, vault, case).await?;
    let before = opened.row().hands.clone();
    if new.to == before.main {
        return Err(Refused::Account("もう主担当です").into());
    }
    check_account(rec.conn(), &new.to, Role::Coordinator).await?;
    step(rec, case, version).await?;
    let mut deputies: Vec<AccountId> = Vec::new();
    if new.keep_deputies {
        deputies.extend(before.deputies.iter().filter(|d| **d != new.to).cloned());
    }
    if new.stay_as_deputy && !deputies.contains(&before.main) {
        deputies.push(before.main.clone());
    }
    let hands = Hands {
        main: new.to.clone(),
        deputies,
    };
    write_hands(rec.conn(), case, &hands).await?;
    let text = HandOverText {
        message: new.message.clone(),
        open: open_matters(rec, &opened).await?,
    };
    let done = HandOver {
        id: HandOverId::random(),
        from: before.main,
        to: new.to.clone(),
        by: rec.account().to_owned(),
        at: rec.now().to_owned(),
        message: text.message.clone(),
        open: text.open.clone(),
    };
    sqlx::query(
        "INSERT INTO hand_over (id, case_id, from_account, to_account, done_by, done_at, sealed) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(done.id.as_str())
    .bind(case.as_str())
    .bind(done.from.as_str())
    .bind(done.to.as_str())
    .bind(done.by.as_str())
    .bind(done.at.as_str())
    .bind(put(&opened.key, "hand_over", done.id.as_str(), &text)?)
    .execute(rec.conn())
    .await?;
    let detail = format!("{}->{}", done.from, done.to);
    record(
        rec,
        Action::HAND_OVER,
        opened.row(),
        ("case", case.as_str()),
        detail,
    )
    .await?;
    Ok(done)
}

/// Through whose hands a case went, the last first.
pub async fn list(rec: &mut Recorded, opened: &Opened) -> PeopleResult<Vec<HandOver>> {
    all(rec.conn(), opened).await
}

pub(super) async fn all(conn: &mut AnyConnection, opened: &Opened) -> PeopleResult<Vec<HandOver>> {
    const T: &str = "hand_over";
    let rows = sqlx::query("SELECT * FROM hand_over WHERE case_id = $1")
        .bind(opened.id())
        .fetch_all(conn)
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let id = parsed(&row, T, "id", |t| HandOverId::new(t).ok())?;
        let text: String = row.try_get("sealed")?;
        let text: HandOverText = get(&opened.key, T, id.as_str(), &text)?;
        found.push(HandOver {
            from: parsed(&row, T, "from_account", |t| AccountId::new(t).ok())?,
            to: parsed(&row, T, "to_account", |t| AccountId::new(t).ok())?,
            by: row.try_get("done_by")?,
            at: row.try_get("done_at")?,
            message: text.message,
            open: text.open,
            id,
        });
    }
    found.sort_by(|a, b| (&b.at, &b.id).cmp(&(&a.at, &a.id)));
    Ok(found)
}
