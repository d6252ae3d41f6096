//! A whole sentence as the search hears it: the wishes it speaks of, the things it names, and what is only said along.

use super::{
    analyzer,
    vocab::{VOCAB, Wish},
};

/// A sentence, taken apart.
#[derive(Debug, Default, PartialEq)]
pub struct Sentence {
    /// Wishes of `data/vocab/wishes.csv`, as the words that entries answer them by.
    pub wishes: Vec<&'static Wish>,
    /// Nouns that name something and are not already part of a wish.
    pub things: Vec<String>,
    /// Verbs, adjectives, and nouns that are part of a wish: they lift an entry and never bring one.
    pub along: Vec<String>,
    /// Whether it has function words; without any it is a compound, and every word is meant.
    pub spoken: bool,
}

impl Sentence {
    /// Takes a text apart.
    ///
    /// ```
    /// use yosatte::search::sentence::Sentence;
    /// let asked = Sentence::of("足が悪い父が歩いて行ける体操の会");
    /// assert!(asked.spoken);
    /// assert_eq!(asked.things, ["体操"]);
    /// ```
    pub fn of(text: &str) -> Self {
        let heard = VOCAB.wishes(text);
        let said: Vec<&String> = heard.iter().flat_map(|(_, parts)| parts.iter()).collect();
        let mut sentence = Self {
            wishes: heard.iter().map(|(wish, _)| *wish).collect(),
            ..Self::default()
        };
        for word in analyzer::words(text) {
            sentence.spoken |= !word.content;
            if !word.content || VOCAB.is_stop_word(&word.surface) || VOCAB.is_stop_word(&word.base) {
                continue;
            }
            let form = VOCAB.surface(&word.surface);
            let in_wish = said
                .iter()
                .any(|part| part.contains(&form) || form.contains(part.as_str()));
            let list = if word.names && !in_wish {
                &mut sentence.things
            } else {
                &mut sentence.along
            };
            if !list.contains(&word.surface) {
                list.push(word.surface);
            }
        }
        sentence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, terms: &[&str], things: &[&str]) {
        let heard = Sentence::of(text);
        for term in terms {
            let found = heard.wishes.iter().any(|w| w.terms.iter().any(|t| t == term));
            assert!(found, "「{text}」 is not heard as {term}: {heard:?}");
        }
        assert_eq!(heard.things, things, "「{text}」");
    }

    #[test]
    fn what_people_say_is_heard_as_what_entries_offer() {
        check("子どもが学校に行けていない", &["不登校"], &["子ども"]);
        check(
            "母が一人でさみしいのでお茶を飲んで話せるところ",
            &["サロン", "傾聴"],
            &[],
        );
        check("買い物に行けなくて困っている", &["買い物支援"], &[]);
        check(
            "家から出られない息子が絵を描く仕事",
            &["ひきこもり", "イラスト"],
            &["仕事"],
        );
    }

    #[test]
    fn a_thing_that_is_named_stands_for_itself() {
        check("ピアノを習いたい", &["音楽"], &[]);
        check("将棋ができるところ", &["将棋"], &[]);
        check("茶道を習える教室", &[], &["茶道"]);
    }
}
