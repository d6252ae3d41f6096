//! One resource or opportunity as JSON.

use axum::{
    Json,
    extract::{Path, State},
};
use chrono::{DateTime, FixedOffset};
use serde_json::{Value, json};

use super::{
    opportunity::NewOpportunity,
    public::{Audience, VisibleResource, visible},
    resource::is_stale,
    store,
};
use crate::{app::App, error::ApiError, kernel::schedule::Occurrence};

/// The resource as the public may see it; `NotFound` when it may not know of it.
pub async fn load(app: &App, id: &str) -> Result<VisibleResource, ApiError> {
    let mut conn = app.db().read().await?;
    let rows = store::find_many(&mut conn, &[id]).await?;
    rows.first()
        .and_then(|(r, o)| visible(r, o, Audience::Public))
        .ok_or(ApiError::NotFound)
}

/// `{id, name}` of a district.
pub fn district(app: &App, id: Option<&str>) -> Value {
    id.map_or(Value::Null, |id| json!({"id": id, "name": app.district_name(id)}))
}

/// Where it stands, as `{lng, lat, precision}`.
pub fn location(entry: &VisibleResource) -> Value {
    entry.point.map_or(
        Value::Null,
        |p| json!({"lng": p.lng(), "lat": p.lat(), "precision": entry.precision.code()}),
    )
}

/// An opportunity with its next three dates.
pub fn offer(o: &NewOpportunity, now: DateTime<FixedOffset>) -> Value {
    let dates: Vec<String> = o.next_dates(now, 3).iter().map(Occurrence::iso).collect();
    let coded = |code: Option<&str>, label: Option<&str>| code.map(|c| json!({"code": c, "label": label}));
    json!({
        "id": o.id, "name": o.name,
        "roles": o.roles.iter().map(|r| json!({"code": r.code(), "label": r.plain()})).collect::<Vec<_>>(),
        "modality": o.modality.code(), "modality_label": o.modality.label(),
        "description": o.description, "interests": o.interests, "skills": o.skills,
        "schedule_text": o.schedule.as_ref().map(|s| s.text()), "pauses_text": o.pauses.as_ref().map(|p| p.text()),
        "next_dates": dates, "capacity": o.capacity, "vacancy": o.vacancy, "usual_size": o.usual_size,
        "ages": o.ages.map(|a| a.code()),
        "sex": coded(o.sex.map(|v| v.code()), o.sex.map(|v| v.label())),
        "wheelchair": coded(o.wheelchair.map(|v| v.code()), o.wheelchair.map(|v| v.label())),
        "transport": coded(o.transport.map(|v| v.code()), o.transport.map(|v| v.label())),
        "transport_km": o.transport_km, "fee_yen": o.fee_yen,
        "trial": coded(o.trial.map(|v| v.code()), o.trial.map(|v| v.label())),
        "considerations": o.considerations, "status": o.status.code(), "status_label": o.status.label(),
    })
}

/// `GET /api/v1/resources/{id}`.
pub async fn resource(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Value>, ApiError> {
    let entry = load(&app, &id).await?;
    let now = app.clock().now();
    Ok(Json(json!({
        "id": entry.id, "name": entry.name, "name_kana": entry.name_kana,
        "kind": entry.kind.code(), "kind_label": entry.kind.label(), "organization": entry.organization,
        "district": district(&app, entry.district.as_ref().map(|d| d.as_str())),
        "location": location(&entry), "address": entry.address, "phone": entry.phone, "email": entry.email, "url": entry.url,
        "description": entry.description, "fields": entry.fields.iter().map(|f| json!({"code": f.code(), "label": f.label()})).collect::<Vec<_>>(),
        "keywords": entry.keywords, "status": entry.status.code(), "status_label": entry.status.label(),
        "assured_on": entry.assured_on, "stale": is_stale(entry.assured_on, now.date_naive()),
        "opportunities": entry.opportunities.iter().map(|o| offer(o, now)).collect::<Vec<_>>(),
    })))
}

/// `GET /api/v1/opportunities/{id}`.
pub async fn opportunity(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Value>, ApiError> {
    let owner = {
        let mut conn = app.db().read().await?;
        store::find_opportunity(&mut conn, &id)
            .await?
            .ok_or(ApiError::NotFound)?
            .entered
            .resource_id
    };
    let entry = load(&app, owner.as_str()).await?;
    let o = entry
        .opportunities
        .iter()
        .find(|o| o.id.as_str() == id)
        .ok_or(ApiError::NotFound)?;
    let mut body = offer(o, app.clock().now());
    body["resource"] = json!({"id": entry.id, "name": entry.name});
    Ok(Json(body))
}
