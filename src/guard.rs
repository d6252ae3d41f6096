//! What stands around every request: limits, headers, one log line, and an error in the right words for whoever asked.

use std::{any::Any, collections::HashSet, sync::Arc, time::Duration, time::Instant};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{FromRequest, FromRequestParts, MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use tokio::sync::Semaphore;
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, limit::RequestBodyLimitLayer,
    set_header::SetResponseHeaderLayer,
};

use crate::{
    app::App,
    error::{ApiError, Fault, PROBLEM_JSON, Problem},
    pages::handlers,
    telemetry::{Counted, known},
};

/// Bytes of a request's body.
const BODY_LIMIT: usize = 1024 * 1024;
/// Bytes of an address. Words of 200 characters are 1,800 bytes when encoded.
const ADDRESS_LIMIT: usize = 8 * 1024;
/// Requests that are worked on at once; what comes on top is told to come again.
const AT_ONCE: usize = 128;
/// How long a request may wait for its turn.
const TURN: Duration = Duration::from_secs(2);
/// How long the answer may take.
const ANSWER: Duration = Duration::from_secs(15);

/// Scripts, styles, pictures and fonts are all our own; nothing else is ever asked.
const CSP: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// On every answer, unless a handler said otherwise. No HSTS: the service itself speaks plain http.
const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CSP),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("permissions-policy"),
        "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
    ),
    // No cross-origin-opener-policy: over plain http, as in most town halls, browsers ignore it and complain on every page.
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    // Words searched for are nobody's to keep on the way.
    (header::CACHE_CONTROL, "no-store"),
];

/// Puts everything around the routes; `confined` are the patterns that are for staff.
pub fn around(routes: Router<App>, app: &App, confined: HashSet<String>) -> Router<App> {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let guarded = routes
        .layer(from_fn(whole))
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .layer(from_fn_with_state((app.clone(), turns), limits))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(from_fn_with_state(app.clone(), in_words))
        .layer(CompressionLayer::new());
    let dressed = HEADERS.into_iter().fold(guarded, |router, (name, value)| {
        router.layer(SetResponseHeaderLayer::if_not_present(
            name,
            HeaderValue::from_static(value),
        ))
    });
    dressed.layer(from_fn_with_state((app.clone(), Arc::new(confined)), told))
}

/// Reads the body before anyone answers. What is refused unread would end the connection without a word, and the next call on it
/// would be lost.
async fn whole(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match Bytes::from_request(Request::new(body), &()).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// No parameters at all: an unknown one is an error, not ignored.
#[derive(Debug, Clone, Copy)]
pub struct NoQuery;

impl<S: Sync> FromRequestParts<S> for NoQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let names = parts
            .uri
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|p| !p.is_empty());
        let faults: Vec<Fault> = names
            .map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name))
            .map(|name| Fault::new(name, "このパラメーターはありません"))
            .collect();
        if faults.is_empty() {
            Ok(Self)
        } else {
            Err(ApiError::BadRequest(faults))
        }
    }
}

/// The address by which the asker reaches us: the one that is set, else the one that was used. Without a slash behind.
pub fn base_url(app: &App, headers: &HeaderMap) -> String {
    if let Some(set) = &app.settings().public_base_url.value {
        return set.trim_end_matches('/').to_owned();
    }
    let plain = |host: &&str| {
        host.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b))
    };
    let host = headers
        .get(header::HOST)
        .and_then(|h| h.to_str().ok())
        .filter(plain);
    host.map_or_else(String::new, |host| format!("http://{host}"))
}

/// Whether a program asks here, and wants a problem document when something is wrong.
pub fn for_programs(path: &str) -> bool {
    let below = |root: &str| {
        path.strip_prefix(root)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    (below("/api") && path != "/api/docs")
        || ["/tiles", "/healthz", "/readyz", "/metrics"]
            .into_iter()
            .any(below)
}

/// One line a request, by the pattern it matched: what is asked for is nobody's to read later.
async fn told(
    State((app, confined)): State<(App, Arc<HashSet<String>>)>,
    request: Request,
    next: Next,
) -> Response {
    let start = Instant::now();
    let method = known(request.method());
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let (status, took) = (response.status(), start.elapsed());
    let route = matched.as_ref().map(MatchedPath::as_str);
    let counted = match route {
        None => Counted::Nowhere,
        Some(route) if confined.contains(route) => Counted::Staff,
        Some(route) => Counted::Open(method, route),
    };
    app.telemetry().answered(counted, status, took);
    // What no route matches may be anything, a person's name too: only that is told.
    let shown = route.unwrap_or("(ページなし)");
    tracing::info!(target: "yosatte::request", "{method} {shown} {} {}ms", status.as_u16(), took.as_millis());
    response
}

/// A turn for every request, and an end to every answer. Whether the service lives is told even when it is busy.
async fn limits(State((app, turns)): State<(App, Arc<Semaphore>)>, request: Request, next: Next) -> Response {
    let length = request.uri().path_and_query().map_or(0, |p| p.as_str().len());
    if length > ADDRESS_LIMIT {
        return Problem::of(StatusCode::URI_TOO_LONG).into_response();
    }
    let watched = ["/healthz", "/readyz", "/metrics"].contains(&request.uri().path());
    let turn = if watched {
        None
    } else {
        match tokio::time::timeout(TURN, turns.acquire_owned()).await {
            Ok(Ok(turn)) => Some(turn),
            _ => {
                app.telemetry().refused();
                return busy("いま混みあっています");
            }
        }
    };
    let answer = tokio::time::timeout(ANSWER, next.run(request)).await;
    drop(turn);
    answer.unwrap_or_else(|_| busy("時間がかかりすぎました"))
}

fn busy(title: &'static str) -> Response {
    let problem = Problem {
        title,
        ..Problem::of(StatusCode::SERVICE_UNAVAILABLE)
    };
    let mut response = problem.into_response();
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

fn after_panic(_: Box<dyn Any + Send + 'static>) -> Response {
    // What broke has been written to the log by the panic itself.
    Problem::of(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

/// Every error in words: a problem document for programs, a page for people. `OPTIONS` is told what may be called.
async fn in_words(State(app): State<App>, request: Request, next: Next) -> Response {
    let asks_options = request.method() == Method::OPTIONS;
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    let status = response.status();
    if asks_options && status == StatusCode::METHOD_NOT_ALLOWED {
        let mut answer = StatusCode::NO_CONTENT.into_response();
        if let Some(allow) = response.headers_mut().remove(header::ALLOW) {
            answer.headers_mut().insert(header::ALLOW, allow);
        }
        return answer;
    }
    let programs = for_programs(&path);
    let kind = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|k| k.to_str().ok())
        .unwrap_or_default();
    let right = if programs {
        kind == PROBLEM_JSON
    } else {
        kind.starts_with("text/html")
    };
    // A missing script or picture is read by no one.
    if !(status.is_client_error() || status.is_server_error()) || right || path.starts_with("/assets/") {
        return response;
    }
    let mut answer = if programs {
        Problem::of(status).into_response()
    } else {
        handlers::error_page(&app, status)
    };
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = response.headers_mut().remove(&name) {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}
