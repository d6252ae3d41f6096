//! The rows of API tokens.

use sqlx::{AnyConnection, Row, any::AnyRow};

use super::find;
use crate::{
    accounts::{
        account::{Account, AccountId, TokenScope},
        audit::{Action, Entry, Recorded, TrailError},
        factor::digest,
    },
    db::DbResult,
    kernel::random,
};

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
