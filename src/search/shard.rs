//! One segment of a snapshot: words, facts, and which of its documents are to be found.

use std::{collections::HashSet, sync::Arc};

use tantivy::{BitSet, DocId, SegmentReader};

use super::{
    facts::{Facts, SegmentFacts, Unpacker},
    index::{IndexError, TextView},
    plain::Plain,
};

/// What is known of the documents of one segment besides their words in the index.
#[derive(Clone)]
pub struct Known {
    /// Their facts.
    pub facts: Arc<SegmentFacts>,
    /// Their words, while they are in no index.
    pub plain: Option<Arc<Plain>>,
    /// Documents in whose place staff see others.
    hidden: Option<Arc<BitSet>>,
}

/// One segment of a snapshot.
#[derive(Clone, Copy)]
pub struct Shard<'s> {
    /// The words.
    pub segment: &'s SegmentReader,
    /// And the rest.
    pub known: &'s Known,
}

impl Known {
    /// What an index knows of a segment.
    pub fn read(view: &TextView, segment: &SegmentReader) -> Result<Self, IndexError> {
        let mut unpacker = Unpacker::with_capacity(segment.max_doc() as usize);
        view.each_packed(segment, |doc, bytes| unpacker.push(doc, bytes))?;
        Ok(Self {
            facts: Arc::new(unpacker.done()),
            plain: None,
            hidden: None,
        })
    }
}

impl<'s> Shard<'s> {
    /// What filters ask, of documents that were deleted or hidden as well.
    pub fn facts(self) -> &'s SegmentFacts {
        &self.known.facts
    }

    /// Whether a document is to be found.
    pub fn is_alive(self, doc: DocId) -> bool {
        !self.segment.is_deleted(doc) && !self.known.hidden.as_ref().is_some_and(|h| h.contains(doc))
    }

    /// The documents to be found, with their facts.
    pub fn living(self) -> impl Iterator<Item = (DocId, Facts<'s>)> {
        self.facts().iter().filter(move |(doc, _)| self.is_alive(*doc))
    }

    /// How many are to be found.
    pub fn living_len(self) -> usize {
        // Of those that are hidden none was deleted.
        self.segment.num_docs() as usize - self.known.hidden.as_ref().map_or(0, |h| h.len())
    }

    /// What is known of it when staff are told of these entries by others.
    pub fn hiding(self, ids: &HashSet<&str>) -> Known {
        let mut hidden = BitSet::with_max_value(self.segment.max_doc());
        for (doc, _) in self.living().filter(|(_, facts)| ids.contains(facts.id())) {
            hidden.insert(doc);
        }
        Known {
            hidden: (hidden.len() > 0).then(|| Arc::new(hidden)),
            ..self.known.clone()
        }
    }
}
