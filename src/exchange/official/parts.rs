//! What official files said about an entry, part by part (a service, a list): an entry told by several files is the same
//! whatever file comes first, and a newer file replaces only its own part.

use std::collections::BTreeMap;

use sqlx::{AnyConnection, Row};

use crate::db::{DbError, DbResult, rows_at_once, values};

/// Rows a statement.
const CHUNK: usize = 500;

/// One part of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Key of the entry.
    pub entry: String,
    /// Which part.
    pub part: String,
    /// What was said, as JSON of the format's own row.
    pub body: String,
}

/// Writes the parts over those of the same entry and name. Of a part that comes twice the last stands.
pub async fn upsert(conn: &mut AnyConnection, parts: &[Part]) -> DbResult<()> {
    // PostgreSQL refuses one statement that writes a row twice.
    let unique: BTreeMap<(&str, &str), &Part> = parts
        .iter()
        .map(|p| ((p.entry.as_str(), p.part.as_str()), p))
        .collect();
    let unique: Vec<&Part> = unique.into_values().collect();
    for chunk in unique.chunks(rows_at_once(3)) {
        let sql = format!(
            "INSERT INTO official_part (entry_id, part, body) VALUES {} \
             ON CONFLICT (entry_id, part) DO UPDATE SET body = excluded.body",
            values(chunk.len(), 3)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for part in chunk {
            query = query
                .bind(part.entry.as_str())
                .bind(part.part.as_str())
                .bind(part.body.as_str());
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

/// The parts of these entries, read as the format's own rows.
pub async fn of<T: serde::de::DeserializeOwned>(
    conn: &mut AnyConnection,
    entries: &[&str],
) -> DbResult<BTreeMap<String, BTreeMap<String, T>>> {
    let mut found: BTreeMap<String, BTreeMap<String, T>> = BTreeMap::new();
    for chunk in entries.chunks(CHUNK) {
        let sql = format!(
            "SELECT entry_id, part, body FROM official_part WHERE entry_id IN {}",
            values(1, chunk.len())
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for entry in chunk {
            query = query.bind(*entry);
        }
        for row in query.fetch_all(&mut *conn).await? {
            let (entry, body): (String, String) = (row.try_get("entry_id")?, row.try_get("body")?);
            let read = serde_json::from_str(&body).map_err(|e| DbError::Row {
                entity: "official_part",
                id: entry.clone(),
                why: e.to_string(),
            })?;
            found.entry(entry).or_default().insert(row.try_get("part")?, read);
        }
    }
    Ok(found)
}
