//! The rows of population by district and year.

use sqlx::{AnyConnection, Row};

use super::bad_row;
use crate::{
    db::DbResult, districts::district::Population, kernel::id::DistrictId, resources::store::Upserted,
};

/// Writes population figures over those of the same district and year, where they differ.
pub async fn upsert_population(conn: &mut AnyConnection, figures: &[Population]) -> DbResult<Upserted> {
    let known = population(&mut *conn).await?;
    let mut done = Upserted::default();
    for figure in figures {
        let same = |f: &&Population| (&f.district, f.year) == (&figure.district, figure.year);
        match known.iter().find(same) {
            Some(before) if before == figure => {
                done.unchanged += 1;
                continue;
            }
            Some(_) => done.changed += 1,
            None => done.added += 1,
        }
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
    Ok(done)
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
