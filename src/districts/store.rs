//! The rows of districts, population, boundaries and place names, written in the caller's transaction.

use std::collections::HashMap;

use sqlx::{AnyConnection, Row};

use super::district::{Boundary, District, Place, Population, from_geojson, to_geojson};
use crate::{
    db::{DbError, DbResult, change_log, values},
    kernel::{clock::Clock, geo::LngLat, id::DistrictId},
    resources::store::Upserted,
};

/// Rows a statement: SQLite takes at most 32,766 values in one.
const CHUNK: usize = 500;

fn bad_row(entity: &'static str, id: &str, why: impl std::fmt::Display) -> DbError {
    DbError::Row {
        entity,
        id: id.to_owned(),
        why: why.to_string(),
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
        change_log::append(conn, "districts", &["all"], &clock.now().to_rfc3339()).await?;
    }
    Ok(done)
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

/// Writes the outline of a municipality over the one of the same code.
pub async fn upsert_boundary(conn: &mut AnyConnection, boundary: &Boundary) -> DbResult<()> {
    let geometry = to_geojson(&boundary.outline).map_err(|e| bad_row("boundary", &boundary.code, e))?;
    sqlx::query(
        "INSERT INTO boundary (code, name, geometry) VALUES ($1,$2,$3) \
         ON CONFLICT (code) DO UPDATE SET name = excluded.name, geometry = excluded.geometry",
    )
    .bind(boundary.code.as_str())
    .bind(boundary.name.as_str())
    .bind(geometry.as_str())
    .execute(conn)
    .await?;
    Ok(())
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

/// Writes place names over those of the same id. Of an id that comes twice the last stands.
pub async fn upsert_places(conn: &mut AnyConnection, places: &[Place]) -> DbResult<()> {
    // PostgreSQL refuses one statement that writes a row twice.
    let by_id: HashMap<&str, &Place> = places.iter().map(|p| (p.id.as_str(), p)).collect();
    let mut unique: Vec<&Place> = by_id.into_values().collect();
    unique.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    for chunk in unique.chunks(CHUNK) {
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
    Ok(())
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

/// Writes population figures over those of the same district and year.
pub async fn upsert_population(conn: &mut AnyConnection, figures: &[Population]) -> DbResult<()> {
    for figure in figures {
        sqlx::query(
            "INSERT INTO population (district_id, year, total, age65, age75, households, source) \
             VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT (district_id, year) DO UPDATE SET total = excluded.total, \
             age65 = excluded.age65, age75 = excluded.age75, households = excluded.households, source = excluded.source",
        )
        .bind(figure.district.as_str())
        .bind(figure.year)
        .bind(figure.total)
        .bind(figure.age65)
        .bind(figure.age75)
        .bind(figure.households)
        .bind(figure.source.as_deref())
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Every population figure, by district, then year.
pub async fn population(conn: &mut AnyConnection) -> DbResult<Vec<Population>> {
    let rows = sqlx::query("SELECT * FROM population ORDER BY district_id, year")
        .fetch_all(conn)
        .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("district_id")?;
            Ok(Population {
                district: DistrictId::new(id.as_str()).map_err(|e| bad_row("population", &id, e))?,
                year: row.try_get("year")?,
                total: row.try_get("total")?,
                age65: row.try_get("age65")?,
                age75: row.try_get("age75")?,
                households: row.try_get("households")?,
                source: row.try_get("source")?,
            })
        })
        .collect()
}
