//! The rows of place names.

use std::collections::HashMap;

use sqlx::{AnyConnection, Row};

use super::bad_row;
use crate::{
    db::{DbResult, rows_at_once, values},
    districts::district::Place,
    kernel::geo::LngLat,
    resources::store::Upserted,
};

/// How many places came from this source.
pub async fn count_places(conn: &mut AnyConnection, source: &str) -> DbResult<usize> {
    let row = sqlx::query("SELECT CAST(COUNT(*) AS BIGINT) AS n FROM place WHERE source = $1")
        .bind(source)
        .fetch_one(conn)
        .await?;
    Ok(row.try_get::<i64, _>("n")? as usize)
}

/// Writes place names over those of the same id, where they differ. Of an id that comes twice the last stands.
pub async fn upsert_places(conn: &mut AnyConnection, told: &[Place]) -> DbResult<Upserted> {
    let known = places(&mut *conn).await?;
    let known: HashMap<&str, &Place> = known.iter().map(|p| (p.id.as_str(), p)).collect();
    // PostgreSQL refuses one statement that writes a row twice.
    let by_id: HashMap<&str, &Place> = told.iter().map(|p| (p.id.as_str(), p)).collect();
    let mut done = Upserted::default();
    let mut writes: Vec<&Place> = Vec::new();
    for place in by_id.into_values() {
        match known.get(place.id.as_str()) {
            Some(same) if *same == place => done.unchanged += 1,
            Some(_) => {
                done.changed += 1;
                writes.push(place);
            }
            None => {
                done.added += 1;
                writes.push(place);
            }
        }
    }
    writes.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    for chunk in writes.chunks(rows_at_once(5)) {
        let sql = format!(
            "INSERT INTO place (id, name, lng, lat, source) VALUES {} ON CONFLICT (id) DO UPDATE SET \
             name = excluded.name, lng = excluded.lng, lat = excluded.lat, source = excluded.source",
            values(chunk.len(), 5)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for place in chunk {
            query = query
                .bind(place.id.as_str())
                .bind(place.name.as_str())
                .bind(place.point.lng())
                .bind(place.point.lat())
                .bind(place.source.as_deref());
        }
        query.execute(&mut *conn).await?;
    }
    Ok(done)
}

/// Every place name, in order of id.
pub async fn places(conn: &mut AnyConnection) -> DbResult<Vec<Place>> {
    let rows = sqlx::query("SELECT id, name, lng, lat, source FROM place ORDER BY id")
        .fetch_all(conn)
        .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            let point = LngLat::new(row.try_get("lng")?, row.try_get("lat")?)
                .map_err(|e| bad_row("place", &id, e))?;
            Ok(Place {
                name: row.try_get("name")?,
                point,
                source: row.try_get("source")?,
                id,
            })
        })
        .collect()
}
