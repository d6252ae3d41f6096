//! The page of one resource.

use axum::{
    extract::{Path, RawQuery, State},
    http::HeaderMap,
    response::Response,
};

use super::{asked, failed, frame, origin, page, picture::picture};
use crate::{app::App, pages::resource::ResourcePage, resources::public::Audience};

/// `GET /resources/{id}`.
pub async fn resource(
    State(app): State<App>,
    audience: Audience,
    Path(id): Path<String>,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Response {
    let path = format!("/resources/{id}");
    let entry = match crate::resources::api::load(&app, &id, audience).await {
        Ok(entry) => entry,
        Err(error) => return failed(&app, error),
    };
    let ground = app.ground();
    let district = entry
        .district
        .as_ref()
        .and_then(|d| ground.areas.find(d.as_str()));
    let map = picture(&app, std::slice::from_ref(&entry), 1, district);
    let frame = frame(&entry.name, &path, &asked(raw.as_deref()), &app).for_audience(audience);
    let place = district.map(|d| (d.id.as_str(), d.name.as_str()));
    let mut shown = ResourcePage::of(
        frame,
        &entry,
        app.clock().now(),
        place,
        map,
        &format!("{}{path}", origin(&app, &headers)),
    );
    shown.contact = app.settings().city.contact.value.clone();
    page(&shown)
}
