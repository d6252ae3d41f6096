//! Errors on their way out: `application/problem+json` (RFC 9457), in Japanese, with nothing of the inside in them.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Which parameter.
    pub pointer: String,
    /// What is wrong, and what is accepted.
    pub detail: String,
}

/// What the API answers instead of a result.
#[derive(Debug)]
pub enum ApiError {
    /// 400.
    BadRequest(Vec<Fault>),
    /// 404: not there, or not to be known.
    NotFound,
    /// 500: logged, not told.
    Internal(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self::Internal(error.into())
    }
}

#[derive(Serialize)]
struct Problem<'a> {
    r#type: &'a str,
    title: &'a str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Fault>,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, title, detail, errors) = match self {
            Self::BadRequest(errors) => {
                let detail = errors
                    .iter()
                    .map(|f| format!("{}: {}", f.pointer, f.detail))
                    .collect::<Vec<_>>()
                    .join(" / ");
                (StatusCode::BAD_REQUEST, "パラメータを読めません", detail, errors)
            }
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "見つかりません",
                "そのIDのものはありません".to_owned(),
                Vec::new(),
            ),
            Self::Internal(error) => {
                tracing::error!(error = format!("{error:#}"), "処理に失敗しました");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "処理できませんでした",
                    "しばらくしてから、もう一度お試しください".to_owned(),
                    Vec::new(),
                )
            }
        };
        let body = Problem {
            r#type: "about:blank",
            title,
            status: status.as_u16(),
            detail,
            errors,
        };
        let json = serde_json::to_string(&body).unwrap_or_default();
        (status, [(header::CONTENT_TYPE, "application/problem+json")], json).into_response()
    }
}
