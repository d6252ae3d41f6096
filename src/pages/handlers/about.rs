//! What the service is, its sources, its licences, its API.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};

use super::{asked, frame, page};
use crate::{
    app::App,
    openapi,
    pages::{
        about::{AboutPage, ApiDocsPage, DataPage, DataSource, LicensesPage, Operation},
        assets,
        card::is_sample,
    },
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
    let sample = search::api::load(&app, &found)
        .await
        .is_ok_and(|entries| entries.iter().any(is_sample));
    page(&AboutPage {
        frame: frame("このサイトについて", "/about", &asked(raw.as_deref()), &app),
        resources: found.total as u64,
        sample,
        contact: None,
    })
}

/// `GET /about/data`.
pub async fn data(State(app): State<App>, RawQuery(raw): RawQuery) -> Response {
    let ground = app.ground();
    let districts = ground.areas.list();
    let sources = districts
        .iter()
        .filter_map(|d| d.source.clone())
        .take(1)
        .map(|source| DataSource {
            name: "地区の拠点の位置と人口".to_owned(),
            provider: source,
            licence: "国土地理院コンテンツ利用規約、e-Stat 利用規約".to_owned(),
            url: None,
            date: "2020年(令和2年)".to_owned(),
            rows: districts.len() as u64,
        });
    page(&DataPage {
        frame: frame("データの出どころ", "/about/data", &asked(raw.as_deref()), &app),
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
