//! The API described for programs (OpenAPI 3.1), gathered from the handlers themselves.

use axum::Json;
use utoipa::{OpenApi, openapi};

use crate::{
    accounts, districts, guard::NoQuery, map, matching, people::api as people, resources, search, telemetry,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "よさって API",
        description = "地域の社会資源を、ことばと場所でさがすためのAPI。\n\n\
            - 誤りは application/problem+json(RFC 9457)。入力の誤りは errors にひとつずつ入る。\n\
            - 知らないパラメーターは無視せず、400 にする。\n\
            - コードのある値は、コードでも日本語でも受けとる。答えには両方が入る。\n\
            - 一覧は {total, items, next}。next を cursor に入れると次のページ。\n\
            - 距離はメートル、時刻は +09:00 の RFC 3339、経度が先(near だけは 緯度,経度)。",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    servers((url = "/", description = "このサーバー")),
    tags((name = "さがす"), (name = "地区"), (name = "地図"), (name = "職員"), (name = "つなぐ"), (name = "記録"), (name = "運用")),
    paths(
        search::api::resources,
        resources::api::resource,
        search::api::opportunities,
        resources::api::opportunity,
        search::api::suggest::suggest,
        districts::api::districts,
        districts::api::district,
        map::api::tilejson,
        map::api::tile,
        accounts::api::who,
        accounts::api::sign_in,
        accounts::api::sign_out,
        accounts::api::audit,
        matching::api::find_candidates,
        people::cases::list,
        people::cases::add,
        people::cases::search,
        people::cases::find,
        people::cases::change,
        people::cases::basis,
        people::cases::close,
        people::cases::reopen,
        people::cases::deputies,
        people::notes::list,
        people::notes::add,
        people::notes::correct,
        people::notes::settle,
        people::needs::list,
        people::needs::add,
        people::needs::find,
        people::needs::change,
        people::matches::candidates,
        people::matches::list,
        people::matches::propose,
        people::matches::find,
        people::matches::profile,
        people::matches::step,
        people::matches::follow_up,
        people::consents::list,
        people::consents::add,
        people::consents::withdraw,
        people::shares::list,
        people::shares::add,
        people::shares::end,
        people::shares::referrals,
        people::shares::refer,
        people::shares::end_referral,
        people::hands::open_matters,
        people::hands::hand_over,
        people::disclosure::export,
        people::conferences::list,
        people::conferences::add,
        people::conferences::find,
        people::conferences::change,
        people::conferences::members,
        people::conferences::cases,
        people::shredding::due,
        people::shredding::propose,
        people::shredding::approve,
        people::shredding::disposals,
        telemetry::healthz,
        telemetry::readyz,
        telemetry::metrics,
        document,
    ),
)]
struct Document;

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "運用", summary = "この説明(OpenAPI 3.1)",
    responses((status = 200, description = "OpenAPI", body = serde_json::Value)))]
pub async fn document(_: NoQuery) -> Json<openapi::OpenApi> {
    Json(Document::openapi())
}

/// One call, as a page tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// As GET.
    pub method: &'static str,
    /// As `/api/v1/resources/{id}`.
    pub path: String,
    /// What it does.
    pub summary: String,
    /// Parameters: name and what it says of itself.
    pub parameters: Vec<(String, String)>,
}

/// Every call of the document, in its order.
pub fn calls() -> Vec<Call> {
    let document = Document::openapi();
    let methods = document.paths.paths.into_iter().flat_map(|(path, item)| {
        [
            ("GET", item.get),
            ("POST", item.post),
            ("PUT", item.put),
            ("PATCH", item.patch),
            ("DELETE", item.delete),
        ]
        .map(|(method, operation)| (method, path.clone(), operation))
    });
    let calls = methods.filter_map(|(method, path, operation)| {
        let operation = operation?;
        let parameters = operation.parameters.unwrap_or_default().into_iter();
        Some(Call {
            method,
            path,
            summary: operation.summary.unwrap_or_default(),
            parameters: parameters
                .map(|p| (p.name, p.description.unwrap_or_default()))
                .collect(),
        })
    });
    calls.collect()
}
