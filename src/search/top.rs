//! The best entries so far, in the order that was asked for.

use std::{cmp::Ordering, collections::BinaryHeap};

use super::{facts::Facts, filter::Filter, query::Sort};
use crate::resources::words::Status;

/// One entry with all that its place in the order depends on; the greatest stands last.
#[derive(Debug, Clone, Copy)]
pub struct Ranked<'s> {
    first: (u8, f64, f64),
    name: &'s str,
    /// The entry.
    pub facts: Facts<'s>,
    /// How well it fits the words.
    pub score: f32,
}

impl Ord for Ranked<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let (a, b) = (self.first, other.first);
        a.0.cmp(&b.0)
            .then(a.1.total_cmp(&b.1))
            .then(a.2.total_cmp(&b.2))
            .then_with(|| self.name.cmp(other.name))
            .then_with(|| self.facts.id().cmp(other.facts.id()))
    }
}

impl PartialOrd for Ranked<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ranked<'_> {}

fn status_rank(status: Status) -> u8 {
    match status {
        Status::Active => 0,
        Status::Preparing => 1,
        _ => 2,
    }
}

/// Keeps the best, whatever is offered.
#[derive(Debug)]
pub struct Top<'s> {
    sort: Sort,
    keep: usize,
    heap: BinaryHeap<Ranked<'s>>,
}

impl<'s> Top<'s> {
    /// Keeps so many.
    pub fn new(sort: Sort, keep: usize) -> Self {
        Self {
            sort,
            keep,
            heap: BinaryHeap::new(),
        }
    }

    /// An entry that was found.
    pub fn offer(&mut self, facts: Facts<'s>, score: f32, filter: &Filter) {
        let far2 = match self.sort {
            Sort::Relevance | Sort::Distance => filter.far2(facts.point()),
            Sort::Name | Sort::Updated => 0.0,
        };
        self.offer_at(facts, score, far2);
    }

    /// An entry whose distance is known, as the square of the straight line through the unit sphere.
    pub fn offer_at(&mut self, facts: Facts<'s>, score: f32, far2: f64) {
        let (first, name) = match self.sort {
            Sort::Relevance => ((status_rank(facts.status()), -f64::from(score), far2), ""),
            Sort::Distance => ((0, far2, 0.0), ""),
            Sort::Name => ((0, 0.0, 0.0), facts.sort_name()),
            Sort::Updated => ((0, -facts.updated_at() as f64, 0.0), ""),
        };
        let ranked = Ranked {
            first,
            name,
            facts,
            score,
        };
        if self.heap.len() < self.keep {
            self.heap.push(ranked);
        } else if let Some(mut last) = self.heap.peek_mut()
            && ranked < *last
        {
            *last = ranked;
        }
    }

    /// The best, best first.
    pub fn done(self) -> impl Iterator<Item = Ranked<'s>> {
        self.heap.into_sorted_vec().into_iter()
    }
}
