//! What the service is, its sources, its licences, its API.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};

use chrono::DateTime;

use super::{asked, failed, frame, page};
use crate::{
    app::App,
    db::DbResult,
    exchange::official::{self, sources},
    openapi,
    pages::{
        about::{AboutPage, ApiDocsPage, DataPage, DataSource, LicensesPage, Operation},
        assets,
        card::is_sample,
    },
    resources::public::Audience,
    search::{self, query::SearchQuery},
};

/// `GET /about`.
pub async fn about(State(app): State<App>, RawQuery(raw): RawQuery) -> Response {
    let query = SearchQuery {
        limit: 1,
        ..SearchQuery::default()
    };
    let found = app
        .searcher()
        .search(&app.ground().places, &query)
        .unwrap_or_default();
    let sample = search::api::load(&app, &found, Audience::Public)
        .await
        .is_ok_and(|entries| entries.iter().any(is_sample));
    page(&AboutPage {
        frame: frame("このサイトについて", "/about", &asked(raw.as_deref()), &app),
        resources: found.total as u64,
        sample,
        contact: app.settings().city.contact.value.clone(),
    })
}

/// `GET /about/data`: every body of official data that was imported, and since when.
pub async fn data(State(app): State<App>, RawQuery(raw): RawQuery) -> Response {
    match data_page(&app, &asked(raw.as_deref())).await {
        Ok(shown) => page(&shown),
        Err(error) => failed(&app, error.into()),
    }
}

async fn data_page(app: &App, asked: &[(String, String)]) -> DbResult<DataPage> {
    let sources = {
        let mut conn = app.db().read().await?;
        sources::list(&mut conn).await?
    };
    let ground = app.ground();
    let sources = sources.into_iter().map(|source| {
        let origin = official::origin(&source.key);
        // The files of districts and facilities say themselves whose they are; where they do not, they are the city's.
        let provider = match source.key.as_str() {
            "districts" => {
                let mut told: Vec<&str> = ground
                    .areas
                    .list()
                    .iter()
                    .filter_map(|d| d.source.as_deref())
                    .collect();
                told.dedup();
                if told.is_empty() {
                    app.settings().city.name.value.clone()
                } else {
                    told[..told.len().min(3)].join("、")
                }
            }
            "public-facilities" | "population" => app.settings().city.name.value.clone(),
            _ => origin.map_or_else(String::new, |o| o.provider.to_owned()),
        };
        let day = DateTime::parse_from_rfc3339(&source.imported_at)
            .map(|at| at.format("%Y年%-m月%-d日").to_string());
        DataSource {
            name: source.title,
            provider,
            licence: source.licence.unwrap_or_default(),
            url: origin.and_then(|o| o.url).map(str::to_owned),
            date: day.map(|day| format!("{day}に取り込み")).unwrap_or_default(),
            rows: source.entries.try_into().unwrap_or_default(),
        }
    });
    Ok(DataPage {
        frame: frame("データの出どころ", "/about/data", asked, app),
        sources: sources.collect(),
    })
}

/// `GET /about/licenses`.
pub async fn licenses(State(app): State<App>, RawQuery(raw): RawQuery) -> Response {
    let text = assets::third_party();
    page(&LicensesPage {
        frame: frame("ライセンス", "/about/licenses", &asked(raw.as_deref()), &app),
        text,
    })
}

/// `GET /api/docs`.
pub async fn api_docs(State(app): State<App>, RawQuery(raw): RawQuery) -> Response {
    let operations = openapi::calls().into_iter().map(|call| Operation {
        method: call.method.to_owned(),
        path: call.path,
        summary: call.summary,
        parameters: call.parameters,
    });
    page(&ApiDocsPage {
        frame: frame("API", "/api/docs", &asked(raw.as_deref()), &app),
        operations: operations.collect(),
    })
}
