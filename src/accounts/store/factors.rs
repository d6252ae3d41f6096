//! The rows of second factors and recovery codes.

use super::{end_sessions, entry, resets};
use crate::accounts::{
    account::AccountId,
    audit::{Action, Recorded, TrailError},
    factor::digest,
};

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
    resets::add(tx, id, resets::What::Factor).await?;
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
