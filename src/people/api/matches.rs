//! Candidates for a kept need, proposals, and what becomes of them, for programs.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    Body, List, Paging, Version, Written, begin, done, may,
    paging::PagingParameters,
    problems::{Changing, Listing, Reading, Writing},
    told, vault,
};
use crate::{
    accounts::{audit::Recorded, policy::Act},
    app::App,
    error::ApiError,
    gate::Staff,
    guard::NoQuery,
    kernel::fields::{Fields, Problem},
    matching::{
        api::{self as matching, MatchAnswer},
        find::judge,
        gates::Gate,
        introduction::introduction,
        question::{LIMIT, Question},
    },
    people::{
        error::{PeopleError, PeopleResult, Refused},
        ids::{CaseId, MatchId, NeedId},
        matches::{Match, MatchRow, NewStep, Proposal},
        need::StoredNeed,
        store,
    },
};

/// A match that goes on.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatchLine {
    /// Its id.
    pub id: String,
    /// ケースのID.
    pub case: String,
    /// The pseudonym.
    pub person: String,
    /// 機会ID.
    pub opportunity: String,
    /// 資源ID.
    pub resource: String,
    /// Code.
    pub state: &'static str,
    /// The same for people.
    pub state_label: &'static str,
    /// When to look after it again.
    pub next_on: Option<String>,
    /// Whether that has passed.
    pub overdue: bool,
    /// For `If-Match`.
    pub version: i64,
}

/// One thing that may be told.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfileLine {
    /// What it is called.
    pub name: &'static str,
    /// What may be said.
    pub text: String,
}

/// Finds the case of a need or a match and asks the policy; of one that is nobody's the same is asked.
async fn on(
    app: &App,
    staff: &Staff,
    act: Act,
    case: impl AsyncFnOnce(&mut Recorded) -> PeopleResult<Option<CaseId>>,
) -> Result<(Recorded, CaseId), ApiError> {
    let mut rec = begin(app, staff).await?;
    let case = case(&mut rec).await.map_err(told)?.unwrap_or_else(CaseId::random);
    may(&mut rec, staff, act, &case).await?;
    Ok((rec, case))
}

async fn on_need(app: &App, staff: &Staff, id: &str) -> Result<(Recorded, StoredNeed), ApiError> {
    let id = NeedId::new(id).map_err(|_| ApiError::NotFound)?;
    let of = async |rec: &mut Recorded| store::needs::case_of(rec.conn(), &id).await;
    let (mut rec, _) = on(app, staff, Act::WriteCase, of).await?;
    let need = store::needs::find(&mut rec, vault(app)?, &id)
        .await
        .map_err(told)?;
    Ok((rec, need.ok_or(ApiError::NotFound)?))
}

async fn on_match(app: &App, staff: &Staff, act: Act, id: &str) -> Result<(Recorded, MatchId), ApiError> {
    let id = MatchId::new(id).map_err(|_| ApiError::NotFound)?;
    let of = async |rec: &mut Recorded| store::matches::case_of(rec.conn(), &id).await;
    let (rec, _) = on(app, staff, act, of).await?;
    Ok((rec, id))
}

/// The candidates for a kept need.
#[utoipa::path(get, path = "/api/v1/needs/{id}/candidates", tag = "つなぐ", summary = "ニーズの候補",
    description = "担当者だけ。何も書きかえない(見たことは監査に残る)。",
    params(("id" = String, Path, description = "ニーズのID")),
    responses((status = 200, description = "候補、惜しいもの、広げかた", body = MatchAnswer), Reading))]
pub async fn candidates(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
) -> Result<Json<MatchAnswer>, ApiError> {
    let (rec, need) = on_need(&app, &staff, &id).await?;
    rec.commit().await?;
    let question = Question {
        need: need.need,
        as_of: None,
        limit: LIMIT,
    };
    Ok(Json(matching::answer(&app, question).await?))
}

struct NewMatch {
    need: String,
    opportunity: String,
    despite: Vec<Gate>,
}

fn new_match(value: &Value) -> Result<NewMatch, Vec<Problem>> {
    let mut f = Fields::of(value, "")?;
    let read = NewMatch {
        need: f.required_text("need", 100),
        opportunity: f.required_text("opportunity", 200),
        despite: f.words("despite", Gate::parse, &Gate::accepted()),
    };
    f.finish(read)
}

/// Proposes an opportunity for a need, with its gates and scores as they are now.
pub(in crate::people) async fn propose_one(
    app: &App,
    staff: &Staff,
    need: &str,
    opportunity: &str,
    despite: &[Gate],
) -> Result<(CaseId, MatchId), ApiError> {
    // The board may be read while nobody else waits for the writer's turn.
    let board = app.board().await?;
    let (mut rec, need) = on_need(app, staff, need).await?;
    let missing = || {
        told(PeopleError::Invalid(vec![Problem {
            pointer: "/opportunity".into(),
            detail: "その機会はありません".into(),
        }]))
    };
    let offer = board.find(opportunity).ok_or_else(missing)?;
    let ground = app.ground();
    let (candidate, failed) = judge(&board, &ground.areas, &need.need, offer, app.clock().now())?;
    let unnamed: Vec<&str> = failed
        .iter()
        .filter(|g| !despite.contains(g))
        .map(|g| g.label())
        .collect();
    if !unnamed.is_empty() {
        return Err(told(Refused::Gates(unnamed.join("、")).into()));
    }
    let (entered, place) = (&board.offers()[offer].entered, board.place_of(offer));
    let despite = failed.iter().map(|g| g.code().to_owned()).collect();
    let proposal = Proposal::of(&candidate, &entered.name, &place.shown.name, despite);
    let which = (entered.id.as_str(), place.shown.id.as_str());
    let id = store::matches::propose(&mut rec, vault(app)?, &need.id, which, &proposal)
        .await
        .map_err(told)?;
    rec.commit().await?;
    Ok((need.case, id))
}

/// Proposes an opportunity for a need.
#[utoipa::path(post, path = "/api/v1/matches", tag = "つなぐ", summary = "候補にする",
    request_body(content = Object, description = "need(ニーズのID)、opportunity(機会ID)、despite(合わないのを承知の条件のコード)"),
    responses((status = 201, description = "候補にした", body = Written), Writing))]
pub async fn propose(
    _: NoQuery,
    State(app): State<App>,
    staff: Staff,
    body: Body,
) -> Result<(StatusCode, Json<Written>), ApiError> {
    let new = body.read(new_match)?;
    let (_, id) = propose_one(&app, &staff, &new.need, &new.opportunity, &new.despite).await?;
    Ok((StatusCode::CREATED, Json(Written::at(id, 1))))
}

/// The matches that go on in one's own cases.
#[utoipa::path(get, path = "/api/v1/matches", tag = "つなぐ", summary = "つづいているつなぎ",
    description = "自分が担当するケースのもの。次に見る日の早い順。",
    params(PagingParameters),
    responses((status = 200, description = "つなぎ", body = List<MatchLine>), Listing))]
pub async fn list(
    paging: Paging,
    State(app): State<App>,
    staff: Staff,
) -> Result<Json<List<MatchLine>>, ApiError> {
    let today = app.clock().today();
    let found = own(&app, &staff).await?;
    let line = |(person, m): (String, MatchRow)| MatchLine {
        overdue: m.is_overdue(today),
        person,
        id: m.id.to_string(),
        case: m.case.to_string(),
        opportunity: m.opportunity,
        resource: m.resource,
        state: m.state.code(),
        state_label: m.state.label(),
        next_on: m.next_on.map(|on| on.to_string()),
        version: m.version,
    };
    let lines = found.into_iter().map(line).collect();
    Ok(Json(paging.page(lines, |l: &MatchLine| &l.id)))
}

/// The matches that go on in the cases in this account's hands; nothing sealed is opened.
pub(in crate::people) async fn own(app: &App, staff: &Staff) -> Result<Vec<(String, MatchRow)>, ApiError> {
    let mut conn = app.db().read().await?;
    store::matches::of_account(&mut conn, &staff.actor.id)
        .await
        .map_err(told)
}

/// One match, as a program reads it.
fn answer(found: &Match) -> Value {
    json!({
        "id": found.row.id, "case": found.row.case, "need": found.row.need, "opportunity": found.row.opportunity,
        "resource": found.row.resource, "state": found.row.state.code(), "state_label": found.row.state.label(),
        "version": found.row.version, "proposed_on": found.row.proposed_on, "next_on": found.row.next_on,
        "author": found.row.author, "proposal": found.proposal, "steps": found.steps,
        "next_states": found.row.state.next(),
    })
}

/// Reads a match.
#[utoipa::path(get, path = "/api/v1/matches/{id}", tag = "つなぐ", summary = "つなぎひとつ",
    params(("id" = String, Path, description = "つなぎのID")),
    responses((status = 200, description = "候補にしたときの条件と、それからの経過", body = Object), Reading))]
pub async fn find(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
) -> Result<Json<Value>, ApiError> {
    let (mut rec, id) = on_match(&app, &staff, Act::WriteCase, &id).await?;
    let found = store::matches::find(&mut rec, vault(&app)?, &id)
        .await
        .map_err(told)?;
    let (_, found) = found.ok_or(ApiError::NotFound)?;
    done(rec, Json(answer(&found))).await
}

/// The skills that an opportunity asks for; none where it is there no more.
pub(in crate::people) async fn asked_for(app: &App, opportunity: &str) -> Result<Vec<String>, ApiError> {
    let board = app.board().await?;
    let offer = board
        .find(opportunity)
        .map(|at| board.offers()[at].entered.skills.clone());
    Ok(offer.unwrap_or_default())
}

/// How the person may be told of to a host before they agreed: nothing in it leads to anybody.
#[utoipa::path(get, path = "/api/v1/matches/{id}/profile", tag = "つなぐ", summary = "打診に使う紹介",
    description = "本人がわからない書きかた。自由に書いた文は入らない。",
    params(("id" = String, Path, description = "つなぎのID")),
    responses((status = 200, description = "項目の名前と内容", body = Vec<ProfileLine>), Reading))]
pub async fn profile(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
) -> Result<Json<Vec<ProfileLine>>, ApiError> {
    let (mut rec, id) = on_match(&app, &staff, Act::WriteCase, &id).await?;
    let found = store::matches::find(&mut rec, vault(&app)?, &id)
        .await
        .map_err(told)?;
    let (_, found) = found.ok_or(ApiError::NotFound)?;
    let need = store::needs::find(&mut rec, vault(&app)?, &found.row.need).await;
    let need = need.map_err(told)?.ok_or(ApiError::NotFound)?;
    let lines = introduction(&need.need, &asked_for(&app, &found.row.opportunity).await?).into_iter();
    let lines = lines.map(|(name, text)| ProfileLine { name, text }).collect();
    done(rec, Json(lines)).await
}

async fn write(
    app: &App,
    staff: &Staff,
    id: &str,
    version: i64,
    new: &NewStep,
) -> Result<Json<Written>, ApiError> {
    let (mut rec, id) = on_match(app, staff, Act::WriteCase, id).await?;
    let version = store::matches::step(&mut rec, vault(app)?, &id, version, new)
        .await
        .map_err(told)?;
    done(rec, Json(Written::at(id, version))).await
}

/// Goes a step on.
#[utoipa::path(post, path = "/api/v1/matches/{id}/steps", tag = "つなぐ", summary = "つなぎを進める",
    params(("id" = String, Path, description = "つなぎのID"), ("If-Match" = i64, Header, description = "読んだときの version")),
    request_body(content = Object, description = "to(contacted・trial・active・paused・closed・declined)、on、note、next_on、\
        declined には reason と declined_by、closed には outcome"),
    responses((status = 200, description = "進めた", body = Written), Changing))]
pub async fn step(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
    Version(version): Version,
    body: Body,
) -> Result<Json<Written>, ApiError> {
    let new = body.read(NewStep::read)?;
    if new.to.is_none() {
        return Err(told(PeopleError::Invalid(vec![Problem {
            pointer: "/to".into(),
            detail: "どこへ進めるかを書いてください".into(),
        }])));
    }
    write(&app, &staff, &id, version, &new).await
}

/// Writes down what was heard, and when to look again.
#[utoipa::path(post, path = "/api/v1/matches/{id}/follow-ups", tag = "つなぐ", summary = "フォローアップを書く",
    params(("id" = String, Path, description = "つなぎのID"), ("If-Match" = i64, Header, description = "読んだときの version")),
    request_body(content = Object, description = "on、note、next_on(書かなければ2週間後)"),
    responses((status = 200, description = "書いた", body = Written), Changing))]
pub async fn follow_up(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
    Version(version): Version,
    body: Body,
) -> Result<Json<Written>, ApiError> {
    let new = body.read(NewStep::read)?;
    if new.to.is_some() {
        return Err(told(PeopleError::Invalid(vec![Problem {
            pointer: "/to".into(),
            detail: "フォローアップでは書きません。進めるときは steps を使ってください".into(),
        }])));
    }
    write(&app, &staff, &id, version, &new).await
}
