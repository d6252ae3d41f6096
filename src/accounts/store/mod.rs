//! The rows of accounts and what belongs to them. Every write is recorded in the audit by itself.

mod factors;
mod resets;
mod tokens;

use sqlx::{AnyConnection, Row, any::AnyRow};

use super::{
    account::{Account, AccountId, Role, Scope},
    audit::{Action, Entry, Recorded, TrailError},
};
use crate::db::{DbError, DbResult};

pub use factors::{remove_factor, set_factor, use_recovery, use_step};
pub use resets::{DAYS, Reset, What, opened_lately, reset_by, resets, resets_read};
pub use tokens::{Token, issue_token, revoke_token, token_account, tokens};

fn bad_row(id: &str, why: impl std::fmt::Display) -> DbError {
    DbError::Row {
        entity: "account",
        id: id.to_owned(),
        why: why.to_string(),
    }
}

fn account_from(row: &AnyRow) -> DbResult<Account> {
    let id: String = row.try_get("id")?;
    let (role, scope): (String, String) = (row.try_get("role")?, row.try_get("scope")?);
    let factor: Option<String> = row.try_get("factor")?;
    Ok(Account {
        role: role.parse().map_err(|e| bad_row(&id, e))?,
        scope: serde_json::from_str(&scope).map_err(|e| bad_row(&id, e))?,
        name: row.try_get("name")?,
        disabled: row.try_get::<i64, _>("disabled")? != 0,
        second_factor: factor.is_some(),
        password_initial: row.try_get::<i64, _>("password_initial")? != 0,
        created_at: row.try_get("created_at")?,
        id: AccountId::new(&id).map_err(|e| bad_row(&id, e))?,
    })
}

/// One account.
pub async fn find(conn: &mut AnyConnection, id: &AccountId) -> DbResult<Option<Account>> {
    let row = sqlx::query("SELECT * FROM account WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(account_from).transpose()
}

/// All of them, by id.
pub async fn list(conn: &mut AnyConnection) -> DbResult<Vec<Account>> {
    let rows = sqlx::query("SELECT * FROM account ORDER BY id")
        .fetch_all(conn)
        .await?;
    rows.iter().map(account_from).collect()
}

/// What signing in compares with: the hash, and the sealed second factor.
pub async fn secrets(conn: &mut AnyConnection, id: &AccountId) -> DbResult<Option<(String, Option<String>)>> {
    let row = sqlx::query("SELECT password, factor FROM account WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(conn)
        .await?;
    row.map(|row| Ok((row.try_get("password")?, row.try_get("factor")?)))
        .transpose()
}

fn entry(id: &AccountId, detail: String) -> Entry<'_> {
    Entry {
        entity: "account",
        entity_id: id.as_str(),
        person: None,
        detail,
    }
}

fn scope_text(scope: &Scope) -> String {
    serde_json::to_string(scope).expect("a scope is a list of ids")
}

/// The hash of a new account's password, and whether it was made for somebody who is to replace it.
#[derive(Debug, Clone)]
pub struct NewPassword {
    /// PHC string.
    pub hash: String,
    /// Given out by somebody else.
    pub initial: bool,
}

/// Makes an account; `false` when the id is taken.
pub async fn insert(
    tx: &mut Recorded,
    id: &AccountId,
    name: &str,
    role: Role,
    scope: &Scope,
    password: &NewPassword,
) -> Result<bool, TrailError> {
    let now = tx.now().to_owned();
    let done = sqlx::query(
        "INSERT INTO account (id, name, role, scope, password, password_initial, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING",
    )
    .bind(id.as_str())
    .bind(name)
    .bind(role.code())
    .bind(scope_text(scope))
    .bind(&password.hash)
    .bind(i64::from(password.initial))
    .bind(now)
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    if password.initial {
        resets::add(tx, id, What::Made).await?;
    }
    let detail = format!("{} {}", role.code(), scope_text(scope));
    tx.record(Action::ACCOUNT_ADD, entry(id, detail)).await?;
    Ok(true)
}

/// Changes name, role and districts; ends the sessions, so that the new role counts at once.
pub async fn update(
    tx: &mut Recorded,
    id: &AccountId,
    name: &str,
    role: Role,
    scope: &Scope,
) -> Result<bool, TrailError> {
    let done = sqlx::query("UPDATE account SET name = $1, role = $2, scope = $3 WHERE id = $4")
        .bind(name)
        .bind(role.code())
        .bind(scope_text(scope))
        .bind(id.as_str())
        .execute(tx.conn())
        .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    end_sessions(tx, id).await?;
    let detail = format!("{} {}", role.code(), scope_text(scope));
    tx.record(Action::ACCOUNT_CHANGE, entry(id, detail)).await?;
    Ok(true)
}

/// Disables an account: its sessions and tokens end in the same moment. `false` when there is none, or it is already.
pub async fn disable(tx: &mut Recorded, id: &AccountId) -> Result<bool, TrailError> {
    let done = sqlx::query("UPDATE account SET disabled = 1 WHERE id = $1 AND disabled = 0")
        .bind(id.as_str())
        .execute(tx.conn())
        .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    end_sessions(tx, id).await?;
    sqlx::query("UPDATE api_token SET revoked = 1 WHERE account = $1")
        .bind(id.as_str())
        .execute(tx.conn())
        .await?;
    tx.record(Action::ACCOUNT_DISABLE, entry(id, String::new()))
        .await?;
    Ok(true)
}

/// Whether another account could still keep accounts when this one is gone.
pub async fn another_admin(conn: &mut AnyConnection, id: &AccountId) -> DbResult<bool> {
    let row =
        sqlx::query("SELECT COUNT(*) AS n FROM account WHERE role = 'admin' AND disabled = 0 AND id <> $1")
            .bind(id.as_str())
            .fetch_one(conn)
            .await?;
    Ok(row.try_get::<i64, _>("n")? > 0)
}

/// Sets a new password; all sessions end.
pub async fn set_password(
    tx: &mut Recorded,
    id: &AccountId,
    password: &NewPassword,
) -> Result<(), TrailError> {
    sqlx::query("UPDATE account SET password = $1, password_initial = $2 WHERE id = $3")
        .bind(&password.hash)
        .bind(i64::from(password.initial))
        .bind(id.as_str())
        .execute(tx.conn())
        .await?;
    end_sessions(tx, id).await?;
    let action = if password.initial {
        resets::add(tx, id, What::Password).await?;
        Action::PASSWORD_RESET
    } else {
        Action::PASSWORD_CHANGE
    };
    tx.record(action, entry(id, String::new())).await
}

/// Ends every session of an account.
async fn end_sessions(tx: &mut Recorded, id: &AccountId) -> Result<(), TrailError> {
    sqlx::query("DELETE FROM session WHERE account = $1")
        .bind(id.as_str())
        .execute(tx.conn())
        .await?;
    Ok(())
}
