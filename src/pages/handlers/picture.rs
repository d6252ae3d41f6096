//! The drawn map of a page, from the entries it lists.

use crate::{
    app::App,
    districts::district::District,
    kernel::geo::BBox,
    map::{
        look::KindGroup,
        svg::{MapPicture, Outline, Point, draw},
    },
    pages::map_view::MapView,
    resources::public::VisibleResource,
};

/// A map of the entries, numbered from `first`; with a district, of that part of the city.
pub(super) fn picture(
    app: &App,
    entries: &[VisibleResource],
    first: usize,
    around: Option<&District>,
) -> MapView {
    let ground = app.ground();
    let outlines = ground.areas.list().iter().map(|d| Outline {
        id: d.id.to_string(),
        name: d.name.clone(),
        centre: d.centre,
        rings: d.rings(),
    });
    let points: Vec<Point> = entries
        .iter()
        .filter_map(|e| {
            let point = e.point?;
            let (id, name) = (e.id.to_string(), e.name.clone());
            Some(Point {
                id,
                name,
                lng: point.lng(),
                lat: point.lat(),
                kind_code: e.kind.code().to_owned(),
            })
        })
        .collect();
    let bbox = around.and_then(|d| {
        let rings = d.rings();
        let edge = |pick: fn(f64, f64) -> f64, axis: usize, start| {
            rings
                .iter()
                .flatten()
                .map(|p: &[f64; 2]| p[axis])
                .fold(start, pick)
        };
        BBox::new(
            edge(f64::min, 0, f64::INFINITY),
            edge(f64::min, 1, f64::INFINITY),
            edge(f64::max, 0, f64::NEG_INFINITY),
            edge(f64::max, 1, f64::NEG_INFINITY),
        )
    });
    let mut legend: Vec<KindGroup> = Vec::new();
    for entry in entries {
        let group = KindGroup::of(entry.kind);
        if !legend.contains(&group) {
            legend.push(group);
        }
    }
    let illustrative = ground.areas.illustrative();
    let svg = draw(&MapPicture {
        outlines: outlines.collect(),
        points,
        first,
        illustrative,
        width: 800,
        height: 600,
        bbox,
    });
    MapView {
        legend,
        district: around.map(|d| d.id.to_string()),
        ..MapView::new(svg, illustrative)
    }
}
