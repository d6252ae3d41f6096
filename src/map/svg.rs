//! The map where there is no script or no WebGL: one plain picture, the same places as the list beside it.

use std::fmt::Write;

use super::{
    markers::{self, Marker, Patch},
    view::View,
};
use crate::kernel::geo::{BBox, LngLat};

/// A district to draw. Rings are lists of `[lng, lat]` in degrees; holes need no mark (even-odd filling).
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// District id.
    pub id: String,
    /// Its name, written at the centre.
    pub name: String,
    /// Where the name stands; without one the district has no name on the map.
    pub centre: Option<LngLat>,
    /// All rings of all its polygons.
    pub rings: Vec<Vec<[f64; 2]>>,
}

/// A place to mark; its number is its position in the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Resource id.
    pub id: String,
    /// Its name, read out with the number.
    pub name: String,
    /// Degrees east.
    pub lng: f64,
    /// Degrees north.
    pub lat: f64,
    /// The code of its kind: decides the colour.
    pub kind_code: String,
}

/// Everything on one picture.
#[derive(Debug, Clone, PartialEq)]
pub struct MapPicture {
    /// Districts, drawn first.
    pub outlines: Vec<Outline>,
    /// Places, in the order of the list.
    pub points: Vec<Point>,
    /// The number of the first of them.
    pub first: usize,
    /// Whether outlines are computed, not surveyed: then 「模式図」 stands on the picture.
    pub illustrative: bool,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// What to show; `None` fits outlines and points.
    pub bbox: Option<BBox>,
}

/// The picture as an SVG element with `id="map-svg"`, to be put into a page as it is.
///
/// Web Mercator like the interactive map, snapped to a grid of one pixel so that shared edges stay closed.
/// Holds no style attribute: colours are attributes, and the page's strict content policy lets it through.
pub fn draw(picture: &MapPicture) -> String {
    let view = View::fit(picture);
    let mut svg = String::with_capacity(16 * 1024);
    let (w, h) = (picture.width, picture.height);
    let _ = write!(
        svg,
        r##"<svg id="map-svg" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" role="img" aria-labelledby="map-svg-title map-svg-desc"><title id="map-svg-title">{}</title><desc id="map-svg-desc">{}</desc><rect width="{w}" height="{h}" fill="#fcfbf8"/>"##,
        title(picture),
        description(picture),
    );
    draw_outlines(&mut svg, picture, &view);
    let markers = markers::arrange(picture, &view);
    draw_names(&mut svg, picture, &view, &markers);
    markers::draw(&mut svg, picture, &markers);
    draw_scale(&mut svg, picture, &view);
    if picture.illustrative {
        let _ = write!(
            svg,
            r##"<g class="map-note"><rect x="{}" y="8" width="76" height="28" rx="4" fill="#fff" stroke="#4d4d4d"/><text x="{}" y="28" font-size="17" text-anchor="middle" fill="#1a1a1a">模式図</text></g>"##,
            w.saturating_sub(84),
            w.saturating_sub(46),
        );
    }
    svg.push_str("</svg>");
    svg
}

/// Text that is safe between tags and inside quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

fn title(picture: &MapPicture) -> String {
    match (picture.points.len(), picture.outlines.len()) {
        (0, districts) => format!("{districts}地区の地図"),
        (points, _) => format!("{points}か所の場所をしるした地図"),
    }
}

fn description(picture: &MapPicture) -> String {
    let mut text = String::new();
    if picture.illustrative {
        text.push_str("地区の境は模式図で、正確な境界ではありません。");
    }
    if picture.points.is_empty() {
        text.push_str("同じ地区がページの表にあります。");
        return text;
    }
    text.push_str("番号は一覧の番号と同じです。");
    for (i, point) in picture.points.iter().take(20).enumerate() {
        let _ = write!(text, "{}番 {}。", i + picture.first, escaped(&point.name));
    }
    text
}

fn draw_outlines(svg: &mut String, picture: &MapPicture, view: &View) {
    svg.push_str(r##"<g class="map-districts" stroke="#8a8a80" stroke-width="1" fill-rule="evenodd">"##);
    for (i, outline) in picture.outlines.iter().enumerate() {
        let mut path = String::new();
        for ring in &outline.rings {
            let mut pixels: Vec<(i64, i64)> = ring.iter().map(|[lng, lat]| view.pixel(*lng, *lat)).collect();
            pixels.dedup();
            if pixels.len() < 4 {
                continue;
            }
            for (n, (x, y)) in pixels.iter().enumerate() {
                let _ = write!(path, "{}{x} {y}", if n == 0 { 'M' } else { 'L' });
            }
            path.push('Z');
        }
        if !path.is_empty() {
            let fill = ["#f3efe4", "#eaf1ea", "#f1ecf1"][i % 3];
            let _ = write!(svg, r#"<path class="map-district" d="{path}" fill="{fill}"/>"#);
        }
    }
    svg.push_str("</g>");
}

/// Names near the centres, clear of markers and of each other; one without room is left out, for a name half hidden
/// helps nobody.
fn draw_names(svg: &mut String, picture: &MapPicture, view: &View, markers: &[Marker]) {
    let size = 15_i64;
    let mut taken: Vec<Patch> = markers.iter().map(|m| m.patch).collect();
    let (w, h) = (i64::from(picture.width), i64::from(picture.height));
    let _ = write!(
        svg,
        r##"<g class="map-names" font-size="{size}" text-anchor="middle" fill="#4d4d4d" stroke="#fcfbf8" stroke-width="3" paint-order="stroke">"##
    );
    for outline in &picture.outlines {
        let Some(centre) = outline.centre else { continue };
        let (x, y) = view.pixel(centre.lng(), centre.lat());
        let half_width = outline.name.chars().count() as i64 * size / 2;
        let free = [0, 20, -20, 36, -36]
            .into_iter()
            .map(|aside| Patch {
                x,
                y: y + aside,
                half_width,
                half_height: size / 2 + 1,
            })
            .find(|p| p.inside(w, h) && taken.iter().all(|t| !t.meets(p)));
        if let Some(patch) = free {
            taken.push(patch);
            let name = escaped(&outline.name);
            let _ = write!(
                svg,
                r#"<text x="{x}" y="{}">{name}</text>"#,
                patch.y + size / 2 - 2
            );
        }
    }
    svg.push_str("</g>");
}

/// A bar of a round length, at most a quarter of the width.
fn draw_scale(svg: &mut String, picture: &MapPicture, view: &View) {
    let per_pixel = view.metres_per_pixel();
    let most = per_pixel * f64::from(picture.width) / 4.0;
    if !most.is_finite() || most < 1.0 {
        return;
    }
    let ten = 10f64.powf(most.log10().floor());
    let length = [5.0, 2.0, 1.0]
        .iter()
        .map(|n| n * ten)
        .find(|l| *l <= most)
        .unwrap_or(ten);
    let words = if length >= 1_000.0 {
        format!("{}km", length / 1_000.0)
    } else {
        format!("{length}m")
    };
    let (end, y) = (
        16 + (length / per_pixel).round() as i64,
        i64::from(picture.height) - 14,
    );
    let _ = write!(
        svg,
        r##"<g class="map-scale"><path d="M16 {0}V{y}H{end}V{0}" fill="none" stroke="#4d4d4d" stroke-width="2"/><text x="22" y="{1}" font-size="14" fill="#4d4d4d">{words}</text></g>"##,
        y - 7,
        y - 5,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> MapPicture {
        MapPicture {
            outlines: vec![Outline {
                id: "d1".into(),
                name: "水沢<南>".into(),
                centre: LngLat::new(141.14, 39.13).ok(),
                rings: vec![vec![
                    [141.0, 39.0],
                    [141.3, 39.0],
                    [141.3, 39.3],
                    [141.0, 39.3],
                    [141.0, 39.0],
                ]],
            }],
            points: vec![
                place("a", 141.1, "salon"),
                place("b", 141.1, "farm"),
                place("c", 141.2, "x"),
            ],
            first: 1,
            illustrative: true,
            width: 800,
            height: 600,
            bbox: None,
        }
    }

    fn place(id: &str, lng: f64, kind: &str) -> Point {
        Point {
            id: id.into(),
            name: format!("<script>{id}"),
            lng,
            lat: 39.1,
            kind_code: kind.into(),
        }
    }

    fn check(picture: &MapPicture, holds: &[&str], lacks: &[&str]) {
        let svg = draw(picture);
        for part in holds {
            assert!(svg.contains(part), "{part} is not in {svg}");
        }
        for part in lacks {
            assert!(!svg.contains(part), "{part} is in {svg}");
        }
    }

    #[test]
    fn names_are_escaped_and_nothing_is_styled_inline() {
        check(
            &picture(),
            &["&lt;script&gt;a", "水沢&lt;南&gt;"],
            &["<script", " style=", "<南>"],
        );
    }

    #[test]
    fn an_illustrative_outline_is_called_模式図() {
        check(&picture(), &[">模式図<"], &[]);
        let surveyed = MapPicture {
            illustrative: false,
            ..picture()
        };
        check(&surveyed, &[], &["模式図"]);
    }

    #[test]
    fn places_on_one_spot_share_a_marker_that_says_so() {
        check(&picture(), &[">1+<", ">3<"], &[">2<", ">1<"]);
    }

    #[test]
    fn coordinates_are_whole_pixels_inside_the_picture() {
        let svg = draw(&picture());
        let path = svg
            .split("class=\"map-district\" d=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let numbers: Vec<i64> = path
            .split(['M', 'L', 'Z', ' '])
            .filter(|t| !t.is_empty())
            .map(|t| t.parse().unwrap())
            .collect();
        assert_eq!(numbers.len(), 10);
        assert!(numbers.iter().all(|n| (0..=800).contains(n)), "{numbers:?}");
    }

    #[test]
    fn one_place_alone_and_none_at_all_are_drawn_without_infinite_numbers() {
        let alone = MapPicture {
            outlines: vec![],
            points: vec![place("a", 141.1, "salon")],
            ..picture()
        };
        check(&alone, &[">1<", "m</text>"], &["NaN", "inf"]);
        let empty = MapPicture {
            outlines: vec![],
            points: vec![],
            ..picture()
        };
        check(&empty, &["<svg", "</svg>"], &["NaN", "inf"]);
    }

    #[test]
    fn the_scale_bar_is_as_long_as_it_says() {
        let view = View::fit(&picture());
        let (x, y) = view.pixel(141.1, 39.15);
        let (east, _) = view.pixel(141.2, 39.15);
        let real = LngLat::new(141.1, 39.15)
            .unwrap()
            .distance(LngLat::new(141.2, 39.15).unwrap())
            .get();
        let told = (east - x) as f64 * view.metres_per_pixel();
        assert!(
            (real - told).abs() / real < 0.02,
            "{real} m drawn as {told} m at {y}"
        );
    }
}
