//! Errors on their way out: `application/problem+json` (RFC 9457), in Japanese, with nothing of the inside in them.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::accounts::policy::Refusal;

/// The media type of every error a program gets.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fault {
    /// Which parameter.
    pub pointer: String,
    /// What is wrong, and what is accepted.
    pub detail: String,
}

impl Fault {
    /// A fault of one parameter.
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            detail: detail.into(),
        }
    }
}

/// What a program is told instead of a result (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the status says what kind of problem it is.
    pub r#type: &'static str,
    /// What happened.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What happened here, and what to do.
    pub detail: String,
    /// What is wrong with the request, one by one; left out when there is nothing to name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Fault>,
}

impl Problem {
    /// The problem of a status in its usual words.
    pub fn of(status: StatusCode) -> Self {
        let (title, detail) = words(status);
        Self {
            r#type: "about:blank",
            title,
            status: status.as_u16(),
            detail: detail.to_owned(),
            errors: Vec::new(),
        }
    }

    /// Its status.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let json = serde_json::to_string(&self).unwrap_or_default();
        let kind = HeaderValue::from_static(PROBLEM_JSON);
        (self.status(), [(header::CONTENT_TYPE, kind)], json).into_response()
    }
}

/// What happened and what to do, for every status this service gives.
fn words(status: StatusCode) -> (&'static str, &'static str) {
    match status.as_u16() {
        400 => ("要求を読めません", "アドレスや値の書き方をお確かめください"),
        401 => (
            "サインインが必要です",
            "サインインしてから、もう一度お試しください",
        ),
        403 => ("この操作はできません", "役割と権限をお確かめください"),
        404 => ("見つかりません", "そのアドレスには何もありません"),
        409 => (
            "いまはその操作ができません",
            "画面を開きなおして、状態をお確かめください",
        ),
        412 => (
            "ほかの人が先に変えました",
            "新しい内容を読みなおしてから、もう一度お試しください",
        ),
        422 => ("内容に誤りがあります", "下の内容を直してください"),
        405 => (
            "その方法では呼び出せません",
            "Allow ヘッダーにある方法で呼び出してください",
        ),
        406 => ("その形では答えられません", "Accept ヘッダーをお確かめください"),
        408 => ("送信に時間がかかりすぎました", "もう一度お試しください"),
        413 => ("送られた内容が大きすぎます", "1MBまでにしてください"),
        414 => (
            "アドレスが長すぎます",
            "アドレスは8,000文字まで、さがすことばは200文字までにしてください",
        ),
        415 => ("その形式は読めません", "Content-Type ヘッダーをお確かめください"),
        429 | 503 => ("いま混みあっています", "少し待ってから、もう一度お試しください"),
        _ if status.is_client_error() => ("要求に応じられません", "要求の内容をお確かめください"),
        _ => ("処理できませんでした", "しばらくしてから、もう一度お試しください"),
    }
}

fn told(faults: &[Fault]) -> String {
    let lines: Vec<String> = faults
        .iter()
        .map(|f| format!("{}: {}", f.pointer, f.detail))
        .collect();
    lines.join(" / ")
}

/// What the API answers instead of a result.
#[derive(Debug)]
pub enum ApiError {
    /// 400.
    BadRequest(Vec<Fault>),
    /// 404: not there, or not to be known.
    NotFound,
    /// 404, and why that can be told.
    Absent(&'static str),
    /// 401, 403 or 404: what the policy said.
    Refused(Refusal),
    /// 409: not in the state for it, and why.
    Conflict(String),
    /// 412: somebody else changed it meanwhile.
    Changed,
    /// 428: the version that is to be changed was not named.
    NoVersion,
    /// 422: well-formed, but not valid.
    Invalid(Vec<Fault>),
    /// 429: too often.
    TooOften(String),
    /// 503: not able to answer now, and why.
    NotNow(&'static str),
    /// 500: logged, not told.
    Internal(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self::Internal(error.into())
    }
}

impl ApiError {
    /// One parameter that cannot be read.
    pub fn fault(pointer: &str, detail: impl Into<String>) -> Self {
        Self::BadRequest(vec![Fault::new(pointer, detail)])
    }

    /// What may be told of it. A fault of the inside is logged here, once.
    pub fn problem(self) -> Problem {
        match self {
            Self::BadRequest(errors) => Problem {
                title: "パラメーターを読めません",
                detail: told(&errors),
                errors,
                ..Problem::of(StatusCode::BAD_REQUEST)
            },
            Self::NotFound => Problem {
                detail: "そのIDのものはありません".to_owned(),
                ..Problem::of(StatusCode::NOT_FOUND)
            },
            Self::Absent(why) => Problem {
                detail: why.to_owned(),
                ..Problem::of(StatusCode::NOT_FOUND)
            },
            Self::Refused(Refusal::Hidden) => Self::NotFound.problem(),
            Self::Refused(refusal) => Problem {
                detail: refusal.to_string(),
                ..Problem::of(match refusal {
                    Refusal::SignIn => StatusCode::UNAUTHORIZED,
                    _ => StatusCode::FORBIDDEN,
                })
            },
            Self::Conflict(why) => Problem {
                detail: why,
                ..Problem::of(StatusCode::CONFLICT)
            },
            Self::Changed => Problem::of(StatusCode::PRECONDITION_FAILED),
            Self::NoVersion => Problem {
                detail: "If-Match に、読んだときの version を入れてください".to_owned(),
                ..Problem::of(StatusCode::PRECONDITION_REQUIRED)
            },
            Self::Invalid(errors) => Problem {
                detail: told(&errors),
                errors,
                ..Problem::of(StatusCode::UNPROCESSABLE_ENTITY)
            },
            Self::TooOften(why) => Problem {
                detail: why,
                ..Problem::of(StatusCode::TOO_MANY_REQUESTS)
            },
            Self::NotNow(why) => Problem {
                title: "いま答えられません",
                detail: why.to_owned(),
                ..Problem::of(StatusCode::SERVICE_UNAVAILABLE)
            },
            Self::Internal(error) => {
                tracing::error!(error = format!("{error:#}"), "処理に失敗しました");
                Problem::of(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.problem().into_response()
    }
}
