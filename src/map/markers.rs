//! Markers on the drawn map: each with the mark of its kind and the number of the list, none on top of another.

use std::fmt::Write;

use super::{
    look::KindGroup,
    svg::{MapPicture, escaped},
    view::View,
};

/// Half the height of a marker, in pixels.
const HALF_HEIGHT: i64 = 13;

/// A box on the picture, by its middle and half its sides, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Patch {
    /// Middle.
    pub x: i64,
    /// Middle.
    pub y: i64,
    /// Half the width.
    pub half_width: i64,
    /// Half the height.
    pub half_height: i64,
}

impl Patch {
    /// Whether two boxes share a pixel.
    pub(super) fn meets(&self, other: &Self) -> bool {
        (self.x - other.x).abs() < self.half_width + other.half_width
            && (self.y - other.y).abs() < self.half_height + other.half_height
    }

    /// Whether the box lies inside a picture of this size.
    pub(super) fn inside(&self, width: i64, height: i64) -> bool {
        self.x >= self.half_width
            && self.y >= self.half_height
            && self.x + self.half_width <= width
            && self.y + self.half_height <= height
    }
}

/// A marker: where it points, where it is drawn, and which places of the list it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marker {
    at: (i64, i64),
    /// Where it is drawn.
    pub patch: Patch,
    label: String,
    here: Vec<usize>,
}

/// Finds a free spot for every marker, the first of the list nearest to its place. Places on one pixel share a
/// marker that says so by a plus.
pub(super) fn arrange(picture: &MapPicture, view: &View) -> Vec<Marker> {
    let mut spots: Vec<((i64, i64), Vec<usize>)> = Vec::new();
    for (i, point) in picture.points.iter().enumerate() {
        let at = view.pixel(point.lng, point.lat);
        match spots.iter_mut().find(|(spot, _)| *spot == at) {
            Some((_, here)) => here.push(i),
            None => spots.push((at, vec![i])),
        }
    }
    let mut taken: Vec<Patch> = Vec::new();
    let mut markers = Vec::new();
    for (at, here) in spots {
        let more = if here.len() > 1 { "+" } else { "" };
        let label = format!("{}{more}", here[0] + picture.first);
        let half_width = 13 + 5 * label.chars().count() as i64;
        let patch = free_patch(at, half_width, &taken, picture);
        taken.push(patch);
        markers.push(Marker {
            at,
            patch,
            label,
            here,
        });
    }
    markers
}

/// The nearest free place on rings around the spot; the spot itself when all are taken.
fn free_patch((x, y): (i64, i64), half_width: i64, taken: &[Patch], picture: &MapPicture) -> Patch {
    let own = |x: i64, y: i64| Patch {
        x,
        y,
        half_width,
        half_height: HALF_HEIGHT,
    };
    let (w, h) = (i64::from(picture.width), i64::from(picture.height));
    let rings = [34.0, 56.0, 80.0, 106.0, 134.0];
    let around = rings.iter().flat_map(|radius| {
        (0..12).map(move |n| {
            let angle = f64::from(n) * std::f64::consts::TAU / 12.0;
            let (dx, dy) = (radius * angle.cos(), radius * angle.sin());
            own(x + dx.round() as i64, y + dy.round() as i64)
        })
    });
    std::iter::once(own(x, y))
        .chain(around.filter(|p| p.inside(w, h)))
        .find(|p| taken.iter().all(|t| !t.meets(p)))
        .unwrap_or_else(|| own(x, y))
}

/// Draws them; one that had to move aside is tied to its place by a line.
pub(super) fn draw(svg: &mut String, picture: &MapPicture, markers: &[Marker]) {
    svg.push_str(r##"<g class="map-ties" stroke="#1a1a1a" stroke-width="1.5">"##);
    for m in markers.iter().filter(|m| m.at != (m.patch.x, m.patch.y)) {
        let ((x, y), p) = (m.at, m.patch);
        let _ = write!(
            svg,
            r##"<path d="M{x} {y}L{} {}"/><circle cx="{x}" cy="{y}" r="3" fill="#1a1a1a"/>"##,
            p.x, p.y
        );
    }
    svg.push_str(r##"</g><g class="map-markers" font-weight="700" text-anchor="middle" fill="#fff">"##);
    for Marker {
        patch: p,
        label,
        here,
        ..
    } in markers.iter().rev()
    {
        let first = &picture.points[here[0]];
        let group = KindGroup::of_code(&first.kind_code);
        let names: Vec<String> = here
            .iter()
            .map(|i| format!("{} {}", i + picture.first, escaped(&picture.points[*i].name)))
            .collect();
        let (left, top) = (p.x - p.half_width, p.y - HALF_HEIGHT);
        let _ = write!(
            svg,
            r##"<g class="map-marker" data-id="{}"><title>{}</title><rect x="{left}" y="{top}" width="{}" height="{}" rx="6" fill="{}" stroke="#fff" stroke-width="2"/><text x="{}" y="{}" font-size="14">{}</text><text x="{}" y="{}" font-size="16">{label}</text></g>"##,
            escaped(&first.id),
            names.join("、"),
            2 * p.half_width,
            2 * HALF_HEIGHT,
            group.colour(),
            left + 12,
            p.y + 5,
            group.mark(),
            p.x + 9,
            p.y + 6,
        );
    }
    svg.push_str("</g>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::svg::Point;

    fn crowd(count: usize, apart: f64) -> MapPicture {
        let points = (0..count).map(|n| Point {
            id: format!("r{n}"),
            name: format!("場所{n}"),
            lng: 141.1 + apart * n as f64,
            lat: 39.1,
            kind_code: "salon".into(),
        });
        MapPicture {
            outlines: vec![],
            points: points.collect(),
            first: 1,
            illustrative: false,
            width: 800,
            height: 600,
            bbox: crate::kernel::geo::BBox::new(141.0, 39.0, 141.3, 39.2),
        }
    }

    #[test]
    fn twenty_places_in_a_crowd_do_not_cover_each_other() {
        let picture = crowd(20, 0.0008);
        let markers = arrange(&picture, &View::fit(&picture));
        assert_eq!(markers.len(), 20);
        for (i, a) in markers.iter().enumerate() {
            assert!(a.patch.inside(800, 600), "{a:?}");
            assert!(markers[..i].iter().all(|b| !a.patch.meets(&b.patch)), "{a:?}");
        }
        assert_eq!(
            markers[0].at,
            (markers[0].patch.x, markers[0].patch.y),
            "the first keeps its place"
        );
    }

    #[test]
    fn places_on_one_spot_share_a_marker() {
        let picture = crowd(3, 0.0);
        let markers = arrange(&picture, &View::fit(&picture));
        assert_eq!(markers.len(), 1);
        assert_eq!((markers[0].label.as_str(), markers[0].here.len()), ("1+", 3));
    }
}
