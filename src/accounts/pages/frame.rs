//! What stands around every page for staff: who is signed in, where they may go, and the token of their forms.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

use super::opened;
use crate::{
    accounts::policy::{Act, Subject, decide},
    app::App,
    gate::{Owed, Staff},
};

/// A place in the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Path.
    pub href: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// Whether this page belongs to it.
    pub here: bool,
}

/// The frame of a page for staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffFrame {
    /// The page's own title.
    pub title: String,
    /// The city's name.
    pub city: String,
    /// For every form.
    pub csrf: String,
    /// Name and role, when somebody is signed in.
    pub me: Option<(String, &'static str)>,
    /// Where they may go.
    pub places: Vec<Place>,
    /// What others did with their account and they have not said to have read.
    pub notices: Notices,
}

/// What is to be told on every page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Notices {
    /// One sentence each.
    pub told: Vec<String>,
    /// The moment of the last, for saying that it was read.
    pub until: String,
    /// Whether they may say so yet: not before they are in.
    pub may_read: bool,
}

impl Notices {
    fn of(staff: &Staff) -> Self {
        // Who still owes the code may not be the person.
        if staff.owed == Some(Owed::Code) {
            return Self::default();
        }
        Self {
            told: staff.resets.iter().map(opened::told).collect(),
            until: staff.resets.first().map(|r| r.at.clone()).unwrap_or_default(),
            may_read: staff.owed.is_none(),
        }
    }
}

/// Everything staff may have in their menu, with the act it takes.
const PLACES: [(&str, &str, Act); 8] = [
    ("/staff", "はじめの画面", Act::Own),
    ("/match", "つなぐ", Act::FindCandidates),
    ("/cases", "ケース", Act::ListCases),
    ("/conferences", "会議", Act::AttendConference),
    ("/shredding", "廃棄", Act::ApproveShredding),
    ("/accounts", "アカウント", Act::KeepAccounts),
    ("/audit", "監査の記録", Act::ReadAudit),
    ("/account", "自分の設定", Act::Own),
];

impl StaffFrame {
    /// The frame of the page at `path`.
    pub fn new(app: &App, title: &str, path: &str, staff: Option<&Staff>) -> Self {
        let may = |act| staff.is_some_and(|s| decide(Some(&s.actor), act, Subject::Anything).is_ok());
        let below =
            |href: &str| path == href || path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/'));
        Self {
            title: title.to_owned(),
            city: app.settings().city.name.value.clone(),
            csrf: staff.map(|s| s.csrf.clone()).unwrap_or_default(),
            me: staff.map(|s| (s.actor.name.clone(), s.actor.role.label())),
            places: PLACES
                .into_iter()
                .filter(|(_, _, act)| may(*act))
                .map(|(href, label, _)| Place {
                    href,
                    label,
                    here: below(href),
                })
                .collect(),
            notices: staff.map(Notices::of).unwrap_or_default(),
        }
    }
}

/// A template as an answer.
pub fn shown(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "ページを書けません");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
