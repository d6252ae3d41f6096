//! The rows of resources and opportunities. Every write takes the caller's transaction and enters the change log.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, FixedOffset};
use sqlx::{AnyConnection, Row, any::AnyRow};

use super::{
    opportunity::{NewOpportunity, Opportunity},
    resource::{NewResource, Resource},
    words::{ResourceKind, Visibility},
};
use crate::{
    db::{DbError, DbResult, change_log, rows_at_once, values},
    kernel::{
        clock::Clock,
        geo::LngLat,
        id::{DistrictId, ResourceId},
    },
};

/// What a write did, row by row counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Upserted {
    /// Rows that were not there.
    pub added: usize,
    /// Rows that differ now.
    pub changed: usize,
    /// Rows that were just so already.
    pub unchanged: usize,
}

/// Rows a statement: SQLite takes at most 32,766 values in one.
const CHUNK: usize = 500;

fn bad_row(entity: &'static str, id: &str, why: impl std::fmt::Display) -> DbError {
    DbError::Row {
        entity,
        id: id.to_owned(),
        why: why.to_string(),
    }
}

fn time(text: &str, entity: &'static str, id: &str) -> DbResult<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(text).map_err(|e| bad_row(entity, id, e))
}

fn resource_from(row: &AnyRow) -> DbResult<Resource> {
    let id: String = row.try_get("id")?;
    let body: String = row.try_get("body")?;
    let entered: NewResource = serde_json::from_str(&body).map_err(|e| bad_row("resource", &id, e))?;
    let district: Option<String> = row.try_get("district")?;
    let updated_at: String = row.try_get("updated_at")?;
    Ok(Resource {
        entered,
        version: row.try_get("version")?,
        district: district
            .map(DistrictId::new)
            .transpose()
            .map_err(|e| bad_row("resource", &id, e))?,
        updated_at: time(&updated_at, "resource", &id)?,
        archived: row.try_get::<i64, _>("archived")? != 0,
    })
}

fn opportunity_from(row: &AnyRow) -> DbResult<Opportunity> {
    let id: String = row.try_get("id")?;
    let body: String = row.try_get("body")?;
    let entered: NewOpportunity = serde_json::from_str(&body).map_err(|e| bad_row("opportunity", &id, e))?;
    let updated_at: String = row.try_get("updated_at")?;
    Ok(Opportunity {
        entered,
        version: row.try_get("version")?,
        updated_at: time(&updated_at, "opportunity", &id)?,
        archived: row.try_get::<i64, _>("archived")? != 0,
    })
}

/// One resource, archived or not.
pub async fn find(conn: &mut AnyConnection, id: &str) -> DbResult<Option<Resource>> {
    let row = sqlx::query("SELECT * FROM resource WHERE id = $1")
        .bind(id)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(resource_from).transpose()
}

/// The resources of these ids that exist, with their opportunities; in no promised order.
pub async fn find_many(
    conn: &mut AnyConnection,
    ids: &[&str],
) -> DbResult<Vec<(Resource, Vec<Opportunity>)>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let marks = values(1, chunk.len());
        let sql = format!("SELECT * FROM resource WHERE id IN {marks}");
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for id in chunk {
            query = query.bind(*id);
        }
        let mut resources = Vec::with_capacity(chunk.len());
        for row in query.fetch_all(&mut *conn).await? {
            resources.push(resource_from(&row)?);
        }
        let mut offered = opportunities_of(&mut *conn, chunk).await?;
        found.extend(resources.into_iter().map(|r| {
            let own = offered.remove(r.entered.id.as_str()).unwrap_or_default();
            (r, own)
        }));
    }
    Ok(found)
}

/// The opportunities of these resources, by resource, each list in order of id.
pub async fn opportunities_of(
    conn: &mut AnyConnection,
    resource_ids: &[&str],
) -> DbResult<HashMap<String, Vec<Opportunity>>> {
    let mut by_resource: HashMap<String, Vec<Opportunity>> = HashMap::new();
    for chunk in resource_ids.chunks(CHUNK) {
        let marks = values(1, chunk.len());
        let sql = format!("SELECT * FROM opportunity WHERE resource_id IN {marks} ORDER BY id");
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for id in chunk {
            query = query.bind(*id);
        }
        for row in query.fetch_all(&mut *conn).await? {
            let opportunity = opportunity_from(&row)?;
            by_resource
                .entry(opportunity.entered.resource_id.to_string())
                .or_default()
                .push(opportunity);
        }
    }
    Ok(by_resource)
}

/// One opportunity, archived or not.
pub async fn find_opportunity(conn: &mut AnyConnection, id: &str) -> DbResult<Option<Opportunity>> {
    let row = sqlx::query("SELECT * FROM opportunity WHERE id = $1")
        .bind(id)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(opportunity_from).transpose()
}

/// Up to `limit` resources after the id `after`, in order of id: a walk over the whole table.
pub async fn list(
    conn: &mut AnyConnection,
    after: &str,
    limit: i64,
) -> DbResult<Vec<(Resource, Vec<Opportunity>)>> {
    let rows = sqlx::query("SELECT * FROM resource WHERE id > $1 ORDER BY id LIMIT $2")
        .bind(after)
        .bind(limit)
        .fetch_all(&mut *conn)
        .await?;
    let resources = rows.iter().map(resource_from).collect::<DbResult<Vec<_>>>()?;
    let ids: Vec<&str> = resources.iter().map(|r| r.entered.id.as_str()).collect();
    let mut offered = opportunities_of(conn, &ids).await?;
    drop(ids);
    Ok(resources
        .into_iter()
        .map(|r| {
            let own = offered.remove(r.entered.id.as_str()).unwrap_or_default();
            (r, own)
        })
        .collect())
}

/// Names and points of public shelters: venues by which people give an address.
pub async fn venues(conn: &mut AnyConnection) -> DbResult<Vec<(String, LngLat)>> {
    let rows = sqlx::query(
        "SELECT id, name, lng, lat FROM resource WHERE kind = $1 AND visibility = $2 AND archived = 0 \
         AND lng IS NOT NULL ORDER BY id",
    )
    .bind(ResourceKind::Shelter.code())
    .bind(Visibility::Public.code())
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            let point = LngLat::new(row.try_get("lng")?, row.try_get("lat")?)
                .map_err(|e| bad_row("resource", &id, e))?;
            Ok((row.try_get("name")?, point))
        })
        .collect()
}

/// How many resources are not archived.
pub async fn count(conn: &mut AnyConnection) -> DbResult<i64> {
    let row = sqlx::query("SELECT CAST(COUNT(*) AS BIGINT) AS n FROM resource WHERE archived = 0")
        .fetch_one(conn)
        .await?;
    Ok(row.try_get("n")?)
}

/// How many opportunities belong to a resource that is not there. The tables forbid it; a damaged file does not.
pub async fn orphans(conn: &mut AnyConnection) -> DbResult<i64> {
    let row = sqlx::query(
        "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM opportunity LEFT JOIN resource ON resource.id = opportunity.resource_id \
         WHERE resource.id IS NULL",
    )
    .fetch_one(conn)
    .await?;
    Ok(row.try_get("n")?)
}

/// The ids of all resources that are not archived.
pub async fn ids(conn: &mut AnyConnection) -> DbResult<std::collections::HashSet<String>> {
    let rows = sqlx::query("SELECT id FROM resource WHERE archived = 0")
        .fetch_all(conn)
        .await?;
    rows.iter().map(|row| Ok(row.try_get("id")?)).collect()
}

/// What is stored of a row: its JSON (`None` when archived: a row that comes again is a change), and its district or
/// resource.
type Stored = (Option<String>, Option<String>);

/// Which of `ids` are stored in `table`, with what `owner` holds (`resource` and `district`, `opportunity` and `resource_id`).
async fn stored(
    conn: &mut AnyConnection,
    table: &'static str,
    owner: &'static str,
    ids: &[&str],
) -> DbResult<HashMap<String, Stored>> {
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let sql = format!(
            "SELECT id, body, archived, {owner} AS owner FROM {table} WHERE id IN {}",
            values(1, chunk.len())
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for id in chunk {
            query = query.bind(*id);
        }
        for row in query.fetch_all(&mut *conn).await? {
            let body: String = row.try_get("body")?;
            let archived: i64 = row.try_get("archived")?;
            let body = (archived == 0).then_some(body);
            found.insert(row.try_get("id")?, (body, row.try_get("owner")?));
        }
    }
    Ok(found)
}

/// Each key once, in order, the last entry standing: PostgreSQL refuses a statement that writes a row twice, and
/// writers that take rows in one order never wait for each other in a circle.
fn by_key<T>(entries: &[T], key: impl Fn(&T) -> &str) -> Vec<&T> {
    let unique: BTreeMap<&str, &T> = entries.iter().map(|e| (key(e), e)).collect();
    unique.into_values().collect()
}

/// Writes each resource that is new or differs, with the district that was decided for it. Of an id that comes twice
/// the last stands.
pub async fn upsert(
    conn: &mut AnyConnection,
    clock: &Clock,
    entries: &[(NewResource, Option<DistrictId>)],
) -> DbResult<Upserted> {
    let now = clock.now().to_rfc3339();
    let mut done = Upserted::default();
    for chunk in by_key(entries, |(r, _)| r.id.as_str()).chunks(CHUNK) {
        let ids: Vec<&str> = chunk.iter().map(|(r, _)| r.id.as_str()).collect();
        let before = stored(&mut *conn, "resource", "district", &ids).await?;
        let mut writes = Vec::with_capacity(chunk.len());
        for (entry, district) in chunk {
            let id = entry.id.as_str();
            let body = serde_json::to_string(entry).map_err(|e| bad_row("resource", id, e))?;
            let district = district.as_ref().map(DistrictId::as_str);
            match before.get(id) {
                Some((Some(old), owner)) if *old == body && owner.as_deref() == district => {
                    done.unchanged += 1;
                    continue;
                }
                Some(_) => done.changed += 1,
                None => done.added += 1,
            }
            writes.push((entry, district, body));
        }
        for rows in writes.chunks(rows_at_once(12)) {
            let sql = format!(
                "INSERT INTO resource (id, version, name, kind, status, visibility, district, lng, lat, archived, updated_at, body) \
             VALUES {} ON CONFLICT (id) DO UPDATE SET version = resource.version + 1, name = excluded.name, kind = excluded.kind, \
             status = excluded.status, visibility = excluded.visibility, district = excluded.district, lng = excluded.lng, \
             lat = excluded.lat, archived = excluded.archived, updated_at = excluded.updated_at, body = excluded.body",
                values(rows.len(), 12)
            );
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
            for (entry, district, body) in rows {
                let point = entry.location.as_ref().map(|l| l.point);
                query = query
                    .bind(entry.id.as_str())
                    .bind(1_i64)
                    .bind(entry.name.as_str())
                    .bind(entry.kind.code())
                    .bind(entry.status.code())
                    .bind(entry.visibility.code())
                    .bind(*district)
                    .bind(point.map(|p| p.lng()))
                    .bind(point.map(|p| p.lat()))
                    .bind(0_i64)
                    .bind(now.as_str())
                    .bind(body.as_str());
            }
            query.execute(&mut *conn).await?;
        }
        let changed: Vec<&str> = writes.iter().map(|(e, ..)| e.id.as_str()).collect();
        change_log::append(&mut *conn, "resource", &changed, &now).await?;
    }
    Ok(done)
}

/// Writes each opportunity that is new or differs; its resource must exist. Of an id that comes twice the last stands.
pub async fn upsert_opportunities(
    conn: &mut AnyConnection,
    clock: &Clock,
    entries: &[NewOpportunity],
) -> DbResult<Upserted> {
    let now = clock.now().to_rfc3339();
    let mut done = Upserted::default();
    for chunk in by_key(entries, |o| o.id.as_str()).chunks(CHUNK) {
        let ids: Vec<&str> = chunk.iter().map(|o| o.id.as_str()).collect();
        let before = stored(&mut *conn, "opportunity", "resource_id", &ids).await?;
        let mut writes = Vec::with_capacity(chunk.len());
        let mut touched: Vec<&str> = Vec::new();
        for entry in chunk {
            let id = entry.id.as_str();
            let body = serde_json::to_string(entry).map_err(|e| bad_row("opportunity", id, e))?;
            match before.get(id) {
                Some((Some(old), _)) if *old == body => {
                    done.unchanged += 1;
                    continue;
                }
                Some((_, owner)) => {
                    done.changed += 1;
                    // An opportunity that moved leaves its old resource to be indexed again too.
                    touched.extend(owner.as_deref());
                }
                None => done.added += 1,
            }
            touched.push(entry.resource_id.as_str());
            writes.push((entry, body));
        }
        for rows in writes.chunks(rows_at_once(9)) {
            let sql = format!(
                "INSERT INTO opportunity (id, resource_id, version, name, status, visibility, archived, updated_at, body) VALUES {} \
             ON CONFLICT (id) DO UPDATE SET resource_id = excluded.resource_id, version = opportunity.version + 1, \
             name = excluded.name, status = excluded.status, visibility = excluded.visibility, archived = excluded.archived, \
             updated_at = excluded.updated_at, body = excluded.body",
                values(rows.len(), 9)
            );
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
            for (entry, body) in rows {
                query = query
                    .bind(entry.id.as_str())
                    .bind(entry.resource_id.as_str())
                    .bind(1_i64)
                    .bind(entry.name.as_str())
                    .bind(entry.status.code())
                    .bind(entry.visibility.code())
                    .bind(0_i64)
                    .bind(now.as_str())
                    .bind(body.as_str());
            }
            query.execute(&mut *conn).await?;
        }
        touched.sort_unstable();
        touched.dedup();
        change_log::append(&mut *conn, "resource", &touched, &now).await?;
    }
    Ok(done)
}

/// Puts each resource into the district that was decided for it, where that differs; returns how many moved.
pub async fn reassign(
    conn: &mut AnyConnection,
    clock: &Clock,
    moves: &[(ResourceId, Option<DistrictId>)],
) -> DbResult<usize> {
    let now = clock.now().to_rfc3339();
    for (id, district) in moves {
        sqlx::query(
            "UPDATE resource SET district = $1, version = version + 1, updated_at = $2 WHERE id = $3",
        )
        .bind(district.as_ref().map(|d| d.as_str()))
        .bind(now.as_str())
        .bind(id.as_str())
        .execute(&mut *conn)
        .await?;
    }
    let ids: Vec<&str> = moves.iter().map(|(id, _)| id.as_str()).collect();
    change_log::append(conn, "resource", &ids, &now).await?;
    Ok(moves.len())
}

/// Archives a resource: kept, and shown nowhere. `false` when there is none to archive.
pub async fn archive(conn: &mut AnyConnection, clock: &Clock, id: &ResourceId) -> DbResult<bool> {
    let now = clock.now().to_rfc3339();
    let done = sqlx::query(
        "UPDATE resource SET archived = 1, version = version + 1, updated_at = $1 WHERE id = $2 AND archived = 0",
    )
    .bind(now.as_str())
    .bind(id.as_str())
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    change_log::append(conn, "resource", &[id.as_str()], &now).await?;
    Ok(true)
}
