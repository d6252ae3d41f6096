//! The first screen after signing in, by role: what is overdue stands first.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};

use super::{conferences::Line as ConferenceLine, done_in, list::Line, matches::Line as MatchLine};
use crate::{
    accounts::{
        account::Role,
        pages::frame::{StaffFrame, shown},
        policy::{Act, Subject, decide},
    },
    app::App,
    error::ApiError,
    gate::Staff,
    people::{
        api::{begin, told},
        retention::Retention,
        store,
    },
};

#[derive(Template)]
#[template(path = "people/home.html")]
struct HomePage {
    frame: StaffFrame,
    done: Option<&'static str>,
    name: String,
    /// Cases, when this role has any: what is overdue, and how many of one's own go on.
    cases: Option<(Vec<Line>, usize)>,
    /// Matches that go on in one's own cases, the overdue first.
    matches: Option<Vec<MatchLine>>,
    /// Cases referred to this account.
    referred: Vec<Line>,
    /// Conferences that go on, when this role has any.
    conferences: Option<Vec<ConferenceLine>>,
    /// How many records wait for shredding.
    due: Option<usize>,
    may_add: bool,
    takes_referrals: bool,
    keeps_conferences: bool,
    planner: bool,
    keeps_accounts: bool,
}

/// `GET /staff`.
pub async fn home(
    State(app): State<App>,
    staff: Staff,
    RawQuery(raw): RawQuery,
) -> Result<Response, ApiError> {
    let may = |act| decide(Some(&staff.actor), act, Subject::Anything).is_ok();
    let (mut cases, mut referred, mut matches) = (None, Vec::new(), None);
    if may(Act::WriteCase) {
        matches = Some(super::matches::own(&app, &staff).await?);
    }
    if may(Act::ListCases) {
        let lines = super::list::lines(&app, &staff).await?;
        let own = lines.iter().filter(|l| l.own && !l.closed).count();
        if staff.actor.role == Role::MultiAgency {
            referred = lines;
        } else {
            let overdue = lines
                .into_iter()
                .filter(|l| l.is_overdue() || l.without_hands)
                .collect();
            cases = Some((overdue, own));
        }
    }
    let (mut conferences, mut due) = (None, None);
    if may(Act::AttendConference) || may(Act::ApproveShredding) {
        let mut rec = begin(&app, &staff).await?;
        if may(Act::AttendConference) {
            let lines = super::conferences::lines(&mut rec, &app, &staff).await?;
            conferences = Some(lines.into_iter().filter(|l| !l.over).collect());
        }
        if may(Act::ApproveShredding) {
            let found = store::shredding::due(&mut rec, &staff.actor, Retention::default()).await;
            due = Some(found.map_err(told)?.len());
        }
        rec.commit().await?;
    }
    let page = HomePage {
        frame: StaffFrame::new(&app, "はじめの画面", "/staff", Some(&staff)),
        done: done_in(raw.as_deref()),
        name: staff.actor.name.clone(),
        cases,
        matches,
        referred,
        conferences,
        due,
        may_add: may(Act::AddCase),
        takes_referrals: staff.actor.role == Role::MultiAgency,
        keeps_conferences: may(Act::KeepConferences),
        planner: staff.actor.role == Role::Planner,
        keeps_accounts: may(Act::KeepAccounts),
    };
    Ok(shown(StatusCode::OK, &page))
}
