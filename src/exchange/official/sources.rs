//! Which bodies of official data are in the service, from which files, and since when.

use std::collections::BTreeSet;

use sqlx::{AnyConnection, Row};

use super::Origin;
use crate::{db::DbResult, kernel::clock::Clock};

/// A body of data that was imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Key of its [`Origin`].
    pub key: String,
    /// What it is called.
    pub title: String,
    /// Under what terms.
    pub licence: Option<String>,
    /// The files it came from, by name, `、` between them.
    pub files: String,
    /// Entries it gave that are in the service.
    pub entries: i64,
    /// When it last changed anything, RFC 3339.
    pub imported_at: String,
}

/// Notes that a file of this body was imported. The time moves only when something changed, so that importing the same
/// file again changes nothing.
pub async fn record(
    conn: &mut AnyConnection,
    clock: &Clock,
    origin: &Origin,
    file: &str,
    entries: usize,
    changed: bool,
) -> DbResult<()> {
    let before = list(&mut *conn).await?.into_iter().find(|s| s.key == origin.key);
    let mut files: BTreeSet<String> = before
        .iter()
        .flat_map(|s| s.files.split('、').map(str::to_owned))
        .collect();
    let known = !files.insert(file.replace('、', ","));
    if before
        .as_ref()
        .is_some_and(|b| known && !changed && b.entries == entries as i64)
    {
        return Ok(());
    }
    let imported_at = match &before {
        Some(before) if !changed => before.imported_at.clone(),
        _ => clock.now().to_rfc3339(),
    };
    let files = files.into_iter().collect::<Vec<_>>().join("、");
    sqlx::query(
        "INSERT INTO source (key, kind, title, licence, file, entries, imported_at) VALUES ($1,$2,$3,$4,$5,$6,$7) \
         ON CONFLICT (key) DO UPDATE SET title = excluded.title, licence = excluded.licence, file = excluded.file, \
         entries = excluded.entries, imported_at = excluded.imported_at",
    )
    .bind(origin.key)
    .bind(origin.key)
    .bind(origin.title)
    .bind(origin.licence)
    .bind(files.as_str())
    .bind(entries as i64)
    .bind(imported_at.as_str())
    .execute(conn)
    .await?;
    Ok(())
}

/// Every body of data, in the order of [`super::ORIGINS`].
pub async fn list(conn: &mut AnyConnection) -> DbResult<Vec<Source>> {
    let rows = sqlx::query("SELECT key, title, licence, file, entries, imported_at FROM source ORDER BY key")
        .fetch_all(conn)
        .await?;
    let mut sources = rows
        .iter()
        .map(|row| {
            Ok(Source {
                key: row.try_get("key")?,
                title: row.try_get("title")?,
                licence: row.try_get("licence")?,
                files: row.try_get("file")?,
                entries: row.try_get("entries")?,
                imported_at: row.try_get("imported_at")?,
            })
        })
        .collect::<DbResult<Vec<_>>>()?;
    sources.sort_by_key(|s| super::ORIGINS.iter().position(|o| o.key == s.key));
    Ok(sources)
}

/// How many entries of these kinds are in the service: what a body of data of resources gave.
pub async fn count(conn: &mut AnyConnection, origin: &Origin) -> DbResult<usize> {
    let row = sqlx::query(
        "SELECT CAST(COUNT(DISTINCT r.id) AS BIGINT) AS n FROM resource r JOIN official_part p ON p.entry_id = r.id \
         WHERE r.archived = 0 AND r.body LIKE $1",
    )
    .bind(format!("%\"source\":\"{}\"%", origin.key))
    .fetch_one(conn)
    .await?;
    Ok(row.try_get::<i64, _>("n")? as usize)
}
