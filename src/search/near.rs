//! What stands near a sentence: entries whose words mean something like the words that were said.
//!
//! Only a whole sentence is heard so. Nearness lifts what is found anyway, and brings an entry that is near to much of
//! what was said; a word by itself means that word, and finds nothing by this.

use tantivy::{DocId, DocSet, Score, TERMINATED, Term, schema::IndexRecordOption};

use super::{
    index::{IndexError, TextView},
    queries::Docs,
    senses::Sense,
    ways::{self, Asking, constant},
};

/// Of what was said, weighed by how rare it is, how much an entry must be near to that is found by nothing else.
const ENOUGH: f32 = 0.15;
/// How near a word is to itself here: less than others can be, because what was said is found by itself already.
const ITSELF: f32 = 0.5;

/// The entries near a sentence.
#[derive(Debug)]
pub struct Near {
    /// Those near enough to be found by this alone.
    pub brought: Asking,
    /// All that are near at all, each scored by how much.
    pub lifted: Asking,
}

impl Near {
    /// What stands near these senses: each counts once in an entry, by the nearest of its words and how rare that is.
    pub fn of(view: &TextView, said: &[Sense]) -> Result<Self, IndexError> {
        let field = view.fields().senses;
        let mut words: Vec<Vec<(Term, Score)>> = Vec::with_capacity(said.len());
        let mut all = 0.0;
        for sense in said {
            let mut near = Vec::new();
            for (other, nearness) in sense.near() {
                let term = Term::from_field_text(field, &other.term());
                let rare = ways::weight_of(view, &term)?;
                if other == *sense {
                    all += rare;
                    near.push((term, rare * ITSELF));
                } else {
                    near.push((term, rare * nearness));
                }
            }
            words.push(near);
        }
        let (mut brought, mut lifted) = (Vec::new(), Vec::new());
        for segment in view.segments() {
            let inverted = segment.inverted_index(field)?;
            let docs = segment.max_doc() as usize;
            let (mut total, mut best) = (vec![0.0; docs], vec![0.0; docs]);
            for near in &words {
                let mut met: Vec<DocId> = Vec::new();
                for (term, score) in near {
                    let Some(mut postings) = inverted.read_postings(term, IndexRecordOption::Basic)? else {
                        continue;
                    };
                    let mut doc = postings.doc();
                    while doc != TERMINATED {
                        let known: &mut Score = &mut best[doc as usize];
                        if *known == 0.0 {
                            met.push(doc);
                        }
                        *known = known.max(*score);
                        doc = postings.advance();
                    }
                }
                for doc in met {
                    total[doc as usize] += std::mem::take(&mut best[doc as usize]);
                }
            }
            let found = |least: Score| {
                (0..)
                    .zip(total.iter().copied())
                    .filter(move |(_, score)| *score > least)
            };
            brought.push((
                segment.segment_id(),
                found(ENOUGH * all).map(|(doc, _)| doc).collect(),
            ));
            lifted.push((segment.segment_id(), found(0.0).collect()));
        }
        Ok(Self {
            brought: constant(Box::new(Docs::new(brought)), 0.0),
            lifted: Box::new(Docs::scored(lifted)),
        })
    }
}
