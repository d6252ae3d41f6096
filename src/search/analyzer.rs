//! Japanese text as search terms: character bigrams of the surface, and shingles of readings.
//!
//! Bigrams find what is written; readings find the same word in another script. A reading term carries the kanji it
//! was read from, so that 公園 does not find 講演: two spellings agree when the kanji of one are among the other's.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashSet},
    sync::LazyLock,
};

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

/// The project's own words: `surface,part of speech,reading`.
const WELFARE: &str = include_str!("../../data/dict/welfare.csv");

static OWN_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let surfaces = WELFARE.lines().filter_map(|line| line.split(',').next());
    surfaces.collect()
});

static SEGMENTER: LazyLock<Segmenter> = LazyLock::new(|| {
    let dictionary = ipadic::load().expect("the embedded dictionary was built with this binary");
    let shape = Metadata {
        user_dictionary_schema: Schema::new(["surface", "major_pos", "reading"].map(str::to_owned).to_vec()),
        ..Metadata::default()
    };
    let user = DictionaryBuilder::new(shape)
        .build_user_dict_from_reader(WELFARE.as_bytes())
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
    /// Whether it names something: a noun that is not a quality (好き, 元気), not a time and not a mere helper.
    pub names: bool,
    /// Whether it is the name of a place, a person or an organisation.
    pub proper: bool,
    /// Whether it only joins others: a particle or an auxiliary.
    pub joins: bool,
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
            let names =
                pos == "名詞" && content && !matches!(sub, "形容動詞語幹" | "副詞可能" | "ナイ形容詞語幹");
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
                names,
                proper: pos == "名詞" && sub == "固有名詞",
                joins: matches!(pos, "助詞" | "助動詞"),
                surface,
            }
        })
        .collect()
}

/// What the dictionary says of a surface: (part of speech, its subdivision, folded reading) of each entry.
fn entries(surface: &str) -> Vec<(String, String, String)> {
    let dictionary = &SEGMENTER.dictionary;
    let found = dictionary.prefix_dictionary.find_surface(surface);
    found
        .iter()
        .map(|entry| {
            let details = dictionary.word_details(entry.word_id().id() as usize);
            let at = |i: usize| details.get(i).copied().unwrap_or("*");
            (at(0).to_owned(), at(1).to_owned(), text::fold_reading(at(7)))
        })
        .collect()
}

/// Every way a word may be read: names of places and people are written alike and read differently (久原: くはら, くばら),
/// and the dictionary knows each way but picks one. What the project's own dictionary says stands alone.
fn readings(word: &Word) -> Vec<String> {
    let mut all = vec![word.reading.clone()];
    if word.proper && !OWN_WORDS.contains(word.surface.as_str()) {
        for (pos, sub, reading) in entries(&word.surface) {
            if all.len() < 4
                && pos == "名詞"
                && sub == "固有名詞"
                && !reading.is_empty()
                && !all.contains(&reading)
            {
                all.push(reading);
            }
        }
    }
    all
}

/// Whether two characters are known as a name and as nothing else: then they mean that name only where they stand as
/// words (京都 is not in 東京都).
pub fn is_name_alone(surface: &str) -> bool {
    if surface.chars().count() != 2 || OWN_WORDS.contains(surface) {
        return false;
    }
    let known = entries(surface);
    !known.is_empty()
        && known
            .iter()
            .all(|(pos, sub, _)| pos == "名詞" && sub == "固有名詞")
}

/// The names of two characters that only seem to stand in the text, because they cross from one word into the next or
/// lie inside a longer name; once for each time.
pub fn seeming_names(text: &str) -> Vec<String> {
    let all = words(text);
    let is_kanji = |c: char| matches!(c, '\u{4e00}'..='\u{9fff}' | '々');
    let mut found = Vec::new();
    let mut consider = |pair: [char; 2]| {
        let name: String = pair.iter().collect();
        if pair.iter().all(|c| is_kanji(*c)) && is_name_alone(&name) {
            found.push(name);
        }
    };
    for pair in all.windows(2) {
        let (before, after) = (&pair[0].surface, &pair[1].surface);
        let longer = before.chars().count() > 1 || after.chars().count() > 1;
        if let (true, Some(a), Some(b)) = (longer, before.chars().next_back(), after.chars().next()) {
            consider([a, b]);
        }
    }
    for word in all
        .iter()
        .filter(|w| w.proper && !OWN_WORDS.contains(w.surface.as_str()))
    {
        let chars: Vec<char> = word.surface.chars().collect();
        if chars.len() > 2 {
            chars.windows(2).for_each(|w| consider([w[0], w[1]]));
        }
    }
    found
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

/// The words inside a word that is one in the dictionary: 手料理 holds 料理, 羽田町 holds 羽田. A part counts when it
/// is read inside the whole as it is by itself, so that a wrong cut (大人 in 大人気) heals itself.
fn parts(word: &Word) -> Vec<(String, String)> {
    let chars: Vec<char> = word.surface.chars().collect();
    if chars.len() < 3 || kanji_of(&word.surface).len() < 2 {
        return Vec::new();
    }
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
            found.push((reading, surface));
        }
    };
    for at in 1..chars.len() - 1 {
        consider(&chars[at..], |whole, part| whole.ends_with(part));
        consider(&chars[..chars.len() - at], |whole, part| whole.starts_with(part));
    }
    found
}

/// The reading terms of a document: every shingle of one to four words, and the parts of each, with the kanji it was
/// read from.
pub fn reading_terms(text: &str) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    let mut run: Vec<Word> = Vec::new();
    let mut flush = |run: &mut Vec<Word>| {
        for start in 0..run.len() {
            for (reading, surface) in parts(&run[start]) {
                let kanji: String = kanji_of(&surface).into_iter().collect();
                terms.insert(format!("{reading}{SEPARATOR}{kanji}"));
            }
            let (mut spoken, mut surface) = (vec![String::new()], String::new());
            let mut joins = false;
            for (n, word) in run[start..].iter().take(SHINGLE).enumerate() {
                let ways = readings(word);
                let longer = spoken
                    .iter()
                    .flat_map(|s| ways.iter().map(move |w| format!("{s}{w}")));
                spoken = longer.take(4).collect();
                surface.push_str(&word.surface);
                joins |= word.joins;
                let kanji: String = kanji_of(&surface).into_iter().collect();
                for reading in &spoken {
                    let length = reading.chars().count();
                    // 「…はしません」 is not 箸: small kana words side by side are grammar, not a word.
                    let grammar = joins && kanji.is_empty() && length < 4 && n > 0;
                    if length >= 2 && !grammar {
                        terms.insert(format!("{reading}{SEPARATOR}{kanji}"));
                    }
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
        assert!(check("男の手料理クラブ", "りょうり"));
        assert!(check("水沢羽田町 手芸の会", "はだ"));
    }

    #[test]
    fn a_word_of_other_kanji_with_the_same_sound_is_not_found() {
        assert!(!check("福祉講演会", "公園"));
    }

    #[test]
    fn a_name_is_read_in_every_way_the_dictionary_knows() {
        assert!(check("久原の浜", "くばら"));
        assert!(check("小山の朝市", "おやま"));
        assert!(
            !reading_terms("水沢の市")
                .iter()
                .any(|t| t.starts_with("スイタク"))
        );
    }

    #[test]
    fn grammar_is_not_a_word() {
        assert!(!check("返事はしません", "はし"));
        assert!(check("橋のたもと", "はし"));
    }

    #[test]
    fn a_name_inside_other_words_only_seems_to_be_there() {
        assert_eq!(seeming_names("東京都から来ました"), ["京都"]);
        assert_eq!(seeming_names("京都の人"), Vec::<String>::new());
        assert_eq!(seeming_names("自治会長の水沢さん"), Vec::<String>::new());
    }

    #[test]
    fn a_phrase_never_crosses_a_break() {
        let positions: Vec<u32> = bigrams("体操。茶").iter().map(|(p, _)| *p).collect();
        assert_eq!(positions, [0, 1, 4]);
    }
}
