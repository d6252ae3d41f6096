//! One's own account: password, second factor, and giving the password again.

use askama::Template;
use axum::{
    Form,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use qrcode::{QrCode, render::svg};
use serde::Deserialize;
use tower_sessions::Session;
use zeroize::Zeroizing;

use super::{
    frame::{StaffFrame, shown},
    opened,
    signin::{self, device, next_of, onward},
};
use crate::{
    accounts::{
        account::{AccountId, Via},
        api::desk,
        factor::{self, Factor},
        origin::Origin,
        password,
        session::{FACTS, Facts},
        store::{self, NewPassword},
    },
    app::App,
    error::ApiError,
    gate::{Caller, Owed, Staff},
};

/// Where a secret waits in the session until its first code proves that the device has it.
const WAITING: &str = "factor";

#[derive(Template)]
#[template(path = "staff/own.html")]
struct OwnPage {
    frame: StaffFrame,
    account: String,
    second_factor: bool,
    sessions: Vec<opened::Line>,
    /// What others did with the account.
    resets: Vec<String>,
}

/// `GET /account`.
pub async fn own(State(app): State<App>, staff: Staff, session: Session) -> Result<Response, ApiError> {
    let mut conn = app.db().read().await?;
    let account = store::find(&mut conn, &staff.actor.id)
        .await?
        .ok_or(ApiError::NotFound)?;
    let resets = store::resets(&mut conn, &staff.actor.id).await?;
    drop(conn);
    let page = OwnPage {
        frame: StaffFrame::new(&app, "自分の設定", "/account", Some(&staff)),
        account: account.id.to_string(),
        second_factor: account.second_factor,
        sessions: opened::lines(&app, &staff.actor.id, &session).await?,
        resets: resets.iter().map(opened::told).collect(),
    };
    Ok(shown(StatusCode::OK, &page))
}

#[derive(Template)]
#[template(path = "staff/password.html")]
struct PasswordPage {
    frame: StaffFrame,
    initial: bool,
    fault: Option<String>,
}

fn password_page(app: &App, staff: &Staff, status: StatusCode, fault: Option<String>) -> Response {
    let page = PasswordPage {
        frame: StaffFrame::new(app, "パスワードを変える", "/account/password", Some(staff)),
        initial: staff.owed == Some(Owed::Password),
        fault,
    };
    shown(status, &page)
}

/// `GET /account/password`.
pub async fn password_form(State(app): State<App>, staff: Staff) -> Result<Response, ApiError> {
    not_before_the_code(&staff)?;
    Ok(password_page(&app, &staff, StatusCode::OK, None))
}

/// Whoever owes a code has not shown to be the account's own: they change nothing.
fn not_before_the_code(staff: &Staff) -> Result<(), ApiError> {
    match staff.owed {
        Some(Owed::Code) => Err(ApiError::Refused(crate::accounts::policy::Refusal::SecondFactor)),
        _ => Ok(()),
    }
}

/// Whether the password was given within the last minutes.
pub fn confirmed(staff: &Staff) -> bool {
    matches!(staff.actor.via, Via::Session { confirmed: true, .. })
}

/// The fields of the form.
#[derive(Deserialize)]
pub struct Passwords {
    current: String,
    new: String,
    again: String,
}

/// `POST /account/password`: other sessions end, this one goes on under a new number.
pub async fn password(
    State(app): State<App>,
    Caller(address): Caller,
    origin: Origin,
    staff: Staff,
    session: Session,
    headers: HeaderMap,
    Form(given): Form<Passwords>,
) -> Result<Response, ApiError> {
    not_before_the_code(&staff)?;
    let (desk, id) = (desk(&app)?, &staff.actor.id);
    let again = |fault: String| password_page(&app, &staff, StatusCode::UNPROCESSABLE_ENTITY, Some(fault));
    let (current, new) = (Zeroizing::new(given.current), Zeroizing::new(given.new));
    if *new != given.again {
        return Ok(again("新しいパスワードが、2つの欄で違っています".into()));
    }
    if new == current {
        return Ok(again("今と違うパスワードにしてください".into()));
    }
    if let Err(fault) = password::strong(&new, &[id.as_str(), &staff.actor.name]) {
        return Ok(again(fault.to_string()));
    }
    if let Err(error) = desk
        .confirm(app.db(), id, current, address, device(&headers).as_deref())
        .await
    {
        return Ok(again(match error {
            crate::accounts::desk::SignInError::Trail(error) => return Err(error.into()),
            crate::accounts::desk::SignInError::TooOften(why) => why.to_string(),
            _ => "今のパスワードが違います".into(),
        }));
    }
    let hash = desk.hasher().hash(new).await;
    let mut tx = desk.trail().begin(app.db(), Some(id)).await?;
    store::set_password(&mut tx, id, &NewPassword { hash, initial: false }).await?;
    tx.commit().await?;
    let factor = session.get::<Facts>(FACTS).await?.is_some_and(|f| f.factor);
    signin::begin(&app, &session, id, factor, origin).await?;
    Ok(Redirect::to("/account").into_response())
}

#[derive(Template)]
#[template(path = "staff/factor.html")]
struct FactorPage {
    frame: StaffFrame,
    qr: String,
    secret: String,
    fault: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/codes.html")]
struct CodesPage {
    frame: StaffFrame,
    codes: Vec<String>,
}

/// `GET /account/factor`: a new secret each time, until a code proves it.
pub async fn factor_form(
    State(app): State<App>,
    staff: Staff,
    session: Session,
) -> Result<Response, ApiError> {
    not_before_the_code(&staff)?;
    if !confirmed(&staff) {
        return Ok(Redirect::to("/account/confirm?next=%2Faccount%2Ffactor").into_response());
    }
    let master = desk(&app)?.master();
    let factor = Factor::generate(
        &staff.actor.id,
        &format!("よさって {}", app.settings().city.name.value),
    );
    session
        .insert(WAITING, factor.seal(master, &staff.actor.id))
        .await?;
    factor_page(&app, &staff, &factor, StatusCode::OK, None)
}

fn factor_page(
    app: &App,
    staff: &Staff,
    factor: &Factor,
    status: StatusCode,
    fault: Option<String>,
) -> Result<Response, ApiError> {
    let code = QrCode::new(factor.uri()).map_err(anyhow::Error::from)?;
    let page = FactorPage {
        frame: StaffFrame::new(app, "確認コードの設定", "/account/factor", Some(staff)),
        qr: code.render::<svg::Color<'_>>().min_dimensions(220, 220).build(),
        secret: factor.text(),
        fault,
    };
    Ok(shown(status, &page))
}

/// The field of the form.
#[derive(Deserialize)]
pub struct FirstCode {
    code: String,
}

/// `POST /account/factor`.
pub async fn factor(
    State(app): State<App>,
    origin: Origin,
    staff: Staff,
    session: Session,
    Form(given): Form<FirstCode>,
) -> Result<Response, ApiError> {
    not_before_the_code(&staff)?;
    let (desk, id) = (desk(&app)?, &staff.actor.id);
    let Some(sealed) = session.get::<String>(WAITING).await? else {
        return Ok(Redirect::to("/account/factor").into_response());
    };
    let factor = Factor::open(&sealed, desk.master(), id)?;
    let Some(step) = factor.step_of(&given.code, app.clock().now().timestamp()) else {
        let fault =
            "コードが違います。端末の時計が合っているか確かめて、いま出ている6桁を入れてください".to_owned();
        return factor_page(
            &app,
            &staff,
            &factor,
            StatusCode::UNPROCESSABLE_ENTITY,
            Some(fault),
        );
    };
    let codes = factor::recovery_codes();
    let mut tx = desk.trail().begin(app.db(), Some(id)).await?;
    store::set_factor(&mut tx, id, &sealed, step, &codes).await?;
    tx.commit().await?;
    signin::begin(&app, &session, id, true, origin).await?;
    let csrf = session
        .get::<Facts>(FACTS)
        .await?
        .map(|f| f.csrf)
        .unwrap_or_default();
    let page = CodesPage {
        frame: StaffFrame {
            csrf,
            ..StaffFrame::new(&app, "予備コード", "/account", Some(&staff))
        },
        codes,
    };
    Ok(shown(StatusCode::OK, &page))
}

#[derive(Template)]
#[template(path = "staff/confirm.html")]
struct ConfirmPage {
    frame: StaffFrame,
    next: String,
    fault: Option<String>,
}

fn confirm_page(
    app: &App,
    staff: &Staff,
    next: String,
    status: StatusCode,
    fault: Option<String>,
) -> Response {
    let page = ConfirmPage {
        frame: StaffFrame::new(app, "パスワードの再確認", "/account/confirm", Some(staff)),
        next,
        fault,
    };
    shown(status, &page)
}

/// `GET /account/confirm`.
pub async fn confirm_form(State(app): State<App>, staff: Staff, RawQuery(raw): RawQuery) -> Response {
    confirm_page(&app, &staff, next_of(raw.as_deref()), StatusCode::OK, None)
}

/// The fields of the form.
#[derive(Deserialize)]
pub struct Confirm {
    password: String,
    #[serde(default)]
    next: String,
}

/// `POST /account/confirm`.
pub async fn confirm(
    State(app): State<App>,
    Caller(address): Caller,
    staff: Staff,
    session: Session,
    headers: HeaderMap,
    Form(given): Form<Confirm>,
) -> Result<Response, ApiError> {
    let (id, next): (&AccountId, String) = (&staff.actor.id, onward(&given.next).to_owned());
    let password = Zeroizing::new(given.password);
    let outcome = desk(&app)?
        .confirm(app.db(), id, password, address, device(&headers).as_deref())
        .await;
    if let Err(error) = outcome {
        use crate::accounts::desk::SignInError;
        let (status, fault) = match error {
            SignInError::Trail(error) => return Err(error.into()),
            SignInError::TooOften(why) => (StatusCode::TOO_MANY_REQUESTS, why.to_string()),
            _ => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "パスワードが違います".to_owned(),
            ),
        };
        return Ok(confirm_page(&app, &staff, next, status, Some(fault)));
    }
    if let Some(mut facts) = session.get::<Facts>(FACTS).await? {
        facts.confirmed = app.clock().now().timestamp();
        session.insert(FACTS, &facts).await?;
        // Who showed again who they are gets a new number, too.
        session.cycle_id().await?;
    }
    Ok(Redirect::to(&next).into_response())
}
