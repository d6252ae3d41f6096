//! Needs for programs. Whoever is not assigned sees them without what leads to the person's door or is to be avoided.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::Value;

use super::{
    Body, List, Paging, Version, Written, begin,
    case_answers::NeedAnswer,
    done, may, on_case, open,
    paging::PagingParameters,
    problems::{Changing, Reading, Writing},
    told, vault,
};
use crate::{
    accounts::{audit::Recorded, policy::Act},
    app::App,
    error::ApiError,
    gate::Staff,
    guard::NoQuery,
    kernel::fields::Problem,
    matching::need::Need,
    people::{
        case::CaseRow,
        ids::{CaseId, NeedId},
        need::StoredNeed,
        store,
    },
};

/// The need as this account may see it.
fn seen(staff: &Staff, row: &CaseRow, mut stored: StoredNeed) -> NeedAnswer {
    let hands = &row.hands;
    if hands.main != staff.actor.id && !hands.deputies.contains(&staff.actor.id) {
        stored.need = stored.need.without_private(row.district.as_ref());
    }
    stored.into()
}

/// Begins to act on the case of a need.
async fn on_need(
    app: &App,
    staff: &Staff,
    act: Act,
    id: &str,
) -> Result<(Recorded, CaseId, NeedId), ApiError> {
    let mut rec = begin(app, staff).await?;
    let id = NeedId::new(id).map_err(|_| ApiError::NotFound)?;
    let case = store::needs::case_of(rec.conn(), &id).await.map_err(told)?;
    // Of a need that is nobody's the same is asked, so that the time it takes does not tell.
    let case = case.unwrap_or_else(CaseId::random);
    may(&mut rec, staff, act, &case).await?;
    Ok((rec, case, id))
}

/// The needs of a case.
#[utoipa::path(get, path = "/api/v1/cases/{id}/needs", tag = "記録", summary = "ニーズの一覧",
    description = "担当者でない人には、自宅は地区まで、避けたい場所・人は出ない。",
    params(("id" = String, Path, description = "ケースのID"), PagingParameters),
    responses((status = 200, description = "ニーズ", body = List<NeedAnswer>), Reading))]
pub async fn list(
    paging: Paging,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
) -> Result<Json<List<NeedAnswer>>, ApiError> {
    let (mut rec, id) = on_case(&app, &staff, Act::ReadCase, &id).await?;
    let opened = open(&app, &mut rec, &id).await?;
    let needs = store::needs::list(&mut rec, &opened).await.map_err(told)?;
    let needs = needs.into_iter().map(|n| seen(&staff, opened.row(), n)).collect();
    done(rec, Json(paging.page(needs, |n: &NeedAnswer| &n.id))).await
}

/// Writes a need.
#[utoipa::path(post, path = "/api/v1/cases/{id}/needs", tag = "記録", summary = "ニーズを書く",
    params(("id" = String, Path, description = "ケースのID")),
    request_body(content = Object, description = "home({lat, lng} か {district})、wishes、strengths、roles、modality、reach {mode, max_km, \
        needs_pickup}、age、sex、wheelchair、max_fee_yen、max_group_size、needs_companion、slots [{weekday, from, to}]、fields、\
        out_of_eligibility、household、avoid {places, people}"),
    responses((status = 201, description = "書いた", body = Written), Writing))]
pub async fn add(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
    mut body: Body,
) -> Result<(StatusCode, Json<Written>), ApiError> {
    body.district(&app, "/home/district")?;
    let need = body.read(Need::read)?;
    let (mut rec, id) = on_case(&app, &staff, Act::WriteCase, &id).await?;
    let id = store::needs::add(&mut rec, vault(&app)?, &id, &need)
        .await
        .map_err(told)?;
    done(rec, (StatusCode::CREATED, Json(Written::at(id, 1)))).await
}

/// Reads a need.
#[utoipa::path(get, path = "/api/v1/needs/{id}", tag = "記録", summary = "ニーズを読む",
    params(("id" = String, Path, description = "ニーズのID")),
    responses((status = 200, description = "ニーズ", body = NeedAnswer), Reading))]
pub async fn find(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
) -> Result<Json<NeedAnswer>, ApiError> {
    let (mut rec, case, id) = on_need(&app, &staff, Act::ReadCase, &id).await?;
    let opened = open(&app, &mut rec, &case).await?;
    let needs = store::needs::list(&mut rec, &opened).await.map_err(told)?;
    let need = needs.into_iter().find(|n| n.id == id).ok_or(ApiError::NotFound)?;
    done(rec, Json(seen(&staff, opened.row(), need))).await
}

/// The need and whether it is no longer wished; `archived` stands beside the need's own fields.
fn with_archived(value: &Value) -> Result<(Need, bool), Vec<Problem>> {
    let mut value = value.clone();
    let archived = value.as_object_mut().and_then(|o| o.remove("archived"));
    let archived = match archived {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(archived)) => Ok(archived),
        Some(_) => Err(vec![Problem {
            pointer: "/archived".into(),
            detail: "trueかfalseで書いてください".into(),
        }]),
    };
    Ok((Need::read(&value)?, archived?))
}

/// Writes a need anew.
#[utoipa::path(put, path = "/api/v1/needs/{id}", tag = "記録", summary = "ニーズを書きなおす",
    params(("id" = String, Path, description = "ニーズのID"), ("If-Match" = i64, Header, description = "読んだときの version")),
    request_body(content = Object, description = "ニーズ全体(書かない項目は空になる)と archived(もう望んでいない)"),
    responses((status = 200, description = "書いた", body = Written), Changing))]
pub async fn change(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
    Version(version): Version,
    mut body: Body,
) -> Result<Json<Written>, ApiError> {
    body.district(&app, "/home/district")?;
    let (need, archived) = body.read(with_archived)?;
    let (mut rec, _, id) = on_need(&app, &staff, Act::WriteCase, &id).await?;
    let version = store::needs::change(&mut rec, vault(&app)?, &id, version, &need, archived)
        .await
        .map_err(told)?;
    done(rec, Json(Written::at(id, version))).await
}
