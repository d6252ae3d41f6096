//! The sound of a text: its readings as shingles of words, each with the kanji it was read from.

use std::{collections::BTreeSet, rc::Rc};

use super::{
    Word, kanji_of,
    memo::{Memo, remembered},
    readings, words, words_once,
};
use crate::kernel::text;

/// Longest shingle, in words.
const SHINGLE: usize = 4;
/// Between a reading and the kanji it was read from; sorts below every character.
const SEPARATOR: char = '\u{1}';

thread_local! {
    static PARTS: Memo<Rc<[String]>> = Memo::new(20_000);
}

/// The words inside a word that is one in the dictionary: 手料理 holds 料理, 羽田町 holds 羽田. A part counts when it
/// is read inside the whole as it is by itself, so that a wrong cut (大人 in 大人気) heals itself. As reading terms.
fn parts(word: &Word) -> Rc<[String]> {
    let chars: Vec<char> = word.surface.chars().collect();
    if chars.len() < 3 || kanji_of(&word.surface).len() < 2 {
        return Rc::default();
    }
    let key = format!("{}\n{}", word.surface, word.reading);
    remembered(&PARTS, &key, || parts_of(word, &chars).into())
}

fn parts_of(word: &Word, chars: &[char]) -> Vec<String> {
    let mut found = Vec::new();
    let mut consider = |part: &[char], fits: fn(&str, &str) -> bool| {
        let surface: String = part.iter().collect();
        let read = words(&surface);
        if read.iter().any(|w| w.reading.is_empty()) {
            return;
        }
        let reading: String = read.iter().map(|w| w.reading.as_str()).collect();
        if reading.chars().count() >= 2 && reading.len() < word.reading.len() && fits(&word.reading, &reading)
        {
            let kanji: String = kanji_of(&surface).into_iter().collect();
            found.push(format!("{reading}{SEPARATOR}{kanji}"));
        }
    };
    for at in 1..chars.len() - 1 {
        consider(&chars[at..], |whole, part| whole.ends_with(part));
        consider(&chars[..chars.len() - at], |whole, part| whole.starts_with(part));
    }
    found
}

/// A word, every way it may be read, and its kanji in order.
type Spoken<'w> = (&'w Word, Rc<[String]>, Vec<char>);

/// The reading terms of a document: every shingle of one to four words, and the parts of each, with the kanji it was
/// read from; a term may come more than once.
pub fn reading_terms(text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    let all = words_once(text);
    let breaks = |w: &Word| w.reading.is_empty() && w.surface != "・" && w.surface != "･";
    for run in all.split(breaks) {
        let run: Vec<Spoken> = run
            .iter()
            .filter(|w| !w.reading.is_empty())
            .map(|w| (w, readings(w), kanji_of(&w.surface).into_iter().collect()))
            .collect();
        for start in 0..run.len() {
            terms.extend_from_slice(&parts(run[start].0));
            shingles(&run[start..], &mut terms);
        }
    }
    terms
}

/// The shingles that begin with the first word.
fn shingles(run: &[Spoken], terms: &mut Vec<String>) {
    let (mut spoken, mut kanji) = (vec![String::new()], Vec::new());
    let mut joins = false;
    for (n, (word, ways, written)) in run.iter().take(SHINGLE).enumerate() {
        if let [only] = &ways[..] {
            spoken.iter_mut().for_each(|s| s.push_str(only));
        } else {
            let longer = spoken
                .iter()
                .flat_map(|s| ways.iter().map(move |w| format!("{s}{w}")));
            spoken = longer.take(4).collect();
        }
        joins |= word.joins;
        for c in written {
            if let Err(at) = kanji.binary_search(c) {
                kanji.insert(at, *c);
            }
        }
        for reading in &spoken {
            let length = reading.chars().count();
            // 「…はしません」 is not 箸: small kana words side by side are grammar, not a word.
            let grammar = joins && kanji.is_empty() && length < 4 && n > 0;
            if length >= 2 && !grammar {
                let mut term = String::with_capacity(reading.len() + 1 + 3 * kanji.len());
                term.push_str(reading);
                term.push(SEPARATOR);
                term.extend(&kanji);
                terms.push(term);
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
