//! The rows of accounts, recovery codes and tokens. Every write is recorded in the audit by itself.

use sqlx::{AnyConnection, Row, any::AnyRow};

use super::{
    account::{Account, AccountId, Role, Scope, TokenScope},
    audit::{Action, Entry, Recorded, TrailError},
    factor::digest,
};
use crate::{
    db::{DbError, DbResult},
    kernel::random,
};

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
    tx.record(Action::PASSWORD_CHANGE, entry(id, String::new())).await
}

/// Ends every session of an account.
async fn end_sessions(tx: &mut Recorded, id: &AccountId) -> Result<(), TrailError> {
    sqlx::query("DELETE FROM session WHERE account = $1")
        .bind(id.as_str())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Sets up a second factor, with its recovery codes; those before are gone, and all sessions end.
pub async fn set_factor(
    tx: &mut Recorded,
    id: &AccountId,
    sealed: &str,
    step: i64,
    codes: &[String],
) -> Result<(), TrailError> {
    sqlx::query("UPDATE account SET factor = $1, factor_step = $2 WHERE id = $3")
        .bind(sealed)
        .bind(step)
        .bind(id.as_str())
        .execute(tx.conn())
        .await?;
    sqlx::query("DELETE FROM recovery_code WHERE account = $1")
        .bind(id.as_str())
        .execute(tx.conn())
        .await?;
    for code in codes {
        sqlx::query("INSERT INTO recovery_code (account, digest) VALUES ($1, $2)")
            .bind(id.as_str())
            .bind(digest(code))
            .execute(tx.conn())
            .await?;
    }
    end_sessions(tx, id).await?;
    tx.record(Action::FACTOR_ADD, entry(id, String::new())).await
}

/// Takes the second factor away, for a device that is lost with its codes.
pub async fn remove_factor(tx: &mut Recorded, id: &AccountId) -> Result<bool, TrailError> {
    let done = sqlx::query("UPDATE account SET factor = NULL WHERE id = $1 AND factor IS NOT NULL")
        .bind(id.as_str())
        .execute(tx.conn())
        .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query("DELETE FROM recovery_code WHERE account = $1")
        .bind(id.as_str())
        .execute(tx.conn())
        .await?;
    end_sessions(tx, id).await?;
    tx.record(Action::FACTOR_REMOVE, entry(id, String::new())).await?;
    Ok(true)
}

/// Uses the code of a half minute up; `false` when it, or a later one, was used before.
pub async fn use_step(tx: &mut Recorded, id: &AccountId, step: i64) -> Result<bool, TrailError> {
    let done = sqlx::query("UPDATE account SET factor_step = $1 WHERE id = $2 AND factor_step < $1")
        .bind(step)
        .bind(id.as_str())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Uses a recovery code up; `false` when there is no such code.
pub async fn use_recovery(tx: &mut Recorded, id: &AccountId, code: &str) -> Result<bool, TrailError> {
    let done = sqlx::query("DELETE FROM recovery_code WHERE account = $1 AND digest = $2")
        .bind(id.as_str())
        .bind(digest(&code.to_ascii_uppercase()))
        .execute(tx.conn())
        .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    tx.record(Action::RECOVERY_USED, entry(id, String::new())).await?;
    Ok(true)
}

/// A token as people may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id, for revoking.
    pub id: String,
    /// Whose.
    pub account: String,
    /// What for.
    pub scopes: Vec<TokenScope>,
    /// Seconds since 1970.
    pub expires_at: i64,
    /// Whether it was revoked.
    pub revoked: bool,
}

fn scopes_from(text: &str) -> Vec<TokenScope> {
    text.split(' ').filter_map(|s| s.parse().ok()).collect()
}

/// Issues a token; the answer is the only time it is shown.
pub async fn issue_token(
    tx: &mut Recorded,
    account: &AccountId,
    scopes: &[TokenScope],
    expires_at: i64,
) -> Result<String, TrailError> {
    let id = random::plain_letters(8);
    let secret: String = random::bytes::<32>().iter().map(|b| format!("{b:02x}")).collect();
    let token = format!("yst_{id}_{secret}");
    let scopes = scopes.iter().map(|s| s.code()).collect::<Vec<_>>().join(" ");
    let now = tx.now().to_owned();
    sqlx::query(
        "INSERT INTO api_token (id, account, digest, scopes, expires_at, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&id)
    .bind(account.as_str())
    .bind(digest(&token))
    .bind(&scopes)
    .bind(expires_at)
    .bind(now)
    .execute(tx.conn())
    .await?;
    tx.record(
        Action::TOKEN_ISSUE,
        Entry {
            entity: "token",
            entity_id: &id,
            person: None,
            detail: format!("{account} {scopes}"),
        },
    )
    .await?;
    Ok(token)
}

/// Revokes a token; `false` when there is none of that id, or it is already.
pub async fn revoke_token(tx: &mut Recorded, id: &str) -> Result<bool, TrailError> {
    let done = sqlx::query("UPDATE api_token SET revoked = 1 WHERE id = $1 AND revoked = 0")
        .bind(id)
        .execute(tx.conn())
        .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    tx.record(
        Action::TOKEN_REVOKE,
        Entry {
            entity: "token",
            entity_id: id,
            person: None,
            detail: String::new(),
        },
    )
    .await?;
    Ok(true)
}

/// All tokens, newest first.
pub async fn tokens(conn: &mut AnyConnection) -> DbResult<Vec<Token>> {
    let rows = sqlx::query("SELECT * FROM api_token ORDER BY created_at DESC, id")
        .fetch_all(conn)
        .await?;
    rows.iter().map(token_from).collect()
}

fn token_from(row: &AnyRow) -> DbResult<Token> {
    let scopes: String = row.try_get("scopes")?;
    Ok(Token {
        id: row.try_get("id")?,
        account: row.try_get("account")?,
        scopes: scopes_from(&scopes),
        expires_at: row.try_get("expires_at")?,
        revoked: row.try_get::<i64, _>("revoked")? != 0,
    })
}

/// The account and scopes of a token that stands at `now` (seconds since 1970).
pub async fn token_account(
    conn: &mut AnyConnection,
    token: &str,
    now: i64,
) -> DbResult<Option<(Account, Vec<TokenScope>)>> {
    let row = sqlx::query("SELECT * FROM api_token WHERE digest = $1 AND revoked = 0 AND expires_at > $2")
        .bind(digest(token))
        .bind(now)
        .fetch_optional(&mut *conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let token = token_from(&row)?;
    let Ok(id) = AccountId::new(&token.account) else {
        return Ok(None);
    };
    let account = find(conn, &id).await?.filter(|a| !a.disabled);
    Ok(account.map(|a| (a, token.scopes)))
}
