//! The rows of districts, population, boundaries and place names, written in the caller's transaction.

mod places;
mod population;

use std::collections::HashMap;

use sqlx::{AnyConnection, Row};

pub use self::{
    places::{count_places, places, upsert_places},
    population::{population, upsert_population},
};
use super::district::{Boundary, District, from_geojson, to_geojson};
use crate::{
    db::{DbError, DbResult, change_log},
    kernel::clock::Clock,
    resources::store::Upserted,
};

fn bad_row(entity: &'static str, id: &str, why: impl std::fmt::Display) -> DbError {
    DbError::Row {
        entity,
        id: id.to_owned(),
        why: why.to_string(),
    }
}

/// What two files together say of a district: what the newer one does not say stays as the older told it, so that
/// outlines, centres and population may come from different files in any order.
pub fn merge(older: District, newer: &District) -> District {
    let (outline, illustrative, sketched) = match (&newer.outline, newer.sketched) {
        (Some(outline), _) => (Some(outline.clone()), newer.illustrative, newer.sketched),
        (None, _) => (older.outline, older.illustrative, older.sketched),
    };
    District {
        id: newer.id.clone(),
        name: newer.name.clone(),
        level: newer.level,
        parent: newer.parent.clone().or(older.parent),
        centre: newer.centre.or(older.centre),
        outline,
        illustrative,
        sketched,
        population: newer.population.or(older.population),
        source: newer.source.clone().or(older.source),
    }
}

/// Writes each district that is new or differs; one `districts` entry in the change log when any did.
pub async fn upsert(conn: &mut AnyConnection, clock: &Clock, districts: &[District]) -> DbResult<Upserted> {
    let mut before: HashMap<String, String> = HashMap::new();
    for row in sqlx::query("SELECT id, body FROM district")
        .fetch_all(&mut *conn)
        .await?
    {
        before.insert(row.try_get("id")?, row.try_get("body")?);
    }
    let mut done = Upserted::default();
    for district in districts {
        let id = district.id.as_str();
        let body = serde_json::to_string(district).map_err(|e| bad_row("district", id, e))?;
        match before.get(id) {
            Some(old) if *old == body => {
                done.unchanged += 1;
                continue;
            }
            Some(_) => done.changed += 1,
            None => done.added += 1,
        }
        sqlx::query(
            "INSERT INTO district (id, name, level, parent, body) VALUES ($1,$2,$3,$4,$5) ON CONFLICT (id) DO UPDATE SET \
             name = excluded.name, level = excluded.level, parent = excluded.parent, body = excluded.body",
        )
        .bind(id)
        .bind(district.name.as_str())
        .bind(district.level.code())
        .bind(district.parent.as_deref())
        .bind(body.as_str())
        .execute(&mut *conn)
        .await?;
    }
    if done.added + done.changed > 0 {
        ground_moved(conn, clock).await?;
    }
    Ok(done)
}

/// Tells running services that districts or place names are to be read again.
pub async fn ground_moved(conn: &mut AnyConnection, clock: &Clock) -> DbResult<()> {
    change_log::append(conn, "districts", &["all"], &clock.now().to_rfc3339()).await
}

/// Every district, in order of id.
pub async fn all(conn: &mut AnyConnection) -> DbResult<Vec<District>> {
    let rows = sqlx::query("SELECT id, body FROM district ORDER BY id")
        .fetch_all(conn)
        .await?;
    rows.iter()
        .map(|row| {
            let (id, body): (String, String) = (row.try_get("id")?, row.try_get("body")?);
            serde_json::from_str(&body).map_err(|e| bad_row("district", &id, e))
        })
        .collect()
}

/// Writes the outline of a municipality over the one of the same code, where it differs.
pub async fn upsert_boundary(conn: &mut AnyConnection, boundary: &Boundary) -> DbResult<Upserted> {
    let geometry = to_geojson(&boundary.outline).map_err(|e| bad_row("boundary", &boundary.code, e))?;
    let before = sqlx::query("SELECT name, geometry FROM boundary WHERE code = $1")
        .bind(boundary.code.as_str())
        .fetch_optional(&mut *conn)
        .await?;
    let mut done = Upserted::default();
    match before {
        Some(row) => {
            let (name, old): (String, String) = (row.try_get("name")?, row.try_get("geometry")?);
            if name == boundary.name && old == geometry {
                done.unchanged = 1;
                return Ok(done);
            }
            done.changed = 1;
        }
        None => done.added = 1,
    }
    sqlx::query(
        "INSERT INTO boundary (code, name, geometry) VALUES ($1,$2,$3) \
         ON CONFLICT (code) DO UPDATE SET name = excluded.name, geometry = excluded.geometry",
    )
    .bind(boundary.code.as_str())
    .bind(boundary.name.as_str())
    .bind(geometry.as_str())
    .execute(conn)
    .await?;
    Ok(done)
}

/// How many rows a table of the ground holds.
async fn count(conn: &mut AnyConnection, table: &'static str) -> DbResult<usize> {
    let sql = format!("SELECT CAST(COUNT(*) AS BIGINT) AS n FROM {table}");
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_one(conn).await?;
    Ok(row.try_get::<i64, _>("n")? as usize)
}

/// How many districts there are.
pub async fn count_districts(conn: &mut AnyConnection) -> DbResult<usize> {
    count(conn, "district").await
}

/// How many outlines of municipalities there are.
pub async fn count_boundaries(conn: &mut AnyConnection) -> DbResult<usize> {
    count(conn, "boundary").await
}

/// How many population figures there are.
pub async fn count_population(conn: &mut AnyConnection) -> DbResult<usize> {
    count(conn, "population").await
}

/// The outline of the municipality of this code, where one was imported.
pub async fn boundary(conn: &mut AnyConnection, code: &str) -> DbResult<Option<Boundary>> {
    let row = sqlx::query("SELECT code, name, geometry FROM boundary WHERE code = $1")
        .bind(code)
        .fetch_optional(conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let geometry: String = row.try_get("geometry")?;
    let outline = from_geojson(&geometry).map_err(|e| bad_row("boundary", code, e))?;
    Ok(Some(Boundary {
        code: row.try_get("code")?,
        name: row.try_get("name")?,
        outline,
    }))
}
