//! The conferences of an account, and making one.

use askama::Template;
use axum::{
    extract::{RawForm, RawQuery, State},
    http::StatusCode,
    response::Response,
};
use chrono::Months;

use super::{
    done_in, end,
    form::{Form, Kind, Spec, coded_choices, field},
    go, words,
};
use crate::{
    accounts::{
        audit::Recorded,
        pages::frame::{StaffFrame, shown},
        policy::{Act, Subject, decide},
    },
    app::App,
    error::ApiError,
    gate::Staff,
    people::{
        api::{begin, told, vault},
        conference::{ConferenceKind, NewConference},
        store,
    },
};

const SPECS: &[Spec] = &[
    field("kind", "どちらの会議か", Kind::Radio).needed(),
    field("name", "会議の名前", Kind::Text)
        .max(100)
        .needed()
        .hint("相談した人の名前は入れないでください。"),
    field("ends_on", "終わる日", Kind::Day)
        .needed()
        .hint("この日のあとは、構成員に何も見えません。"),
];

/// One conference of a list, in words.
pub(super) struct Line {
    pub id: String,
    pub name: String,
    pub kind: &'static str,
    pub ends_on: String,
    pub over: bool,
    pub keeps: bool,
    pub explained: bool,
}

/// The conferences this account sits in or keeps.
pub(super) async fn lines(rec: &mut Recorded, app: &App, staff: &Staff) -> Result<Vec<Line>, ApiError> {
    let today = app.clock().today();
    let all = store::conferences::of_account(rec, vault(app)?, &staff.actor.id)
        .await
        .map_err(told)?;
    Ok(all
        .into_iter()
        .map(|c| {
            let own = c.members.iter().find(|m| m.account == staff.actor.id);
            let keeps = own.is_some_and(|m| m.keeps);
            let explained = own.is_some_and(|m| m.explained_on.is_some_and(|on| on <= today));
            let over = c.is_over(today);
            Line {
                keeps,
                explained,
                over,
                id: c.id.to_string(),
                kind: c.kind.label(),
                ends_on: words::day(c.ends_on),
                // A name may hold somebody's: it is for those who may read what is shared, or keep it.
                name: if keeps || (explained && !over) {
                    c.name
                } else {
                    c.kind.label().to_owned()
                },
            }
        })
        .collect())
}

#[derive(Template)]
#[template(path = "people/conferences.html")]
struct ConferencesPage {
    frame: StaffFrame,
    done: Option<&'static str>,
    conferences: Vec<Line>,
    form: Option<Form>,
}

async fn page(
    app: &App,
    staff: &Staff,
    done: Option<&'static str>,
    form: Option<Form>,
    status: StatusCode,
) -> Result<Response, ApiError> {
    let mut rec = begin(app, staff).await?;
    let conferences = lines(&mut rec, app, staff).await?;
    rec.commit().await?;
    let may_add = decide(Some(&staff.actor), Act::KeepConferences, Subject::Anything).is_ok();
    let today = app.clock().today();
    let page = ConferencesPage {
        frame: StaffFrame::new(app, "会議", "/conferences", Some(staff)),
        done,
        conferences,
        form: may_add.then(|| {
            let mut form = form.unwrap_or_else(|| Form::new(SPECS));
            let ends = today.checked_add_months(Months::new(6)).unwrap_or(today);
            form.default("ends_on", &ends.to_string());
            form.offer("kind", coded_choices!(ConferenceKind));
            form
        }),
    };
    Ok(shown(status, &page))
}

/// `GET /conferences`.
pub async fn list(
    State(app): State<App>,
    staff: Staff,
    RawQuery(raw): RawQuery,
) -> Result<Response, ApiError> {
    page(&app, &staff, done_in(raw.as_deref()), None, StatusCode::OK).await
}

/// `POST /conferences`: a new one, kept by whoever makes it.
pub async fn add(State(app): State<App>, staff: Staff, RawForm(body): RawForm) -> Result<Response, ApiError> {
    let mut form = Form::read(SPECS, &body);
    let mut rec = begin(&app, &staff).await?;
    let vault = vault(&app)?;
    let done = async {
        let new = NewConference::read(&form.json())?;
        store::conferences::add(&mut rec, vault, &staff.actor.id, &new).await
    };
    let done = done.await;
    match end(rec, done, &mut form).await? {
        Ok(id) => Ok(go(&format!("/conferences/{id}?done=conference"))),
        Err(status) => page(&app, &staff, None, Some(form), status).await,
    }
}
