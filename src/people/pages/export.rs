//! One person's whole record, for 開示請求: asked for by a button, taken away as a file.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{Head, open};
use crate::{
    accounts::{
        pages::frame::{StaffFrame, shown},
        policy::Act,
    },
    app::App,
    error::ApiError,
    gate::Staff,
    people::{
        api::{on_case, told, vault},
        store,
    },
};

#[derive(Template)]
#[template(path = "people/export.html")]
struct ExportPage {
    frame: StaffFrame,
    head: Head,
}

/// `GET /cases/{id}/export`; whoever signed in long ago gives the password again first.
pub async fn form(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let (rec, opened) = open(&app, &staff, Act::ExportCase, &id).await?;
    rec.commit().await?;
    let page = ExportPage {
        frame: StaffFrame::new(&app, "書き出し", "/cases/", Some(&staff)),
        head: Head::of(&opened),
    };
    Ok(shown(StatusCode::OK, &page))
}

/// `POST /cases/{id}/export`: the file, named by its pseudonym.
pub async fn take(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let (mut rec, case) = on_case(&app, &staff, Act::ExportCase, &id).await?;
    let whole = store::disclosure::export(&mut rec, vault(&app)?, &case)
        .await
        .map_err(told)?;
    let whole = whole.ok_or(ApiError::NotFound)?;
    rec.commit().await?;
    let name = format!("attachment; filename=\"record-{}.json\"", whole.case.row.person);
    let kind = "application/json; charset=utf-8".to_owned();
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, serde_json::to_vec_pretty(&whole)?).into_response())
}
