//! The end of records, for programs: what is due, asking for it, agreeing to it, and the 廃棄記録.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    List, Paging, begin, done, on_case,
    paging::PagingParameters,
    problems::{Listing, Reading},
    told, vault,
};
use crate::{
    accounts::policy::Act,
    app::App,
    error::ApiError,
    gate::Staff,
    guard::NoQuery,
    people::{
        PeopleError, Refused,
        retention::{DisposalRecord, Due, Retention},
        store,
    },
};

/// A record whose time is over: a pseudonym and dates.
#[derive(Debug, Serialize, ToSchema)]
pub struct DueAnswer {
    /// The case.
    pub case: String,
    /// The pseudonym.
    pub person: String,
    /// The day it was closed.
    pub closed_on: NaiveDate,
    /// The last day it was to be kept.
    pub kept_until: NaiveDate,
    /// Who asked for shredding.
    pub proposed_by: Option<String>,
    /// Who agreed; two are needed.
    pub approved_by: Vec<String>,
}

impl From<Due> for DueAnswer {
    fn from(due: Due) -> Self {
        Self {
            case: due.case.to_string(),
            person: due.person.to_string(),
            closed_on: due.closed_on,
            kept_until: due.kept_until,
            proposed_by: due.proposed_by,
            approved_by: due.approved_by,
        }
    }
}

/// 廃棄記録.
#[derive(Debug, Serialize, ToSchema)]
pub struct DisposalAnswer {
    /// The pseudonym.
    pub person: String,
    /// The day the case was closed.
    pub closed_on: NaiveDate,
    /// The rule that held, years.
    pub years: u8,
    /// Who asked for it.
    pub proposed_by: String,
    /// The two who agreed.
    pub approved_by: Vec<String>,
    /// Who did it.
    pub shredded_by: String,
    /// When, RFC 3339.
    pub shredded_at: String,
}

impl From<DisposalRecord> for DisposalAnswer {
    fn from(record: DisposalRecord) -> Self {
        Self {
            person: record.person.to_string(),
            closed_on: record.closed_on,
            years: record.years,
            proposed_by: record.proposed_by,
            approved_by: record.approved_by,
            shredded_by: record.shredded_by,
            shredded_at: record.shredded_at,
        }
    }
}

/// What came of agreeing.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApprovalAnswer {
    /// Whether the record is gone.
    pub shredded: bool,
    /// 廃棄記録, once it is; null while another has to agree.
    pub disposal: Option<DisposalAnswer>,
}

/// Records that are due.
#[utoipa::path(get, path = "/api/v1/shredding", tag = "記録", summary = "保存期間を過ぎた記録の一覧",
    description = "仮の名前と日付だけ。",
    params(PagingParameters),
    responses((status = 200, description = "保存期間を過ぎた記録", body = List<DueAnswer>), Listing))]
pub async fn due(
    paging: Paging,
    State(app): State<App>,
    staff: Staff,
) -> Result<Json<List<DueAnswer>>, ApiError> {
    let mut rec = begin(&app, &staff).await?;
    let due = store::shredding::due(&mut rec, &staff.actor, Retention::default())
        .await
        .map_err(told)?;
    let due = due.into_iter().map(DueAnswer::from).collect();
    done(rec, Json(paging.page(due, |d: &DueAnswer| &d.case))).await
}

/// Asks for shredding.
#[utoipa::path(post, path = "/api/v1/cases/{id}/shredding", tag = "記録", summary = "廃棄を申し出る",
    description = "終了していて、保存期間を過ぎたものだけ。本文は要らない。",
    params(("id" = String, Path, description = "ケースのID")),
    responses((status = 204, description = "申し出た"), Reading))]
pub async fn propose(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
) -> Result<StatusCode, ApiError> {
    let (mut rec, id) = on_case(&app, &staff, Act::ApproveShredding, &id).await?;
    store::shredding::propose(&mut rec, &id, Retention::default())
        .await
        .map_err(told)?;
    done(rec, StatusCode::NO_CONTENT).await
}

/// Agrees to a shredding; when that makes two, the record is destroyed. The agreement is on disk first: whoever agreed and was
/// then told of a failure asks again, and it goes on from there.
pub async fn agree(app: &App, staff: &Staff, id: &str) -> Result<Option<DisposalRecord>, ApiError> {
    let (mut rec, case) = on_case(app, staff, Act::ApproveShredding, id).await?;
    let agreed = store::shredding::approve(&mut rec, &case).await;
    match &agreed {
        Ok(()) => rec.commit().await?,
        Err(PeopleError::Refused(Refused::ApprovedAlready)) => drop(rec),
        Err(_) => return agreed.map(|()| None).map_err(told),
    }
    let (rec, case) = on_case(app, staff, Act::ApproveShredding, id).await?;
    match store::shredding::execute(rec, vault(app)?, &case, Retention::default()).await {
        Ok(record) => Ok(Some(record)),
        Err(PeopleError::Refused(Refused::TwoApprovals)) => agreed.map(|()| None).map_err(told),
        Err(error) => Err(told(error)),
    }
}

/// Agrees to a shredding.
#[utoipa::path(post, path = "/api/v1/cases/{id}/shredding/approval", tag = "記録", summary = "廃棄を承認する(2人目で廃棄される)",
    description = "2人目の承認で記録は読めなくなり、廃棄記録が返る。もとには戻せない。本文は要らない。",
    params(("id" = String, Path, description = "ケースのID")),
    responses((status = 200, description = "承認した、または廃棄した", body = ApprovalAnswer), Reading))]
pub async fn approve(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
) -> Result<Json<ApprovalAnswer>, ApiError> {
    let disposal = agree(&app, &staff, &id).await?;
    Ok(Json(ApprovalAnswer {
        shredded: disposal.is_some(),
        disposal: disposal.map(Into::into),
    }))
}

/// The 廃棄記録.
#[utoipa::path(get, path = "/api/v1/disposals", tag = "記録", summary = "廃棄記録",
    params(PagingParameters),
    responses((status = 200, description = "廃棄記録(新しい順)", body = List<DisposalAnswer>), Listing))]
pub async fn disposals(
    paging: Paging,
    _: Staff,
    State(app): State<App>,
) -> Result<Json<List<DisposalAnswer>>, ApiError> {
    let mut conn = app.db().read().await?;
    let records = store::shredding::disposal_records(&mut conn)
        .await
        .map_err(told)?;
    let records = records.into_iter().map(DisposalAnswer::from).collect();
    Ok(Json(paging.page(records, |r: &DisposalAnswer| &r.person)))
}
