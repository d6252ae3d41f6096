//! Queries that tantivy lacks: documents known already, and a union that can be led by a smaller set.

use std::{collections::HashMap, sync::Arc};

use tantivy::{
    DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED,
    index::SegmentId,
    query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight},
};

/// Documents found by other means (lying in a circle), by segment and in order; each scores 1, or what it was given.
#[derive(Debug, Clone, Default)]
pub struct Docs(Arc<HashMap<SegmentId, Listed>>);

#[derive(Debug, Clone, Default)]
struct Listed {
    docs: Arc<[DocId]>,
    /// Of each its score, when they have any.
    scores: Option<Arc<[Score]>>,
}

impl Docs {
    /// The documents of each segment, ascending.
    pub fn new(by_segment: impl IntoIterator<Item = (SegmentId, Arc<[DocId]>)>) -> Self {
        let listed = |docs| Listed { docs, scores: None };
        let by_segment = by_segment.into_iter().map(|(id, docs)| (id, listed(docs)));
        Self(Arc::new(by_segment.collect()))
    }

    /// The documents of each segment, ascending, with their scores.
    pub fn scored(by_segment: impl IntoIterator<Item = (SegmentId, Vec<(DocId, Score)>)>) -> Self {
        let listed = |found: Vec<(DocId, Score)>| Listed {
            docs: found.iter().map(|(doc, _)| *doc).collect(),
            scores: Some(found.iter().map(|(_, score)| *score).collect()),
        };
        let by_segment = by_segment.into_iter().map(|(id, found)| (id, listed(found)));
        Self(Arc::new(by_segment.collect()))
    }

    /// The documents of one segment.
    pub fn of(&self, segment: SegmentId) -> &[DocId] {
        self.0
            .get(&segment)
            .map(|listed| &*listed.docs)
            .unwrap_or_default()
    }
}

impl Query for Docs {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for Docs {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(match self.0.get(&reader.segment_id()) {
            Some(listed) => Box::new(DocsScorer {
                docs: listed.docs.clone(),
                scores: listed.scores.clone(),
                at: 0,
                boost,
            }),
            None => Box::new(EmptyScorer),
        })
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("lies there", 1.0))
    }
}

struct DocsScorer {
    docs: Arc<[DocId]>,
    scores: Option<Arc<[Score]>>,
    at: usize,
    boost: Score,
}

impl DocSet for DocsScorer {
    fn advance(&mut self) -> DocId {
        self.at += 1;
        self.doc()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        // Galloping: the next one is usually close.
        let rest = self.docs.get(self.at..).unwrap_or_default();
        let mut step = 1;
        while rest.get(step - 1).is_some_and(|d| *d < target) {
            step *= 2;
        }
        let from = step / 2;
        let to = step.min(rest.len());
        self.at += from + rest[from..to].partition_point(|d| *d < target);
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.docs.get(self.at).copied().unwrap_or(TERMINATED)
    }

    fn size_hint(&self) -> u32 {
        self.docs.len() as u32
    }
}

impl Scorer for DocsScorer {
    fn score(&mut self) -> Score {
        let own = self.scores.as_ref().and_then(|scores| scores.get(self.at));
        self.boost * own.copied().unwrap_or(1.0)
    }
}

/// How the scores of the matching parts become one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Combine {
    /// The best one, and this share of the others.
    Best(Score),
    /// At least so many must match; the sum times how many do, so that an entry with more of the words stands before
    /// one with the better word.
    Most(usize),
    /// At least one must match; the sum, and this share of it more for each that matches beside the first.
    Together(Score),
}

/// Any of several queries.
///
/// tantivy's own union reads all its parts through, even when a circle has left twenty documents to look at. This
/// one asks its parts only about the documents that the rest of the question still allows.
#[derive(Debug)]
pub struct Union {
    /// What is asked.
    pub queries: Vec<Box<dyn Query>>,
    /// What the answer is worth.
    pub combine: Combine,
}

impl Clone for Union {
    fn clone(&self) -> Self {
        Self {
            queries: self.queries.iter().map(|q| q.box_clone()).collect(),
            combine: self.combine,
        }
    }
}

impl Query for Union {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let weights = self
            .queries
            .iter()
            .map(|q| q.weight(scoring))
            .collect::<tantivy::Result<_>>()?;
        Ok(Box::new(UnionWeight {
            weights,
            combine: self.combine,
        }))
    }
}

struct UnionWeight {
    weights: Vec<Box<dyn Weight>>,
    combine: Combine,
}

impl Weight for UnionWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut parts = Vec::with_capacity(self.weights.len());
        for weight in &self.weights {
            let scorer = weight.scorer(reader, boost)?;
            let bound = scorer.doc();
            if bound != TERMINATED {
                parts.push(Part {
                    scorer,
                    bound,
                    sound: true,
                });
            }
        }
        let mut scorer = UnionScorer {
            parts,
            combine: self.combine,
            doc: 0,
        };
        scorer.settle();
        Ok(Box::new(scorer))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("enough of the parts match", 1.0))
    }
}

/// One part of a union, and where its next document is.
struct Part {
    scorer: Box<dyn Scorer>,
    /// Its document when `sound`, else none of its documents is before this.
    bound: DocId,
    /// After an unsuccessful `seek_danger` only another one is allowed.
    sound: bool,
}

impl Part {
    fn seek(&mut self, target: DocId) {
        if self.bound < target && self.sound {
            self.bound = self.scorer.seek(target);
        } else {
            self.seek_danger(target);
        }
    }

    /// Whether `target` is among its documents.
    fn seek_danger(&mut self, target: DocId) -> bool {
        if self.bound < target || (self.bound == target && !self.sound) {
            (self.bound, self.sound) = match self.scorer.seek_danger(target) {
                SeekDangerResult::Found => (target, true),
                SeekDangerResult::SeekLowerBound(bound) => (bound, false),
            };
        }
        self.bound == target && self.sound
    }
}

struct UnionScorer {
    parts: Vec<Part>,
    combine: Combine,
    doc: DocId,
}

impl UnionScorer {
    fn needed(&self) -> usize {
        match self.combine {
            Combine::Best(_) | Combine::Together(_) => 1,
            Combine::Most(needed) => needed.max(1),
        }
    }

    /// Stands on the first document, from where the parts are, that enough of them share.
    fn settle(&mut self) -> DocId {
        let needed = self.needed();
        loop {
            let doc = self.parts.iter().map(|p| p.bound).min().unwrap_or(TERMINATED);
            self.doc = doc;
            if doc >= TERMINATED {
                self.doc = TERMINATED;
                return TERMINATED;
            }
            let mut count = 0;
            for part in self.parts.iter_mut().filter(|p| p.bound == doc) {
                count += usize::from(part.seek_danger(doc));
            }
            if count >= needed {
                return doc;
            }
            self.step();
        }
    }

    fn step(&mut self) {
        let doc = self.doc;
        for part in self.parts.iter_mut().filter(|p| p.bound == doc && p.sound) {
            part.bound = part.scorer.advance();
        }
    }
}

impl DocSet for UnionScorer {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED {
            return TERMINATED;
        }
        self.step();
        self.settle()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        for part in self.parts.iter_mut().filter(|p| p.bound < target) {
            part.seek(target);
        }
        self.settle()
    }

    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        if target >= TERMINATED {
            return SeekDangerResult::SeekLowerBound(TERMINATED);
        }
        let (needed, mut count, mut next) = (self.needed(), 0, TERMINATED);
        for part in &mut self.parts {
            count += usize::from(part.seek_danger(target));
            next = next.min(part.bound.max(target + 1));
        }
        if count >= needed {
            self.doc = target;
            return SeekDangerResult::Found;
        }
        SeekDangerResult::SeekLowerBound(next)
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.parts.iter().map(|p| p.scorer.size_hint()).max().unwrap_or(0)
    }

    fn cost(&self) -> u64 {
        self.parts.iter().map(|p| p.scorer.cost()).sum()
    }
}

impl Scorer for UnionScorer {
    fn score(&mut self) -> Score {
        let (mut count, mut sum, mut best) = (0, 0.0, 0.0_f32);
        for part in self.parts.iter_mut().filter(|p| p.bound == self.doc && p.sound) {
            let score = part.scorer.score();
            count += 1;
            sum += score;
            best = best.max(score);
        }
        match self.combine {
            Combine::Best(share) => best + (sum - best) * share,
            Combine::Most(_) => sum * count as Score,
            Combine::Together(more) => sum * (1.0 + more * (count - 1) as Score),
        }
    }
}
