//! Japanese text as search terms: character bigrams of the surface, and shingles of readings.
//!
//! Bigrams find what is written; readings find the same word in another script. A reading term carries the kanji it
//! was read from, so that 公園 does not find 講演: two spellings agree when the kanji of one are among the other's.

mod memo;
mod sound;
mod surface;

pub use sound::{heard, query_reading, reading_prefix, reading_terms, sound_of, spelling_agrees};
pub use surface::{bigrams, is_name_alone, seeming, seeming_names};

use std::{
    borrow::Cow,
    cell::RefCell,
    collections::{BTreeSet, HashSet},
    rc::Rc,
    sync::LazyLock,
};

use lindera::{mode::Mode, segmenter::Segmenter};
use lindera_dictionary::{
    builder::DictionaryBuilder,
    dictionary::{metadata::Metadata, schema::Schema},
    viterbi::Lattice,
};

use self::memo::{Memo, remembered};
use crate::kernel::text;

#[allow(missing_docs)]
mod ipadic {
    lindera_dictionary::embedded_dictionary!("/ipadic", IpadicLoader);
}

/// The project's own words: `surface,part of speech,reading`.
const WELFARE: &str = include_str!("../../../data/dict/welfare.csv");

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

/// A verb or adjective without its ending (教える → 教え, 描く → 描), by which its other forms are found too.
pub fn stem(word: &str) -> Option<String> {
    let found = words(word);
    let [only] = found.as_slice() else { return None };
    let mut chars: Vec<char> = only.base.chars().collect();
    let kanji = kanji_of(&only.base);
    if only.names || !only.content || kanji.is_empty() || kanji.contains(chars.last()?) {
        return None;
    }
    chars.pop();
    Some(chars.into_iter().collect())
}

thread_local! {
    /// What segmenting needs for its work.
    static LATTICE: RefCell<Lattice> = RefCell::default();
    /// A document's texts are each asked for their surface and then for their sound.
    static TEXTS: Memo<Rc<[Word]>> = Memo::new(16);
    static NAME_READINGS: Memo<Rc<[String]>> = Memo::new(20_000);
}

/// The words of a text, in order; kept for the next who asks.
fn words_once(text: &str) -> Rc<[Word]> {
    remembered(&TEXTS, text, || words(text).into())
}

/// The words of a text, in order.
pub fn words(text: &str) -> Vec<Word> {
    let flat = text::nfkc(text);
    let tokens = LATTICE.with_borrow_mut(|lattice| {
        SEGMENTER
            .segment_with_lattice(Cow::Borrowed(flat.as_str()), lattice)
            .unwrap_or_default()
    });
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
fn readings(word: &Word) -> Rc<[String]> {
    if !word.proper || OWN_WORDS.contains(word.surface.as_str()) {
        return Rc::new([word.reading.clone()]);
    }
    let key = format!("{}\n{}", word.surface, word.reading);
    remembered(&NAME_READINGS, &key, || {
        let mut all = vec![word.reading.clone()];
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
        all.into()
    })
}

fn is_kanji(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '々')
}

pub(super) fn kanji_of(text: &str) -> BTreeSet<char> {
    text.chars().filter(|c| is_kanji(*c)).collect()
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
