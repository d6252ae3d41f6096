//! Handing a case over, for programs: what is open in it, and giving it away.

use axum::{
    Json,
    extract::{Path, State},
};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Body, Version, done, on_case, open,
    problems::{Changing, Reading},
    told, vault,
};
use crate::{
    accounts::policy::Act,
    app::App,
    error::ApiError,
    gate::Staff,
    guard::NoQuery,
    people::{
        hand_over::{HandOver, NewHandOver, OpenMatters},
        store,
    },
};

/// A next action that is not done.
#[derive(Serialize, ToSchema)]
pub struct ActionAnswer {
    /// Of which note.
    pub note: String,
    /// What.
    pub what: String,
    /// By when.
    pub due_on: NaiveDate,
    /// Whether that has passed.
    pub overdue: bool,
}

/// Everything that is open in a case.
#[derive(Serialize, ToSchema)]
pub struct OpenAnswer {
    /// When to look at the ground again.
    pub review_on: NaiveDate,
    /// Whether that has passed.
    pub review_overdue: bool,
    /// Next actions, the earliest first.
    pub actions: Vec<ActionAnswer>,
    /// Needs that are still wished.
    pub needs: Vec<String>,
    /// Matches that go on.
    pub matches: Vec<String>,
    /// Consents that stand.
    pub consents: Vec<String>,
    /// Shares that stand.
    pub shares: Vec<String>,
    /// Referrals that stand.
    pub referrals: Vec<String>,
    /// Whether somebody asked for shredding.
    pub shredding: bool,
}

fn ids<T: ToString>(ids: Vec<T>) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

impl From<OpenMatters> for OpenAnswer {
    fn from(open: OpenMatters) -> Self {
        let action = |a: crate::people::hand_over::OpenAction| ActionAnswer {
            note: a.note.to_string(),
            what: a.what,
            due_on: a.due_on,
            overdue: a.overdue,
        };
        Self {
            review_on: open.review_on,
            review_overdue: open.review_overdue,
            actions: open.actions.into_iter().map(action).collect(),
            needs: ids(open.needs),
            matches: ids(open.matches),
            consents: ids(open.consents),
            shares: ids(open.shares),
            referrals: ids(open.referrals),
            shredding: open.shredding,
        }
    }
}

/// A hand-over.
#[derive(Serialize, ToSchema)]
pub struct HandOverAnswer {
    /// Its id.
    pub id: String,
    /// Who had it.
    pub from: String,
    /// Who has it.
    pub to: String,
    /// Who did it.
    pub by: String,
    /// When, RFC 3339.
    pub at: String,
    /// Words for who takes it.
    pub message: Option<String>,
    /// What was open.
    pub open: OpenAnswer,
}

impl From<HandOver> for HandOverAnswer {
    fn from(done: HandOver) -> Self {
        Self {
            id: done.id.to_string(),
            from: done.from.to_string(),
            to: done.to.to_string(),
            by: done.by,
            at: done.at,
            message: done.message,
            open: done.open.into(),
        }
    }
}

/// What is open in a case.
#[utoipa::path(get, path = "/api/v1/cases/{id}/handover", tag = "記録", summary = "引きつぐこと(残っていること)の一覧",
    params(("id" = String, Path, description = "ケースのID")),
    responses((status = 200, description = "残っていること", body = OpenAnswer), Reading))]
pub async fn open_matters(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
) -> Result<Json<OpenAnswer>, ApiError> {
    let (mut rec, id) = on_case(&app, &staff, Act::ReadCase, &id).await?;
    let opened = open(&app, &mut rec, &id).await?;
    let matters = store::hands::open_matters(&mut rec, &opened)
        .await
        .map_err(told)?;
    done(rec, Json(matters.into())).await
}

/// What the one who gives a case away is told: all of it, when it was theirs to read.
#[derive(Serialize, ToSchema)]
pub struct HandedOver {
    /// The version the case has now, for `If-Match`.
    pub version: i64,
    /// What was kept of it; null for who takes up a case that nobody had, and could not read it before.
    pub handover: Option<HandOverAnswer>,
}

/// Gives a case to a colleague.
#[utoipa::path(post, path = "/api/v1/cases/{id}/handover", tag = "記録", summary = "ケースを引きつぐ",
    description = "主担当だけ。主担当のアカウントが止められていれば副担当、だれもいなければ地区の担当。",
    params(("id" = String, Path, description = "ケースのID"), ("If-Match" = i64, Header, description = "読んだときの version")),
    request_body(content = Object, description = "to、keep_deputies(なければ true)、stay_as_deputy、message"),
    responses((status = 200, description = "引きついだ", body = HandedOver), Changing))]
pub async fn hand_over(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
    Version(version): Version,
    body: Body,
) -> Result<Json<HandedOver>, ApiError> {
    let new = body.read(NewHandOver::read)?;
    let (mut rec, id) = on_case(&app, &staff, Act::HandOver, &id).await?;
    let reads = super::may(&mut rec, &staff, Act::ReadCase, &id).await.is_ok();
    let kept = store::hands::hand_over(&mut rec, vault(&app)?, &id, version, &new)
        .await
        .map_err(told)?;
    let handover = reads.then(|| kept.into());
    done(
        rec,
        Json(HandedOver {
            version: version + 1,
            handover,
        }),
    )
    .await
}
