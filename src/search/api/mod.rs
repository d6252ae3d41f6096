//! The search over HTTP: every parameter proved, every hit with its reasons, and never a dead end.

mod answer;
mod cursor;
mod office;
mod parameters;
pub mod suggest;

use axum::{
    Json,
    extract::{RawQuery, State},
};

pub use answer::{OpportunityAnswer, ResourceAnswer, load, load_ids};
pub use cursor::{Listing, next_cursor};
pub use office::office;
pub use parameters::{Question, SearchParameters, pairs, parse, question, strict_pairs};
pub use suggest::keep_suggestions;

use std::sync::Arc;

use super::{engine::Found, index::IndexError, query::SearchQuery, snapshot::Snapshot};
use crate::{
    app::App,
    error::{ApiError, Problem},
    resources::public::Audience,
};

/// One page of what a question finds, and where in the whole it begins.
#[derive(Debug)]
pub struct Page {
    /// The answer; its hits are this page alone.
    pub found: Found,
    /// Hits before the first of this page.
    pub offset: usize,
}

/// What a question finds for that audience.
pub fn hits(app: &App, query: &SearchQuery, audience: Audience) -> Result<Found, IndexError> {
    let ground = app.ground();
    match audience {
        Audience::Public => app.searcher().search(&ground.places, query),
        Audience::Staff => Ok(app.searcher().search_all(&ground.places, query)?.for_staff()),
    }
}

/// Everything that audience may ask about, as it stands now.
pub fn snapshot(app: &App, audience: Audience) -> Arc<Snapshot> {
    match audience {
        Audience::Public => app.searcher().snapshot(),
        Audience::Staff => app.searcher().snapshot_all().for_staff(),
    }
}

/// Asks the index away from the threads that answer connections, and takes up where the page before ended.
pub async fn ask(app: &App, question: &Question) -> Result<Page, ApiError> {
    let (app, wide, audience) = (app.clone(), cursor::widened(question), question.audience);
    let before = wide.offset;
    let mut found = tokio::task::spawn_blocking(move || hits(&app, &wide, audience)).await??;
    let names = found.hits.iter().map(|h| h.id.to_string());
    let skipped = question.after.map_or(0, |cursor| cursor.skip(names));
    found.hits.drain(..skipped);
    found.hits.truncate(question.query.limit);
    Ok(Page {
        found,
        offset: before + skipped,
    })
}

/// Resources found by words, place and conditions.
#[utoipa::path(get, path = "/api/v1/resources", tag = "さがす", summary = "社会資源をさがす",
    description = "ことば・場所・条件でさがす。活動中、準備中、休止中のものが出る(終了は出ない)。\
        少ししか見つからないときは、条件をゆるめる案 relaxed と、相談できる窓口 office がつく。\
        サインインした職員には、関係者のみのものも出る(visibility が付く)。",
    params(SearchParameters),
    responses((status = 200, description = "見つかったもの", body = ResourceAnswer),
              (status = 400, description = "読めないパラメーター", body = Problem, content_type = "application/problem+json")))]
pub async fn resources(
    State(app): State<App>,
    audience: Audience,
    RawQuery(raw): RawQuery,
) -> Result<Json<ResourceAnswer>, ApiError> {
    let question = question(&app, Listing::Resources, raw.as_deref().unwrap_or_default())
        .map_err(ApiError::BadRequest)?
        .by(audience);
    let page = ask(&app, &question).await?;
    Ok(Json(answer::resources(&app, &question, page).await?))
}

/// Opportunities of the resources found.
#[utoipa::path(get, path = "/api/v1/opportunities", tag = "さがす", summary = "参加の機会をさがす",
    description = "パラメーターは /api/v1/resources と同じ。ことばに合う資源の機会のうち、条件に合うものが1件ずつ出る。\
        matched は、ことばがその機会自身に書かれているか。",
    params(SearchParameters),
    responses((status = 200, description = "見つかったもの", body = OpportunityAnswer),
              (status = 400, description = "読めないパラメーター", body = Problem, content_type = "application/problem+json")))]
pub async fn opportunities(
    State(app): State<App>,
    audience: Audience,
    RawQuery(raw): RawQuery,
) -> Result<Json<OpportunityAnswer>, ApiError> {
    let question = question(&app, Listing::Opportunities, raw.as_deref().unwrap_or_default())
        .map_err(ApiError::BadRequest)?
        .by(audience);
    Ok(Json(answer::opportunities(&app, question).await?))
}
