//! The 経過記録 for programs.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};

use super::{
    Body, List, Paging, Version, Written,
    case_answers::NoteAnswer,
    cases::one_day,
    done, on_case, open,
    paging::PagingParameters,
    problems::{Changing, Reading, Writing},
    told, vault,
};
use crate::{
    accounts::policy::Act,
    app::App,
    error::ApiError,
    gate::Staff,
    guard::NoQuery,
    people::{ids::NoteId, note::NewNote, store},
};

fn note_id(text: &str) -> Result<NoteId, ApiError> {
    NoteId::new(text).map_err(|_| ApiError::NotFound)
}

/// The entries of a case.
#[utoipa::path(get, path = "/api/v1/cases/{id}/notes", tag = "記録", summary = "経過記録の一覧(新しい日が先)",
    description = "直す前の版もすべて earlier に入る。",
    params(("id" = String, Path, description = "ケースのID"), PagingParameters),
    responses((status = 200, description = "経過記録", body = List<NoteAnswer>), Reading))]
pub async fn list(
    paging: Paging,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
) -> Result<Json<List<NoteAnswer>>, ApiError> {
    let (mut rec, id) = on_case(&app, &staff, Act::ReadCase, &id).await?;
    let opened = open(&app, &mut rec, &id).await?;
    let notes = store::notes::list(&mut rec, &opened).await.map_err(told)?;
    let notes = notes.into_iter().map(NoteAnswer::from).collect();
    done(rec, Json(paging.page(notes, |n: &NoteAnswer| &n.id))).await
}

/// Writes an entry.
#[utoipa::path(post, path = "/api/v1/cases/{id}/notes", tag = "記録", summary = "経過を書く",
    params(("id" = String, Path, description = "ケースのID")),
    request_body(content = Object, description = "on(日)、kind(visit・phone・accompany・office・other)、with、gist、next {what, due_on}"),
    responses((status = 201, description = "書いた", body = Written), Writing))]
pub async fn add(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
    body: Body,
) -> Result<(StatusCode, Json<Written>), ApiError> {
    let note = body.read(NewNote::read)?;
    let (mut rec, id) = on_case(&app, &staff, Act::WriteCase, &id).await?;
    let id = store::notes::add(&mut rec, vault(&app)?, &id, &note)
        .await
        .map_err(told)?;
    done(rec, (StatusCode::CREATED, Json(Written::at(id, 1)))).await
}

/// Corrects an entry.
#[utoipa::path(put, path = "/api/v1/cases/{id}/notes/{note}", tag = "記録", summary = "経過記録を直す(前の版は残る)",
    params(("id" = String, Path, description = "ケースのID"), ("note" = String, Path, description = "経過記録のID"),
        ("If-Match" = i64, Header, description = "読んだときの version")),
    request_body(content = Object, description = "on、kind、with、gist、next {what, due_on}"),
    responses((status = 200, description = "直した", body = Written), Changing))]
pub async fn correct(
    _: NoQuery,
    Path((id, note)): Path<(String, String)>,
    State(app): State<App>,
    staff: Staff,
    Version(version): Version,
    body: Body,
) -> Result<Json<Written>, ApiError> {
    let text = body.read(NewNote::read)?;
    let (mut rec, id) = on_case(&app, &staff, Act::WriteCase, &id).await?;
    let note = note_id(&note)?;
    let version = store::notes::correct(&mut rec, vault(&app)?, &id, &note, version, &text)
        .await
        .map_err(told)?;
    done(rec, Json(Written::at(note, version))).await
}

/// Says that a next action was done.
#[utoipa::path(post, path = "/api/v1/cases/{id}/notes/{note}/settle", tag = "記録", summary = "次の行動を済みにする",
    params(("id" = String, Path, description = "ケースのID"), ("note" = String, Path, description = "経過記録のID")),
    request_body(content = Object, description = "on(済んだ日)"),
    responses((status = 204, description = "済みにした"), Writing))]
pub async fn settle(
    _: NoQuery,
    Path((id, note)): Path<(String, String)>,
    State(app): State<App>,
    staff: Staff,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let on = body.read(one_day("on"))?;
    let (mut rec, id) = on_case(&app, &staff, Act::WriteCase, &id).await?;
    let note = note_id(&note)?;
    store::notes::settle(&mut rec, vault(&app)?, &id, &note, on)
        .await
        .map_err(told)?;
    done(rec, StatusCode::NO_CONTENT).await
}
