//! The match workspace: what somebody wishes on the left, the places that would have them on the right, answered at every
//! change. Of what is typed here nothing is kept, and nothing stands in an address: it is only ever posted.

mod map;
mod relaxed;

use askama::Template;
use axum::{
    extract::{Path, RawForm, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};

use super::{Head, form::Form, need, open};
use crate::{
    accounts::{
        pages::frame::{StaffFrame, shown},
        policy::Act,
    },
    app::App,
    error::ApiError,
    gate::Staff,
    kernel::geo::Meters,
    matching::{
        api::{self as matching, CandidateBody, MatchAnswer},
        gates::Verdict,
        question::Question,
    },
    people::{api::told, ids::NeedId, need::StoredNeed, store},
};

/// What the script of the page sends along: then just the answer comes back.
const PART: &str = "x-part";
/// Candidates shown.
const SHOWN: usize = 10;
/// Candidates side by side.
const BESIDE: usize = 3;

#[derive(Template)]
#[template(path = "people/match.html")]
struct WorkspacePage {
    frame: StaffFrame,
    /// Whose need it is, when it is a kept one.
    head: Option<Head>,
    /// Where the form goes.
    action: String,
    form: Form,
    found: Option<Found>,
    /// Where a candidate of a kept need is proposed.
    propose: Option<String>,
    csrf: String,
}

#[derive(Template)]
#[template(path = "people/_match.html")]
struct AnswerPart {
    found: Option<Found>,
    form: Form,
    propose: Option<String>,
    csrf: String,
}

/// An answer as it is drawn.
struct Found {
    answer: MatchAnswer,
    /// The drawn map of the candidates with a place.
    map: Option<String>,
    /// Candidates that are to be seen side by side.
    beside: Vec<usize>,
}

impl Found {
    /// Those side by side.
    fn columns(&self) -> Vec<&CandidateBody> {
        let all = self.beside.iter();
        all.filter_map(|at| self.answer.candidates.get(*at)).collect()
    }

    /// The number of a candidate on the map.
    fn on_map(&self, at: &usize) -> Option<usize> {
        map::number(&self.answer, *at)
    }

    /// Changes that can be pressed, with what their button sends.
    fn ways(&self) -> Vec<(String, &str)> {
        let ways = self.answer.relaxations.iter();
        ways.filter_map(|way| Some((relaxed::pressed(way)?, way.text.as_str())))
            .collect()
    }

    /// Whether a candidate is among them.
    fn is_beside(&self, at: &usize) -> bool {
        self.beside.contains(at)
    }
}

/// A distance for people.
pub(crate) fn far(metres: &u32) -> String {
    Meters::new(f64::from(*metres))
        .map(Meters::spoken)
        .unwrap_or_default()
}

/// A score for people.
pub(crate) fn percent(score: &f64) -> u32 {
    (score * 100.0).round() as u32
}

/// A verdict for people; colour alone would not do.
pub(crate) fn mark(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "○",
        Verdict::Unknown => "？",
        Verdict::Fail => "×",
    }
}

/// Asks with what stands in the form; what is wrong is told beside its field.
async fn ask(app: &App, form: &mut Form) -> Result<Option<Found>, ApiError> {
    let mut need = form.json();
    need["limit"] = SHOWN.into();
    let question = match Question::read(&need) {
        Ok(question) => question,
        Err(problems) => {
            form.wrong(problems);
            form.tell("候補をさがすには、直すところがあります。書いたものは残っています。");
            return Ok(None);
        }
    };
    let answer = matching::answer(app, question).await?;
    let chosen = form.all("beside");
    let beside = answer.candidates.iter().enumerate();
    let beside = beside
        .filter(|(_, c)| chosen.contains(&c.opportunity.id.as_str()))
        .map(|(at, _)| at)
        .take(BESIDE)
        .collect();
    Ok(Some(Found {
        map: map::of(app, &answer),
        answer,
        beside,
    }))
}

fn answered(
    app: &App,
    staff: &Staff,
    headers: &HeaderMap,
    head: Option<Head>,
    action: String,
    mut form: Form,
    found: Option<Found>,
) -> Response {
    need::offer(app, &mut form);
    let status = if form.has_faults() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let (csrf, propose) = (staff.csrf.clone(), head.as_ref().map(|_| format!("{action}es")));
    if headers.contains_key(PART) {
        let part = AnswerPart {
            found,
            form,
            propose,
            csrf,
        };
        return shown(status, &part);
    }
    let here = if head.is_some() { "/cases/" } else { "/match" };
    let page = WorkspacePage {
        frame: StaffFrame::new(app, "つなぐ", here, Some(staff)),
        head,
        action,
        form,
        found,
        propose,
        csrf,
    };
    shown(status, &page)
}

/// `GET /match`: an empty form.
pub async fn begin(State(app): State<App>, staff: Staff, headers: HeaderMap) -> Result<Response, ApiError> {
    let form = Form::new(need::SPECS);
    Ok(answered(
        &app,
        &staff,
        &headers,
        None,
        "/match".to_owned(),
        form,
        None,
    ))
}

/// `POST /match`: the candidates for what stands in the form.
pub async fn find(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
    RawForm(body): RawForm,
) -> Result<Response, ApiError> {
    let mut form = read(&body);
    let found = ask(&app, &mut form).await?;
    Ok(answered(
        &app,
        &staff,
        &headers,
        None,
        "/match".to_owned(),
        form,
        found,
    ))
}

fn read(body: &[u8]) -> Form {
    let mut form = Form::read(need::SPECS, body);
    if form.get("act") == "more" {
        form.more_rows();
    }
    let wider = form.get("apply").to_owned();
    relaxed::apply(&mut form, &wider);
    form
}

/// The kept need and whose it is.
async fn kept(app: &App, staff: &Staff, id: &str, need: &str) -> Result<(Head, StoredNeed), ApiError> {
    let (mut rec, opened) = open(app, staff, Act::WriteCase, id).await?;
    let wanted = NeedId::new(need).map_err(|_| ApiError::NotFound)?;
    let all = store::needs::list(&mut rec, &opened).await.map_err(told)?;
    rec.commit().await?;
    let need = all
        .into_iter()
        .find(|n| n.id == wanted)
        .ok_or(ApiError::NotFound)?;
    Ok((Head::of(&opened), need))
}

/// `GET /cases/{id}/needs/{need}/match`: the candidates for a kept need.
pub async fn of_need(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
    Path((id, need_id)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let (head, stored) = kept(&app, &staff, &id, &need_id).await?;
    let mut form = Form::of(need::SPECS, &serde_json::to_value(&stored.need)?);
    let found = ask(&app, &mut form).await?;
    let action = format!("/cases/{id}/needs/{need_id}/match");
    Ok(answered(&app, &staff, &headers, Some(head), action, form, found))
}

/// `POST /cases/{id}/needs/{need}/match`: the same with other gates tried; the kept need stays as it is.
pub async fn try_otherwise(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
    Path((id, need_id)): Path<(String, String)>,
    RawForm(body): RawForm,
) -> Result<Response, ApiError> {
    let (head, _) = kept(&app, &staff, &id, &need_id).await?;
    let mut form = read(&body);
    let found = ask(&app, &mut form).await?;
    let action = format!("/cases/{id}/needs/{need_id}/match");
    Ok(answered(&app, &staff, &headers, Some(head), action, form, found))
}
