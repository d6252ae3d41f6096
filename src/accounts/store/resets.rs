//! What somebody else did with an account's way in: its person is told until they have read it, and for some days the account is
//! no second pair of eyes.

use chrono::{DateTime, Duration};
use sqlx::{AnyConnection, Row};

use super::{bad_row, entry};
use crate::{
    accounts::{
        account::AccountId,
        audit::{Action, Recorded, TrailError},
    },
    db::DbResult,
};

/// So many days after somebody else chose its password, an account agrees to nothing that takes two.
pub const DAYS: i64 = 7;
/// How many a person is shown.
const SHOWN: i64 = 10;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The account was made, with a first password.
    Made,
    /// A new first password.
    Password,
    /// The second factor was taken away.
    Factor,
}

impl What {
    const ALL: [Self; 3] = [Self::Made, Self::Password, Self::Factor];

    const fn code(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Password => "password",
            Self::Factor => "factor",
        }
    }

    /// As it is told to the account's person.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Made => "あなたのアカウントと最初のパスワードを作りました",
            Self::Password => "あなたの新しい最初のパスワードを作りました",
            Self::Factor => "あなたの確認コードを外しました",
        }
    }
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reset {
    /// What.
    pub what: What,
    /// The account that did it, and the name colleagues read.
    pub by: (String, String),
    /// RFC 3339.
    pub at: String,
    /// Whether it was read.
    pub read: bool,
}

/// Writes down what the acting account does with another; with one's own there is nothing to tell.
pub(super) async fn add(tx: &mut Recorded, id: &AccountId, what: What) -> Result<(), TrailError> {
    let (by, at) = (tx.account().to_owned(), tx.now().to_owned());
    if by == id.as_str() {
        return Ok(());
    }
    // Who is given an account knows of it.
    let read_at = (what == What::Made).then(|| at.clone());
    sqlx::query(
        "INSERT INTO account_reset (account, at, what, by_account, read_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (account, at, what) DO NOTHING",
    )
    .bind(id.as_str())
    .bind(at)
    .bind(what.code())
    .bind(by)
    .bind(read_at)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The last of them, the newest first.
pub async fn resets(conn: &mut AnyConnection, id: &AccountId) -> DbResult<Vec<Reset>> {
    let rows = sqlx::query(
        "SELECT r.at, r.what, r.by_account, r.read_at, a.name FROM account_reset r \
         LEFT JOIN account a ON a.id = r.by_account WHERE r.account = $1 ORDER BY r.at DESC, r.what LIMIT $2",
    )
    .bind(id.as_str())
    .bind(SHOWN)
    .fetch_all(conn)
    .await?;
    let reset = |row: &sqlx::any::AnyRow| {
        let (what, by): (String, String) = (row.try_get("what")?, row.try_get("by_account")?);
        let name: Option<String> = row.try_get("name")?;
        let known = What::ALL.into_iter().find(|w| w.code() == what);
        Ok(Reset {
            what: known.ok_or_else(|| bad_row(id.as_str(), "what"))?,
            by: (by.clone(), name.unwrap_or(by)),
            at: row.try_get("at")?,
            read: row.try_get::<Option<String>, _>("read_at")?.is_some(),
        })
    };
    rows.iter().map(reset).collect()
}

/// The account's person has read of everything up to that moment.
pub async fn resets_read(tx: &mut Recorded, id: &AccountId, until: &str) -> Result<(), TrailError> {
    let now = tx.now().to_owned();
    sqlx::query("UPDATE account_reset SET read_at = $1 WHERE account = $2 AND read_at IS NULL AND at <= $3")
        .bind(now)
        .bind(id.as_str())
        .bind(until)
        .execute(tx.conn())
        .await?;
    tx.record(Action::NOTICE_READ, entry(id, String::new())).await
}

/// Who last chose this account's password for it, and when (RFC 3339).
pub async fn reset_by(conn: &mut AnyConnection, account: &str) -> DbResult<Option<(String, String)>> {
    let row = sqlx::query(
        "SELECT by_account, at FROM account_reset WHERE account = $1 AND what <> 'factor' ORDER BY at DESC LIMIT 1",
    )
    .bind(account)
    .fetch_optional(conn)
    .await?;
    row.map(|row| Ok((row.try_get("by_account")?, row.try_get("at")?)))
        .transpose()
}

/// Whether somebody else chose the acting account's password in the last [`DAYS`]: then it may be in their hands.
pub async fn opened_lately(rec: &mut Recorded) -> DbResult<bool> {
    let (account, now) = (rec.account().to_owned(), rec.now().to_owned());
    let Some((_, at)) = reset_by(rec.conn(), &account).await? else {
        return Ok(false);
    };
    let moment = |text: &str| DateTime::parse_from_rfc3339(text).map_err(|why| bad_row(&account, why));
    Ok(moment(&now)? - moment(&at)? < Duration::days(DAYS))
}
