//! Reading the audit: by person, account and day.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};

use super::frame::{StaffFrame, shown};
use crate::{
    accounts::{
        api::{read_audit, wanted},
        audit::{Action, Listed, Wanted},
    },
    app::App,
    error::ApiError,
    gate::Staff,
};

#[derive(Template)]
#[template(path = "staff/audit.html")]
struct AuditPage {
    frame: StaffFrame,
    wanted: Wanted,
    items: Vec<Listed>,
    /// The address of the next page.
    next: Option<String>,
}

impl AuditPage {
    fn account(&self) -> &str {
        self.wanted.account.as_ref().map_or("", |a| a.as_str())
    }

    fn day(&self) -> String {
        self.wanted.day.map(|d| d.to_string()).unwrap_or_default()
    }

    fn label<'a>(&self, item: &'a Listed) -> &'a str {
        Action::label_of(&item.action)
    }

    /// 「2026-11-24 10:05:03」.
    fn at(&self, item: &Listed) -> String {
        item.at
            .chars()
            .take(19)
            .map(|c| if c == 'T' { ' ' } else { c })
            .collect()
    }
}

/// `GET /audit`.
pub async fn read(
    State(app): State<App>,
    staff: Staff,
    RawQuery(raw): RawQuery,
) -> Result<Response, ApiError> {
    let wanted = wanted(raw.as_deref())?;
    let (items, next) = read_audit(&app, &staff, &wanted).await?;
    let next = next.map(|before| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("person", wanted.person.clone()),
            ("account", wanted.account.as_ref().map(ToString::to_string)),
            ("day", wanted.day.map(|d| d.to_string())),
            ("before", Some(before.to_string())),
        ] {
            if let Some(value) = value {
                query.append_pair(name, &value);
            }
        }
        format!("/audit?{}", query.finish())
    });
    let page = AuditPage {
        frame: StaffFrame::new(&app, "監査の記録", "/audit", Some(&staff)),
        wanted,
        items,
        next,
    };
    Ok(shown(StatusCode::OK, &page))
}
