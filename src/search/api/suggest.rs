//! Completions over HTTP, and how they are kept level.

use axum::{
    Json,
    extract::{RawQuery, State},
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::parameters::strict_pairs;
use crate::{
    app::App,
    districts::district::DistrictLevel,
    error::{ApiError, Fault, Problem},
    ground::Ground,
    search::suggest::{PlaceWord, SuggestionType},
};

/// One completion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SuggestionBody {
    /// What to search for.
    pub text: String,
    /// `kind`, `area`, `district`, `tag` or `name`.
    pub r#type: &'static str,
    /// The same for people.
    pub type_label: &'static str,
    /// Code of the kind, id of the district or resource; left out for tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Public entries behind it; left out for names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
}

/// Completions of what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SuggestionAnswer {
    /// How many are given, up to 10.
    pub total: usize,
    /// Best first.
    pub items: Vec<SuggestionBody>,
    /// Always null.
    pub next: Option<String>,
}

/// The parameters as the OpenAPI document tells them.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(missing_docs)]
pub struct SuggestParameters {
    /// 打ちかけのことば。読みでもよい。
    #[param(example = "みず")]
    pub q: Option<String>,
}

fn places(ground: &Ground) -> Vec<PlaceWord> {
    let areas = &ground.areas;
    let formers = areas.formers().into_iter().map(|former| PlaceWord {
        kind: SuggestionType::Area,
        id: former.clone(),
        districts: areas
            .of_former(&former)
            .iter()
            .map(|d| d.id.to_string())
            .collect(),
        text: former,
    });
    let districts = areas
        .list()
        .iter()
        .filter(|d| d.level == DistrictLevel::PromotionCouncil);
    let districts = districts.map(|d| PlaceWord {
        text: format!("{}地区", d.name),
        kind: SuggestionType::District,
        id: d.id.to_string(),
        districts: vec![d.id.to_string()],
    });
    formers.chain(districts).collect()
}

/// Brings the completions up to what is committed.
///
/// # Errors
/// When the database cannot be read.
pub async fn keep_suggestions(app: &App) -> anyhow::Result<()> {
    Ok(app
        .suggester()
        .catch_up(app.db(), || places(&app.ground()))
        .await?)
}

/// Completions while somebody types.
#[utoipa::path(get, path = "/api/v1/suggest", tag = "さがす", summary = "打ちかけのことばの続き",
    description = "名前・種別・キーワード・地区から10件まで。読みでもよい。",
    params(SuggestParameters),
    responses((status = 200, description = "続き", body = SuggestionAnswer),
              (status = 400, description = "読めないパラメーター", body = Problem, content_type = "application/problem+json")))]
pub async fn suggest(
    State(app): State<App>,
    RawQuery(raw): RawQuery,
) -> Result<Json<SuggestionAnswer>, ApiError> {
    let mut text = String::new();
    for (name, value) in strict_pairs(raw.as_deref().unwrap_or_default()).map_err(ApiError::BadRequest)? {
        match name.as_str() {
            "q" if value.chars().count() > 200 => {
                return Err(ApiError::fault("q", "200文字までにしてください"));
            }
            "q" => text = value,
            _ => {
                return Err(ApiError::BadRequest(vec![Fault::new(
                    name,
                    "このパラメーターはありません",
                )]));
            }
        }
    }
    if !app.suggester().is_filled().await {
        keep_suggestions(&app).await?;
    }
    let items: Vec<SuggestionBody> = app
        .suggester()
        .complete(&text)
        .into_iter()
        .map(|s| SuggestionBody {
            text: s.text,
            r#type: s.kind.code(),
            type_label: s.kind.label(),
            id: s.id,
            count: s.count,
        })
        .collect();
    Ok(Json(SuggestionAnswer {
        total: items.len(),
        items,
        next: None,
    }))
}
