//! The list of cases of one account: their own, those in their districts, those referred, with what is overdue.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use sqlx::{AnyConnection, Row};

use super::{
    facts,
    opened::load,
    rows::{case_rows, day},
};
use crate::{
    accounts::{
        account::Actor,
        audit::{Action, Entry, Trail},
        policy::{Act, Subject, decide},
    },
    db::{Db, values},
    kernel::clock::Clock,
    people::{
        case::{CaseLine, CaseRow, CaseStatus, Reason},
        error::{PeopleError, PeopleResult},
        vault::{Vault, VaultError},
    },
};

/// What the list is drawn from.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// The rows.
    pub db: &'a Db,
    /// The audit.
    pub trail: &'a Trail,
    /// The keys.
    pub vault: &'a Vault,
    /// The day.
    pub clock: &'a Clock,
}

impl Reader<'_> {
    /// Puts a reading of several cases into the audit; only then is it answered.
    pub(super) async fn read(&self, actor: &Actor, detail: String) -> PeopleResult<()> {
        let mut rec = self.trail.begin(self.db, Some(&actor.id)).await?;
        let entry = Entry {
            entity: "case",
            entity_id: "*",
            person: None,
            detail,
        };
        rec.record(Action::CASE_LIST, entry).await?;
        Ok(rec.commit().await?)
    }
}

/// What the actor may see, as the policy says of each case: open cases, and closed ones that are their own. What is overdue stands
/// first, then by the next day on which something is due. Names are opened for one's own cases alone, outside the writer's turn; the
/// answer is given once the reading is on disk in the audit.
pub async fn list(reader: &Reader<'_>, actor: &Actor) -> PeopleResult<Vec<CaseLine>> {
    let today = reader.clock.today();
    let mut conn = reader.db.read().await?;
    let ids = candidates(&mut conn, actor).await?;
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let rows = case_rows(&mut conn, &ids).await?;
    let facts = facts::of_rows(&mut conn, &rows).await?;
    let mut due = due(&mut conn, &ids, today).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for (row, facts) in rows.into_iter().zip(facts) {
        let may = |act| decide(Some(actor), act, Subject::Case(&facts)).is_ok();
        let reason = if facts.hands.contains(&actor.id) {
            Reason::Own
        } else if facts.referred_to.contains(&actor.id) {
            Reason::Referred
        } else if may(Act::ReadCase) {
            Reason::InScope
        } else {
            Reason::WithoutHands
        };
        let shown = match reason {
            Reason::WithoutHands => may(Act::HandOver),
            _ => may(Act::ReadCase),
        };
        if !shown {
            continue;
        }
        let (name, shredded) = match reason {
            Reason::Own => name(&mut conn, reader.vault, &row).await?,
            _ => (None, false),
        };
        let (next_due, overdue_actions) = due.remove(row.id.as_str()).unwrap_or_default();
        lines.push(CaseLine {
            review_overdue: row.review_overdue(today),
            row,
            reason,
            name,
            shredded,
            next_due,
            overdue_actions,
        });
    }
    drop(conn);
    lines.sort_by_key(order);
    reader.read(actor, format!("count={}", lines.len())).await?;
    Ok(lines)
}

fn order(line: &CaseLine) -> impl Ord + use<> {
    (
        line.row.status == CaseStatus::Closed,
        !(line.review_overdue || line.overdue_actions > 0),
        line.next_due
            .unwrap_or(line.row.review_on)
            .min(line.row.review_on),
        line.row.person.clone(),
    )
}

/// Cases that may be the actor's to see. The policy is asked of each of them.
async fn candidates(conn: &mut AnyConnection, actor: &Actor) -> PeopleResult<BTreeSet<String>> {
    let rows = sqlx::query(
        "SELECT c.id FROM support_case c WHERE \
         c.id IN (SELECT case_id FROM case_hand WHERE account = $1) \
         OR c.id IN (SELECT case_id FROM case_referral WHERE account = $1 AND ended_at IS NULL) \
         OR (c.status = $2 AND c.assigned_only = 0 AND c.basis = $3) \
         OR NOT EXISTS (SELECT 1 FROM case_hand h JOIN account a ON a.id = h.account WHERE h.case_id = c.id AND a.disabled = 0)",
    )
    .bind(actor.id.as_str())
    .bind(CaseStatus::Open.code())
    .bind(crate::people::basis::LegalBasis::Consented.code())
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok(row.try_get("id")?)).collect()
}

async fn name(
    conn: &mut AnyConnection,
    vault: &Vault,
    row: &CaseRow,
) -> PeopleResult<(Option<String>, bool)> {
    match load(conn, vault, &row.id).await {
        Ok(opened) => Ok((opened.and_then(|o| o.case.profile.identity.name), false)),
        Err(PeopleError::Vault(VaultError::NoKey)) => Ok((None, true)),
        Err(error) => Err(error),
    }
}

/// Of each case the earliest next action that is not done, and how many are overdue.
async fn due(
    conn: &mut AnyConnection,
    ids: &[&str],
    today: NaiveDate,
) -> PeopleResult<HashMap<String, (Option<NaiveDate>, i64)>> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(300) {
        let sql = format!(
            "SELECT case_id, due_on FROM case_note WHERE settled_on IS NULL AND due_on IS NOT NULL AND case_id IN {}",
            values(1, chunk.len())
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for id in chunk {
            query = query.bind(*id);
        }
        for row in query.fetch_all(&mut *conn).await? {
            let due = super::rows::parsed(&row, "case_note", "due_on", day)?;
            let (next, overdue): &mut (Option<NaiveDate>, i64) =
                found.entry(row.try_get("case_id")?).or_default();
            *next = Some(next.map_or(due, |n| n.min(due)));
            *overdue += i64::from(today > due);
        }
    }
    Ok(found)
}
