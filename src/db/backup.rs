//! Copies of the whole database, taken while it is used, that can prove themselves.
//!
//! `VACUUM INTO` writes one consistent copy without stopping anybody. Into the copy goes a table of digests, a row a table:
//! whoever restores it knows that every row is as it was.

use std::path::Path;

use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, Connection, Row};

use super::{Db, DbError, DbResult};

/// Why a copy cannot be trusted or made.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Not a copy this program made, or damaged.
    #[error("控えのファイルが壊れているか、よさっての控えではありません({0})")]
    Damaged(String),
    /// Files.
    #[error("ファイルを扱えません({0})")]
    Io(#[from] std::io::Error),
}

impl From<sqlx::Error> for BackupError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// The table of digests, in a copy only.
const MANIFEST: &str = "backup_manifest";

/// Writes a copy to `file`, which must not exist, and checks it. Answers how many rows it holds.
pub async fn write(db: &Db, file: &Path) -> Result<u64, BackupError> {
    super::own_file(file)?;
    let path = file.to_string_lossy().into_owned();
    sqlx::query("VACUUM INTO $1")
        .bind(path)
        .execute(&mut *db.read().await?)
        .await?;
    let mut copy = open(file).await?;
    sqlx::query(sqlx::AssertSqlSafe(format!(
        "CREATE TABLE {MANIFEST} (name TEXT PRIMARY KEY NOT NULL, rows BIGINT NOT NULL, digest TEXT NOT NULL)"
    )))
    .execute(&mut copy)
    .await?;
    for table in tables(&mut copy).await? {
        let (rows, digest) = digest(&mut copy, &table).await?;
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "INSERT INTO {MANIFEST} (name, rows, digest) VALUES ($1, $2, $3)"
        )))
        .bind(&table)
        .bind(rows)
        .bind(digest)
        .execute(&mut copy)
        .await?;
    }
    copy.close().await?;
    std::fs::File::open(file)?.sync_all()?;
    verify(file).await
}

/// Whether a copy is whole: SQLite's own check, and every row by its digest. Answers how many rows it holds.
pub async fn verify(file: &Path) -> Result<u64, BackupError> {
    let damaged = |why: &str| BackupError::Damaged(why.to_owned());
    let mut copy = open(file).await?;
    let sound = sqlx::query("PRAGMA integrity_check").fetch_one(&mut copy).await;
    let sound = sound
        .and_then(|row| row.try_get::<String, _>(0))
        .map_err(|_| damaged("読めません"))?;
    if sound != "ok" {
        return Err(damaged("つくりが壊れています"));
    }
    let listed = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT name, rows, digest FROM {MANIFEST}"
    )))
    .fetch_all(&mut copy)
    .await
    .map_err(|_| damaged("しるしがありません"))?;
    let mut named = tables(&mut copy).await?;
    let mut total = 0;
    for row in listed {
        let (table, rows): (String, i64) = (row.try_get("name")?, row.try_get("rows")?);
        named.retain(|name| *name != table);
        let told: String = row.try_get("digest")?;
        if digest(&mut copy, &table).await.ok() != Some((rows, told)) {
            return Err(damaged("中身がしるしと合いません"));
        }
        total += u64::try_from(rows).unwrap_or_default();
    }
    copy.close().await?;
    if named.is_empty() {
        Ok(total)
    } else {
        Err(damaged("しるしのない表があります"))
    }
}

/// Makes the database of a new folder from a copy that was verified.
pub async fn restore(file: &Path, into: &Path) -> Result<(), BackupError> {
    super::own_file(into)?;
    std::io::copy(
        &mut std::fs::File::open(file)?,
        &mut std::fs::OpenOptions::new().write(true).open(into)?,
    )?;
    let mut copy = open(into).await?;
    sqlx::query(sqlx::AssertSqlSafe(format!("DROP TABLE {MANIFEST}")))
        .execute(&mut copy)
        .await?;
    copy.close().await?;
    std::fs::File::open(into)?.sync_all()?;
    Ok(())
}

async fn open(file: &Path) -> Result<AnyConnection, BackupError> {
    sqlx::any::install_default_drivers();
    let path = super::address(file);
    AnyConnection::connect(&format!("sqlite://{path}?mode=rw"))
        .await
        .map_err(|_| BackupError::Damaged("データベースとして開けません".to_owned()))
}

async fn tables(conn: &mut AnyConnection) -> DbResult<Vec<String>> {
    let rows = sqlx::query(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> $1 ORDER BY name",
    )
    .bind(MANIFEST)
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok(row.try_get("name")?)).collect()
}

/// Rows of a table, and SHA-256 over all of them as SQL literals, in their order.
async fn digest(conn: &mut AnyConnection, table: &str) -> DbResult<(i64, String)> {
    // Names come from the file: doubled quotes keep them names.
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let columns = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT name FROM pragma_table_info({})",
        literal(table)
    )))
    .fetch_all(&mut *conn)
    .await?;
    let columns: Vec<String> = columns
        .iter()
        .map(|row| Ok(format!("quote({})", quoted(&row.try_get::<String, _>("name")?))))
        .collect::<DbResult<_>>()?;
    let mut hasher = Sha256::new();
    let (mut rows, mut after) = (0_i64, i64::MIN);
    loop {
        let page = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT rowid AS place, {} AS line FROM {} WHERE rowid > $1 ORDER BY rowid LIMIT 1000",
            columns.join(" || ',' || "),
            quoted(table)
        )))
        .bind(after)
        .fetch_all(&mut *conn)
        .await?;
        let Some(last) = page.last() else { break };
        after = last.try_get("place")?;
        for row in &page {
            hasher.update(row.try_get::<String, _>("line")?.as_bytes());
            hasher.update(b"\n");
            rows += 1;
        }
    }
    Ok((
        rows,
        hasher.finalize().iter().map(|b| format!("{b:02x}")).collect(),
    ))
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
