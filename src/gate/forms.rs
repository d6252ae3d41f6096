//! Whether a change comes from one of our own pages: by what the browser says of it, and by the session's own token.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use subtle::ConstantTimeEq;

use crate::{app::App, error::Problem, guard::base_url};

/// The field of a form, and the header of a call, that carry the session's own token.
pub const CSRF_FIELD: &str = "csrf";
const CSRF_HEADER: &str = "x-csrf-token";
/// Bytes of a form; the guard around lets no more through.
const FORM_LIMIT: usize = 1024 * 1024;

/// Whether a change was asked for by one of our own pages, as far as the browser says.
pub(super) fn same_origin(app: &App, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|h| h.to_str().ok());
    if let Some(site) = text("sec-fetch-site")
        && !matches!(site, "same-origin" | "none")
    {
        return false;
    }
    let Some(origin) = text("origin") else {
        return true;
    };
    let host = text("host").unwrap_or_default();
    let authority = origin.split_once("://").map_or("", |(_, a)| a);
    origin == base_url(app, headers) || (!host.is_empty() && authority == host)
}

/// Passes the request on when it carries the session's token in its header or in its form.
pub(super) async fn carries(request: Request, csrf: &str) -> Result<Request, Response> {
    let same = |token: &str| bool::from(token.as_bytes().ct_eq(csrf.as_bytes())) && !csrf.is_empty();
    let headers = request.headers();
    if headers
        .get(CSRF_HEADER)
        .and_then(|h| h.to_str().ok())
        .is_some_and(same)
    {
        return Ok(request);
    }
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|h| h.to_str().ok())
        .unwrap_or_default();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(forged());
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, FORM_LIMIT)
        .await
        .map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
    let carried = form_urlencoded::parse(&bytes).any(|(name, value)| name == CSRF_FIELD && same(&value));
    if carried {
        Ok(Request::from_parts(parts, Body::from(bytes)))
    } else {
        Err(forged())
    }
}

pub(super) fn forged() -> Response {
    Problem {
        title: "画面が古くなっています",
        detail: "画面を開きなおして、もう一度お試しください".to_owned(),
        ..Problem::of(StatusCode::FORBIDDEN)
    }
    .into_response()
}
