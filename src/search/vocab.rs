//! The reviewed words of `data/vocab`: spellings made one, synonyms, words that need not match, words that mean a filter.

use std::{collections::HashMap, ops::Range, sync::LazyLock};

use super::wishes::Wish;
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
    /// Bit 0 is Monday.
    Weekdays(u8),
    /// Minutes of the day, from and to.
    Hours(u16, u16),
}

impl Facet {
    fn read(code: &str) -> Option<Self> {
        Some(match code {
            "transport" => Self::Transport,
            "wheelchair" => Self::Wheelchair,
            "step_free" => Self::StepFree,
            "free" => Self::Free,
            "remote" => Self::Remote,
            "morning" => Self::Hours(0, 12 * 60),
            "afternoon" => Self::Hours(12 * 60, 17 * 60),
            "evening" => Self::Hours(17 * 60, 24 * 60),
            days => Self::Weekdays(days.split(' ').try_fold(0, |bits, day| {
                let at = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
                    .iter()
                    .position(|d| *d == day)?;
                Some(bits | 1 << at)
            })?),
        })
    }
}

/// Everything in `data/vocab`.
#[derive(Debug)]
pub struct Vocab {
    /// Longest first: what is written → the one form, both surface-folded.
    variants: Vec<(Vec<char>, Vec<char>)>,
    /// The characters that variants begin with, in order.
    starts: Vec<char>,
    synonyms: HashMap<String, Vec<String>>,
    stop_words: std::collections::HashSet<String>,
    /// A phrase without a facet only keeps the shorter ones inside it from being heard.
    facets: Vec<(String, Option<Facet>)>,
    wishes: Vec<Wish>,
}

/// The vocabulary the binary carries.
pub static VOCAB: LazyLock<Vocab> = LazyLock::new(|| {
    Vocab::read(
        include_str!("../../data/vocab/variants.csv"),
        include_str!("../../data/vocab/synonyms.csv"),
        include_str!("../../data/vocab/stop_words.txt"),
        include_str!("../../data/vocab/facets.csv"),
        include_str!("../../data/vocab/wishes.csv"),
    )
});

/// The rows below the heading, as cells.
fn rows<const N: usize>(csv: &str) -> impl Iterator<Item = [&str; N]> {
    csv.lines().skip(1).filter_map(|line| {
        let cells: Vec<&str> = line.split(',').map(str::trim).take(N).collect();
        cells.try_into().ok()
    })
}

/// Width, case and kana folded: the form in which surfaces are compared before variants are made one.
pub fn fold(text: &str) -> String {
    text::to_katakana(&text::nfkc(text).to_lowercase())
}

impl Vocab {
    fn read(variants: &str, synonyms: &str, stop_words: &str, facets: &str, wishes: &str) -> Self {
        let mut spellings: Vec<(Vec<char>, Vec<char>)> = rows(variants)
            .map(|[a, b]| (fold(a).chars().collect(), fold(b).chars().collect()))
            .collect();
        spellings.sort_by_key(|(written, _)| std::cmp::Reverse(written.len()));
        let mut starts: Vec<char> = spellings.iter().filter_map(|(w, _)| w.first().copied()).collect();
        starts.sort_unstable();
        let mut vocab = Self {
            starts,
            variants: spellings,
            synonyms: HashMap::new(),
            stop_words: stop_words
                .lines()
                .map(|w| fold(w.trim()))
                .filter(|w| !w.is_empty())
                .collect(),
            wishes: Vec::new(),
            // Of phrases that hold each other the longer is heard: 日曜大工 is no Sunday.
            facets: {
                let mut heard: Vec<(String, Option<Facet>)> = rows(facets)
                    .map(|[phrase, code]| (text::key(phrase), Facet::read(code)))
                    .collect();
                heard.sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.chars().count()));
                heard
            },
        };
        for [written, one_form] in rows(variants) {
            // そうげい finds 送り迎え: what is written in two ways is said in two ways.
            // An old form of one character sounds in as many ways as the new one, and means no other word.
            if written.chars().count() > 1
                && let Some((sound, _)) = super::analyzer::query_reading(one_form)
                && super::analyzer::query_reading(written).is_some_and(|(other, _)| other != sound)
            {
                vocab.synonyms.entry(sound).or_default().push(one_form.to_owned());
            }
        }
        for [term, way, also] in rows(synonyms) {
            let also: Vec<&str> = also.split(';').collect();
            for a in &also {
                vocab.add_synonym(term, a);
                if way == "↔" {
                    // What is the same as one is the same as the others.
                    vocab.add_synonym(a, term);
                    also.iter()
                        .filter(|b| *b != a)
                        .for_each(|b| vocab.add_synonym(a, b));
                }
            }
        }
        vocab.wishes = rows(wishes)
            .map(|row| Wish::read(row, |text| vocab.surface(text)))
            .collect();
        vocab
    }

    fn add_synonym(&mut self, term: &str, also: &str) {
        // Typed by ear, the word and its other spellings are known by their sound.
        let sound = super::analyzer::query_reading(term).map(|(reading, _)| reading);
        for key in [Some(self.surface(term)), sound].into_iter().flatten() {
            let known = self.synonyms.entry(key).or_default();
            if !known.iter().any(|k| k == also) {
                known.push(also.to_owned());
            }
        }
    }

    /// The wishes that a sentence speaks of, each with the parts of the sentence (surface-folded) that said so.
    ///
    /// ```
    /// use yosatte::search::vocab::VOCAB;
    /// let heard = VOCAB.wishes("子どもが学校に行けていない");
    /// assert!(heard[0].0.terms.iter().any(|(term, _)| term == "不登校"));
    /// assert!(heard[0].1.contains(&VOCAB.surface("学校").as_str()));
    /// ```
    pub fn wishes(&self, sentence: &str) -> Vec<(&Wish, Vec<&str>)> {
        let flat: String = self.surface(sentence).split_whitespace().collect();
        self.wishes
            .iter()
            .filter_map(|wish| {
                let said = wish.said(&flat);
                (!said.is_empty()).then_some((wish, said))
            })
            .collect()
    }

    /// The surface form in which document and query are compared: folded, spellings made one.
    ///
    /// ```
    /// use yosatte::search::vocab::VOCAB;
    /// assert_eq!(VOCAB.surface("障がい者"), VOCAB.surface("障害者"));
    /// assert_eq!(VOCAB.surface("ｻﾛﾝ"), VOCAB.surface("さろん"));
    /// ```
    pub fn surface(&self, text: &str) -> String {
        let folded: Vec<char> = fold(text).chars().collect();
        self.one_form(&folded).into_iter().map(|(c, _)| c).collect()
    }

    /// Folded text with its spellings made one: each character with those of `folded` that it stands for.
    pub(super) fn one_form(&self, folded: &[char]) -> Vec<(char, Range<usize>)> {
        let mut out = Vec::with_capacity(folded.len());
        let mut i = 0;
        'next: while i < folded.len() {
            // Almost no character begins a variant.
            let begins = self.starts.binary_search(&folded[i]).is_ok();
            for (written, one_form) in self.variants.iter().filter(|_| begins) {
                if folded[i..].starts_with(written) {
                    out.extend(one_form.iter().map(|c| (*c, i..i + written.len())));
                    i += written.len();
                    continue 'next;
                }
            }
            out.push((folded[i], i..i + 1));
            i += 1;
        }
        out
    }

    /// Words that also answer this one.
    pub fn synonyms(&self, term: &str) -> &[String] {
        let by_ear = || {
            let flat = text::nfkc(term);
            let sound = text::is_kana(&flat).then(|| text::fold_reading(&flat))?;
            self.synonyms.get(&sound)
        };
        self.synonyms
            .get(&self.surface(term))
            .or_else(by_ear)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// Whether a word of a sentence need not match.
    pub fn is_stop_word(&self, word: &str) -> bool {
        self.stop_words.contains(&fold(word))
    }

    /// The filters that a query's phrases stand for.
    ///
    /// ```
    /// use yosatte::search::vocab::{Facet, VOCAB};
    /// assert_eq!(VOCAB.facets("火曜に送り迎えのある所"), [Facet::Transport, Facet::Weekdays(0b10)]);
    /// assert_eq!(VOCAB.facets("日曜大工"), []);
    /// ```
    pub fn facets(&self, query: &str) -> Vec<Facet> {
        let mut flat = text::key(query);
        let mut found: Vec<Facet> = Vec::new();
        for (phrase, facet) in &self.facets {
            if flat.contains(phrase.as_str()) {
                flat = flat.replace(phrase.as_str(), " ");
                found.extend(facet.filter(|f| !found.contains(f)));
            }
        }
        found
    }

    /// The filter that a word as a whole stands for: 「送迎あり」.
    pub fn whole_facet(&self, word: &str) -> Option<Facet> {
        let flat = text::key(word);
        let bare = ["あり", "有り", "有", "つき", "付き", "可", "ok", "対応", "の人"]
            .iter()
            .find_map(|end| flat.strip_suffix(end));
        self.facets
            .iter()
            .find(|(phrase, _)| *phrase == flat || bare == Some(phrase))
            .and_then(|(_, facet)| *facet)
    }
}
