//! What the policy has to know of a case or a conference. Nothing sealed is opened for it.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use sqlx::{AnyConnection, Row};

use super::{
    conferences::{kind_and_end, members_of},
    rows::{case_rows, parsed},
};
use crate::{
    accounts::{
        account::{Account, AccountId, Role},
        policy::{CaseFacts, ConferenceFacts},
        store as accounts,
    },
    db::values,
    people::{
        basis::Sharing,
        case::{CaseRow, CaseStatus},
        conference::is_over,
        error::PeopleResult,
        ids::{CaseId, ConferenceId},
    },
};

/// The facts of one case; `None` when there is none.
pub async fn case_facts(conn: &mut AnyConnection, id: &CaseId) -> PeopleResult<Option<CaseFacts>> {
    let rows = case_rows(&mut *conn, &[id.as_str()]).await?;
    Ok(of_rows(conn, &rows).await?.pop())
}

/// The facts of these cases, in their order.
pub(super) async fn of_rows(conn: &mut AnyConnection, rows: &[CaseRow]) -> PeopleResult<Vec<CaseFacts>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let staff: Vec<Account> = accounts::list(&mut *conn)
        .await?
        .into_iter()
        .filter(|a| a.role == Role::Coordinator && !a.disabled)
        .collect();
    let mut referred = referred(conn, rows).await?;
    Ok(rows
        .iter()
        .map(|row| {
            let referred = referred.remove(row.id.as_str()).unwrap_or_default();
            facts_of(row, &staff, referred)
        })
        .collect())
}

fn facts_of(row: &CaseRow, staff: &[Account], referred: Vec<AccountId>) -> CaseFacts {
    let works: HashSet<&AccountId> = staff.iter().map(|a| &a.id).collect();
    let hands: Vec<AccountId> = std::iter::once(&row.hands.main)
        .chain(&row.hands.deputies)
        .cloned()
        .collect();
    let heads = if works.contains(&row.hands.main) {
        vec![row.hands.main.clone()]
    } else {
        let deputies: Vec<AccountId> = hands[1..].iter().filter(|d| works.contains(d)).cloned().collect();
        if deputies.is_empty() {
            // Nobody is left who could give it away: whoever works where the person lives may take it up, unread.
            let near = staff.iter().filter(|a| a.scope.holds(row.district.as_ref()));
            near.map(|a| a.id.clone()).collect()
        } else {
            deputies
        }
    };
    CaseFacts {
        district: row.district.clone(),
        assigned_only: row.assigned_only
            || row.status == CaseStatus::Closed
            || !row.basis.allows(Sharing::Colleagues),
        hands,
        heads,
        referred_to: referred,
    }
}

/// To whom these cases are referred, as long as that stands and what it rests on does.
async fn referred(
    conn: &mut AnyConnection,
    rows: &[CaseRow],
) -> PeopleResult<HashMap<String, Vec<AccountId>>> {
    let mut found: HashMap<String, Vec<AccountId>> = HashMap::new();
    let open: Vec<&CaseRow> = rows
        .iter()
        .filter(|r| r.status == CaseStatus::Open && r.basis.allows(Sharing::Referral { consent: true }))
        .collect();
    for chunk in open.chunks(300) {
        let sql = format!(
            "SELECT r.case_id, r.account FROM case_referral r JOIN case_consent k ON k.id = r.consent_id \
             WHERE r.ended_at IS NULL AND k.withdrawn_at IS NULL AND r.case_id IN {}",
            values(1, chunk.len())
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for row in chunk {
            query = query.bind(row.id.as_str());
        }
        for row in query.fetch_all(&mut *conn).await? {
            let account = parsed(&row, "case_referral", "account", |t| AccountId::new(t).ok())?;
            found.entry(row.try_get("case_id")?).or_default().push(account);
        }
    }
    Ok(found)
}

/// The facts of one conference; `None` when there is none.
pub async fn conference_facts(
    conn: &mut AnyConnection,
    id: &ConferenceId,
    today: NaiveDate,
) -> PeopleResult<Option<ConferenceFacts>> {
    let Some((_, ends_on)) = kind_and_end(conn, id).await? else {
        return Ok(None);
    };
    let members = members_of(conn, id).await?;
    let explained = |on: Option<NaiveDate>| on.is_some_and(|on| on <= today);
    let names = |members: Vec<&crate::people::conference::Member>| {
        members.into_iter().map(|m| m.account.clone()).collect()
    };
    Ok(Some(ConferenceFacts {
        keepers: names(members.iter().filter(|m| m.keeps).collect()),
        members: names(members.iter().filter(|m| explained(m.explained_on)).collect()),
        over: is_over(ends_on, today),
    }))
}
