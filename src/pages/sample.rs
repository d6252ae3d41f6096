//! Samples that page tests render, and the one check of a rendered page.

use askama::Template;

use super::map_view::MapView;
use crate::{
    kernel::geo::LngLat,
    map::{
        look::KindGroup,
        svg::{MapPicture, Outline, Point, draw},
    },
};

/// Two districts and three places.
pub fn map() -> MapView {
    let square = |id: &str, name: &str, west: f64| Outline {
        id: id.into(),
        name: name.into(),
        centre: LngLat::new(west + 0.05, 39.15).ok(),
        rings: vec![vec![
            [west, 39.1],
            [west + 0.1, 39.1],
            [west + 0.1, 39.2],
            [west, 39.2],
            [west, 39.1],
        ]],
    };
    let place = |n: u32, kind: &str| Point {
        id: format!("r-{n}"),
        name: format!("場所{n}"),
        lng: 141.1 + 0.03 * f64::from(n),
        lat: 39.13,
        kind_code: kind.into(),
    };
    let svg = draw(&MapPicture {
        outlines: vec![square("d1", "水沢南", 141.1), square("d2", "姉体", 141.2)],
        points: vec![place(1, "salon"), place(2, "farm"), place(3, "community_dining")],
        first: 1,
        illustrative: true,
        width: 800,
        height: 560,
        bbox: None,
    });
    MapView {
        legend: vec![KindGroup::Gather, KindGroup::Work, KindGroup::Eat],
        searchable: true,
        ..MapView::new(svg, true)
    }
}

/// A QR code.
pub fn qr() -> String {
    super::resource::qr_svg("http://127.0.0.1:8080/resources/r-1").unwrap()
}

/// Renders the page; it holds all `holds`, and nothing that the content policy or the axe would stop.
///
/// With `YOSATTE_PAGE_SAMPLES` set to a folder, the page is written there to be looked at.
pub fn check(name: &str, page: &impl Template, holds: &[&str]) {
    let html = page.render().unwrap();
    if let Some(folder) = std::env::var_os("YOSATTE_PAGE_SAMPLES") {
        std::fs::write(std::path::Path::new(&folder).join(format!("{name}.html")), &html).unwrap();
    }
    for part in holds {
        assert!(html.contains(part), "{name}: {part} is not in\n{html}");
    }
    for part in ["<script>", " style=", "javascript:", " onclick=", "<style"] {
        assert!(!html.contains(part), "{name}: {part} is in\n{html}");
    }
    assert_eq!(html.matches("<h1").count(), 1, "{name}: one h1");
    assert_eq!(html.matches("<main").count(), 1, "{name}: one main");
    assert!(html.contains(r#"class="skip-link""#), "{name}: a skip link");
    let mut ids: Vec<&str> = html
        .split(" id=\"")
        .skip(1)
        .filter_map(|s| s.split('"').next())
        .collect();
    ids.retain(|id| !id.starts_with("r-"));
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "{name}: every id once");
}
