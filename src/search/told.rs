//! The parts of a sentence put together as one query: what an entry must have, what counts, and what only lifts.

use super::{
    index::{IndexError, TextView},
    near::Near,
    queries::{Combine, Union},
    sentence::Sentence,
    ways::{Asking, any, constant, every, lifted},
};

/// How much more an entry counts for each part of a sentence that it answers beside the first.
const MORE_PARTS: f32 = 0.3;
/// What a word counts beside a wish that is the topic: a wish says what the sentence is about.
const BESIDE_TOPIC: f32 = 0.5;
/// What a verb counts.
const ALONG: f32 = 0.3;

/// What it counts that an entry is for the people spoken of.
const WHO: f32 = 0.2;

/// Queries for the parts of a sentence.
#[derive(Debug)]
pub struct Parts {
    /// Wishes the sentence is about.
    pub topics: Vec<Asking>,
    /// Wishes that say how somebody wants to come.
    pub manners: Vec<Asking>,
    /// Who is spoken of.
    pub who: Vec<Asking>,
    /// Nouns that name something.
    pub things: Vec<Asking>,
    /// Nouns that are part of a wish.
    pub themes: Vec<Asking>,
    /// Verbs and adjectives.
    pub along: Vec<Asking>,
}

impl Parts {
    /// A whole sentence: anything it names brings an entry, and an entry that answers more of it stands first.
    pub fn told(self, near: Near, view: &TextView) -> Result<Asking, IndexError> {
        let Self {
            topics,
            manners,
            who,
            things,
            themes,
            along,
        } = self;
        let beside = [things, themes, manners].into_iter().flatten();
        let mut named = join(topics, beside.map(|q| boosted(&q, BESIDE_TOPIC)).collect());
        let mut lifts: Vec<Asking> = who.iter().map(|q| boosted(q, WHO)).collect();
        let along: Vec<Asking> = along.iter().map(|q| boosted(q, ALONG)).collect();
        // Verbs bring entries only where nothing that was named is to be found.
        if view.any(&named)? {
            lifts.extend(along);
        } else {
            named.extend(along);
        }
        let together = Box::new(Union {
            queries: named,
            combine: Combine::Together(MORE_PARTS),
        });
        // What says it in other words comes too, behind what says it as it was said.
        lifts.push(near.lifted);
        Ok(lifted(any(vec![together, near.brought], 0.0), lifts))
    }

    /// Words side by side, or joined by の: all of them are meant.
    pub fn beside(self, sentence: &Sentence, view: &TextView) -> Result<Option<Asking>, IndexError> {
        let Self {
            topics,
            manners,
            things,
            themes,
            along,
            who: _,
        } = self;
        let everything: Vec<Asking> = [&topics, &manners, &things, &themes, &along]
            .into_iter()
            .flat_map(|queries| copies(queries))
            .collect();
        // Side by side without a joining word, every noun is meant; our guesses at it only lift.
        if !sentence.spoken {
            let nouns: Vec<Asking> = copies(&things).into_iter().chain(copies(&themes)).collect();
            let strict = most(nouns, things.len() + themes.len());
            if view.any(std::slice::from_ref(&strict))? {
                let rest = [topics, manners, along].into_iter().flatten();
                return Ok(Some(lifted(strict, rest.map(|q| boosted(&q, ALONG)).collect())));
            }
        }
        // What the entry must have, what counts fully, and what only lifts.
        let (required, named, lifts) = if !topics.is_empty() {
            let mut either = copies(&topics);
            if !things.is_empty() {
                either.push(every(copies(&things)));
            }
            (
                Some(any(either, 0.0)),
                join(topics, things.iter().map(|q| boosted(q, BESIDE_TOPIC)).collect()),
                join(themes, manners),
            )
        } else if !things.is_empty() {
            (None, things, join(themes, manners))
        } else if !themes.is_empty() || !manners.is_empty() {
            let mut either = copies(&themes);
            either.extend(copies(&manners));
            (Some(any(either, 0.0)), themes, manners)
        } else if !along.is_empty() {
            let needed = if sentence.spoken {
                along.len().div_ceil(2)
            } else {
                along.len()
            };
            return Ok(Some(most(along, needed)));
        } else {
            return Ok(None);
        };
        let lifts: Vec<Asking> = lifts
            .into_iter()
            .chain(along.iter().map(|q| boosted(q, ALONG)))
            .collect();
        let base = match required {
            Some(required) if named.is_empty() => constant(required, 0.0),
            Some(required) => lifted(constant(required, 0.0), vec![most(named, 1)]),
            None => {
                // Side by side, or joined by の alone, every word is meant; in a sentence some of them.
                let all = named.len();
                let strict = most(copies(&named), all);
                if sentence.spoken && !(sentence.phrase && view.any(std::slice::from_ref(&strict))?) {
                    most(named, all.div_ceil(3))
                } else {
                    strict
                }
            }
        };
        // What was named may be nowhere; then anything else that was said is better than nothing.
        if sentence.spoken && !view.any(std::slice::from_ref(&base))? {
            return Ok(Some(most(everything, 1)));
        }
        Ok(Some(lifted(base, lifts)))
    }
}

fn copies(queries: &[Asking]) -> Vec<Asking> {
    queries.iter().map(|q| q.box_clone()).collect()
}

fn join(mut these: Vec<Asking>, those: Vec<Asking>) -> Vec<Asking> {
    these.extend(those);
    these
}

/// At least so many of them; an entry with more of them stands before one with the better one.
fn most(queries: Vec<Asking>, needed: usize) -> Asking {
    Box::new(Union {
        queries,
        combine: Combine::Most(needed),
    })
}

fn boosted(query: &Asking, weight: f32) -> Asking {
    Box::new(tantivy::query::BoostQuery::new(query.box_clone(), weight))
}
