//! Cases for programs: one's list, looking through it, and a case from its beginning to its end.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{
    Body, List, Paging, Version, Written, begin,
    case_answers::{CaseAnswer, CaseLineAnswer, CaseRowAnswer},
    done, on_case, open,
    paging::PagingParameters,
    problems::{Changing, Listing, Reading, Writing},
    reader, told, vault,
};
use crate::{
    accounts::{account::AccountId, policy::Act},
    app::App,
    error::ApiError,
    gate::Staff,
    guard::NoQuery,
    kernel::fields::{Fields, Problem},
    people::{
        basis::LegalBasis,
        case::{Case, CaseChange, CaseLine, NewCase},
        store,
    },
};

/// The cases one may see.
#[utoipa::path(get, path = "/api/v1/cases", tag = "記録", summary = "見られるケースの一覧",
    description = "自分の担当、担当地区のもの(同意のあるもの)、つながれたもの。期限を過ぎたものが先。氏名は担当者にだけ出る。",
    params(PagingParameters),
    responses((status = 200, description = "ケース", body = List<CaseLineAnswer>), Listing))]
pub async fn list(
    paging: Paging,
    State(app): State<App>,
    staff: Staff,
) -> Result<Json<List<CaseLineAnswer>>, ApiError> {
    let lines = store::listing::list(&reader(&app)?, &staff.actor)
        .await
        .map_err(told)?;
    Ok(Json(page(&paging, lines)))
}

fn page(paging: &Paging, lines: Vec<CaseLine>) -> List<CaseLineAnswer> {
    let lines = lines.into_iter().map(CaseLineAnswer::from).collect();
    paging.page(lines, |line: &CaseLineAnswer| &line.row.id)
}

fn question(value: &Value) -> Result<(String, Option<u32>, Option<String>), Vec<Problem>> {
    let mut f = Fields::of(value, "")?;
    let read = (
        f.required_text("words", 200),
        f.whole("limit", 1..=100),
        f.text("cursor", 100),
    );
    f.finish(read)
}

/// Looks through one's own cases.
#[utoipa::path(post, path = "/api/v1/cases/search", tag = "記録", summary = "自分の担当のケースをことばでさがす",
    description = "ことばは本文で送る(アドレスや記録には残らない)。氏名・世帯・経過記録・ニーズのどこかに、すべてのことばがあるもの。",
    request_body(content = Object, description = "words(さがすことば)、limit、cursor"),
    responses((status = 200, description = "見つかったケース", body = List<CaseLineAnswer>),
        (status = 422, description = "内容の誤り", body = crate::error::Problem, content_type = "application/problem+json"), Listing))]
pub async fn search(
    _: NoQuery,
    State(app): State<App>,
    staff: Staff,
    body: Body,
) -> Result<Json<List<CaseLineAnswer>>, ApiError> {
    let (words, limit, cursor) = body.read(question)?;
    let limit = limit.map(|n| n.to_string());
    let paging = Paging::of(limit.as_deref(), cursor.as_deref()).map_err(ApiError::Invalid)?;
    let found = store::search::search_own(&reader(&app)?, &staff.actor, &words)
        .await
        .map_err(told)?;
    Ok(Json(page(&paging, found)))
}

/// Begins a case.
#[utoipa::path(post, path = "/api/v1/cases", tag = "記録", summary = "ケースを始める",
    request_body(content = Object, description = "review_on(必須)、identity {name, kana, telephone, calling_times, unaware}、\
        household [{relation, name, age, sex, remark}]、district(IDか名前)、basis(なければ engaging)、assigned_only、main、deputies"),
    responses((status = 201, description = "始めたケース", body = CaseRowAnswer), Writing))]
pub async fn add(
    _: NoQuery,
    State(app): State<App>,
    staff: Staff,
    mut body: Body,
) -> Result<(StatusCode, Json<CaseRowAnswer>), ApiError> {
    body.district(&app, "/district")?;
    let new = body.read(|value| NewCase::read(value, &staff.actor.id))?;
    let mut rec = begin(&app, &staff).await?;
    let row = store::cases::begin(&mut rec, vault(&app)?, &new)
        .await
        .map_err(told)?;
    done(rec, (StatusCode::CREATED, Json((&row).into()))).await
}

/// Reads a case.
#[utoipa::path(get, path = "/api/v1/cases/{id}", tag = "記録", summary = "ケースを読む",
    params(("id" = String, Path, description = "ケースのID")),
    responses((status = 200, description = "ケース", body = CaseAnswer), Reading))]
pub async fn find(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
) -> Result<Json<CaseAnswer>, ApiError> {
    let (mut rec, id) = on_case(&app, &staff, Act::ReadCase, &id).await?;
    let opened = open(&app, &mut rec, &id).await?;
    done(rec, Json((&opened.case).into())).await
}

/// What of a case a change can name, as it is now.
fn changeable(case: &Case) -> Value {
    json!({
        "identity": case.profile.identity, "household": case.profile.household, "district": case.row.district,
        "assigned_only": case.row.assigned_only, "retention_years": case.row.retention_years,
    })
}

/// Changes a case.
#[utoipa::path(patch, path = "/api/v1/cases/{id}", tag = "記録", summary = "ケースの本人・世帯・地区などを変える",
    description = "書いた項目だけが変わる。null は消す(RFC 7396)。",
    params(("id" = String, Path, description = "ケースのID"), ("If-Match" = i64, Header, description = "読んだときの version")),
    request_body(content = Object, description = "identity、household、district、assigned_only、retention_years のうち変えるもの"),
    responses((status = 200, description = "変えた", body = Written), Changing))]
pub async fn change(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
    Version(version): Version,
    mut body: Body,
) -> Result<Json<Written>, ApiError> {
    body.district(&app, "/district")?;
    let (mut rec, id) = on_case(&app, &staff, Act::WriteCase, &id).await?;
    let there = open(&app, &mut rec, &id).await?;
    let change = body.over(changeable(&there.case)).read(CaseChange::read)?;
    let version = store::cases::change(&mut rec, vault(&app)?, &id, version, &change)
        .await
        .map_err(told)?;
    done(rec, Json(Written::at(id, version))).await
}

fn basis_of(value: &Value) -> Result<(LegalBasis, NaiveDate), Vec<Problem>> {
    let mut f = Fields::of(value, "")?;
    let basis = f.required_word("basis", LegalBasis::parse, &LegalBasis::accepted());
    let review_on = f.required_day("review_on");
    match basis {
        Some(basis) => f.finish((basis, review_on)),
        None => Err(f.finish(()).err().unwrap_or_default()),
    }
}

/// Changes the ground of a record.
#[utoipa::path(post, path = "/api/v1/cases/{id}/basis", tag = "記録", summary = "記録の根拠を変える・見直す",
    description = "新しい根拠で許されない共有は、その場で終わる。",
    params(("id" = String, Path, description = "ケースのID"), ("If-Match" = i64, Header, description = "読んだときの version")),
    request_body(content = Object, description = "basis、review_on"),
    responses((status = 200, description = "変えた", body = Written), Changing))]
pub async fn basis(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
    Version(version): Version,
    body: Body,
) -> Result<Json<Written>, ApiError> {
    let (basis, review_on) = body.read(basis_of)?;
    let (mut rec, id) = on_case(&app, &staff, Act::WriteCase, &id).await?;
    let version = store::basis::change(&mut rec, vault(&app)?, &id, version, basis, review_on)
        .await
        .map_err(told)?;
    done(rec, Json(Written::at(id, version))).await
}

/// A body of one day.
pub(super) fn one_day(name: &'static str) -> impl Fn(&Value) -> Result<NaiveDate, Vec<Problem>> {
    move |value| {
        let mut f = Fields::of(value, "")?;
        let day = f.required_day(name);
        f.finish(day)
    }
}

/// Ends a case.
#[utoipa::path(post, path = "/api/v1/cases/{id}/close", tag = "記録", summary = "ケースを終了する",
    description = "共有とつなぎも終わる。",
    params(("id" = String, Path, description = "ケースのID"), ("If-Match" = i64, Header, description = "読んだときの version")),
    request_body(content = Object, description = "on(終了の日)"),
    responses((status = 200, description = "終了した", body = Written), Changing))]
pub async fn close(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
    Version(version): Version,
    body: Body,
) -> Result<Json<Written>, ApiError> {
    let on = body.read(one_day("on"))?;
    let (mut rec, id) = on_case(&app, &staff, Act::WriteCase, &id).await?;
    let version = store::cases::close(&mut rec, vault(&app)?, &id, version, on)
        .await
        .map_err(told)?;
    done(rec, Json(Written::at(id, version))).await
}

/// Takes a closed case up again.
#[utoipa::path(post, path = "/api/v1/cases/{id}/reopen", tag = "記録", summary = "終了したケースを再開する",
    description = "廃棄の申し出は取り消される。",
    params(("id" = String, Path, description = "ケースのID"), ("If-Match" = i64, Header, description = "読んだときの version")),
    request_body(content = Object, description = "review_on(根拠を見直す日)"),
    responses((status = 200, description = "再開した", body = Written), Changing))]
pub async fn reopen(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
    Version(version): Version,
    body: Body,
) -> Result<Json<Written>, ApiError> {
    let review_on = body.read(one_day("review_on"))?;
    let (mut rec, id) = on_case(&app, &staff, Act::WriteCase, &id).await?;
    let version = store::cases::reopen(&mut rec, vault(&app)?, &id, version, review_on)
        .await
        .map_err(told)?;
    done(rec, Json(Written::at(id, version))).await
}

fn deputies_of(value: &Value) -> Result<Vec<AccountId>, Vec<Problem>> {
    let mut f = Fields::of(value, "")?;
    let deputies = f.words("deputies", |t| AccountId::new(t).ok(), "アカウントの名前");
    f.finish(deputies)
}

/// Names who stands in.
#[utoipa::path(put, path = "/api/v1/cases/{id}/deputies", tag = "記録", summary = "副担当を決める",
    params(("id" = String, Path, description = "ケースのID"), ("If-Match" = i64, Header, description = "読んだときの version")),
    request_body(content = Object, description = "deputies(アカウントの名前の並び。空なら副担当なし)"),
    responses((status = 200, description = "決めた", body = Written), Changing))]
pub async fn deputies(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
    Version(version): Version,
    body: Body,
) -> Result<Json<Written>, ApiError> {
    let deputies = body.read(deputies_of)?;
    let (mut rec, id) = on_case(&app, &staff, Act::HandOver, &id).await?;
    let version = store::cases::set_deputies(&mut rec, vault(&app)?, &id, version, &deputies)
        .await
        .map_err(told)?;
    done(rec, Json(Written::at(id, version))).await
}
