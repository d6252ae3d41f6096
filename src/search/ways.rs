//! The ways to find one word in the text index: as written, by its sound, by another word for it, or nearly so.

use tantivy::{
    Term,
    query::{
        Bm25StatisticsProvider, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery,
        Query, TermQuery,
    },
    schema::{Field, IndexRecordOption},
};

use super::{
    analyzer,
    index::{IndexError, TextView},
    queries::{Combine, Union},
    vocab::VOCAB,
};
use crate::kernel::text;

/// A query of any kind.
pub type Asking = Box<dyn Query>;

/// What an answer to a wish is worth in the head of an entry, and in its body, times how rare the word is (0 to 6 in a
/// town, 12 in a country); a word of the asker scores the same once or twice.
const HEAD_ANSWER: f32 = 2.5;
const BODY_ANSWER: f32 = 1.5;
/// What the other words of a wish are worth beside one that the asker said.
const NEAR_SHARE: f32 = 0.8;

/// Every way to find one word, its synonyms' at a lower weight.
pub fn ways(view: &TextView, word: &str) -> Result<Vec<Asking>, IndexError> {
    let mut all = word_ways(view, word, 1.0)?;
    for synonym in VOCAB.synonyms(word) {
        all.extend(word_ways(view, synonym, 0.6)?);
    }
    if let Some(stem) = analyzer::stem(word) {
        all.extend(word_ways(view, &stem, 0.8)?);
    }
    Ok(all)
}

/// The words by which entries answer a wish, the closest first: each counts the same wherever it stands in a text,
/// because it is our word and not the asker's.
pub fn answers(view: &TextView, terms: &[(String, f32)], said: &str) -> Result<Asking, IndexError> {
    let fields = view.fields();
    let mut all: Vec<Asking> = Vec::new();
    // A word of ours that the asker said as well is what was meant; the others are near it.
    let is_said = |term: &str| said.contains(&VOCAB.surface(term));
    let literal = terms.iter().any(|(term, _)| is_said(term));
    for (term, share) in terms {
        let share = match (literal, is_said(term)) {
            (true, true) => 1.0,
            (true, false) => share * NEAR_SHARE,
            _ => *share,
        };
        if VOCAB.surface(term).chars().count() == 1 {
            all.extend(sounding(view, term, share)?);
            continue;
        }
        let rare = rarity(view, term)?.weight;
        for (field, score) in [(fields.head, HEAD_ANSWER), (fields.body, BODY_ANSWER)] {
            if let Some(query) = phrase(view, field, term)? {
                all.push(constant(query, score * share * rare));
            }
        }
    }
    Ok(any(all, 0.3))
}

/// One character stands inside too many words (米 in 米里): it answers as a word of the text, by its sound.
fn sounding(view: &TextView, word: &str, share: f32) -> Result<Vec<Asking>, IndexError> {
    let fields = view.fields();
    let mut ways: Vec<Asking> = Vec::new();
    let Some((reading, kanji)) = analyzer::query_reading(word) else {
        return Ok(ways);
    };
    for (field, score) in [
        (fields.head_reading, HEAD_ANSWER),
        (fields.body_reading, BODY_ANSWER),
    ] {
        let terms = view.terms_from(field, &analyzer::reading_prefix(&reading))?;
        for term in terms.iter().filter(|t| analyzer::spelling_agrees(t, &kanji)) {
            let rare = weight_of(view, &Term::from_field_text(field, term))?;
            ways.push(constant(Box::new(term_query(field, term)), score * share * rare));
        }
    }
    Ok(ways)
}

/// The ways to find just this word; `weight` scales their scores.
pub fn word_ways(view: &TextView, word: &str, weight: f32) -> Result<Vec<Asking>, IndexError> {
    let fields = view.fields();
    let mut ways: Vec<Asking> = Vec::new();
    let flat = text::nfkc(word);
    let kana = text::is_kana(&flat);
    let sound = analyzer::query_reading(word);
    // Two kana stand inside too many words (パン in パンフレット): such a word is known by its sound, as a word.
    // With the long vowel gone スキー would sound as 好き: then only what is written counts.
    let short = |reading: &str| reading.chars().count() <= 2;
    let (as_written, by_sound) = match &sound {
        Some((reading, _)) if kana && short(reading) => (flat.contains('ー'), !flat.contains('ー')),
        _ => (true, true),
    };
    if as_written {
        let [head, body] = rarity(view, word)?.scale;
        for (field, boost) in [(fields.head, 2.0 * head), (fields.body, body)] {
            if let Some(query) = phrase(view, field, word)? {
                ways.push(Box::new(BoostQuery::new(query, boost * weight)));
            }
        }
    }
    if let Some((reading, kanji)) = sound.filter(|_| by_sound) {
        for (field, boost) in [(fields.head_reading, 1.5), (fields.body_reading, 0.5)] {
            let terms = view.terms_from(field, &analyzer::reading_prefix(&reading))?;
            for term in terms.iter().filter(|t| analyzer::spelling_agrees(t, &kanji)) {
                ways.push(constant(Box::new(term_query(field, term)), boost * weight));
            }
        }
    }
    Ok(ways)
}

/// The ways to find kana that read like particles as a name all the same: written so in the head of an entry (もも), or
/// the sound of a word in kanji (はだ: 羽田, 肌).
pub fn named(view: &TextView, word: &str) -> Result<Vec<Asking>, IndexError> {
    let fields = view.fields();
    let mut ways: Vec<Asking> = phrase(view, fields.head, word)?.into_iter().collect();
    if let Some((reading, _)) = analyzer::query_reading(word) {
        for (field, boost) in [(fields.head_reading, 1.5), (fields.body_reading, 0.5)] {
            let terms = view.terms_from(field, &analyzer::reading_prefix(&reading))?;
            for term in terms.iter().filter(|t| analyzer::is_of_kanji(t)) {
                ways.push(constant(Box::new(term_query(field, term)), boost));
            }
        }
    }
    Ok(ways)
}

/// How rare a word is, by the rarest of its bigrams in the field where it is commonest.
struct Rarity {
    weight: f32,
    /// What makes its phrase weigh just that in head and body: a long word weighs no more than a short one that is
    /// as rare.
    scale: [f32; 2],
}

fn rarity(view: &TextView, word: &str) -> Result<Rarity, IndexError> {
    let surface: Vec<char> = VOCAB.surface(word).chars().collect();
    let fields = view.fields();
    let (mut weight, mut sums) = (f32::INFINITY, [0.0_f32; 2]);
    for (field, sum) in [fields.head, fields.body].into_iter().zip(&mut sums) {
        let mut rarest = 0.0_f32;
        for pair in surface.windows(2) {
            let idf = weight_of(
                view,
                &Term::from_field_text(field, &pair.iter().collect::<String>()),
            )?;
            rarest = rarest.max(idf);
            *sum += idf;
        }
        if *sum > 0.0 {
            weight = weight.min(rarest);
        }
    }
    if weight.is_infinite() {
        return Ok(Rarity {
            weight: 1.0,
            scale: [1.0; 2],
        });
    }
    Ok(Rarity {
        weight,
        scale: sums.map(|sum| if sum > 0.0 { weight / sum } else { 1.0 }),
    })
}

/// The inverse document frequency of BM25.
pub fn weight_of(view: &TextView, term: &Term) -> Result<f32, IndexError> {
    let (all, with) = (view.total_num_docs()? as f32, view.doc_freq(term)? as f32);
    Ok((((all - with).max(0.0) + 0.5) / (with + 0.5)).ln_1p())
}

fn term_query(field: Field, term: &str) -> TermQuery {
    TermQuery::new(Term::from_field_text(field, term), IndexRecordOption::Basic)
}

/// The word as written: its bigrams side by side; one character is looked up as the start of a bigram.
fn phrase(view: &TextView, field: Field, word: &str) -> Result<Option<Asking>, IndexError> {
    let surface = VOCAB.surface(word);
    let runs = surface
        .split(|c: char| !c.is_alphanumeric() && c != 'ー')
        .filter(|r| !r.is_empty());
    let mut parts: Vec<Asking> = Vec::new();
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
                        Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)) as Asking
                    })
                    .collect();
                any(terms, 0.0)
            }
            1 => {
                let query: Asking = Box::new(TermQuery::new(terms[0].clone(), IndexRecordOption::WithFreqs));
                if analyzer::is_name_alone(run) {
                    without(query, Box::new(view.only_seeming(field, run)?))
                } else {
                    query
                }
            }
            _ => Box::new(PhraseQuery::new(terms)),
        });
    }
    Ok((!parts.is_empty()).then(|| every(parts)))
}

/// What sounds nearly like a word typed by ear: long vowels heard otherwise, or a kana or two apart behind the first.
pub fn nearly(view: &TextView, word: &str) -> Result<Vec<Asking>, IndexError> {
    let Some((reading, _)) = analyzer::query_reading(word) else {
        return Ok(Vec::new());
    };
    let (heard, length) = (analyzer::heard(&reading), reading.chars().count());
    let allowed = match length {
        0..=2 => return Ok(Vec::new()),
        3 => 0,
        4..=7 => 1,
        _ => 2,
    };
    let Some(first) = reading.chars().next() else {
        return Ok(Vec::new());
    };
    let fields = view.fields();
    let mut ways: Vec<Asking> = Vec::new();
    let mut nearest = usize::MAX;
    for (field, boost) in [(fields.head_reading, 1.5_f32), (fields.body_reading, 0.5)] {
        let near = view.terms_where(field, &first.to_string(), |term| {
            let sound = analyzer::sound_of(term);
            if sound.chars().count().abs_diff(length) > allowed + 1 {
                return None;
            }
            let apart = strsim::levenshtein(&analyzer::heard(sound), &heard);
            (apart <= allowed).then_some(apart)
        })?;
        for (term, apart) in near {
            // Only the nearest count: with two kana to spare, what is one kana away was meant.
            if apart < nearest {
                ways.clear();
                nearest = apart;
            }
            if apart == nearest {
                ways.push(constant(Box::new(term_query(field, &term)), boost));
            }
        }
    }
    Ok(ways)
}

/// The best of the ways counts, and a little of the others.
pub fn best(ways: Vec<Asking>) -> Asking {
    any(ways, 0.1)
}

/// Any of them; the best score counts, and a share of the others.
pub fn any(mut queries: Vec<Asking>, share: f32) -> Asking {
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
pub fn every(mut queries: Vec<Asking>) -> Asking {
    if queries.len() == 1 {
        return queries.remove(0);
    }
    Box::new(BooleanQuery::new(
        queries.into_iter().map(|q| (Occur::Must, q)).collect(),
    ))
}

/// The first is required; the others only add to the score.
pub fn lifted(required: Asking, lifts: Vec<Asking>) -> Asking {
    if lifts.is_empty() {
        return required;
    }
    let mut parts = vec![(Occur::Must, required)];
    parts.extend(lifts.into_iter().map(|q| (Occur::Should, q)));
    Box::new(BooleanQuery::new(parts))
}

fn without(query: Asking, excluded: Asking) -> Asking {
    Box::new(BooleanQuery::new(vec![
        (Occur::Must, query),
        (Occur::MustNot, excluded),
    ]))
}

/// The same documents, each with this score.
pub fn constant(query: Asking, score: f32) -> Asking {
    Box::new(ConstScoreQuery::new(query, score))
}
