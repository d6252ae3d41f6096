//! What changed, in the order it was committed: the index reads it to keep up with the database.

use std::{fmt, str::FromStr};

use sqlx::{AnyConnection, Row};

use super::{DbResult, values};

/// A place in the log. On PostgreSQL rows become visible out of `seq` order, so the transaction comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position {
    /// Transaction (0 on SQLite, where there is one writer).
    pub xid: i64,
    /// Number in the log.
    pub seq: i64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.xid, self.seq)
    }
}

impl FromStr for Position {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (xid, seq) = text.split_once(':').unwrap_or(("0", text));
        Ok(Self {
            xid: xid.parse()?,
            seq: seq.parse()?,
        })
    }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where it stands.
    pub at: Position,
    /// What kind of row: `resource`, or `districts` when outlines or names moved.
    pub entity: String,
    /// Its key.
    pub id: String,
}

/// Writes one entry a key, in the caller's transaction.
pub async fn append(conn: &mut AnyConnection, entity: &str, ids: &[&str], now: &str) -> DbResult<()> {
    for chunk in ids.chunks(super::rows_at_once(3)) {
        let sql = format!(
            "INSERT INTO change_log (entity, entity_id, at) VALUES {}",
            values(chunk.len(), 3)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for id in chunk {
            query = query.bind(entity).bind(*id).bind(now);
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

/// Up to `limit` entries after `position`, in commit order.
pub async fn since(conn: &mut AnyConnection, position: Position, limit: i64) -> DbResult<Vec<Change>> {
    let rows = sqlx::query(
        "SELECT CAST(xid AS BIGINT) AS xid, CAST(seq AS BIGINT) AS seq, entity, entity_id FROM settled_change \
         WHERE xid > $1 OR (xid = $1 AND seq > $2) ORDER BY xid, seq LIMIT $3",
    )
    .bind(position.xid)
    .bind(position.seq)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Change {
                at: Position {
                    xid: row.try_get("xid")?,
                    seq: row.try_get("seq")?,
                },
                entity: row.try_get("entity")?,
                id: row.try_get("entity_id")?,
            })
        })
        .collect()
}

/// Whether anything of this kind changed after `position`.
pub async fn touched(conn: &mut AnyConnection, entity: &str, position: Position) -> DbResult<bool> {
    let row = sqlx::query(
        "SELECT CAST(seq AS BIGINT) AS seq FROM settled_change WHERE entity = $1 \
         AND (xid > $2 OR (xid = $2 AND seq > $3)) LIMIT 1",
    )
    .bind(entity)
    .bind(position.xid)
    .bind(position.seq)
    .fetch_optional(conn)
    .await?;
    Ok(row.is_some())
}

/// The last settled entry.
pub async fn head(conn: &mut AnyConnection) -> DbResult<Position> {
    let row = sqlx::query(
        "SELECT CAST(xid AS BIGINT) AS xid, CAST(seq AS BIGINT) AS seq FROM settled_change ORDER BY xid DESC, seq DESC LIMIT 1",
    )
    .fetch_optional(conn)
    .await?;
    Ok(match row {
        Some(row) => Position {
            xid: row.try_get("xid")?,
            seq: row.try_get("seq")?,
        },
        None => Position::default(),
    })
}
