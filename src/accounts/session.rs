//! Sessions on the server: the browser holds a random number and nothing else.

use std::time::Duration;

use async_trait::async_trait;
use sha2::{Digest, Sha256};
use sqlx::Row;
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

use super::{
    account::AccountId,
    audit::{Action, Entry, Recorded, TrailError},
    origin::Origin,
};
use crate::db::{Db, DbResult};

/// Unused for so long, a session ends.
pub const IDLE: Duration = Duration::from_secs(60 * 60);
/// So long after signing in it ends in any case: a working day.
pub const ABSOLUTE: Duration = Duration::from_secs(10 * 60 * 60);
/// How long giving the password again counts.
pub const CONFIRMED: Duration = Duration::from_secs(5 * 60);
/// The cookie.
pub const COOKIE: &str = "yosatte";

/// The key under which [`Facts`] stand in a session.
pub const FACTS: &str = "facts";

/// What a session knows. Times are seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Facts {
    /// The account.
    pub account: String,
    /// When the password was given.
    pub began: i64,
    /// When it was last used, to the minute.
    pub seen: i64,
    /// When the password was given again.
    pub confirmed: i64,
    /// Whether the second factor was given.
    pub factor: bool,
    /// What every form of this session carries.
    pub csrf: String,
    /// Whence it was begun.
    #[serde(default)]
    pub origin: Origin,
}

impl Facts {
    /// Whether it still stands at `now`.
    ///
    /// ```
    /// use yosatte::accounts::session::Facts;
    /// let facts = |began, seen| Facts {
    ///     account: "sato".into(), began, seen, confirmed: began, factor: false, csrf: String::new(), origin: Default::default(),
    /// };
    /// let hour = 3600;
    /// assert!(facts(0, 0).stands(hour));
    /// assert!(!facts(0, 0).stands(hour + 1));
    /// assert!(facts(0, 9 * hour + 1).stands(10 * hour));
    /// assert!(!facts(0, 10 * hour).stands(10 * hour + 1));
    /// ```
    pub fn stands(&self, now: i64) -> bool {
        let within = |since: i64, limit: Duration| now - since <= i64::try_from(limit.as_secs()).unwrap_or(0);
        within(self.seen, IDLE) && within(self.began, ABSOLUTE)
    }

    /// Whether the password was given within the last minutes.
    pub fn is_confirmed(&self, now: i64) -> bool {
        now - self.confirmed <= i64::try_from(CONFIRMED.as_secs()).unwrap_or(0)
    }
}

/// The table of sessions.
#[derive(Debug, Clone)]
pub struct DbSessions(pub Db);

fn key(id: &Id) -> String {
    Sha256::digest(id.0.to_le_bytes())
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// What a session is called to its owner: the start of the digest, which opens nothing.
pub fn handle(id: Id) -> String {
    key(&id).chars().take(HANDLE).collect()
}

/// Letters of a handle; `substr` below takes as many.
const HANDLE: usize = 16;

/// A session that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// See [`handle`].
    pub handle: String,
    /// What it knows.
    pub facts: Facts,
}

impl DbSessions {
    /// The sessions of an account that stand at `now`, the last used first.
    pub async fn open(&self, account: &AccountId, now: i64) -> DbResult<Vec<Open>> {
        let rows = sqlx::query("SELECT id, data FROM session WHERE account = $1")
            .bind(account.as_str())
            .fetch_all(&mut *self.0.read().await?)
            .await?;
        let mut open = Vec::new();
        for row in rows {
            let (id, data): (String, String) = (row.try_get("id")?, row.try_get("data")?);
            // What cannot be read lets nobody in either.
            let facts = serde_json::from_str::<serde_json::Value>(&data)
                .ok()
                .and_then(|data| serde_json::from_value::<Facts>(data.get(FACTS)?.clone()).ok());
            if let Some(facts) = facts.filter(|f| f.stands(now)) {
                let handle = id.chars().take(HANDLE).collect();
                open.push(Open { handle, facts });
            }
        }
        open.sort_by_key(|o| std::cmp::Reverse(o.facts.seen));
        Ok(open)
    }
}

/// Ends sessions of an account but `keep`: all, or `one`. Whether there were any.
pub async fn end_others(
    tx: &mut Recorded,
    account: &AccountId,
    keep: &str,
    one: Option<&str>,
) -> std::result::Result<bool, TrailError> {
    let done = sqlx::query(
        "DELETE FROM session WHERE account = $1 AND substr(id, 1, 16) <> $2 AND ($3 = '' OR substr(id, 1, 16) = $3)",
    )
    .bind(account.as_str())
    .bind(keep)
    .bind(one.unwrap_or_default())
    .execute(tx.conn())
    .await?
    .rows_affected();
    if done == 0 {
        return Ok(false);
    }
    let entry = Entry {
        entity: "account",
        entity_id: account.as_str(),
        person: None,
        detail: format!("count={done}"),
    };
    tx.record(Action::SESSION_END_OTHER, entry).await?;
    Ok(true)
}

fn backend(error: impl std::fmt::Display) -> Error {
    Error::Backend(error.to_string())
}

fn account(record: &Record) -> Option<&str> {
    record.data.get(FACTS)?.get("account")?.as_str()
}

#[async_trait]
impl SessionStore for DbSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let data = serde_json::to_string(&record.data).map_err(|e| Error::Encode(e.to_string()))?;
        let mut tx = self.0.write().await.map_err(backend)?;
        sqlx::query("DELETE FROM session WHERE expires_at < $1")
            .bind(OffsetDateTime::now_utc().unix_timestamp())
            .execute(tx.conn())
            .await
            .map_err(backend)?;
        sqlx::query("INSERT INTO session (id, account, data, expires_at) VALUES ($1, $2, $3, $4)")
            .bind(key(&record.id))
            .bind(account(record))
            .bind(data)
            .bind(record.expiry_date.unix_timestamp())
            .execute(tx.conn())
            .await
            .map_err(backend)?;
        tx.commit().await.map_err(backend)
    }

    /// Never brings a session back that was ended meanwhile.
    async fn save(&self, record: &Record) -> Result<()> {
        let data = serde_json::to_string(&record.data).map_err(|e| Error::Encode(e.to_string()))?;
        let mut tx = self.0.write().await.map_err(backend)?;
        sqlx::query("UPDATE session SET account = $1, data = $2, expires_at = $3 WHERE id = $4")
            .bind(account(record))
            .bind(data)
            .bind(record.expiry_date.unix_timestamp())
            .bind(key(&record.id))
            .execute(tx.conn())
            .await
            .map_err(backend)?;
        tx.commit().await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let mut conn = self.0.read().await.map_err(backend)?;
        let row = sqlx::query("SELECT data, expires_at FROM session WHERE id = $1")
            .bind(key(id))
            .fetch_optional(&mut *conn)
            .await
            .map_err(backend)?;
        let Some(row) = row else { return Ok(None) };
        let expires: i64 = row.try_get("expires_at").map_err(backend)?;
        let data: String = row.try_get("data").map_err(backend)?;
        let expiry_date =
            OffsetDateTime::from_unix_timestamp(expires).map_err(|e| Error::Decode(e.to_string()))?;
        if expiry_date < OffsetDateTime::now_utc() {
            return Ok(None);
        }
        let data = serde_json::from_str(&data).map_err(|e| Error::Decode(e.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let mut tx = self.0.write().await.map_err(backend)?;
        sqlx::query("DELETE FROM session WHERE id = $1")
            .bind(key(id))
            .execute(tx.conn())
            .await
            .map_err(backend)?;
        tx.commit().await.map_err(backend)
    }
}
