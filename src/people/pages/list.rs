//! The list of cases, and looking through one's own by words that never stand in an address.

use askama::Template;
use axum::{
    extract::{RawForm, RawQuery, State},
    http::StatusCode,
    response::Response,
};

use super::{done_in, go, words};
use crate::{
    accounts::{
        api::desk,
        pages::frame::{StaffFrame, shown},
        policy::{Act, Subject, decide},
    },
    app::App,
    error::ApiError,
    gate::Staff,
    people::{
        api::{told, vault},
        case::{CaseLine, CaseStatus, Reason},
        store::{listing::Reader, listing::list as read_list, search::search_own},
    },
};

/// One case of a list, in words.
pub(super) struct Line {
    pub id: String,
    pub person: String,
    pub name: Option<String>,
    pub why: &'static str,
    pub status: &'static str,
    pub basis: &'static str,
    pub district: Option<String>,
    pub assigned_only: bool,
    pub own: bool,
    pub closed: bool,
    pub without_hands: bool,
    pub version: i64,
    pub shredded: bool,
    pub review_on: String,
    pub review_overdue: bool,
    pub next_due: Option<String>,
    pub overdue_actions: i64,
}

impl Line {
    pub(super) fn of(app: &App, line: CaseLine) -> Self {
        let row = line.row;
        Self {
            why: match line.reason {
                Reason::Own => "自分の担当",
                Reason::InScope => "地区のケース",
                Reason::Referred => "つながれたケース",
                Reason::WithoutHands => "担当なし",
            },
            own: line.reason == Reason::Own,
            without_hands: line.reason == Reason::WithoutHands,
            closed: row.status == CaseStatus::Closed,
            status: row.status.label(),
            basis: row.basis.label(),
            district: row
                .district
                .as_ref()
                .map(|d| app.district_name(d.as_str()).unwrap_or_else(|| d.to_string())),
            assigned_only: row.assigned_only,
            version: row.version,
            name: line.name,
            shredded: line.shredded,
            review_on: words::day(row.review_on),
            review_overdue: line.review_overdue,
            next_due: line.next_due.map(words::day),
            overdue_actions: line.overdue_actions,
            id: row.id.to_string(),
            person: row.person.to_string(),
        }
    }

    /// Whether a day has passed on which something was to be done.
    pub fn is_overdue(&self) -> bool {
        !self.closed && (self.review_overdue || self.overdue_actions > 0)
    }
}

fn reader(app: &App) -> Result<Reader<'_>, ApiError> {
    Ok(Reader {
        db: app.db(),
        trail: desk(app)?.trail(),
        vault: vault(app)?,
        clock: app.clock(),
    })
}

/// Everything this account sees in its list.
pub(super) async fn lines(app: &App, staff: &Staff) -> Result<Vec<Line>, ApiError> {
    let lines = read_list(&reader(app)?, &staff.actor).await.map_err(told)?;
    Ok(lines.into_iter().map(|l| Line::of(app, l)).collect())
}

#[derive(Template)]
#[template(path = "people/list.html")]
struct ListPage {
    frame: StaffFrame,
    done: Option<&'static str>,
    /// What was looked for, when something was.
    asked: Option<String>,
    lines: Vec<Line>,
    may_add: bool,
}

fn page(
    app: &App,
    staff: &Staff,
    done: Option<&'static str>,
    asked: Option<String>,
    lines: Vec<Line>,
) -> Response {
    let page = ListPage {
        frame: StaffFrame::new(app, "ケース", "/cases", Some(staff)),
        done,
        asked,
        lines,
        may_add: decide(Some(&staff.actor), Act::AddCase, Subject::Anything).is_ok(),
    };
    shown(StatusCode::OK, &page)
}

/// `GET /cases`.
pub async fn list(
    State(app): State<App>,
    staff: Staff,
    RawQuery(raw): RawQuery,
) -> Result<Response, ApiError> {
    let lines = lines(&app, &staff).await?;
    Ok(page(&app, &staff, done_in(raw.as_deref()), None, lines))
}

/// `GET /cases/search`: opened again without its words, it is the list.
pub async fn search_form() -> Response {
    go("/cases")
}

/// `POST /cases/search`.
pub async fn search(
    State(app): State<App>,
    staff: Staff,
    RawForm(body): RawForm,
) -> Result<Response, ApiError> {
    let asked = form_urlencoded::parse(&body).find(|(name, _)| name == "words");
    let asked: String = asked
        .map(|(_, value)| value.trim().chars().take(200).collect())
        .unwrap_or_default();
    if asked.is_empty() {
        return Ok(go("/cases"));
    }
    let found = search_own(&reader(&app)?, &staff.actor, &asked)
        .await
        .map_err(told)?;
    let lines = found.into_iter().map(|l| Line::of(&app, l)).collect();
    Ok(page(&app, &staff, None, Some(asked), lines))
}
