//! Scripts, styles and fonts out of the binary, so that a page asks no other host.

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "web/static"]
struct Own;

// One folder each, and not all of web/vendor: the dictionary's source beside them is for the compiler alone.
#[derive(RustEmbed)]
#[folder = "web/vendor/maplibre-gl"]
#[allow_missing = true]
struct Map;

#[derive(RustEmbed)]
#[folder = "web/vendor/design-tokens"]
#[allow_missing = true]
struct Tokens;

#[derive(RustEmbed)]
#[folder = "web/vendor/fonts"]
#[allow_missing = true]
struct Fonts;

#[derive(RustEmbed)]
#[folder = "web/vendor/notices"]
#[allow_missing = true]
struct Notices;

/// What the binary carries by others, with their licences, as `scripts/notices.mjs` wrote it.
pub fn third_party() -> String {
    Notices::get("THIRD-PARTY.txt").map_or_else(
        || "一覧がありません。scripts/setup を実行してから組み立ててください。".to_owned(),
        |file| String::from_utf8_lossy(&file.data).into_owned(),
    )
}

/// `GET /assets/{*path}`: a file of the service with its type and an ETag; 304 when the reader has it, 404 when there is none.
pub async fn serve(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let Some(file) = find(&path) else {
        return (StatusCode::NOT_FOUND, "このファイルはありません\n").into_response();
    };
    let etag = etag(&file);
    // Fonts never change under their name; everything else is asked again, so that an update is seen at once.
    let caching = if path.ends_with(".woff2") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .any(|tag| tag.trim().trim_start_matches("W/") == etag || tag.trim() == "*");
    let common = [(header::ETAG, etag), (header::CACHE_CONTROL, caching.to_owned())];
    if known {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let kind = content_type(&file);
    (common, [(header::CONTENT_TYPE, kind)], file.data.into_owned()).into_response()
}

/// The file behind a path below `/assets/`.
fn find(path: &str) -> Option<EmbeddedFile> {
    if path.split('/').any(|part| part == "..") {
        return None;
    }
    let Some(vendor) = path.strip_prefix("vendor/") else {
        return Own::get(path);
    };
    match vendor.split_once('/')? {
        ("maplibre-gl", name) => Map::get(name),
        ("design-tokens", name) => Tokens::get(name),
        ("fonts", name) => Fonts::get(name),
        _ => None,
    }
}

fn etag(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    let hex: String = hash.iter().take(16).map(|b| format!("{b:02x}")).collect();
    format!("\"{hex}\"")
}

fn content_type(file: &EmbeddedFile) -> String {
    let kind = file.metadata.mimetype();
    if kind.starts_with("text/") {
        format!("{kind}; charset=utf-8")
    } else {
        kind.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn get(path: &str, tag: Option<&str>) -> Response {
        let mut headers = HeaderMap::new();
        if let Some(tag) = tag {
            headers.insert(header::IF_NONE_MATCH, tag.parse().unwrap());
        }
        serve(Path(path.to_owned()), headers).await
    }

    #[test]
    fn the_notices_name_a_crate_the_font_and_the_dictionary() {
        let text = third_party();
        for part in [
            "tantivy 0",
            "SIL OPEN FONT LICENSE",
            "mecab-ipadic",
            "maplibre-gl",
        ] {
            assert!(text.contains(part), "{part} is missing");
        }
    }

    #[tokio::test]
    async fn a_script_comes_with_its_type_and_is_not_sent_twice() {
        let first = get("map.js", None).await;
        assert_eq!(first.status(), StatusCode::OK);
        assert!(
            first.headers()[header::CONTENT_TYPE]
                .to_str()
                .unwrap()
                .contains("javascript")
        );
        let tag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
        assert_eq!(get("map.js", Some(&tag)).await.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(get("map.js", Some("\"other\"")).await.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn what_is_not_there_and_what_lies_outside_is_404() {
        for path in [
            "no.css",
            "vendor/ipadic/matrix.def",
            "../Cargo.toml",
            "vendor/fonts/../../../Cargo.toml",
            "",
        ] {
            assert_eq!(get(path, None).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
}
