//! 本人の同意 for programs: recorded, and taken back.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Body, List, Paging, Written, done, on_case, open,
    paging::PagingParameters,
    problems::{Reading, Writing},
    told, vault,
};
use crate::{
    accounts::policy::Act,
    app::App,
    error::ApiError,
    gate::Staff,
    guard::NoQuery,
    people::{
        consent::{Consent, NewConsent, Recipient, Scope, Withdrawal},
        ids::ConsentId,
        store,
    },
};

/// A part of what can be known of a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartAnswer {
    /// `needs`, `strengths`, `identity`, `notes`.
    pub value: &'static str,
    /// For people.
    pub label: &'static str,
}

/// A scope as programs are told.
pub fn parts(scope: &Scope) -> Vec<PartAnswer> {
    let part = |p: crate::people::consent::Part| PartAnswer {
        value: p.code(),
        label: p.label(),
    };
    scope.parts().map(part).collect()
}

/// That a consent was taken back.
#[derive(Debug, Serialize, ToSchema)]
pub struct WithdrawalAnswer {
    /// The day.
    pub on: NaiveDate,
    /// By whom: `person`, `parent`, `guardian`, `other`.
    pub by: &'static str,
    /// For people.
    pub by_label: &'static str,
}

/// A consent.
#[derive(Serialize, ToSchema)]
pub struct ConsentAnswer {
    /// Its id.
    pub id: String,
    /// The day it was given.
    pub given_on: NaiveDate,
    /// Who gave it: `person`, `parent`, `guardian`, `other`.
    pub given_by: &'static str,
    /// For people.
    pub given_by_label: &'static str,
    /// Their name or standing, when it is not the person.
    pub giver_name: Option<String>,
    /// `written` or `oral`.
    pub form: &'static str,
    /// For people.
    pub form_label: &'static str,
    /// Who may know: of each `conference`, `account` or `organization`.
    #[schema(value_type = Vec<Object>)]
    pub recipients: Vec<Recipient>,
    /// What.
    pub scope: Vec<PartAnswer>,
    /// More, as it was said.
    pub remark: Option<String>,
    /// Who recorded it.
    pub recorded_by: String,
    /// When, RFC 3339.
    pub recorded_at: String,
    /// Whether it was taken back.
    pub withdrawn: Option<WithdrawalAnswer>,
}

impl From<Consent> for ConsentAnswer {
    fn from(consent: Consent) -> Self {
        let given = consent.given;
        Self {
            id: consent.id.to_string(),
            given_on: given.given_on,
            given_by: given.given_by.code(),
            given_by_label: given.given_by.label(),
            giver_name: given.giver_name,
            form: given.form.code(),
            form_label: given.form.label(),
            scope: parts(&given.scope),
            recipients: given.recipients,
            remark: given.remark,
            recorded_by: consent.recorded_by,
            recorded_at: consent.recorded_at,
            withdrawn: consent.withdrawn.map(|w| WithdrawalAnswer {
                on: w.on,
                by: w.by.code(),
                by_label: w.by.label(),
            }),
        }
    }
}

/// The consents of a case.
#[utoipa::path(get, path = "/api/v1/cases/{id}/consents", tag = "記録", summary = "同意の一覧(撤回されたものも)",
    params(("id" = String, Path, description = "ケースのID"), PagingParameters),
    responses((status = 200, description = "同意", body = List<ConsentAnswer>), Reading))]
pub async fn list(
    paging: Paging,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
) -> Result<Json<List<ConsentAnswer>>, ApiError> {
    let (mut rec, id) = on_case(&app, &staff, Act::ReadCase, &id).await?;
    let opened = open(&app, &mut rec, &id).await?;
    let consents = store::consents::list(&mut rec, &opened).await.map_err(told)?;
    let consents = consents.into_iter().map(ConsentAnswer::from).collect();
    done(rec, Json(paging.page(consents, |c: &ConsentAnswer| &c.id))).await
}

/// Records a consent.
#[utoipa::path(post, path = "/api/v1/cases/{id}/consents", tag = "記録", summary = "同意を記録する",
    description = "記録の根拠は変わらない(basis で変える)。",
    params(("id" = String, Path, description = "ケースのID")),
    request_body(content = Object, description = "given_on、given_by、giver_name、form、recipients [{conference} か {account} か {organization}]、\
        scope [needs・strengths・identity・notes]、remark"),
    responses((status = 201, description = "記録した", body = Written), Writing))]
pub async fn add(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
    body: Body,
) -> Result<(StatusCode, Json<Written>), ApiError> {
    let consent = body.read(NewConsent::read)?;
    let (mut rec, id) = on_case(&app, &staff, Act::WriteCase, &id).await?;
    let id = store::consents::add(&mut rec, vault(&app)?, &id, &consent)
        .await
        .map_err(told)?;
    done(rec, (StatusCode::CREATED, Json(Written::new(id)))).await
}

/// Records that a consent was taken back.
#[utoipa::path(post, path = "/api/v1/cases/{id}/consents/{consent}/withdrawal", tag = "記録", summary = "同意の撤回を記録する",
    description = "この同意による共有とつなぎは、その場で終わる。ほかに同意がなければ、根拠は未同意に戻る。",
    params(("id" = String, Path, description = "ケースのID"), ("consent" = String, Path, description = "同意のID")),
    request_body(content = Object, description = "on(撤回の日)、by(person・parent・guardian・other)"),
    responses((status = 204, description = "撤回を記録した"), Writing))]
pub async fn withdraw(
    _: NoQuery,
    Path((id, consent)): Path<(String, String)>,
    State(app): State<App>,
    staff: Staff,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let withdrawal = body.read(Withdrawal::read)?;
    let (mut rec, id) = on_case(&app, &staff, Act::WriteCase, &id).await?;
    let consent = ConsentId::new(&consent).map_err(|_| ApiError::NotFound)?;
    store::consents::withdraw(&mut rec, vault(&app)?, &id, &consent, &withdrawal)
        .await
        .map_err(told)?;
    done(rec, StatusCode::NO_CONTENT).await
}
