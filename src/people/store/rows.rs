//! Small steps that every file here takes: sealing a row's JSON, reading columns, writing the audit.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{AnyConnection, Row, any::AnyRow};
use zeroize::Zeroizing;

use crate::{
    accounts::{
        account::{AccountId, Role},
        audit::{Action, Entry, Recorded},
        store as accounts,
    },
    db::values,
    kernel::id::DistrictId,
    people::{
        basis::LegalBasis,
        case::{CaseRow, CaseStatus, Hands},
        error::{PeopleError, PeopleResult, Refused},
        ids::CaseId,
        vault::{PersonKey, Place},
    },
};

/// A row that does not prove itself. What stands in it is not said.
pub(super) fn bad(table: &'static str, id: &str) -> PeopleError {
    PeopleError::Row(table, id.to_owned())
}

/// The column `sealed` of a row, for one value.
pub(super) fn put<T: Serialize>(
    key: &PersonKey,
    table: &'static str,
    row: &str,
    value: &T,
) -> PeopleResult<String> {
    put_in(key, table, "sealed", row, value)
}

/// The same for a column of another name.
pub(super) fn put_in<T: Serialize>(
    key: &PersonKey,
    table: &'static str,
    column: &'static str,
    row: &str,
    value: &T,
) -> PeopleResult<String> {
    let json = Zeroizing::new(serde_json::to_vec(value).map_err(|_| bad(table, row))?);
    Ok(key.seal(&Place { table, column, row }, &json))
}

/// What [`put`] sealed.
pub(super) fn get<T: DeserializeOwned>(
    key: &PersonKey,
    table: &'static str,
    row: &str,
    text: &str,
) -> PeopleResult<T> {
    get_in(key, table, "sealed", row, text)
}

/// What [`put_in`] sealed.
pub(super) fn get_in<T: DeserializeOwned>(
    key: &PersonKey,
    table: &'static str,
    column: &'static str,
    row: &str,
    text: &str,
) -> PeopleResult<T> {
    let json = key.open(&Place { table, column, row }, text)?;
    // What serde says of it may quote it.
    serde_json::from_slice(&json).map_err(|_| bad(table, row))
}

/// The day of this transaction.
pub(super) fn today(rec: &Recorded) -> PeopleResult<NaiveDate> {
    let day = rec.now().get(..10).and_then(|d| d.parse().ok());
    day.ok_or_else(|| bad("clock", "now"))
}

/// A column read by its own reader.
pub(super) fn parsed<T>(
    row: &AnyRow,
    table: &'static str,
    column: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> PeopleResult<T> {
    let text: String = row.try_get(column)?;
    parse(&text).ok_or_else(|| bad(table, column))
}

/// The same for a column that may be empty.
pub(super) fn parsed_or_none<T>(
    row: &AnyRow,
    table: &'static str,
    column: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> PeopleResult<Option<T>> {
    let text: Option<String> = row.try_get(column)?;
    text.map(|t| parse(&t).ok_or_else(|| bad(table, column)))
        .transpose()
}

/// A day as it is kept.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}

/// Writes an act on a case into the audit; `detail` holds codes, dates and ids alone.
pub(super) async fn record(
    rec: &mut Recorded,
    action: Action,
    case: &CaseRow,
    (entity, id): (&'static str, &str),
    detail: String,
) -> PeopleResult<()> {
    let entry = Entry {
        entity,
        entity_id: id,
        person: Some(case.person.as_str()),
        detail,
    };
    Ok(rec.record(action, entry).await?)
}

/// The rows of these cases that exist, in order of id.
pub(super) async fn case_rows(conn: &mut AnyConnection, ids: &[&str]) -> PeopleResult<Vec<CaseRow>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(300) {
        let marks = values(1, chunk.len());
        let mut hands = hands(&mut *conn, chunk, &marks).await?;
        let sql = format!("SELECT * FROM support_case WHERE id IN {marks}");
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for id in chunk {
            query = query.bind(*id);
        }
        for row in query.fetch_all(&mut *conn).await? {
            let id: String = row.try_get("id")?;
            let hands = hands.remove(&id).ok_or_else(|| bad("case_hand", &id))?;
            found.push(case_row(&row, hands)?);
        }
    }
    found.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(found)
}

async fn hands(conn: &mut AnyConnection, ids: &[&str], marks: &str) -> PeopleResult<HashMap<String, Hands>> {
    let sql = format!("SELECT case_id, account, main FROM case_hand WHERE case_id IN {marks}");
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
    for id in ids {
        query = query.bind(*id);
    }
    let (mut mains, mut others) = (HashMap::new(), HashMap::<String, Vec<AccountId>>::new());
    for row in query.fetch_all(conn).await? {
        let case: String = row.try_get("case_id")?;
        let account = parsed(&row, "case_hand", "account", |t| AccountId::new(t).ok())?;
        if row.try_get::<i64, _>("main")? != 0 {
            mains.insert(case, account);
        } else {
            others.entry(case).or_default().push(account);
        }
    }
    Ok(mains
        .into_iter()
        .map(|(case, main)| {
            let mut deputies = others.remove(&case).unwrap_or_default();
            deputies.sort();
            (case, Hands { main, deputies })
        })
        .collect())
}

fn case_row(row: &AnyRow, hands: Hands) -> PeopleResult<CaseRow> {
    const T: &str = "support_case";
    let years: Option<i64> = row.try_get("retention_years")?;
    Ok(CaseRow {
        id: parsed(row, T, "id", |t| CaseId::new(t).ok())?,
        person: parsed(row, T, "person", |t| t.to_owned().try_into().ok())?,
        version: row.try_get("version")?,
        status: parsed(row, T, "status", CaseStatus::parse)?,
        district: parsed_or_none(row, T, "district", |t| DistrictId::new(t).ok())?,
        basis: parsed(row, T, "basis", LegalBasis::parse)?,
        review_on: parsed(row, T, "review_on", day)?,
        assigned_only: row.try_get::<i64, _>("assigned_only")? != 0,
        retention_years: years.and_then(|y| u8::try_from(y).ok()),
        opened_on: parsed(row, T, "opened_on", day)?,
        closed_on: parsed_or_none(row, T, "closed_on", day)?,
        hands,
    })
}

/// Whether an account is there, signs in, and has this role.
pub(super) async fn check_account(conn: &mut AnyConnection, id: &AccountId, role: Role) -> PeopleResult<()> {
    let found = accounts::find(conn, id).await?;
    let why = match found {
        None => "ありません",
        Some(account) if account.disabled => "止められています",
        Some(account) if account.role != role => match role {
            Role::Coordinator => "地域福祉コーディネーターではありません",
            Role::MultiAgency => "多機関協働推進員ではありません",
            _ => "役割が違います",
        },
        Some(_) => return Ok(()),
    };
    Err(Refused::Account(why).into())
}

/// One row changed, or somebody was faster.
pub(super) fn one(done: &sqlx::any::AnyQueryResult) -> PeopleResult<()> {
    if done.rows_affected() == 1 {
        Ok(())
    } else {
        Err(PeopleError::Stale)
    }
}
