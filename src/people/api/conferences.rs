//! Conferences for programs: kept by some, attended by their members until the last day.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    Body, List, Paging, Version, Written, begin,
    case_answers::NoteText,
    done, on_conference,
    paging::PagingParameters,
    problems::{Changing, Listing, Reading, Writing},
    told, vault,
};
use crate::{
    accounts::policy::{Act, Subject, decide},
    app::App,
    error::ApiError,
    gate::Staff,
    guard::NoQuery,
    kernel::fields::{Fields, Problem},
    matching::need::Need,
    people::{
        conference::{Conference, Member, NewConference},
        identity::Identity,
        share::SharedView,
        store,
    },
};

/// One who sits in a conference.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberAnswer {
    /// The account.
    pub account: String,
    /// The day 守秘義務 was explained; until then nothing is shown to them.
    pub explained_on: Option<NaiveDate>,
    /// Whether they keep the conference.
    pub keeps: bool,
}

/// A conference.
#[derive(Serialize, ToSchema)]
pub struct ConferenceAnswer {
    /// Its id.
    pub id: String,
    /// For `If-Match`.
    pub version: i64,
    /// `multilayer` or `statutory`.
    pub kind: &'static str,
    /// For people.
    pub kind_label: &'static str,
    /// Its name.
    pub name: String,
    /// The last day on which its members see what is shared with it.
    pub ends_on: NaiveDate,
    /// Whether that has passed.
    pub over: bool,
    /// Those who sit in it.
    pub members: Vec<MemberAnswer>,
}

fn answer(app: &App, conference: Conference) -> ConferenceAnswer {
    let member = |m: Member| MemberAnswer {
        account: m.account.to_string(),
        explained_on: m.explained_on,
        keeps: m.keeps,
    };
    ConferenceAnswer {
        over: conference.is_over(app.clock().today()),
        id: conference.id.to_string(),
        version: conference.version,
        kind: conference.kind.code(),
        kind_label: conference.kind.label(),
        name: conference.name,
        ends_on: conference.ends_on,
        members: conference.members.into_iter().map(member).collect(),
    }
}

/// What a conference sees of one person.
#[derive(Serialize, ToSchema)]
pub struct SharedAnswer {
    /// Its id.
    pub share: String,
    /// The pseudonym.
    pub person: String,
    /// The day it was shared.
    pub shared_on: NaiveDate,
    /// The need, the home told as a district at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub need: Option<Need>,
    /// What the person is good at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strengths: Option<Vec<String>>,
    /// Who it is: `name`, `kana`, `telephone`, `calling_times`, `unaware`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub identity: Option<Identity>,
    /// 経過記録.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<Vec<NoteText>>,
}

impl From<SharedView> for SharedAnswer {
    fn from(view: SharedView) -> Self {
        Self {
            share: view.share.to_string(),
            person: view.person.to_string(),
            shared_on: view.shared_on,
            need: view.need,
            strengths: view.strengths,
            identity: view.identity,
            notes: view.notes.map(|n| n.into_iter().map(Into::into).collect()),
        }
    }
}

/// One's conferences: those one keeps, over or not, and those one attends now.
#[utoipa::path(get, path = "/api/v1/conferences", tag = "記録", summary = "自分の会議の一覧",
    description = "受け持つ会議(終わったものも)と、守秘の説明を受けて出ている会議(終わるまで)。",
    params(PagingParameters),
    responses((status = 200, description = "会議", body = List<ConferenceAnswer>), Listing))]
pub async fn list(
    paging: Paging,
    State(app): State<App>,
    staff: Staff,
) -> Result<Json<List<ConferenceAnswer>>, ApiError> {
    let mut rec = begin(&app, &staff).await?;
    let own = store::conferences::of_account(&mut rec, vault(&app)?, &staff.actor.id)
        .await
        .map_err(told)?;
    let today = app.clock().today();
    let mut shown = Vec::with_capacity(own.len());
    for conference in own {
        let facts = store::conference_facts(rec.conn(), &conference.id, today)
            .await
            .map_err(told)?
            .unwrap_or_default();
        let may = |act| decide(Some(&staff.actor), act, Subject::Conference(&facts)).is_ok();
        if may(Act::AttendConference) || may(Act::KeepConferences) {
            shown.push(answer(&app, conference));
        }
    }
    done(rec, Json(paging.page(shown, |c: &ConferenceAnswer| &c.id))).await
}

/// Makes a conference.
#[utoipa::path(post, path = "/api/v1/conferences", tag = "記録", summary = "会議をつくる",
    request_body(content = Object, description = "kind(multilayer 重層的支援会議・statutory 支援会議)、name、ends_on(見られる最後の日)"),
    responses((status = 201, description = "つくった", body = Written), Writing))]
pub async fn add(
    _: NoQuery,
    State(app): State<App>,
    staff: Staff,
    body: Body,
) -> Result<(StatusCode, Json<Written>), ApiError> {
    let new = body.read(NewConference::read)?;
    let mut rec = begin(&app, &staff).await?;
    let id = store::conferences::add(&mut rec, vault(&app)?, &staff.actor.id, &new)
        .await
        .map_err(told)?;
    done(rec, (StatusCode::CREATED, Json(Written::at(id, 1)))).await
}

/// Reads a conference: who keeps it at any time, who attends it until it is over.
#[utoipa::path(get, path = "/api/v1/conferences/{id}", tag = "記録", summary = "会議を読む",
    params(("id" = String, Path, description = "会議のID")),
    responses((status = 200, description = "会議", body = ConferenceAnswer), Reading))]
pub async fn find(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
) -> Result<Json<ConferenceAnswer>, ApiError> {
    let kept = on_conference(&app, &staff, Act::KeepConferences, &id).await;
    let (mut rec, id) = match kept {
        Ok(found) => found,
        Err(ApiError::Internal(error)) => return Err(ApiError::Internal(error)),
        Err(_) => on_conference(&app, &staff, Act::AttendConference, &id).await?,
    };
    let found = store::conferences::find(&mut rec, vault(&app)?, &id)
        .await
        .map_err(told)?;
    done(rec, Json(answer(&app, found.ok_or(ApiError::NotFound)?))).await
}

fn name_and_end(value: &Value) -> Result<(String, NaiveDate), Vec<Problem>> {
    let mut f = Fields::of(value, "")?;
    let read = (f.required_text("name", 100), f.required_day("ends_on"));
    f.finish(read)
}

/// Changes name and last day.
#[utoipa::path(patch, path = "/api/v1/conferences/{id}", tag = "記録", summary = "会議の名前と最後の日を変える",
    params(("id" = String, Path, description = "会議のID"), ("If-Match" = i64, Header, description = "読んだときの version")),
    request_body(content = Object, description = "name、ends_on のうち変えるもの"),
    responses((status = 200, description = "変えた", body = Written), Changing))]
pub async fn change(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
    Version(version): Version,
    body: Body,
) -> Result<Json<Written>, ApiError> {
    let (mut rec, id) = on_conference(&app, &staff, Act::KeepConferences, &id).await?;
    let found = store::conferences::find(&mut rec, vault(&app)?, &id)
        .await
        .map_err(told)?;
    let there = found.ok_or(ApiError::NotFound)?;
    let body = body.over(json!({"name": there.name, "ends_on": there.ends_on}));
    let (name, ends_on) = body.read(name_and_end)?;
    let version = store::conferences::change(&mut rec, vault(&app)?, &id, version, &name, ends_on)
        .await
        .map_err(told)?;
    done(rec, Json(Written::at(id, version))).await
}

/// Names who sits in a conference.
#[utoipa::path(put, path = "/api/v1/conferences/{id}/members", tag = "記録", summary = "会議の参加者を決める",
    description = "守秘の説明をした日(explained_on)がない人には、何も見えない。",
    params(("id" = String, Path, description = "会議のID"), ("If-Match" = i64, Header, description = "読んだときの version")),
    request_body(content = Object, description = "members [{account, explained_on, keeps}](受け持つ人が1人は要る)"),
    responses((status = 200, description = "決めた", body = Written), Changing))]
pub async fn members(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
    Version(version): Version,
    body: Body,
) -> Result<Json<Written>, ApiError> {
    let members = body.read(Member::read_all)?;
    let (mut rec, id) = on_conference(&app, &staff, Act::KeepConferences, &id).await?;
    let version = store::conferences::set_members(&mut rec, &id, version, &members)
        .await
        .map_err(told)?;
    done(rec, Json(Written::at(id, version))).await
}

/// What is shared with a conference.
#[utoipa::path(get, path = "/api/v1/conferences/{id}/cases", tag = "記録", summary = "会議に共有されたこと",
    description = "仮の名前で、共有の範囲だけ。同意が撤回されれば、その場で見えなくなる。",
    params(("id" = String, Path, description = "会議のID"), PagingParameters),
    responses((status = 200, description = "共有されたこと", body = List<SharedAnswer>), Reading))]
pub async fn cases(
    paging: Paging,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
) -> Result<Json<List<SharedAnswer>>, ApiError> {
    let (mut rec, id) = on_conference(&app, &staff, Act::AttendConference, &id).await?;
    let seen = store::seen::by_conference(&mut rec, vault(&app)?, &id)
        .await
        .map_err(told)?;
    let seen = seen.into_iter().map(SharedAnswer::from).collect();
    done(rec, Json(paging.page(seen, |s: &SharedAnswer| &s.share))).await
}
