//! Finds where a ring crosses itself, fast enough for the outlines of a whole prefecture.

use geo::{Coord, Line, LineIntersection, LineString, line_intersection::line_intersection};
use rstar::{
    AABB, RTree,
    primitives::{GeomWithData, Rectangle},
};

/// A point where two edges of the ring cross; `None` when it only touches itself or does not meet itself at all.
/// An R-tree of the edges keeps it near n log n: comparing every pair takes hours for a million corners.
pub fn crosses_itself(ring: &LineString<f64>) -> Option<Coord<f64>> {
    let edges: Vec<Line<f64>> = ring.lines().collect();
    let boxes = edges.iter().enumerate().map(|(at, e)| {
        GeomWithData::new(
            Rectangle::from_corners([e.start.x, e.start.y], [e.end.x, e.end.y]),
            at,
        )
    });
    let tree = RTree::bulk_load(boxes.collect());
    edges.iter().enumerate().find_map(|(at, edge)| {
        let around = AABB::from_corners([edge.start.x, edge.start.y], [edge.end.x, edge.end.y]);
        tree.locate_in_envelope_intersecting(&around)
            .filter(|other| other.data > at)
            .find_map(|other| match line_intersection(*edge, edges[other.data]) {
                Some(LineIntersection::SinglePoint {
                    intersection,
                    is_proper: true,
                }) => Some(intersection),
                _ => None,
            })
    })
}
