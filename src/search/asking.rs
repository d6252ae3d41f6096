//! What the words of a question ask of the text index: the one place where words become a query.
//!
//! `understand` takes the place out of the words; `tree` makes one query of the rest. A chunk (what stands between
//! spaces) is asked in several *ways*, of which the best counts; all chunks are required.

use tantivy::{
    Term,
    query::{
        BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, FuzzyTermQuery, Occur, PhraseQuery, Query,
        TermQuery,
    },
    schema::{Field, IndexRecordOption},
};

use super::{
    analyzer,
    index::{IndexError, TextView},
    queries::{Combine, Docs, Union},
    query::{Place, PlaceLexicon},
    vocab::VOCAB,
};
use crate::kernel::text;

/// The words of a question, apart from the place among them.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The place a word means.
    pub place: Option<&'a Place>,
    /// That word as it was written.
    pub place_word: Option<String>,
    /// The other words.
    pub chunks: Vec<String>,
}

/// One query for all the words, and what to say about it.
#[derive(Debug, Default)]
pub struct Tree {
    /// `None` when nothing was asked in words.
    pub query: Option<Box<dyn Query>>,
    /// The words that were looked up.
    pub terms: Vec<String>,
    /// Synonyms that were looked up beside them.
    pub expanded: Vec<String>,
    /// Some word is found nowhere as written; what is one letter away is asked instead.
    pub fuzzy: bool,
}

/// Takes the first place word out of the question.
pub fn understand<'a>(places: &'a PlaceLexicon, q: &str) -> Asked<'a> {
    let flat = text::nfkc(q);
    let mut asked = Asked {
        place: None,
        place_word: None,
        chunks: Vec::new(),
    };
    for chunk in flat
        .split(|c: char| c.is_whitespace() || matches!(c, '、' | ',' | '。' | '?' | '!'))
        .filter(|c| !c.is_empty())
    {
        if asked.place.is_none() {
            if let Some(place) = places.find(chunk) {
                asked.place = Some(place);
                asked.place_word = Some(chunk.to_owned());
                continue;
            }
            if let Some((place, rest)) = places.split(chunk) {
                asked.place = Some(place);
                asked.place_word = Some(place.text.clone());
                asked.chunks.push(rest.to_owned());
                continue;
            }
        }
        asked.chunks.push(chunk.to_owned());
    }
    asked
}

/// The query for what was asked; `lying` are the documents that lie in the asked place.
pub fn tree(view: &TextView, asked: &Asked, lying: Option<Docs>) -> Result<Tree, IndexError> {
    let mut tree = Tree::default();
    let mut all: Vec<Box<dyn Query>> = Vec::new();
    for chunk in &asked.chunks {
        all.push(best(chunk_ways(view, chunk, &mut tree)?));
    }
    if let (Some(place), Some(lying)) = (asked.place, lying) {
        // Lying there, or naming it.
        let naming = best(ways(view, asked.place_word.as_deref().unwrap_or(&place.text))?);
        all.push(if all.is_empty() {
            let both = every(vec![naming.box_clone(), constant(Box::new(lying.clone()), 1.0)]);
            any(vec![both, naming, constant(Box::new(lying), 0.5)], 0.0)
        } else {
            // Beside other words the place only decides, it does not rank.
            constant(best(vec![naming, Box::new(lying)]), 0.0)
        });
    }
    tree.query = (!all.is_empty()).then(|| every(all));
    Ok(tree)
}

/// The ways to find a chunk: as written, by reading or synonym; else as a sentence; else one letter away.
fn chunk_ways(view: &TextView, chunk: &str, tree: &mut Tree) -> Result<Vec<Box<dyn Query>>, IndexError> {
    tree.terms.push(chunk.to_owned());
    tree.expanded.extend(VOCAB.synonyms(chunk).iter().cloned());
    let written = ways(view, chunk)?;
    if view.any(&written)? {
        return Ok(written);
    }
    let sentence: Vec<_> = sentence(view, chunk, tree)?.into_iter().collect();
    if view.any(&sentence)? {
        return Ok(sentence);
    }
    // Only what was typed by ear is guessed at: kanji one sound apart are another word.
    let fuzzy = if text::is_kana(chunk) {
        fuzzy(view, chunk)
    } else {
        Vec::new()
    };
    tree.fuzzy |= view.any(&fuzzy)?;
    Ok(fuzzy)
}

/// Every way to find one word, its synonyms' at a lower weight.
fn ways(view: &TextView, word: &str) -> Result<Vec<Box<dyn Query>>, IndexError> {
    let mut all = word_ways(view, word, 1.0)?;
    for synonym in VOCAB.synonyms(word) {
        all.extend(word_ways(view, synonym, 0.6)?);
    }
    Ok(all)
}

fn word_ways(view: &TextView, word: &str, weight: f32) -> Result<Vec<Box<dyn Query>>, IndexError> {
    let fields = view.fields();
    let mut ways: Vec<Box<dyn Query>> = Vec::new();
    for (field, boost) in [(fields.head, 3.0), (fields.body, 1.0)] {
        if let Some(query) = phrase(view, field, word)? {
            ways.push(Box::new(BoostQuery::new(query, boost * weight)));
        }
    }
    if let Some((reading, kanji)) = analyzer::query_reading(word) {
        for (field, boost) in [(fields.head_reading, 1.5), (fields.body_reading, 0.5)] {
            let terms = view.terms_from(field, &analyzer::reading_prefix(&reading))?;
            for term in terms.iter().filter(|t| analyzer::spelling_agrees(t, &kanji)) {
                let query = TermQuery::new(Term::from_field_text(field, term), IndexRecordOption::Basic);
                ways.push(constant(Box::new(query), boost * weight));
            }
        }
    }
    Ok(ways)
}

/// The word as written: its bigrams side by side; one character is looked up as the start of a bigram.
fn phrase(view: &TextView, field: Field, word: &str) -> Result<Option<Box<dyn Query>>, IndexError> {
    let surface = VOCAB.surface(word);
    let runs = surface
        .split(|c: char| !c.is_alphanumeric() && c != 'ー')
        .filter(|r| !r.is_empty());
    let mut parts: Vec<Box<dyn Query>> = Vec::new();
    for run in runs {
        let chars: Vec<char> = run.chars().collect();
        let terms: Vec<Term> = chars
            .windows(2)
            .map(|w| Term::from_field_text(field, &w.iter().collect::<String>()))
            .collect();
        parts.push(match terms.len() {
            0 => {
                let terms = view.terms_from(field, run)?;
                let terms = terms
                    .iter()
                    .map(|t| {
                        let term = Term::from_field_text(field, t);
                        Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)) as Box<dyn Query>
                    })
                    .collect();
                any(terms, 0.0)
            }
            1 => Box::new(TermQuery::new(terms[0].clone(), IndexRecordOption::WithFreqs)),
            _ => Box::new(PhraseQuery::new(terms)),
        });
    }
    Ok((!parts.is_empty()).then(|| every(parts)))
}

/// A chunk that is a sentence is asked by its content words, of which a third must match.
fn sentence(view: &TextView, chunk: &str, tree: &mut Tree) -> Result<Option<Box<dyn Query>>, IndexError> {
    let words = analyzer::words(chunk);
    let function_words = words.iter().any(|w| !w.content);
    let content: Vec<&str> = words
        .iter()
        .filter(|w| w.content && !VOCAB.is_stop_word(&w.surface) && !VOCAB.is_stop_word(&w.base))
        .map(|w| w.surface.as_str())
        .collect();
    if content.is_empty() || (content.len() < 2 && !function_words) || words.len() < 2 {
        return Ok(None);
    }
    // Side by side without function words they are one compound: then every word is meant.
    let needed = if function_words {
        content.len().div_ceil(3)
    } else {
        content.len()
    };
    tree.terms.extend(content.iter().map(|w| (*w).to_owned()));
    let queries = content
        .iter()
        .map(|word| Ok(best(ways(view, word)?)))
        .collect::<Result<_, IndexError>>()?;
    Ok(Some(Box::new(Union {
        queries,
        combine: Combine::Most(needed),
    })))
}

/// What is one letter away from a word typed by ear.
fn fuzzy(view: &TextView, word: &str) -> Vec<Box<dyn Query>> {
    let Some((reading, _)) = analyzer::query_reading(word) else {
        return Vec::new();
    };
    if reading.chars().count() < 4 {
        return Vec::new();
    }
    let prefix = analyzer::reading_prefix(&reading);
    let fields = view.fields();
    [fields.head_reading, fields.body_reading]
        .into_iter()
        .map(|field| {
            let term = Term::from_field_text(field, &prefix);
            Box::new(FuzzyTermQuery::new_prefix(term, 1, true)) as Box<dyn Query>
        })
        .collect()
}

/// The best of the ways counts, and a little of the others.
fn best(ways: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    any(ways, 0.1)
}

/// Any of them; the best score counts, and a share of the others.
pub(super) fn any(mut queries: Vec<Box<dyn Query>>, share: f32) -> Box<dyn Query> {
    match queries.len() {
        0 => Box::new(EmptyQuery),
        1 => queries.remove(0),
        _ => Box::new(Union {
            queries,
            combine: Combine::Best(share),
        }),
    }
}

/// All are required; their scores add up.
pub(super) fn every(mut queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    if queries.len() == 1 {
        return queries.remove(0);
    }
    Box::new(BooleanQuery::new(
        queries.into_iter().map(|q| (Occur::Must, q)).collect(),
    ))
}

/// All of these score the same.
pub(super) fn constant(query: Box<dyn Query>, score: f32) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, score))
}
