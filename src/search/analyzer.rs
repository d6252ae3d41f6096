//! Japanese text as search terms: character bigrams of the surface, and shingles of readings.
//!
//! Bigrams find what is written; readings find the same word in another script. A reading term carries the kanji it
//! was read from, so that 公園 does not find 講演: two spellings agree when the kanji of one are among the other's.

use std::{borrow::Cow, collections::BTreeSet, sync::LazyLock};

use lindera::{mode::Mode, segmenter::Segmenter};
use lindera_dictionary::{
    builder::DictionaryBuilder,
    dictionary::{metadata::Metadata, schema::Schema},
};

use super::vocab::VOCAB;
use crate::kernel::text;

#[allow(missing_docs)]
mod ipadic {
    lindera_dictionary::embedded_dictionary!("/ipadic", IpadicLoader);
}

/// Longest shingle, in words.
const SHINGLE: usize = 4;
/// Between a reading and the kanji it was read from; sorts below every character.
const SEPARATOR: char = '\u{1}';

static SEGMENTER: LazyLock<Segmenter> = LazyLock::new(|| {
    let dictionary = ipadic::load().expect("the embedded dictionary was built with this binary");
    let words = include_str!("../../data/dict/welfare.csv");
    let shape = Metadata {
        user_dictionary_schema: Schema::new(["surface", "major_pos", "reading"].map(str::to_owned).to_vec()),
        ..Metadata::default()
    };
    let user = DictionaryBuilder::new(shape)
        .build_user_dict_from_reader(words.as_bytes())
        .expect("data/dict/welfare.csv holds surface,part of speech,reading");
    Segmenter::new(Mode::Normal, dictionary, Some(user))
});

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As written.
    pub surface: String,
    /// Folded reading; empty when it has none (symbols, Latin words the dictionary does not know).
    pub reading: String,
    /// Dictionary form.
    pub base: String,
    /// Whether it carries meaning by itself: noun, verb or adjective that is not a function word.
    pub content: bool,
}

/// The words of a text, in order.
pub fn words(text: &str) -> Vec<Word> {
    let flat = text::nfkc(text);
    let Ok(tokens) = SEGMENTER.segment(Cow::Borrowed(flat.as_str())) else {
        return Vec::new();
    };
    tokens
        .into_iter()
        .map(|mut token| {
            let surface = token.surface.to_string();
            let details = token.details();
            let at = |i: usize| details.get(i).copied().unwrap_or("*");
            let (pos, sub) = (at(0), at(1));
            let content = match pos {
                "名詞" => !matches!(sub, "非自立" | "代名詞" | "接尾" | "数"),
                "動詞" | "形容詞" => sub == "自立",
                _ => false,
            };
            let reading = at(7);
            let reading = if reading == "*" || reading.is_empty() {
                if text::is_kana(&surface) {
                    surface.clone()
                } else {
                    String::new()
                }
            } else {
                reading.to_owned()
            };
            let base = if at(6) == "*" {
                surface.clone()
            } else {
                at(6).to_owned()
            };
            Word {
                reading: text::fold_reading(&reading),
                base,
                content,
                surface,
            }
        })
        .collect()
}

/// Character bigrams of the surface form with their positions; a run's last character stands alone behind them,
/// so that a prefix look-up of one character finds every place it stands in.
pub fn bigrams(text: &str) -> Vec<(u32, String)> {
    let mut out = Vec::new();
    let mut position = 0;
    for run in VOCAB
        .surface(text)
        .split(|c: char| !c.is_alphanumeric() && c != 'ー')
    {
        let chars: Vec<char> = run.chars().collect();
        if chars.is_empty() {
            continue;
        }
        for i in 0..chars.len() {
            out.push((position, chars[i..chars.len().min(i + 2)].iter().collect()));
            position += 1;
        }
        // A gap keeps a phrase from crossing a break.
        position += 2;
    }
    out
}

fn kanji_of(text: &str) -> BTreeSet<char> {
    text.chars()
        .filter(|c| matches!(c, '\u{4e00}'..='\u{9fff}' | '々'))
        .collect()
}

/// The reading terms of a document: every shingle of one to four words, with the kanji it was read from.
pub fn reading_terms(text: &str) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    let mut run: Vec<Word> = Vec::new();
    let mut flush = |run: &mut Vec<Word>| {
        for start in 0..run.len() {
            let (mut reading, mut surface) = (String::new(), String::new());
            for word in run[start..].iter().take(SHINGLE) {
                reading.push_str(&word.reading);
                surface.push_str(&word.surface);
                if reading.chars().count() >= 2 {
                    let kanji: String = kanji_of(&surface).into_iter().collect();
                    terms.insert(format!("{reading}{SEPARATOR}{kanji}"));
                }
            }
        }
        run.clear();
    };
    for word in words(text) {
        if !word.reading.is_empty() {
            run.push(word);
        } else if word.surface != "・" && word.surface != "･" {
            flush(&mut run);
        }
    }
    flush(&mut run);
    terms
}

/// A query's reading, and the kanji it was written with; `None` when it has no reading of two kana or more.
/// A query of kana alone is never segmented: it is its own reading.
pub fn query_reading(text: &str) -> Option<(String, BTreeSet<char>)> {
    let flat = text::nfkc(text);
    let reading = if text::is_kana(&flat) {
        text::fold_reading(&flat)
    } else {
        let words = words(&flat);
        if words.iter().any(|w| w.reading.is_empty() && w.surface != "・") {
            return None;
        }
        words.iter().map(|w| w.reading.as_str()).collect()
    };
    (reading.chars().count() >= 2).then(|| (reading, kanji_of(&flat)))
}

/// The start of every term with this reading.
pub fn reading_prefix(reading: &str) -> String {
    format!("{reading}{SEPARATOR}")
}

/// Whether a reading term may be the same word as a query written with `kanji`.
///
/// ```
/// use yosatte::search::analyzer::{query_reading, spelling_agrees};
/// let (_, park) = query_reading("公園").unwrap();
/// assert!(!spelling_agrees("コウエン\u{1}演講", &park));
/// let (_, kana) = query_reading("こうえん").unwrap();
/// assert!(spelling_agrees("コウエン\u{1}演講", &kana));
/// ```
pub fn spelling_agrees(term: &str, kanji: &BTreeSet<char>) -> bool {
    let written: BTreeSet<char> = term
        .split_once(SEPARATOR)
        .map(|(_, k)| k.chars().collect())
        .unwrap_or_default();
    written.is_subset(kanji) || kanji.is_subset(&written)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(document: &str, query: &str) -> bool {
        let (reading, kanji) = query_reading(query).expect("a reading");
        let prefix = reading_prefix(&reading);
        reading_terms(document)
            .iter()
            .any(|t| t.starts_with(&prefix) && spelling_agrees(t, &kanji))
    }

    #[test]
    fn a_word_is_found_by_its_reading_in_any_script() {
        assert!(check("岩谷堂で木工", "いわやどう"));
        assert!(check("はじめての料理教室", "りょうりきょうしつ"));
        assert!(check("社会福祉協議会", "しゃかいふくしきょうぎかい"));
        assert!(check("黒石ウォーキングの会", "ウオーキング"));
        assert!(check("みずさわの会", "水沢"));
    }

    #[test]
    fn a_word_of_other_kanji_with_the_same_sound_is_not_found() {
        assert!(!check("福祉講演会", "公園"));
    }

    #[test]
    fn a_phrase_never_crosses_a_break() {
        let positions: Vec<u32> = bigrams("体操。茶").iter().map(|(p, _)| *p).collect();
        assert_eq!(positions, [0, 1, 4]);
    }
}
