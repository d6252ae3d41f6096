//! Signing in for programs, and the audit.

use axum::{
    Json,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::{
    account::{AccountId, Role},
    audit::{self, Action, Entry, Listed, Wanted},
    desk::{Desk, SignInError},
    origin::Origin,
    pages::signin,
};
use crate::{
    app::App,
    error::{ApiError, Fault},
    gate::{Caller, Staff},
    guard::NoQuery,
    search::api::pairs,
};

fn refused(error: SignInError) -> ApiError {
    match error {
        SignInError::Wrong => ApiError::Invalid(vec![Fault::new("/password", error.to_string())]),
        SignInError::WrongCode => ApiError::Invalid(vec![Fault::new("/code", error.to_string())]),
        SignInError::TooOften(why) => ApiError::TooOften(why.to_string()),
        SignInError::Trail(error) => ApiError::Internal(error.into()),
    }
}

/// The desk, or why there is none.
pub fn desk(app: &App) -> Result<&Desk, ApiError> {
    app.desk()
        .ok_or(ApiError::NotNow("鍵が設定されていないため、サインインできません"))
}

/// Name, password and, where one is set up, the code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// What one signs in with.
    account: String,
    /// The password.
    password: String,
    /// Six digits, or a recovery code.
    #[serde(default)]
    code: Option<String>,
}

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Who {
    /// The account.
    account: String,
    /// The name colleagues read.
    name: String,
    /// The role.
    role: Role,
    /// For people.
    role_label: &'static str,
    /// Districts by id; `null` is the whole city.
    districts: Option<Vec<String>>,
    /// To be sent as `X-CSRF-Token` with everything that changes something.
    csrf: String,
    /// Whether signing in is done, or a code is still owed.
    complete: bool,
}

impl From<Staff> for Who {
    fn from(staff: Staff) -> Self {
        Self {
            account: staff.actor.id.to_string(),
            name: staff.actor.name,
            role: staff.actor.role,
            role_label: staff.actor.role.label(),
            districts: match staff.actor.scope {
                super::account::Scope::City => None,
                super::account::Scope::Districts(ids) => Some(ids.into_iter().map(String::from).collect()),
            },
            csrf: staff.csrf,
            complete: staff.owed.is_none(),
        }
    }
}

/// Who am I.
#[utoipa::path(get, path = "/api/v1/session", tag = "職員", summary = "だれがサインインしているか",
    responses((status = 200, description = "サインインしている人", body = Who),
        (status = 401, description = "サインインしていない", body = crate::error::Problem, content_type = "application/problem+json")))]
pub async fn who(_: NoQuery, staff: Staff) -> Json<Who> {
    Json(staff.into())
}

/// Sign in.
#[utoipa::path(post, path = "/api/v1/session", tag = "職員", summary = "サインインする(クッキーが返る)",
    request_body = Credentials,
    responses((status = 204, description = "サインインした"),
        (status = 422, description = "名前・パスワード・確認コードのどれかが違う", body = crate::error::Problem, content_type = "application/problem+json"),
        (status = 429, description = "試みが続いた", body = crate::error::Problem, content_type = "application/problem+json")))]
pub async fn sign_in(
    _: NoQuery,
    State(app): State<App>,
    Caller(address): Caller,
    origin: Origin,
    session: Session,
    headers: HeaderMap,
    body: Result<Json<Credentials>, axum::extract::rejection::JsonRejection>,
) -> Result<Response, ApiError> {
    let Json(given) =
        body.map_err(|e| ApiError::fault("body", format!("JSONとして読めません({})", e.status())))?;
    let (desk, device) = (desk(&app)?, signin::device(&headers));
    let password = Zeroizing::new(given.password);
    let account = desk
        .sign_in(app.db(), &given.account, password, address, device.as_deref())
        .await
        .map_err(refused)?;
    let code = match (account.second_factor, given.code) {
        (false, _) => false,
        (true, Some(code)) => {
            desk.second_factor(app.db(), &account.id, &code, address, device.as_deref())
                .await
                .map_err(refused)?;
            true
        }
        (true, None) => {
            return Err(ApiError::Invalid(vec![Fault::new(
                "/code",
                "確認コードが必要です",
            )]));
        }
    };
    signin::begin(&app, &session, &account.id, code, origin).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Sign out.
#[utoipa::path(delete, path = "/api/v1/session", tag = "職員", summary = "サインアウトする",
    responses((status = 204, description = "サインアウトした"),
        (status = 401, description = "サインインしていない", body = crate::error::Problem, content_type = "application/problem+json")))]
pub async fn sign_out(
    _: NoQuery,
    State(app): State<App>,
    staff: Staff,
    session: Session,
) -> Result<StatusCode, ApiError> {
    signin::end(&app, &session, &staff.actor.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A page of the audit.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditPage {
    /// Newest first.
    items: Vec<Listed>,
    /// What to give as `before` for the next page.
    next: Option<i64>,
}

/// Entries a page.
const PAGE: i64 = 100;

/// What the query asks of the audit.
pub fn wanted(raw: Option<&str>) -> Result<Wanted, ApiError> {
    let mut wanted = Wanted::default();
    let mut faults = Vec::new();
    for (name, value) in pairs(raw.unwrap_or_default()) {
        let fine = match (name.as_str(), value.trim()) {
            (_, "") => true,
            ("person", text) => {
                wanted.person = Some(text.to_uppercase());
                true
            }
            ("account", text) => {
                wanted.account = AccountId::new(text).ok();
                wanted.account.is_some()
            }
            ("day", text) => {
                wanted.day = text.parse().ok();
                wanted.day.is_some()
            }
            ("before", text) => {
                wanted.before = text.parse().ok();
                wanted.before.is_some()
            }
            _ => {
                faults.push(Fault::new(name, "このパラメーターはありません"));
                continue;
            }
        };
        if !fine {
            faults.push(Fault::new(
                name,
                "読めません。account は名前、day は 2026-11-24 のような日、before は番号です",
            ));
        }
    }
    if faults.is_empty() {
        Ok(wanted)
    } else {
        Err(ApiError::BadRequest(faults))
    }
}

/// Reads a page of the audit, and records that it was read.
pub async fn read_audit(
    app: &App,
    staff: &Staff,
    wanted: &Wanted,
) -> Result<(Vec<Listed>, Option<i64>), ApiError> {
    let mut tx = desk(app)?.trail().begin(app.db(), Some(&staff.actor.id)).await?;
    let items = audit::list(tx.conn(), wanted, PAGE).await?;
    let detail = [
        wanted.person.as_ref().map(|p| format!("person={p}")),
        wanted.account.as_ref().map(|a| format!("account={a}")),
        wanted.day.map(|d| format!("day={d}")),
    ];
    let entry = Entry {
        entity: "audit",
        entity_id: "",
        person: None,
        detail: detail.into_iter().flatten().collect::<Vec<_>>().join(" "),
    };
    tx.record(Action::AUDIT_READ, entry).await?;
    tx.commit().await?;
    let full = i64::try_from(items.len()).is_ok_and(|n| n == PAGE);
    let next = items.last().filter(|_| full).map(|last| last.seq);
    Ok((items, next))
}

/// Who saw or changed what.
#[utoipa::path(get, path = "/api/v1/audit", tag = "職員", summary = "だれが何を見て何を変えたか",
    params(("person" = Option<String>, Query, description = "本人の仮の名前"),
        ("account" = Option<String>, Query, description = "アカウント"),
        ("day" = Option<String>, Query, description = "日(2026-11-24)"),
        ("before" = Option<i64>, Query, description = "この番号より古いもの")),
    responses((status = 200, description = "新しい順", body = AuditPage),
        (status = 400, description = "読めないパラメーター", body = crate::error::Problem, content_type = "application/problem+json"),
        (status = 401, description = "サインインしていない", body = crate::error::Problem, content_type = "application/problem+json"),
        (status = 403, description = "管理者ではない", body = crate::error::Problem, content_type = "application/problem+json")))]
pub async fn audit(
    State(app): State<App>,
    staff: Staff,
    RawQuery(raw): RawQuery,
) -> Result<Json<AuditPage>, ApiError> {
    let (items, next) = read_audit(&app, &staff, &wanted(raw.as_deref())?).await?;
    Ok(Json(AuditPage { items, next }))
}
