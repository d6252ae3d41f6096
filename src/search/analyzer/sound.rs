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
pub fn reading_terms(text: &str) -> Terms {
    let mut terms = Terms::default();
    let all = words_once(text);
    let breaks = |w: &Word| w.reading.is_empty() && w.surface != "・" && w.surface != "･";
    let mut run: Vec<&Word> = Vec::new();
    for sentence in all.split(breaks) {
        run.clear();
        run.extend(sentence.iter().filter(|w| !w.reading.is_empty()));
        for start in 0..run.len() {
            let parts = run[start].parts(&run[start].surface);
            parts.iter().for_each(|part| terms.push(0, [part.as_str()]));
            shingles(&run[start..], &mut terms);
        }
    }
    terms
}

/// The shingles that begin with the first word.
fn shingles(run: &[&Word], terms: &mut Terms) {
    let (mut spoken, mut kanji) = (vec![String::new()], Vec::new());
    let mut joins = false;
    for (n, word) in run.iter().take(SHINGLE).enumerate() {
        if let [only] = &word.ways[..] {
            spoken.iter_mut().for_each(|s| s.push_str(only));
        } else {
            let longer = spoken
                .iter()
                .flat_map(|s| word.ways.iter().map(move |w| format!("{s}{w}")));
            spoken = longer.take(4).collect();
        }
        joins |= word.joins;
        for c in &word.kanji {
            if let Err(at) = kanji.binary_search(c) {
                kanji.insert(at, *c);
            }
        }
        if !kanji.is_empty() && (run[0].leans || (n > 0 && word.joins)) {
            // Where kanji show how it is cut, nobody's word begins or ends with grammar. Of kana alone the cut is a
            // guess (はなし: は|なし), which is healed by taking every shingle.
            continue;
        }
        let spelt: String = kanji.iter().collect();
        for reading in &spoken {
            let length = reading.chars().count();
            // 「…はしません」 is not 箸: small kana words side by side are grammar, not a word.
            let grammar = joins && kanji.is_empty() && length < 4 && n > 0;
            if length >= 2 && !grammar {
                terms.push(0, [reading.as_str(), SEPARATOR, spelt.as_str()]);
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
