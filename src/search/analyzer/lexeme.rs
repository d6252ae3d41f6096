//! What is known of a word wherever it stands: worked out once, and shared by all its places.

use std::{cell::OnceCell, collections::BTreeSet, rc::Rc};

use lindera::token::Token;

use super::{
    OWN_WORDS, SEGMENTER,
    memo::{Memo, remembered},
    sound, words,
};
use crate::{kernel::text, search::senses::Sense};

thread_local! {
    static KNOWN: Memo<(bool, u32), Rc<Lexeme>> = Memo::new(30_000);
    static UNKNOWN: Memo<String, Rc<Lexeme>> = Memo::new(10_000);
}

/// A word as the dictionary knows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lexeme {
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
    /// What it means, when the table of senses knows it. A name means itself, and a time (午前, 金曜) is no subject.
    pub sense: Option<Sense>,
    /// Whether it only joins others: a particle or an auxiliary.
    pub joins: bool,
    /// Whether it leans on the word before it: what joins, and helping verbs (いる, くれる).
    pub(super) leans: bool,
    /// Its kanji, each once, in order.
    pub(super) kanji: Vec<char>,
    /// Every way it may be read with its length in kana, the likeliest first.
    pub(super) ways: Vec<(String, usize)>,
    parts: OnceCell<Vec<String>>,
}

impl Lexeme {
    /// Of a token of the segmenter.
    pub(super) fn of(token: &mut Token) -> Rc<Self> {
        let id = token.word_id;
        let surface = token.surface.clone();
        if id.is_unknown() {
            remembered(&UNKNOWN, surface.as_ref(), || Self::read(token).into())
        } else {
            remembered(&KNOWN, &(id.is_system(), id.id()), || Self::read(token).into())
        }
    }

    fn read(token: &mut Token) -> Self {
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
        let reading = match at(7) {
            "*" | "" if text::is_kana(&surface) => text::fold_reading(&surface),
            "*" | "" => String::new(),
            known => text::fold_reading(known),
        };
        let joins = matches!(pos, "助詞" | "助動詞");
        let proper = pos == "名詞" && sub == "固有名詞";
        let base = match at(6) {
            "*" => surface.clone(),
            base => base.to_owned(),
        };
        Self {
            ways: ways(&surface, &reading, proper)
                .into_iter()
                .map(|way| {
                    let length = way.chars().count();
                    (way, length)
                })
                .collect(),
            kanji: kanji_of(&surface).into_iter().collect(),
            reading,
            sense: (content && !proper && sub != "副詞可能")
                .then(|| Sense::of(&base))
                .flatten(),
            base,
            content,
            names,
            proper,
            joins,
            leans: joins || (pos == "動詞" && !content),
            parts: OnceCell::new(),
        }
    }

    /// The words inside it, as reading terms; `surface` is its own.
    pub(super) fn parts(&self, surface: &str) -> &[String] {
        self.parts.get_or_init(|| parts(surface, self))
    }
}

/// Every way a word may be read: names of places and people are written alike and read differently (久原: くはら, くばら),
/// and the dictionary knows each way but picks one. What the project's own dictionary says stands alone.
fn ways(surface: &str, reading: &str, proper: bool) -> Vec<String> {
    let mut all = vec![reading.to_owned()];
    if !proper || OWN_WORDS.contains(surface) {
        return all;
    }
    for (pos, sub, reading) in entries(surface) {
        if all.len() < 4
            && pos == "名詞"
            && sub == "固有名詞"
            && !reading.is_empty()
            && !all.contains(&reading)
        {
            all.push(reading);
        }
    }
    all
}

/// The words inside a word that is one in the dictionary: 手料理 holds 料理, 羽田町 holds 羽田. A part counts when it
/// is read inside the whole as it is by itself, so that a wrong cut (大人 in 大人気) heals itself.
fn parts(surface: &str, whole: &Lexeme) -> Vec<String> {
    let chars: Vec<char> = surface.chars().collect();
    let mut found = Vec::new();
    if chars.len() < 3 || whole.kanji.len() < 2 {
        return found;
    }
    let mut consider = |part: &[char], fits: fn(&str, &str) -> bool| {
        let surface: String = part.iter().collect();
        let read = words(&surface);
        if read.iter().any(|w| w.reading.is_empty()) {
            return;
        }
        let reading: String = read.iter().map(|w| w.reading.as_str()).collect();
        let shorter = reading.chars().count() >= 2 && reading.len() < whole.reading.len();
        if shorter && fits(&whole.reading, &reading) {
            found.push(sound::term(&reading, &kanji_of(&surface)));
        }
    };
    for at in 1..chars.len() - 1 {
        consider(&chars[at..], |whole, part| whole.ends_with(part));
        consider(&chars[..chars.len() - at], |whole, part| whole.starts_with(part));
    }
    found
}

/// What the dictionary says of a surface: (part of speech, its subdivision, folded reading) of each entry.
pub(super) fn entries(surface: &str) -> Vec<(String, String, String)> {
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

pub(super) fn is_kanji(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '々')
}

pub(in crate::search) fn kanji_of(text: &str) -> BTreeSet<char> {
    text.chars().filter(|c| is_kanji(*c)).collect()
}
