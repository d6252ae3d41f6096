//! Finds where the rings of an area cross and which lie inside, fast enough for the outlines of a whole prefecture.

use std::cell::Cell;

use geo::{Coord, Line, LineIntersection, LineString, line_intersection::line_intersection};
use rstar::{
    AABB, RTree,
    primitives::{GeomWithData, Rectangle},
};

/// How many pairs of edges are compared at most: a real outline of a million corners needs some ten million, and
/// edges drawn to overlap everywhere would take hours.
const MAX_PAIRS: usize = 50_000_000;

/// The edges overlap so much that looking at all of them would take too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooComplex;

/// The edges of some rings, the outer one first, under an R-tree: comparing every pair takes hours for a million corners.
pub struct Rings {
    edges: Vec<(usize, Line<f64>)>,
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
    pairs: Cell<usize>,
}

impl Rings {
    /// Builds the tree.
    pub fn new(rings: &[LineString<f64>]) -> Self {
        let numbered =
            |(ring, line): (usize, &LineString<f64>)| line.lines().map(|l| (ring, l)).collect::<Vec<_>>();
        let edges: Vec<(usize, Line<f64>)> = rings.iter().enumerate().flat_map(numbered).collect();
        let boxes = edges.iter().enumerate().map(|(at, (_, e))| {
            let corners = Rectangle::from_corners([e.start.x, e.start.y], [e.end.x, e.end.y]);
            GeomWithData::new(corners, at)
        });
        Self {
            tree: RTree::bulk_load(boxes.collect()),
            edges,
            pairs: Cell::new(MAX_PAIRS),
        }
    }

    fn around(&self, from: [f64; 2], to: [f64; 2]) -> impl Iterator<Item = Result<usize, TooComplex>> {
        self.tree
            .locate_in_envelope_intersecting(&AABB::from_corners(from, to))
            .map(|leaf| {
                let left = self.pairs.get().checked_sub(1).ok_or(TooComplex)?;
                self.pairs.set(left);
                Ok(leaf.data)
            })
    }

    /// A point where two edges cross; `None` when the rings only touch, or do not meet at all.
    pub fn crossing(&self) -> Result<Option<Coord<f64>>, TooComplex> {
        for (at, (_, edge)) in self.edges.iter().enumerate() {
            for other in self.around([edge.start.x, edge.start.y], [edge.end.x, edge.end.y]) {
                let other = other?;
                if other > at
                    && let Some(LineIntersection::SinglePoint {
                        intersection,
                        is_proper: true,
                    }) = line_intersection(*edge, self.edges[other].1)
                {
                    return Ok(Some(intersection));
                }
            }
        }
        Ok(None)
    }

    /// Whether the outer ring holds a ring that does not cross it: seen from a corner of the hole that is not on the
    /// outer ring itself, the line to the east crosses the outer ring an odd number of times.
    pub fn outer_holds(&self, hole: &LineString<f64>) -> Result<bool, TooComplex> {
        for from in hole.coords() {
            let (mut inside, mut on_edge) = (false, false);
            for at in self.around([from.x, from.y], [f64::MAX, from.y]) {
                let (ring, edge) = self.edges[at?];
                if ring != 0 {
                    continue;
                }
                let (a, b) = (edge.start, edge.end);
                let side = (b.x - a.x) * (from.y - a.y) - (b.y - a.y) * (from.x - a.x);
                let beside = from.x >= a.x.min(b.x) && from.x <= a.x.max(b.x);
                on_edge |= side == 0.0 && beside;
                // Half-open, so that a corner at the same height counts once.
                if (a.y > from.y) != (b.y > from.y)
                    && a.x + (from.y - a.y) / (b.y - a.y) * (b.x - a.x) > from.x
                {
                    inside = !inside;
                }
            }
            if !on_edge {
                return Ok(inside);
            }
        }
        // Every corner stands on the outer ring: it touches from within or is the same.
        Ok(true)
    }
}
