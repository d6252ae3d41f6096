//! Outlines for districts of which only the centre is known: each takes the ground nearest to its centre (Voronoi).

use geo::{
    BooleanOps, BoundingRect, ConvexHull, Coord, LineString, MultiPoint, MultiPolygon, Point, Polygon,
};

use super::district::District;
use crate::kernel::geo::{EARTH_RADIUS_M, LngLat};

/// How far outlines reach beyond the outermost centres where no boundary was imported, metres.
pub const REACH_M: f64 = 4_000.0;

/// Gives every district with a centre and no outline of its own an illustrative one, inside `boundary` where there is
/// one; what was drawn so before is drawn again.
pub fn fill(districts: &mut [District], boundary: Option<&MultiPolygon<f64>>) {
    let missing: Vec<usize> = (0..districts.len())
        .filter(|&i| {
            (districts[i].outline.is_none() || districts[i].sketched) && districts[i].centre.is_some()
        })
        .collect();
    let centres: Vec<LngLat> = missing.iter().filter_map(|&i| districts[i].centre).collect();
    for (i, cell) in missing.into_iter().zip(cells(&centres, boundary)) {
        (districts[i].illustrative, districts[i].sketched) = (cell.is_some(), cell.is_some());
        districts[i].outline = cell;
    }
}

/// One cell a centre, in the same order: its part of `boundary`, or of the centres' hull widened by [`REACH_M`].
/// `None` for a centre that repeats an earlier one, or whose cell lies wholly outside the boundary.
pub fn cells(centres: &[LngLat], boundary: Option<&MultiPolygon<f64>>) -> Vec<Option<MultiPolygon<f64>>> {
    let Some(plane) = Plane::around(centres) else {
        return Vec::new();
    };
    let sites: Vec<Coord<f64>> = centres
        .iter()
        .map(|c| {
            plane.to(Coord {
                x: c.lng(),
                y: c.lat(),
            })
        })
        .collect();
    let hull = widened_hull(&sites);
    let edge = boundary.map(|b| plane.map(b, |p, c| p.to(c)));
    let start = match edge.as_ref().and_then(BoundingRect::bounding_rect) {
        Some(r) => corners(r.to_polygon().exterior()),
        None => corners(hull.exterior()),
    };
    sites
        .iter()
        .enumerate()
        .map(|(i, &site)| {
            if sites[..i].contains(&site) {
                return None;
            }
            let others = sites.iter().filter(|&&o| o != site);
            let ring = others.fold(start.clone(), |ring, &other| nearer(&ring, site, other));
            if ring.len() < 3 {
                return None;
            }
            let cell = Polygon::new(LineString::new(ring), Vec::new());
            let cell = match &edge {
                Some(edge) => edge.intersection(&MultiPolygon::new(vec![cell])),
                None => MultiPolygon::new(vec![cell]),
            };
            (!cell.0.is_empty()).then(|| plane.map(&cell, |p, c| p.from(c)))
        })
        .collect()
}

/// A local equirectangular projection, metres: true enough over one municipality.
struct Plane {
    x: f64,
    y: f64,
}

impl Plane {
    fn around(centres: &[LngLat]) -> Option<Self> {
        let middle = centres.iter().map(|c| c.lat()).sum::<f64>() / centres.len() as f64;
        let y = EARTH_RADIUS_M.to_radians();
        (!centres.is_empty()).then(|| Self {
            x: y * middle.to_radians().cos(),
            y,
        })
    }

    fn to(&self, c: Coord<f64>) -> Coord<f64> {
        Coord {
            x: c.x * self.x,
            y: c.y * self.y,
        }
    }

    // Rounded to 1e-7 degrees (1 cm), so that neighbours share their corners.
    fn from(&self, c: Coord<f64>) -> Coord<f64> {
        let round = |v: f64| (v * 1e7).round() / 1e7;
        Coord {
            x: round(c.x / self.x),
            y: round(c.y / self.y),
        }
    }

    fn map(
        &self,
        shape: &MultiPolygon<f64>,
        turn: impl Fn(&Self, Coord<f64>) -> Coord<f64>,
    ) -> MultiPolygon<f64> {
        use geo::MapCoords;
        shape.map_coords(|c| turn(self, c))
    }
}

fn widened_hull(sites: &[Coord<f64>]) -> Polygon<f64> {
    let around = sites.iter().flat_map(|s| {
        (0..32).map(move |k| {
            let (sin, cos) = (f64::from(k) * std::f64::consts::TAU / 32.0).sin_cos();
            Point::new(s.x + REACH_M * cos, s.y + REACH_M * sin)
        })
    });
    MultiPoint::new(around.collect()).convex_hull()
}

/// The ring's corners without the closing repeat.
fn corners(ring: &LineString<f64>) -> Vec<Coord<f64>> {
    ring.0[..ring.0.len().saturating_sub(1)].to_vec()
}

/// The part of a convex ring that is no farther from `a` than from `b` (Sutherland–Hodgman against the bisector).
fn nearer(ring: &[Coord<f64>], a: Coord<f64>, b: Coord<f64>) -> Vec<Coord<f64>> {
    let (d, middle) = (b - a, (a + b) / 2.0);
    let beyond = |p: Coord<f64>| (p.x - middle.x) * d.x + (p.y - middle.y) * d.y;
    let mut kept = Vec::with_capacity(ring.len() + 1);
    for (i, &p) in ring.iter().enumerate() {
        let q = ring[(i + 1) % ring.len()];
        let (from, to) = (beyond(p), beyond(q));
        if from <= 0.0 {
            kept.push(p);
        }
        if (from < 0.0 && to > 0.0) || (from > 0.0 && to < 0.0) {
            kept.push(p + (q - p) * (from / (from - to)));
        }
    }
    kept
}
