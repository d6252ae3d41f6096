//! Signing in and out.

use askama::Template;
use axum::{
    Form,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use tower_sessions::{Session, cookie::Cookie};
use zeroize::Zeroizing;

use super::frame::{StaffFrame, shown};
use crate::{
    accounts::{
        account::AccountId,
        api::desk,
        audit::Action,
        desk::SignInError,
        origin::Origin,
        session::{FACTS, Facts},
    },
    app::App,
    error::ApiError,
    gate::{self, Caller, Staff},
    kernel::random,
    search::api::pairs,
};

/// The cookie that proves an earlier sign-in of this browser.
const DEVICE: &str = "yosatte_device";
/// How long it lasts, in seconds: half a year.
const DEVICE_AGE: u32 = 180 * 24 * 60 * 60;

/// The proof this browser brought.
pub fn device(headers: &HeaderMap) -> Option<String> {
    let cookies = headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|c| c.to_str().ok());
    cookies
        .flat_map(Cookie::split_parse)
        .flatten()
        .find(|c| c.name() == DEVICE)
        .map(|c| c.value().to_owned())
}

/// Begins a session under a new number; whatever session the browser had before is gone.
pub async fn begin(
    app: &App,
    session: &Session,
    account: &AccountId,
    factor: bool,
    origin: Origin,
) -> Result<(), ApiError> {
    let now = app.clock().now().timestamp();
    session.clear().await;
    let facts = Facts {
        account: account.to_string(),
        began: now,
        seen: now,
        confirmed: now,
        factor,
        csrf: random::bytes::<32>().iter().map(|b| format!("{b:02x}")).collect(),
        origin,
    };
    session.insert(FACTS, &facts).await?;
    // Flushing alone would keep the number: only this takes a new one.
    session.cycle_id().await?;
    session.save().await?;
    Ok(())
}

/// Ends it.
pub async fn end(app: &App, session: &Session, account: &AccountId) -> Result<(), ApiError> {
    desk(app)?.record(app.db(), account, Action::SIGN_OUT).await?;
    session.flush().await?;
    Ok(())
}

/// A path of ours to go on to, and nothing that leads out of the house.
pub fn onward(next: &str) -> &str {
    let ours = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(|c: char| c == '\\' || c.is_control());
    if ours { next } else { "/staff" }
}

/// What `next=` says.
pub fn next_of(raw: Option<&str>) -> String {
    let next = pairs(raw.unwrap_or_default())
        .into_iter()
        .find(|(name, _)| name == "next");
    next.map(|(_, path)| onward(&path).to_owned())
        .unwrap_or_else(|| "/staff".to_owned())
}

#[derive(Template)]
#[template(path = "staff/signin.html")]
struct SignInPage {
    frame: StaffFrame,
    next: String,
    account: String,
    fault: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/code.html")]
struct CodePage {
    frame: StaffFrame,
    next: String,
    fault: Option<String>,
}

/// `GET /signin`.
pub async fn form(State(app): State<App>, staff: Option<Staff>, RawQuery(raw): RawQuery) -> Response {
    let next = next_of(raw.as_deref());
    if staff.is_some() {
        return Redirect::to(&next).into_response();
    }
    let fault = desk(&app)
        .err()
        .map(|_| "この場所では、まだ職員のページを使えません(鍵が設定されていません)".to_owned());
    let page = SignInPage {
        frame: StaffFrame::new(&app, "サインイン", "/signin", None),
        next,
        account: String::new(),
        fault,
    };
    shown(StatusCode::OK, &page)
}

/// The fields of the form.
#[derive(Deserialize)]
pub struct SignIn {
    account: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// Why a form was not taken, and with which status.
fn told(error: SignInError) -> Result<(StatusCode, String), ApiError> {
    match error {
        SignInError::TooOften(why) => Ok((StatusCode::TOO_MANY_REQUESTS, why.to_string())),
        SignInError::Trail(error) => Err(error.into()),
        wrong => Ok((StatusCode::UNPROCESSABLE_ENTITY, wrong.to_string())),
    }
}

/// `POST /signin`.
pub async fn sign_in(
    State(app): State<App>,
    Caller(address): Caller,
    origin: Origin,
    session: Session,
    headers: HeaderMap,
    Form(given): Form<SignIn>,
) -> Result<Response, ApiError> {
    let desk = desk(&app)?;
    let (password, proof) = (Zeroizing::new(given.password), device(&headers));
    let next = onward(&given.next).to_owned();
    let account = match desk
        .sign_in(app.db(), &given.account, password, address, proof.as_deref())
        .await
    {
        Ok(account) => account,
        Err(error) => {
            let (status, fault) = told(error)?;
            let page = SignInPage {
                frame: StaffFrame::new(&app, "サインイン", "/signin", None),
                next,
                account: given.account,
                fault: Some(fault),
            };
            return Ok(shown(status, &page));
        }
    };
    begin(&app, &session, &account.id, false, origin).await?;
    let mut response = if account.second_factor {
        let next = form_urlencoded::Serializer::new(String::new())
            .append_pair("next", &next)
            .finish();
        Redirect::to(&format!("/signin/code?{next}")).into_response()
    } else {
        let_in(&app, &account.id, &next)?
    };
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// On to the page that was wanted, with a proof for the next time.
fn let_in(app: &App, account: &AccountId, next: &str) -> Result<Response, ApiError> {
    let proof = desk(app)?.device_proof(account);
    let secure = if gate::is_secure(app) { "; Secure" } else { "" };
    let cookie = format!("{DEVICE}={proof}; Path=/; Max-Age={DEVICE_AGE}; HttpOnly; SameSite=Strict{secure}");
    let mut response = Redirect::to(next).into_response();
    let value = HeaderValue::from_str(&cookie).map_err(anyhow::Error::from)?;
    response.headers_mut().append(header::SET_COOKIE, value);
    Ok(response)
}

/// `GET /signin/code`.
pub async fn code_form(State(app): State<App>, staff: Staff, RawQuery(raw): RawQuery) -> Response {
    let page = CodePage {
        frame: StaffFrame::new(&app, "確認コード", "/signin/code", Some(&staff)),
        next: next_of(raw.as_deref()),
        fault: None,
    };
    shown(StatusCode::OK, &page)
}

/// The fields of the form.
#[derive(Deserialize)]
pub struct Code {
    code: String,
    #[serde(default)]
    next: String,
}

/// `POST /signin/code`.
pub async fn code(
    State(app): State<App>,
    Caller(address): Caller,
    origin: Origin,
    staff: Staff,
    session: Session,
    headers: HeaderMap,
    Form(given): Form<Code>,
) -> Result<Response, ApiError> {
    let (desk, id) = (desk(&app)?, &staff.actor.id);
    let next = onward(&given.next).to_owned();
    match desk
        .second_factor(app.db(), id, &given.code, address, device(&headers).as_deref())
        .await
    {
        Ok(()) => {
            begin(&app, &session, id, true, origin).await?;
            let_in(&app, id, &next)
        }
        Err(error) => {
            let (status, fault) = told(error)?;
            let page = CodePage {
                frame: StaffFrame::new(&app, "確認コード", "/signin/code", Some(&staff)),
                next,
                fault: Some(fault),
            };
            Ok(shown(status, &page))
        }
    }
}

/// `POST /signout`.
pub async fn sign_out(State(app): State<App>, staff: Staff, session: Session) -> Result<Response, ApiError> {
    end(&app, &session, &staff.actor.id).await?;
    Ok(Redirect::to("/").into_response())
}
