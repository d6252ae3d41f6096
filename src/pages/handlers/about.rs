//! What the service is, its sources, its licences, its API.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};

use super::{asked, frame, page};
use crate::{
    app::App,
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
    let operation = |path: &str, summary: &str, parameters: &[(&str, &str)]| Operation {
        method: "GET".to_owned(),
        path: path.to_owned(),
        summary: summary.to_owned(),
        parameters: parameters
            .iter()
            .map(|(n, s)| ((*n).to_owned(), (*s).to_owned()))
            .collect(),
    };
    let search = [
        ("q", "さがすことば(200文字まで)"),
        ("near, radius_m", "緯度,経度 と範囲(メートル)"),
        ("bbox", "西,南,東,北"),
        ("district, area, serves", "地区、旧市町村、その地区の人が行ける所"),
        (
            "kind, field, role, modality",
            "種別、対象分野、役割、形態(コードか日本語)",
        ),
        ("weekday, time", "mon〜sun、10:00-12:00"),
        ("wheelchair, transport, free, remote", "true"),
        (
            "sort, limit, cursor",
            "relevance・distance・name・updated、1〜100、前の答えの next",
        ),
    ];
    page(&ApiDocsPage {
        frame: frame("API", "/api/docs", &asked(raw.as_deref()), &app),
        operations: vec![
            operation("/api/v1/resources", "社会資源をさがす", &search),
            operation("/api/v1/resources/{id}", "社会資源ひとつ", &[]),
            operation("/api/v1/opportunities/{id}", "参加の機会ひとつ", &[]),
            operation("/api/v1/districts", "地区の一覧(GeoJSON)", &[]),
            operation("/api/v1/districts/{id}", "地区ひとつと種別ごとの数", &[]),
            operation("/healthz", "動いているか", &[]),
            operation("/readyz", "答えられるか", &[]),
        ],
    })
}
