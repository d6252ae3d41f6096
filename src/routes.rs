//! Every URL on one screen.

use axum::{
    Router,
    routing::{MethodRouter, get},
};

use crate::{
    app::App,
    districts, guard, map, openapi,
    pages::{assets, handlers},
    resources, search, telemetry,
};

/// What programs call; each stands in the OpenAPI document, and nothing else does (`tests/api_document.rs`).
pub fn for_programs() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        ("/healthz", get(telemetry::healthz)),
        ("/readyz", get(telemetry::readyz)),
        ("/metrics", get(telemetry::metrics)),
        ("/api/v1/resources", get(search::api::resources)),
        ("/api/v1/resources/{id}", get(resources::api::resource)),
        ("/api/v1/opportunities", get(search::api::opportunities)),
        ("/api/v1/opportunities/{id}", get(resources::api::opportunity)),
        ("/api/v1/suggest", get(search::api::suggest::suggest)),
        ("/api/v1/districts", get(districts::api::districts)),
        ("/api/v1/districts/{id}", get(districts::api::district)),
        ("/api/openapi.json", get(openapi::document)),
        ("/tiles/{layer}.json", get(map::api::tilejson)),
        ("/tiles/{layer}/{z}/{x}/{y}.mvt", get(map::api::tile)),
    ]
}

/// What people open.
fn for_people() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        ("/", get(handlers::home)),
        ("/points.geojson", get(handlers::points)),
        ("/resources/{id}", get(handlers::resource)),
        ("/districts", get(handlers::districts)),
        ("/districts/{id}", get(handlers::district)),
        ("/about", get(handlers::about)),
        ("/about/data", get(handlers::data)),
        ("/about/licenses", get(handlers::licenses)),
        ("/api/docs", get(handlers::api_docs)),
        ("/assets/{*path}", get(assets::serve)),
    ]
}

/// The router takes whole segments as parameters; a handler takes the ending off again.
fn whole_segments(path: &str) -> String {
    path.replace("}.json", "}").replace("}.mvt", "}")
}

/// The whole service.
pub fn router(app: App) -> Router {
    let routes = for_programs()
        .into_iter()
        .chain(for_people())
        .fold(Router::new(), |router, (path, methods)| {
            router.route(&whole_segments(path), methods)
        })
        .fallback(handlers::not_found);
    guard::around(routes, &app).with_state(app)
}
