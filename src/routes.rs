//! Every URL on one screen.

use axum::{
    Router,
    http::{HeaderValue, header},
    routing::get,
};
use tower_http::{limit::RequestBodyLimitLayer, set_header::SetResponseHeaderLayer};

use crate::{
    app::App,
    districts,
    pages::{assets, handlers},
    resources, search,
};

/// Scripts, styles, pictures and fonts are all our own; nothing else is ever asked.
const CSP: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The whole service.
pub fn router(app: App) -> Router {
    let header = |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(search::api::ready))
        .route("/api/v1/resources", get(search::api::resources))
        .route("/api/v1/resources/{id}", get(resources::api::resource))
        .route("/api/v1/opportunities/{id}", get(resources::api::opportunity))
        .route("/api/v1/districts", get(districts::api::districts))
        .route("/api/v1/districts/{id}", get(districts::api::district))
        .route("/", get(handlers::home))
        .route("/resources/{id}", get(handlers::resource))
        .route("/districts", get(handlers::districts))
        .route("/districts/{id}", get(handlers::district))
        .route("/about", get(handlers::about))
        .route("/about/data", get(handlers::data))
        .route("/about/licenses", get(handlers::licenses))
        .route("/api/docs", get(handlers::api_docs))
        .route("/assets/{*path}", get(assets::serve))
        .fallback(handlers::not_found)
        .layer(RequestBodyLimitLayer::new(1024 * 1024))
        .layer(header(header::CONTENT_SECURITY_POLICY, CSP))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "no-referrer"))
        .with_state(app)
}
