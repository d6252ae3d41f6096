//! Japanese text as search terms: character bigrams of the surface, and shingles of readings.
//!
//! Bigrams find what is written; readings find the same word in another script. A reading term carries the kanji it
//! was read from, so that 公園 does not find 講演: two spellings agree when the kanji of one are among the other's.

mod lexeme;
mod meaning;
mod memo;
mod sound;
mod surface;
mod terms;

pub use lexeme::Lexeme;
pub(in crate::search) use lexeme::kanji_of;
pub use meaning::sense_terms;
pub use sound::{
    heard, is_of_kanji, query_reading, reading_prefix, reading_terms, sound_of, spelling_agrees,
};
pub use surface::{bigrams, is_name_alone, seeming, seeming_names};
pub use terms::Terms;

use std::{borrow::Cow, cell::RefCell, collections::HashSet, ops::Deref, rc::Rc, sync::LazyLock};

use lindera::{mode::Mode, segmenter::Segmenter, token::Token};
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
    lexeme: Rc<Lexeme>,
}

impl Deref for Word {
    type Target = Lexeme;

    fn deref(&self) -> &Lexeme {
        &self.lexeme
    }
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
    static TEXTS: Memo<String, Rc<[Word]>> = Memo::new(16);
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
    let word = |mut token: Token| Word {
        lexeme: Lexeme::of(&mut token),
        surface: token.surface.into_owned(),
    };
    tokens.into_iter().map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(analyze: fn(&str, &mut Terms), text: &str) -> Vec<(u32, String)> {
        let mut terms = Terms::default();
        analyze(text, &mut terms);
        terms
            .iter()
            .map(|(position, term)| (position, term.to_owned()))
            .collect()
    }

    fn check(document: &str, query: &str) -> bool {
        let (reading, kanji) = query_reading(query).expect("a reading");
        let prefix = reading_prefix(&reading);
        terms(reading_terms, document)
            .iter()
            .any(|(_, t)| t.starts_with(&prefix) && spelling_agrees(t, &kanji))
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
            !terms(reading_terms, "水沢の市")
                .iter()
                .any(|(_, t)| t.starts_with("スイタク"))
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
        let positions: Vec<u32> = terms(bigrams, "体操。茶").iter().map(|(p, _)| *p).collect();
        assert_eq!(positions, [0, 1, 4]);
    }
}
