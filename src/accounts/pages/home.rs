//! The first screen after signing in, by role.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};

use super::frame::{StaffFrame, shown};
use crate::{accounts::account::Role, app::App, gate::Staff};

#[derive(Template)]
#[template(path = "staff/home.html")]
struct HomePage {
    frame: StaffFrame,
    role: Role,
}

/// `GET /staff`.
pub async fn home(State(app): State<App>, staff: Staff) -> Response {
    let page = HomePage {
        frame: StaffFrame::new(&app, "はじめの画面", "/staff", Some(&staff)),
        role: staff.actor.role,
    };
    shown(StatusCode::OK, &page)
}
