//! What the service is, where its data comes from, whose work it uses, and how programs can ask it.

use askama::Template;

use super::frame::Frame;

/// What the service is and is not.
#[derive(Debug, Clone, PartialEq, Template)]
#[template(path = "about.html")]
pub struct AboutPage {
    /// Around it.
    pub frame: Frame,
    /// Public resources.
    pub resources: u64,
    /// Whether the invented example city is loaded.
    pub sample: bool,
    /// Whom to tell when an entry is wrong, as 「地域共生社会課 0197-…」; empty when not set.
    pub contact: Option<String>,
}

/// A source of data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSource {
    /// Its name.
    pub name: String,
    /// Who publishes it.
    pub provider: String,
    /// Under what terms.
    pub licence: String,
    /// Its address; empty when there is none.
    pub url: Option<String>,
    /// The date of the data, as written there; empty when not known.
    pub date: String,
    /// Rows from it in the service.
    pub rows: u64,
}

/// Where the data comes from.
#[derive(Debug, Clone, PartialEq, Template)]
#[template(path = "data.html")]
pub struct DataPage {
    /// Around it.
    pub frame: Frame,
    /// The sources.
    pub sources: Vec<DataSource>,
}

/// Whose work is in the binary.
#[derive(Debug, Clone, PartialEq, Template)]
#[template(path = "licenses.html")]
pub struct LicensesPage {
    /// Around it.
    pub frame: Frame,
    /// The generated list.
    pub text: String,
}

/// A call of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// As GET.
    pub method: String,
    /// As `/api/v1/resources/{id}`.
    pub path: String,
    /// What it does.
    pub summary: String,
    /// Parameters: name and what it says of itself.
    pub parameters: Vec<(String, String)>,
}

/// The API to read.
#[derive(Debug, Clone, PartialEq, Template)]
#[template(path = "api_docs.html")]
pub struct ApiDocsPage {
    /// Around it.
    pub frame: Frame,
    /// All calls.
    pub operations: Vec<Operation>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample;

    #[test]
    fn the_service_says_what_it_is_and_that_examples_are_invented() {
        let page = AboutPage {
            frame: Frame::sample("このサイトについて", "/about"),
            resources: 1234,
            sample: true,
            contact: Some("地域共生社会課".into()),
        };
        sample::check(
            "about",
            &page,
            &[
                "よさって",
                "見本",
                "1,234件",
                "地域共生社会課",
                r#"href="/about/data""#,
            ],
        );
    }

    #[test]
    fn every_source_stands_with_its_terms_and_date() {
        let source = DataSource {
            name: "介護サービス事業所<一覧>".into(),
            provider: "厚生労働省".into(),
            licence: "CC BY 4.0".into(),
            url: Some("https://example.jp/care".into()),
            date: "2026年6月".into(),
            rows: 321,
        };
        let mut page = DataPage {
            frame: Frame::sample("データの出どころ", "/about/data"),
            sources: vec![source],
        };
        sample::check(
            "data",
            &page,
            &["厚生労働省", "CC BY 4.0", "2026年6月", "321件", "&#60;一覧&#62;"],
        );
        page.sources.clear();
        sample::check("data-empty", &page, &["まだ"]);
    }

    #[test]
    fn licences_and_calls_are_shown_as_they_are() {
        let text = "serde <https://serde.rs>\nMIT".to_owned();
        let page = LicensesPage {
            frame: Frame::sample("使っている部品", "/about/licenses"),
            text,
        };
        sample::check("licenses", &page, &["serde &#60;https"]);
        let operation = Operation {
            method: "GET".into(),
            path: "/api/v1/resources/{id}".into(),
            summary: "1件".into(),
            parameters: vec![("id".into(), "資源ID".into())],
        };
        let page = ApiDocsPage {
            frame: Frame::sample("API", "/api/docs"),
            operations: vec![operation],
        };
        sample::check(
            "api-docs",
            &page,
            &["/api/v1/resources/{id}", "資源ID", "/api/openapi.json"],
        );
    }
}
