//! The sound of a text: its readings as shingles of words, each with the kanji it was read from.

use std::collections::BTreeSet;

use super::{Terms, Word, lexeme::kanji_of, words, words_once};
use crate::kernel::text;

/// Longest shingle, in words.
const SHINGLE: usize = 4;
/// Between a reading and the kanji it was read from; sorts below every character.
const SEPARATOR: &str = "\u{1}";

/// What a word of this reading and these kanji is found by.
pub(super) fn term<'c>(reading: &str, kanji: impl IntoIterator<Item = &'c char>) -> String {
    let mut term = reading_prefix(reading);
    term.extend(kanji);
    term
}

/// The reading terms of a document: every shingle of one to four words that may be a word to somebody, and the parts of
/// each word, with the kanji it was read from; a term may come more than once.
pub fn reading_terms(text: &str, terms: &mut Terms) {
    let all = words_once(text);
    let breaks = |w: &Word| w.reading.is_empty() && w.surface != "・" && w.surface != "･";
    let (mut run, mut shingle) = (Vec::new(), Shingle::default());
    for sentence in all.split(breaks) {
        run.clear();
        run.extend(sentence.iter().filter(|w| !w.reading.is_empty()));
        for start in 0..run.len() {
            let parts = run[start].parts(&run[start].surface);
            parts.iter().for_each(|part| terms.push(0, [part.as_str()]));
            shingle.clear();
            for word in run[start..].iter().take(SHINGLE) {
                shingle.add(word);
                shingle.tell(terms);
            }
        }
    }
}

/// Words side by side, read together.
#[derive(Default)]
struct Shingle {
    words: usize,
    /// Each way they may be read, with its length in kana.
    ways: Vec<(String, usize)>,
    /// Their kanji, each once, in order.
    kanji: Vec<char>,
    spelt: String,
    begins_with_grammar: bool,
    ends_with_grammar: bool,
    holds_grammar: bool,
}

impl Shingle {
    fn clear(&mut self) {
        self.words = 0;
        self.ways.truncate(1);
        self.kanji.clear();
        self.spelt.clear();
    }

    fn add(&mut self, word: &Word) {
        if self.words == 0 {
            self.ways.resize_with(1, Default::default);
            self.ways[0].0.clear();
            self.ways[0].1 = 0;
            (self.begins_with_grammar, self.holds_grammar) = (word.leans, false);
        }
        self.words += 1;
        let longer = |way: &mut (String, usize), (reading, length): &(String, usize)| {
            way.0.push_str(reading);
            way.1 += length;
        };
        if let [only] = &word.ways[..] {
            self.ways.iter_mut().for_each(|way| longer(way, only));
        } else {
            let each = self.ways.iter().flat_map(|way| {
                word.ways.iter().map(move |reading| {
                    let mut way = way.clone();
                    longer(&mut way, reading);
                    way
                })
            });
            self.ways = each.take(4).collect();
        }
        self.ends_with_grammar = word.joins;
        self.holds_grammar |= word.joins;
        let known = self.kanji.len();
        for c in &word.kanji {
            if let Err(at) = self.kanji.binary_search(c) {
                self.kanji.insert(at, *c);
            }
        }
        if self.kanji.len() > known {
            self.spelt.clear();
            self.spelt.extend(&self.kanji);
        }
    }

    fn tell(&self, terms: &mut Terms) {
        if !self.kanji.is_empty() && (self.begins_with_grammar || self.ends_with_grammar && self.words > 1) {
            // Where kanji show how it is cut, nobody's word begins or ends with grammar. Of kana alone the cut is a
            // guess (はなし: は|なし), which is healed by taking every shingle.
            return;
        }
        for (reading, length) in &self.ways {
            // 「…はしません」 is not 箸: small kana words side by side are grammar, not a word.
            let grammar = self.holds_grammar && self.kanji.is_empty() && *length < 4 && self.words > 1;
            if *length >= 2 && !grammar {
                terms.push(0, [reading.as_str(), SEPARATOR, self.spelt.as_str()]);
            }
        }
    }
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

/// The sound of a reading term, without the kanji it was read from.
pub fn sound_of(term: &str) -> &str {
    term.split_once(SEPARATOR).map_or(term, |(sound, _)| sound)
}

/// Whether a reading term was read from kanji.
pub fn is_of_kanji(term: &str) -> bool {
    term.split_once(SEPARATOR)
        .is_some_and(|(_, kanji)| !kanji.is_empty())
}

/// A folded reading as it is heard: the second half of a long vowel is not told apart from a short one.
///
/// ```
/// use yosatte::{kernel::text::fold_reading, search::analyzer::heard};
/// let folded = |text| heard(&fold_reading(text));
/// assert_eq!(folded("ふうどばんく"), folded("フードバンク"));
/// assert_eq!(folded("こどもしょくど"), folded("こどもしょくどう"));
/// ```
pub fn heard(reading: &str) -> String {
    let row = |c: char| {
        let rows = [
            ('ア', "アカサタナハマヤラワガザダバパ"),
            ('イ', "イキシチニヒミリギジビピ"),
            ('ウ', "ウクスツヌフムユルグズブプ"),
            ('エ', "エケセテネヘメレゲデベペ"),
            ('オ', "オコソトノホモヨロゴゾドボポ"),
        ];
        rows.iter()
            .find(|(_, kana)| kana.contains(c))
            .map(|(vowel, _)| *vowel)
    };
    let mut out = String::with_capacity(reading.len());
    let mut vowel = None;
    for c in reading.chars() {
        let long = match vowel {
            Some('オ') => matches!(c, 'オ' | 'ウ'),
            Some('エ') => matches!(c, 'エ' | 'イ'),
            Some(v) => c == v,
            None => false,
        };
        if !long {
            out.push(c);
            vowel = row(c);
        }
    }
    out
}

/// Whether a reading term may be the same word as a query written with `kanji`.
///
/// ```
/// use yosatte::search::analyzer::{query_reading, spelling_agrees};
/// let (_, park) = query_reading("公園").unwrap();
/// assert!(!spelling_agrees("コウエン\u{1}演講", &park));
/// let (_, kana) = query_reading("こうえん").unwrap();
/// assert!(spelling_agrees("コウエン\u{1}演講", &kana));
/// let (_, fishing) = query_reading("釣り").unwrap();
/// assert!(!spelling_agrees("ツリ\u{1}", &fishing));
/// ```
pub fn spelling_agrees(term: &str, kanji: &BTreeSet<char>) -> bool {
    let written: BTreeSet<char> = term
        .split_once(SEPARATOR)
        .map(|(_, k)| k.chars().collect())
        .unwrap_or_default();
    // Two kana alone are too many words (つり: 釣り, 吊り, 釣り銭's) to be taken for the one in kanji.
    if written.is_empty() && !kanji.is_empty() && sound_of(term).chars().count() <= 2 {
        return false;
    }
    written.is_subset(kanji) || kanji.is_subset(&written)
}
