//! Answers a browser: asks the search, fills a page, renders it. One file a page; what they share is here.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
};

use super::{error::ErrorPage, frame::Frame, home::Office};
use crate::{
    app::App,
    error::ApiError,
    resources::{public::Audience, words::ResourceKind},
    search::{self, query::SearchQuery},
};

mod about;
mod district;
mod home;
mod picture;
mod points;
mod resource;

pub use about::{about, api_docs, data, licenses};
pub use district::{district, districts};
pub use home::home;
pub use points::points;
pub use resource::resource;

/// What pages may ask for beside the search itself.
const READING: [&str; 2] = ["easy", "large"];

type Asked = Vec<(String, String)>;

fn asked(raw: Option<&str>) -> Asked {
    search::api::pairs(raw.unwrap_or_default())
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

fn frame(title: &str, path: &str, asked: &[(String, String)], app: &App) -> Frame {
    let mut frame = Frame::new(title, path, asked, &app.settings().city.name.value);
    frame.credits = vec!["地区の拠点の位置: 国土地理院、人口: 総務省 国勢調査".to_owned()];
    if app.ground().areas.illustrative() {
        frame.credits.push("地区の境は模式図".to_owned());
    }
    frame
}

fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "ページを書けません");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn failed(app: &App, error: ApiError) -> Response {
    let problem = error.problem();
    let details = problem.errors.iter().map(|f| f.detail.clone()).collect();
    error_page_with(app, problem.status(), details)
}

/// The page of a status in its usual words.
pub fn error_page(app: &App, status: StatusCode) -> Response {
    error_page_with(app, status, Vec::new())
}

fn error_page_with(app: &App, status: StatusCode, details: Vec<String>) -> Response {
    // Its links lead to the first page: the address that led here may be anything somebody typed, and is not repeated.
    let shown = ErrorPage::of(frame("", "/", &[], app), status.as_u16(), details);
    (status, page(&shown)).into_response()
}

/// Any address that leads nowhere; a program is told in its own words by the guard around all routes.
pub async fn not_found(State(app): State<App>) -> Response {
    error_page(&app, StatusCode::NOT_FOUND)
}

/// The consultation office of a district, or the nearest thing to one: no search ends without somebody to ask.
async fn office(app: &App, district: Option<&str>) -> Option<Office> {
    let query = SearchQuery {
        kinds: vec![ResourceKind::ComprehensiveSupportCenter],
        districts: district
            .and_then(|d| app.ground().areas.find(d).map(|d| d.id.clone()))
            .into_iter()
            .collect(),
        limit: 1,
        ..SearchQuery::default()
    };
    let anywhere = SearchQuery {
        districts: Vec::new(),
        ..query.clone()
    };
    for query in [query, anywhere] {
        let found = app.searcher().search(&app.ground().places, &query).ok()?;
        if let Some(entry) = search::api::load(app, &found, Audience::Public).await.ok()?.pop() {
            let href = format!("/resources/{}", entry.id);
            return Some(Office {
                name: entry.name,
                phone: entry.phone,
                href,
            });
        }
    }
    None
}

/// The address by which readers reach us, for a code on paper: the one that is set, else the one this reader used.
fn origin(app: &App, headers: &HeaderMap) -> String {
    if let Some(set) = &app.settings().public_base_url.value {
        return set.clone();
    }
    let host = headers
        .get(header::HOST)
        .and_then(|h| h.to_str().ok())
        .unwrap_or("127.0.0.1:8080");
    format!("http://{host}")
}
