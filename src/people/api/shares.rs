//! What leaves a record, for programs: shared with conferences, referred to 多機関協働推進員, and ended.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    Body, List, Paging, Written,
    consents::{PartAnswer, parts},
    done, on_case, open,
    paging::PagingParameters,
    problems::{Reading, Writing},
    told, vault,
};
use crate::{
    accounts::{account::AccountId, policy::Act},
    app::App,
    error::ApiError,
    gate::Staff,
    guard::NoQuery,
    kernel::fields::{Fields, Problem},
    people::{
        ids::{ReferralId, ShareId},
        share::{EndReason, NewShare, Referral, Share},
        store,
    },
};

/// How a sharing ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ending {
    /// When, RFC 3339.
    pub at: String,
    /// `by_hand`, `withdrawn`, `basis`, `closed`.
    pub reason: &'static str,
    /// For people.
    pub reason_label: &'static str,
}

fn ending(at: Option<String>, reason: Option<EndReason>) -> Option<Ending> {
    let (at, reason) = (at?, reason.unwrap_or(EndReason::ByHand));
    Some(Ending {
        at,
        reason: reason.code(),
        reason_label: reason.label(),
    })
}

/// A share.
#[derive(Serialize, ToSchema)]
pub struct ShareAnswer {
    /// Its id.
    pub id: String,
    /// With which conference.
    pub conference: String,
    /// `multilayer` or `statutory`.
    pub kind: &'static str,
    /// For people.
    pub kind_label: &'static str,
    /// Which need.
    pub need: Option<String>,
    /// The consent it rests on; null when it rests on the law.
    pub consent: Option<String>,
    /// What of it.
    pub scope: Vec<PartAnswer>,
    /// Who shared it.
    pub shared_by: String,
    /// The day.
    pub shared_on: NaiveDate,
    /// How it ended; null as long as it stands.
    pub ended: Option<Ending>,
}

impl From<Share> for ShareAnswer {
    fn from(share: Share) -> Self {
        Self {
            id: share.id.to_string(),
            conference: share.conference.to_string(),
            kind: share.kind.code(),
            kind_label: share.kind.label(),
            need: share.need.map(|id| id.to_string()),
            consent: share.consent.map(|id| id.to_string()),
            scope: parts(&share.scope),
            shared_by: share.shared_by,
            shared_on: share.shared_on,
            ended: ending(share.ended_at, share.end_reason),
        }
    }
}

/// A referral.
#[derive(Serialize, ToSchema)]
pub struct ReferralAnswer {
    /// Its id.
    pub id: String,
    /// To whom.
    pub account: String,
    /// The consent it rests on.
    pub consent: Option<String>,
    /// Why, in words.
    pub reason: Option<String>,
    /// Who referred it.
    pub referred_by: String,
    /// The day.
    pub referred_on: NaiveDate,
    /// How it ended; null as long as it stands.
    pub ended: Option<Ending>,
}

impl From<Referral> for ReferralAnswer {
    fn from(referral: Referral) -> Self {
        Self {
            id: referral.id.to_string(),
            account: referral.account.to_string(),
            consent: referral.consent.map(|id| id.to_string()),
            reason: referral.reason,
            referred_by: referral.referred_by,
            referred_on: referral.referred_on,
            ended: ending(referral.ended_at, referral.end_reason),
        }
    }
}

/// With which conferences a case is and was shared.
#[utoipa::path(get, path = "/api/v1/cases/{id}/shares", tag = "記録", summary = "会議への共有の一覧(終わったものも)",
    params(("id" = String, Path, description = "ケースのID"), PagingParameters),
    responses((status = 200, description = "共有", body = List<ShareAnswer>), Reading))]
pub async fn list(
    paging: Paging,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
) -> Result<Json<List<ShareAnswer>>, ApiError> {
    let (mut rec, id) = on_case(&app, &staff, Act::ReadCase, &id).await?;
    let opened = open(&app, &mut rec, &id).await?;
    let shares = store::shares::list(&mut rec, &opened).await.map_err(told)?;
    let shares = shares.into_iter().map(ShareAnswer::from).collect();
    done(rec, Json(paging.page(shares, |s: &ShareAnswer| &s.id))).await
}

/// Shares a case with a conference.
#[utoipa::path(post, path = "/api/v1/cases/{id}/shares", tag = "記録", summary = "会議に共有する",
    description = "記録の根拠と同意が許すことだけ。許さないものは 409。",
    params(("id" = String, Path, description = "ケースのID")),
    request_body(content = Object, description = "conference、need、scope [needs・strengths・identity・notes]"),
    responses((status = 201, description = "共有した", body = Written), Writing))]
pub async fn add(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
    body: Body,
) -> Result<(StatusCode, Json<Written>), ApiError> {
    let share = body.read(NewShare::read)?;
    let (mut rec, id) = on_case(&app, &staff, Act::ShareCase, &id).await?;
    let id = store::shares::add(&mut rec, vault(&app)?, &id, &share)
        .await
        .map_err(told)?;
    done(rec, (StatusCode::CREATED, Json(Written::new(id)))).await
}

/// Ends a share.
#[utoipa::path(delete, path = "/api/v1/cases/{id}/shares/{share}", tag = "記録", summary = "会議への共有を終える",
    params(("id" = String, Path, description = "ケースのID"), ("share" = String, Path, description = "共有のID")),
    responses((status = 204, description = "終えた"), Reading))]
pub async fn end(
    _: NoQuery,
    Path((id, share)): Path<(String, String)>,
    State(app): State<App>,
    staff: Staff,
) -> Result<StatusCode, ApiError> {
    let (mut rec, id) = on_case(&app, &staff, Act::ShareCase, &id).await?;
    let share = ShareId::new(&share).map_err(|_| ApiError::NotFound)?;
    store::shares::end(&mut rec, &id, &share).await.map_err(told)?;
    done(rec, StatusCode::NO_CONTENT).await
}

/// To whom a case is and was referred.
#[utoipa::path(get, path = "/api/v1/cases/{id}/referrals", tag = "記録", summary = "多機関協働推進員へのつなぎの一覧(終わったものも)",
    params(("id" = String, Path, description = "ケースのID"), PagingParameters),
    responses((status = 200, description = "つなぎ", body = List<ReferralAnswer>), Reading))]
pub async fn referrals(
    paging: Paging,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
) -> Result<Json<List<ReferralAnswer>>, ApiError> {
    let (mut rec, id) = on_case(&app, &staff, Act::ReadCase, &id).await?;
    let opened = open(&app, &mut rec, &id).await?;
    let referrals = store::referrals::list(&mut rec, &opened).await.map_err(told)?;
    let referrals = referrals.into_iter().map(ReferralAnswer::from).collect();
    done(rec, Json(paging.page(referrals, |r: &ReferralAnswer| &r.id))).await
}

fn referral_of(value: &Value) -> Result<(AccountId, Option<String>), Vec<Problem>> {
    let mut f = Fields::of(value, "")?;
    let account = f.required_word("account", |t| AccountId::new(t).ok(), "アカウントの名前");
    let reason = f.text("reason", 2000);
    match account {
        Some(account) => f.finish((account, reason)),
        None => Err(f.finish(()).err().unwrap_or_default()),
    }
}

/// Refers a case.
#[utoipa::path(post, path = "/api/v1/cases/{id}/referrals", tag = "記録", summary = "多機関協働推進員につなぐ",
    description = "その人を名指しし、すべての内容を含む同意が要る。",
    params(("id" = String, Path, description = "ケースのID")),
    request_body(content = Object, description = "account、reason"),
    responses((status = 201, description = "つないだ", body = Written), Writing))]
pub async fn refer(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
    body: Body,
) -> Result<(StatusCode, Json<Written>), ApiError> {
    let (account, reason) = body.read(referral_of)?;
    let (mut rec, id) = on_case(&app, &staff, Act::ShareCase, &id).await?;
    let id = store::referrals::add(&mut rec, vault(&app)?, &id, &account, reason)
        .await
        .map_err(told)?;
    done(rec, (StatusCode::CREATED, Json(Written::new(id)))).await
}

/// Ends a referral.
#[utoipa::path(delete, path = "/api/v1/cases/{id}/referrals/{referral}", tag = "記録", summary = "多機関協働推進員へのつなぎを終える",
    params(("id" = String, Path, description = "ケースのID"), ("referral" = String, Path, description = "つなぎのID")),
    responses((status = 204, description = "終えた"), Reading))]
pub async fn end_referral(
    _: NoQuery,
    Path((id, referral)): Path<(String, String)>,
    State(app): State<App>,
    staff: Staff,
) -> Result<StatusCode, ApiError> {
    let (mut rec, id) = on_case(&app, &staff, Act::ShareCase, &id).await?;
    let referral = ReferralId::new(&referral).map_err(|_| ApiError::NotFound)?;
    store::referrals::end(&mut rec, &id, &referral)
        .await
        .map_err(told)?;
    done(rec, StatusCode::NO_CONTENT).await
}
