//! What is open in one's name, and what others did with one's account: to see it, to end it, to say that it was read.

use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use chrono::DateTime;
use serde::Deserialize;
use tower_sessions::Session;

use super::own::confirmed;
use crate::{
    accounts::{
        account::AccountId,
        api::desk,
        session::{self, DbSessions, Open},
        store::{self, Reset},
    },
    app::App,
    error::ApiError,
    gate::Staff,
    kernel::clock::tokyo,
};

/// A session as its owner sees it.
pub struct Line {
    /// For ending it; `None` for the one that looks.
    pub handle: Option<String>,
    /// Whence.
    pub whence: String,
    /// When it began and was last used.
    pub when: String,
}

/// The open sessions of an account, seen from one of them, the last used first.
pub async fn lines(app: &App, account: &AccountId, own: &Session) -> Result<Vec<Line>, ApiError> {
    let now = app.clock().now().timestamp();
    let open = DbSessions(app.db().clone()).open(account, now).await?;
    let own = own.id().map(session::handle);
    let line = |open: Open| Line {
        whence: match open.facts.origin.device.as_str() {
            "" => "わからない画面".to_owned(),
            device => format!("{device}、{}から", open.facts.origin.place),
        },
        when: format!(
            "{}にサインイン、最後に使ったのは{}",
            spoken(open.facts.began),
            spoken(open.facts.seen)
        ),
        handle: Some(open.handle).filter(|h| Some(h) != own.as_ref()),
    };
    Ok(open.into_iter().map(line).collect())
}

/// 「11月24日 9時5分」.
fn spoken(seconds: i64) -> String {
    let at = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    at.with_timezone(&tokyo())
        .format("%-m月%-d日 %-H時%-M分")
        .to_string()
}

/// 「2026年11月24日 9時0分に、管理 花子(kanri)さんが…」.
pub fn told(reset: &Reset) -> String {
    let at = DateTime::parse_from_rfc3339(&reset.at).unwrap_or_default();
    let at = at.with_timezone(&tokyo()).format("%Y年%-m月%-d日 %-H時%-M分");
    format!(
        "{at}に、{}({})さんが{}",
        reset.by.1,
        reset.by.0,
        reset.what.label()
    )
}

/// The field of the form.
#[derive(Deserialize)]
pub struct End {
    end: String,
}

/// `POST /account/sessions`: ends one, or all others. Whoever found a screen open ends nobody's.
pub async fn end(
    State(app): State<App>,
    staff: Staff,
    own: Session,
    Form(given): Form<End>,
) -> Result<Response, ApiError> {
    if !confirmed(&staff) {
        return Ok(Redirect::to("/account/confirm?next=%2Faccount").into_response());
    }
    let id = &staff.actor.id;
    let keep = own.id().map(session::handle).unwrap_or_default();
    if given.end.is_empty() {
        return Ok(Redirect::to("/account").into_response());
    }
    let one = (given.end != "others").then_some(given.end.as_str());
    let mut tx = desk(&app)?.trail().begin(app.db(), Some(id)).await?;
    if session::end_others(&mut tx, id, &keep, one).await? {
        tx.commit().await?;
    }
    Ok(Redirect::to("/account").into_response())
}

/// The field of the form.
#[derive(Deserialize)]
pub struct Read {
    until: String,
}

/// `POST /account/notices`: what was told was read.
pub async fn read(
    State(app): State<App>,
    staff: Staff,
    Form(given): Form<Read>,
) -> Result<Response, ApiError> {
    let id = &staff.actor.id;
    let mut tx = desk(&app)?.trail().begin(app.db(), Some(id)).await?;
    store::resets_read(&mut tx, id, &given.until).await?;
    tx.commit().await?;
    Ok(Redirect::to("/account").into_response())
}
