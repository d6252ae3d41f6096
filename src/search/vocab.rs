//! The reviewed words of `data/vocab`: spellings made one, synonyms, words that need not match, words that mean a filter.

use std::{collections::HashMap, sync::LazyLock};

use crate::kernel::text;

/// A wish that a phrase of the query stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Facet {
    Transport,
    Wheelchair,
    StepFree,
    Free,
    Remote,
}

/// Everything in `data/vocab`.
#[derive(Debug)]
pub struct Vocab {
    /// Longest first: what is written → the one form, both surface-folded.
    variants: Vec<(Vec<char>, Vec<char>)>,
    synonyms: HashMap<String, Vec<String>>,
    stop_words: std::collections::HashSet<String>,
    facets: Vec<(String, Facet)>,
}

/// The vocabulary the binary carries.
pub static VOCAB: LazyLock<Vocab> = LazyLock::new(|| {
    Vocab::read(
        include_str!("../../data/vocab/variants.csv"),
        include_str!("../../data/vocab/synonyms.csv"),
        include_str!("../../data/vocab/stop_words.txt"),
        include_str!("../../data/vocab/facets.csv"),
    )
});

fn pairs(csv: &str) -> impl Iterator<Item = (&str, &str)> {
    csv.lines().skip(1).filter_map(|line| {
        let mut cells = line.split(',');
        Some((cells.next()?.trim(), cells.next()?.trim()))
    })
}

/// Width, case and kana folded: the form in which surfaces are compared before variants are made one.
pub fn fold(text: &str) -> String {
    text::to_katakana(&text::nfkc(text).to_lowercase())
}

impl Vocab {
    fn read(variants: &str, synonyms: &str, stop_words: &str, facets: &str) -> Self {
        let mut rows: Vec<(Vec<char>, Vec<char>)> = pairs(variants)
            .map(|(a, b)| (fold(a).chars().collect(), fold(b).chars().collect()))
            .collect();
        rows.sort_by_key(|(written, _)| std::cmp::Reverse(written.len()));
        let mut vocab = Self {
            variants: rows,
            synonyms: HashMap::new(),
            stop_words: stop_words
                .lines()
                .map(|w| fold(w.trim()))
                .filter(|w| !w.is_empty())
                .collect(),
            facets: pairs(facets)
                .filter_map(|(phrase, facet)| {
                    let facet = match facet {
                        "transport" => Facet::Transport,
                        "wheelchair" => Facet::Wheelchair,
                        "step_free" => Facet::StepFree,
                        "free" => Facet::Free,
                        "remote" => Facet::Remote,
                        _ => return None,
                    };
                    Some((phrase.to_owned(), facet))
                })
                .collect(),
        };
        for (term, also) in pairs(synonyms) {
            let key = vocab.surface(term);
            vocab.synonyms.entry(key).or_default().push(also.to_owned());
        }
        vocab
    }

    /// The surface form in which document and query are compared: folded, spellings made one.
    ///
    /// ```
    /// use yosatte::search::vocab::VOCAB;
    /// assert_eq!(VOCAB.surface("障がい者"), VOCAB.surface("障害者"));
    /// assert_eq!(VOCAB.surface("ｻﾛﾝ"), VOCAB.surface("さろん"));
    /// ```
    pub fn surface(&self, text: &str) -> String {
        let chars: Vec<char> = fold(text).chars().collect();
        let mut out = String::with_capacity(text.len());
        let mut i = 0;
        'next: while i < chars.len() {
            for (written, one_form) in &self.variants {
                if chars[i..].starts_with(written) {
                    out.extend(one_form);
                    i += written.len();
                    continue 'next;
                }
            }
            out.push(chars[i]);
            i += 1;
        }
        out
    }

    /// Words that also answer this one.
    pub fn synonyms(&self, term: &str) -> &[String] {
        self.synonyms
            .get(&self.surface(term))
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// Whether a word of a sentence need not match.
    pub fn is_stop_word(&self, word: &str) -> bool {
        self.stop_words.contains(&fold(word))
    }

    /// The wishes a query's phrases stand for.
    pub fn facets(&self, query: &str) -> Vec<Facet> {
        let flat = text::key(query);
        let mut found: Vec<Facet> = Vec::new();
        for (phrase, facet) in &self.facets {
            if flat.contains(phrase.as_str()) && !found.contains(facet) {
                found.push(*facet);
            }
        }
        found
    }
}
