//! One match: why it was proposed, what has happened since, and what comes next.

use askama::Template;
use axum::{
    extract::{Path, RawForm, RawQuery, State},
    http::StatusCode,
    response::Response,
};

use super::{
    Colleagues, Head, done_in,
    form::{Choice, Form, Kind, Spec, choice, coded_choices, field},
    go, words,
};
use crate::{
    accounts::{
        audit::Recorded,
        pages::frame::{StaffFrame, shown},
        policy::Act,
    },
    app::App,
    error::ApiError,
    gate::Staff,
    matching::{gates::Gate, introduction::introduction},
    people::{
        api::{begin, matches as api, may, told, vault},
        basis::LegalBasis,
        error::PeopleError,
        ids::{CaseId, MatchId},
        matches::{DeclineReason, DeclinedBy, Match, MatchState, NewStep, Outcome, Proposal},
        store::{self, Opened},
    },
};

const SPECS: &[Spec] = &[
    field("to", "どうなりましたか", Kind::Radio),
    field("on", "日", Kind::Day).needed(),
    field("note", "聞いたこと・決めたこと", Kind::Long).max(2000),
    field("reason", "不成立の理由", Kind::Select),
    field("declined_by", "だれが断ったか", Kind::Radio),
    field("outcome", "どう終わったか", Kind::Select),
    field("next_on", "次に見る日", Kind::Day).hint("書かなければ、2週間後にします。"),
];

/// A step as it is read.
struct StepLine {
    on: String,
    what: String,
    note: Option<String>,
    written: String,
}

#[derive(Template)]
#[template(path = "people/matched.html")]
struct MatchPage {
    frame: StaffFrame,
    done: Option<&'static str>,
    head: Head,
    id: String,
    resource: String,
    state: &'static str,
    proposed_on: String,
    next_on: Option<String>,
    overdue: bool,
    proposal: Proposal,
    steps: Vec<StepLine>,
    /// How the person may be told of; before consent nothing else may be.
    introduction: Vec<(&'static str, String)>,
    engaging: bool,
    /// The form of the next step, while it goes on.
    form: Option<Form>,
}

/// A match in a list.
pub(super) struct Line {
    /// Its address.
    pub href: String,
    /// Whose, where that is not clear from the page.
    pub person: String,
    /// The opportunity's name.
    pub name: String,
    /// How far it has come.
    pub state: &'static str,
    /// When to look after it.
    pub next_on: Option<String>,
    /// Whether that has passed.
    pub overdue: bool,
    /// Days until then; negative when it has passed.
    pub days_left: Option<i64>,
}

/// The matches of a case.
pub(super) async fn of_case(rec: &mut Recorded, app: &App, opened: &Opened) -> Result<Vec<Line>, ApiError> {
    let today = app.clock().today();
    let all = store::matches::list(rec, opened).await.map_err(told)?;
    let line = |m: Match| Line {
        href: format!("/matches/{}", m.row.id),
        person: String::new(),
        name: format!("{}({})", m.proposal.opportunity, m.proposal.resource),
        state: m.row.state.label(),
        overdue: m.row.is_overdue(today),
        days_left: m.row.next_on.map(|on| (on - today).num_days()),
        next_on: m.row.next_on.map(words::day),
    };
    Ok(all.into_iter().map(line).collect())
}

/// The matches that go on in one's own cases, the overdue first.
pub(super) async fn own(app: &App, staff: &Staff) -> Result<Vec<Line>, ApiError> {
    let today = app.clock().today();
    let board = app.board().await?;
    let name = |id: &str| {
        let offer = board.find(id).map(|at| &board.offers()[at].entered.name);
        offer.cloned().unwrap_or_else(|| "いまはない機会".to_owned())
    };
    let all = api::own(app, staff).await?.into_iter();
    Ok(all
        .map(|(person, m)| Line {
            href: format!("/matches/{}", m.id),
            person,
            name: name(&m.opportunity),
            state: m.state.label(),
            overdue: m.is_overdue(today),
            days_left: m.next_on.map(|on| (on - today).num_days()),
            next_on: m.next_on.map(words::day),
        })
        .collect())
}

/// Begins on the case of a match.
pub(super) async fn on(app: &App, staff: &Staff, id: &str) -> Result<(Recorded, MatchId), ApiError> {
    let mut rec = begin(app, staff).await?;
    let id = MatchId::new(id).map_err(|_| ApiError::NotFound)?;
    let case = store::matches::case_of(rec.conn(), &id).await.map_err(told)?;
    may(
        &mut rec,
        staff,
        Act::WriteCase,
        &case.unwrap_or_else(CaseId::random),
    )
    .await?;
    Ok((rec, id))
}

fn step_line(step: &crate::people::matches::Step, colleagues: &Colleagues) -> StepLine {
    let mut what = if step.from == step.to {
        "フォローアップ".to_owned()
    } else {
        format!("{} → {}", step.from.label(), step.to.label())
    };
    let more: Vec<&str> = [
        step.declined_by.map(DeclinedBy::label),
        step.reason.map(DeclineReason::label),
        step.outcome.map(Outcome::label),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !more.is_empty() {
        what.push_str(&format!("({})", more.join("、")));
    }
    StepLine {
        on: words::day(step.on),
        what,
        note: step.note.clone(),
        written: format!(
            "{} {}",
            colleagues.name(&step.author),
            words::moment(&step.written_at)
        ),
    }
}

async fn page(
    app: &App,
    staff: &Staff,
    id: &str,
    (form, status): (Option<Form>, StatusCode),
    done: Option<&'static str>,
) -> Result<Response, ApiError> {
    let (mut rec, id) = on(app, staff, id).await?;
    let found = store::matches::find(&mut rec, vault(app)?, &id)
        .await
        .map_err(told)?;
    let (opened, found) = found.ok_or(ApiError::NotFound)?;
    let need = store::needs::list(&mut rec, &opened).await.map_err(told)?;
    let need = need
        .into_iter()
        .find(|n| n.id == found.row.need)
        .ok_or(ApiError::NotFound)?;
    let colleagues = Colleagues::read(&mut rec).await?;
    rec.commit().await?;
    let asked = api::asked_for(app, &found.row.opportunity).await?;
    let head = Head::of(&opened);
    let form = (found.row.state.is_open() && !head.closed).then(|| {
        let mut form = form.unwrap_or_else(|| Form::new(SPECS));
        form.default("on", &app.clock().today().to_string());
        form.set("version", &found.row.version.to_string());
        offer(&mut form, found.row.state);
        form
    });
    let page = MatchPage {
        frame: StaffFrame::new(app, "つなぎ", "/cases", Some(staff)),
        done,
        head,
        id: id.to_string(),
        resource: found.row.resource.clone(),
        state: found.row.state.label(),
        proposed_on: words::day(found.row.proposed_on),
        next_on: found.row.next_on.map(words::day),
        overdue: found.row.is_overdue(app.clock().today()),
        steps: found.steps.iter().map(|s| step_line(s, &colleagues)).collect(),
        introduction: introduction(&need.need, &asked),
        engaging: opened.row().basis == LegalBasis::Engaging,
        proposal: found.proposal,
        form,
    };
    Ok(shown(status, &page))
}

fn offer(form: &mut Form, state: MatchState) {
    let mut steps: Vec<Choice> = vec![choice("", format!("まだ「{}」のまま", state.label()))];
    steps.extend(state.next().iter().map(|s| choice(s.code(), s.label())));
    form.offer("to", steps);
    let none = |all: Vec<Choice>| {
        let mut choices = vec![choice("", "えらばない")];
        choices.extend(all);
        choices
    };
    form.offer("reason", none(coded_choices!(DeclineReason)));
    form.offer("declined_by", none(coded_choices!(DeclinedBy)));
    form.offer("outcome", none(coded_choices!(Outcome)));
}

/// `GET /matches/{id}`.
pub async fn one(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response, ApiError> {
    page(&app, &staff, &id, (None, StatusCode::OK), done_in(raw.as_deref())).await
}

/// `POST /matches/{id}`: a step, or what was heard in between.
pub async fn step(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Result<Response, ApiError> {
    let mut form = Form::read(SPECS, &body);
    let (mut rec, which) = on(&app, &staff, &id).await?;
    let vault = vault(&app)?;
    let done = async {
        let new = NewStep::read(&form.json())?;
        store::matches::step(&mut rec, vault, &which, form.version(), &new).await
    };
    let done = done.await;
    match super::end(rec, done, &mut form).await? {
        Ok(_) => Ok(go(&format!("/matches/{which}?done=stepped"))),
        Err(status) => page(&app, &staff, &id, (Some(form), status), None).await,
    }
}

/// `POST /cases/{id}/needs/{need}/matches`: one of the candidates is proposed.
pub async fn propose(
    State(app): State<App>,
    staff: Staff,
    Path((id, need)): Path<(String, String)>,
    RawForm(body): RawForm,
) -> Result<Response, ApiError> {
    let sent: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let opportunity = sent
        .iter()
        .find(|(name, _)| name == "opportunity")
        .map(|(_, v)| v.as_str());
    let despite: Vec<Gate> = sent
        .iter()
        .filter(|(name, _)| name == "despite")
        .filter_map(|(_, v)| Gate::parse(v))
        .collect();
    let proposed = api::propose_one(&app, &staff, &need, opportunity.unwrap_or_default(), &despite).await;
    match proposed {
        Ok((case, new)) if case.as_str() == id.trim().to_ascii_uppercase() => {
            Ok(go(&format!("/matches/{new}?done=matched")))
        }
        Ok(_) => Err(told(PeopleError::NotFound)),
        Err(other) => Err(other),
    }
}
