//! A handful of texts asked all at once: how well each of them answers what somebody says. Matching scores opportunities by
//! it, with the analysis, synonyms, wishes and senses of the search.
//!
//! A score is absolute: it does not depend on who else is there, but for how rare a word is among the texts.

use tantivy::TantivyDocument;

use super::{
    analyzer,
    asking::{self, Ground},
    document,
    index::{IndexError, TextIndex, TextView},
    queries::Docs,
    query::PlaceLexicon,
    sentence::Sentence,
    vocab::VOCAB,
};
use crate::kernel::text;

/// The score that counts half: about what one well-met wish has.
const HALF: f32 = 6.0;

/// What is not wished: a part of a sentence that ends so says what to keep away from.
const UNWISHED: &[&str] = &[
    "苦手",
    "嫌い",
    "きらい",
    "たくない",
    "避けたい",
    "嫌",
    "いや",
    "こわい",
    "怖い",
];

/// What may stand behind it, the longer first.
const TAILS: &[&str] = &[
    "けれども",
    "けれど",
    "けど",
    "なので",
    "ので",
    "から",
    "です",
    "だ",
    "が",
    "で",
    "し",
];

/// What joins two parts of a sentence of which one may be unwished.
const JOINS: &[&str] = &["けれども", "けれど", "けど", "ですが", "だが", "ので", "から"];

/// Said of nearly everything somebody may do: as what they come is asked by their role.
const EVERYTHING: &[&str] = &["お手伝い", "手伝い"];

/// What says that a sentence speaks of a wish, and not of how things are.
const WISHES: &[&str] = &[
    "たい",
    "好き",
    "得意",
    "ほしい",
    "欲しい",
    "興味",
    "希望",
    "したが",
    "やりが",
    "できること",
    "楽しみ",
    "探して",
    "さがして",
];
/// What a sentence counts that only tells how things are, beside one that wishes.
const BESIDE_WISH: f32 = 0.5;

/// One text: what it is called and does, and everything that stands around it.
#[derive(Debug, Clone, Default)]
pub struct Text {
    /// Counts more.
    pub head: String,
    /// Counts less.
    pub body: String,
}

/// Texts in an order of their own.
pub struct Texts {
    view: TextView,
    len: usize,
    /// Head and body, folded as words are compared.
    folded: Vec<String>,
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Texts")
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}

/// How each text answers.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    /// By the order of the texts: 0 for nothing, towards 1 the more of it is met.
    pub scores: Vec<f32>,
    /// The words that were said and looked up.
    pub said: Vec<String>,
    /// Other words for them, the closest first.
    pub near: Vec<String>,
    /// The things that were named: what a wish is about, as far as nothing else says it.
    pub things: Vec<String>,
}

impl Texts {
    /// Makes the texts ready to be asked.
    ///
    /// # Errors
    /// None in practice: it lies in memory.
    pub fn new(texts: &[Text]) -> Result<Self, IndexError> {
        let fields = document::schema().1;
        let documents = texts.iter().map(|t| {
            let mut doc = TantivyDocument::new();
            document::add_words(&mut doc, &fields, &t.head, &t.body);
            doc
        });
        Ok(Self {
            view: TextIndex::in_memory(documents)?.view()?,
            len: texts.len(),
            folded: texts
                .iter()
                .map(|t| VOCAB.surface(&format!("{}\n{}", t.head, t.body)))
                .collect(),
        })
    }

    /// How well each text answers `said`: a text of several sentences is heard sentence by sentence, and what is not
    /// wished is left out.
    ///
    /// # Errors
    /// None in practice: it lies in memory.
    pub fn hear(&self, said: &str) -> Result<Heard, IndexError> {
        let mut heard = Heard {
            scores: vec![0.0; self.len],
            ..Heard::default()
        };
        let places = PlaceLexicon::default();
        let nothing = || Docs::new(Vec::new());
        let ground = Ground {
            lying: &|_| nothing(),
            fulfilling: &|_| nothing(),
        };
        let sentences = wished(said);
        let wishes = |sentence: &str| WISHES.iter().any(|mark| sentence.contains(mark));
        let any_wish = sentences.iter().any(|s| wishes(s));
        for sentence in sentences {
            let share = if any_wish && !wishes(&sentence) {
                BESIDE_WISH
            } else {
                1.0
            };
            let sentence = without_everything(sentence);
            let tree = asking::tree(&self.view, &places, &sentence, &ground)?;
            let Some(query) = tree.query else { continue };
            let weight = query.weight(self.view.scoring())?;
            for segment in self.view.segments() {
                weight.for_each(segment, &mut |doc, score| {
                    if let Some(sum) = heard.scores.get_mut(doc as usize) {
                        *sum += score * share;
                    }
                })?;
            }
            let alone = tree.terms.len() == 1;
            let words = tree.terms.into_iter().filter(|w| alone || *w != sentence);
            add_new(&mut heard.said, words);
            if share == 1.0 {
                add_new(&mut heard.things, Sentence::of(&sentence).things);
            }
            add_new(&mut heard.near, tree.expanded);
        }
        for score in &mut heard.scores {
            *score /= *score + HALF;
        }
        Ok(heard)
    }

    /// Whether any of these words, or another word for one, stands in a text.
    pub fn names_any(&self, at: usize, words: &[String]) -> bool {
        let Some(text) = self.folded.get(at) else {
            return false;
        };
        let stands = |word: &String| stands_alone(text, &VOCAB.surface(word));
        words
            .iter()
            .any(|word| stands(word) || VOCAB.synonyms(word).iter().any(stands))
    }

    /// Of these words those that stand in a text, in their base form (描い: 描く), each once.
    pub fn standing(&self, at: usize, words: &[String]) -> Vec<String> {
        let Some(text) = self.folded.get(at) else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for word in words {
            let bases: Vec<String> = match analyzer::words(word).as_slice() {
                [one] => vec![one.base.clone()],
                _ => vec![word.clone()],
            };
            let stands = bases
                .into_iter()
                .filter(|base| base.chars().count() > 1 && text.contains(&VOCAB.surface(base)));
            add_new(&mut all, stands);
        }
        all
    }
}

/// Whether a word stands in a text; one kanji does only where it is no part of a longer word (馬 in 馬の世話, not in 群馬).
fn stands_alone(text: &str, word: &str) -> bool {
    let kanji = |c: Option<char>| c.is_some_and(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c));
    let single = word.chars().count() == 1;
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (
            text[..at].chars().next_back(),
            text[at + word.len()..].chars().next(),
        );
        !single || !(kanji(before) || kanji(after))
    })
}

fn add_new(all: &mut Vec<String>, words: impl IntoIterator<Item = String>) {
    for word in words {
        if !all.contains(&word) {
            all.push(word);
        }
    }
}

/// A sentence that says more than that somebody wants to help.
fn without_everything(sentence: String) -> String {
    let shorter = EVERYTHING
        .iter()
        .fold(sentence.clone(), |text, word| text.replace(word, ""));
    if shorter.chars().count() >= 8 {
        shorter
    } else {
        sentence
    }
}

/// The sentences of what somebody says that speak of a wish, without what they keep away from.
///
/// ```
/// use yosatte::search::texts::wished;
/// assert_eq!(wished("人と話すのは苦手だけど絵を描くのは好き。料理もできる"), ["絵を描くのは好き", "料理もできる"]);
/// assert_eq!(wished("人前に出ずにできること"), ["人前に出ずにできること"]);
/// ```
pub fn wished(said: &str) -> Vec<String> {
    let mut flat = text::nfkc(said);
    for join in JOINS {
        flat = flat.replace(join, &format!("{join}、"));
    }
    let mut all = Vec::new();
    for sentence in flat.split(['。', '!', '?', '\n', ';']) {
        let parts = sentence.split(['、', ',']).map(str::trim);
        let kept: Vec<&str> = parts
            .filter(|part| !part.is_empty() && !is_unwished(part))
            .collect();
        // White space would make words of it that are all required.
        let kept: String = kept.join("、").split_whitespace().collect();
        if !kept.is_empty() && !all.contains(&kept) {
            all.push(kept);
        }
    }
    all
}

fn is_unwished(part: &str) -> bool {
    let mut bare = part;
    while let Some(shorter) = TAILS.iter().find_map(|tail| bare.strip_suffix(tail)) {
        bare = shorter;
    }
    UNWISHED.iter().any(|end| bare.ends_with(end))
}
