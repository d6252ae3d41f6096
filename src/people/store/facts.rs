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
    let row = case_rows(&mut *conn, &[id.as_str()]).await?.pop();
    // The same is asked whether there is a row or not, so that the time it takes does not tell.
    let nobody = || vec![AccountId::new("nobody").expect("a name")];
    let hands = row.as_ref().map_or_else(nobody, hands_of);
    let mut staff = still_working(&mut *conn, &hands).await?;
    let mut referred = referred(&mut *conn, &[id.as_str()]).await?;
    let Some(row) = row else { return Ok(None) };
    // Everybody is listed only where nobody is left: this is asked in the writer's turn, and a city has many accounts.
    if staff.is_empty() {
        staff = self::staff(conn).await?;
    }
    Ok(Some(facts_of(&row, &staff, referred.remove(id.as_str()))))
}

/// The main coordinator and the deputies.
fn hands_of(row: &CaseRow) -> Vec<AccountId> {
    std::iter::once(&row.hands.main)
        .chain(&row.hands.deputies)
        .cloned()
        .collect()
}

/// Of these accounts the coordinators who sign in.
async fn still_working(conn: &mut AnyConnection, ids: &[AccountId]) -> PeopleResult<Vec<Account>> {
    let mut found = Vec::new();
    for id in ids {
        let account = accounts::find(&mut *conn, id).await?;
        found.extend(account.filter(|a| a.role == Role::Coordinator && !a.disabled));
    }
    Ok(found)
}

/// The facts of these cases, in their order.
pub(super) async fn of_rows(conn: &mut AnyConnection, rows: &[CaseRow]) -> PeopleResult<Vec<CaseFacts>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let staff = staff(&mut *conn).await?;
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let mut referred = referred(conn, &ids).await?;
    Ok(rows
        .iter()
        .map(|row| facts_of(row, &staff, referred.remove(row.id.as_str())))
        .collect())
}

/// The coordinators who sign in.
async fn staff(conn: &mut AnyConnection) -> PeopleResult<Vec<Account>> {
    let all = accounts::list(conn).await?.into_iter();
    Ok(all
        .filter(|a| a.role == Role::Coordinator && !a.disabled)
        .collect())
}

/// `referred` are those whose referral and its consent stand; the ground has to allow it besides.
fn facts_of(row: &CaseRow, staff: &[Account], referred: Option<Vec<AccountId>>) -> CaseFacts {
    let goes_on = row.status == CaseStatus::Open && row.basis.allows(Sharing::Referral { consent: true });
    let referred = referred.filter(|_| goes_on).unwrap_or_default();
    let works: HashSet<&AccountId> = staff.iter().map(|a| &a.id).collect();
    let hands = hands_of(row);
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

/// To whom these cases are referred, as long as that and the consent it rests on stand.
async fn referred(conn: &mut AnyConnection, ids: &[&str]) -> PeopleResult<HashMap<String, Vec<AccountId>>> {
    let mut found: HashMap<String, Vec<AccountId>> = HashMap::new();
    for chunk in ids.chunks(300) {
        let sql = format!(
            "SELECT r.case_id, r.account FROM case_referral r JOIN case_consent k ON k.id = r.consent_id \
             WHERE r.ended_at IS NULL AND k.withdrawn_at IS NULL AND r.case_id IN {}",
            values(1, chunk.len())
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for id in chunk {
            query = query.bind(*id);
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
    // Both are asked whether there is one or not, so that the time it takes does not tell.
    let there = kind_and_end(conn, id).await?;
    let members = members_of(conn, id).await?;
    let Some((_, ends_on)) = there else {
        return Ok(None);
    };
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
