//! A whole sentence as the search hears it: the wishes it speaks of, the things it names, and what is only said along.

use super::{analyzer, senses::Sense, vocab::VOCAB, wishes::Wish};
use crate::kernel::text;

/// A sentence, taken apart.
#[derive(Debug, Default, PartialEq)]
pub struct Sentence {
    /// Wishes of `data/vocab/wishes.csv`, as the words that entries answer them by.
    pub wishes: Vec<&'static Wish>,
    /// Nouns that name something and are not already part of a wish.
    pub things: Vec<String>,
    /// Nouns that are part of a wish: they lift an entry and never bring one.
    pub themes: Vec<String>,
    /// Verbs and adjectives: they lift an entry a little.
    pub along: Vec<String>,
    /// What its words mean, each once: entries that say it in other words are near.
    pub senses: Vec<Sense>,
    /// Whether it has function words; without any it is a compound, and every word is meant.
    pub spoken: bool,
    /// Whether its only function word is の: 「子どもの居場所」 names one thing by two.
    pub phrase: bool,
}

impl Sentence {
    /// Takes a text apart.
    ///
    /// ```
    /// use yosatte::search::sentence::Sentence;
    /// let asked = Sentence::of("足が悪い父が歩いて行ける体操の会");
    /// assert!(asked.spoken);
    /// assert_eq!(asked.themes, ["体操"]);
    /// ```
    pub fn of(said: &str) -> Self {
        let heard = VOCAB.wishes(said);
        let parts: Vec<&str> = heard
            .iter()
            .flat_map(|(_, parts)| parts.iter().copied())
            .collect();
        let mut sentence = Self {
            wishes: heard.iter().map(|(wish, _)| *wish).collect(),
            ..Self::default()
        };
        sentence.phrase = true;
        for word in analyzer::words(said) {
            sentence.spoken |= word.joins;
            sentence.phrase &= word.names || word.surface == "の";
            if !word.content || VOCAB.is_stop_word(&word.surface) || VOCAB.is_stop_word(&word.base) {
                continue;
            }
            let form = VOCAB.surface(&word.surface);
            // Kana alone is cut by guess: short pieces of it mean nothing.
            if text::is_kana(said) && word.surface.chars().count() < 3 {
                continue;
            }
            let in_wish = parts
                .iter()
                .any(|part| part.contains(&form) || form.contains(*part));
            let list = match (word.names, in_wish) {
                (true, true) => &mut sentence.themes,
                (true, false) => &mut sentence.things,
                (false, _) => &mut sentence.along,
            };
            if !list.contains(&word.surface) {
                list.push(word.surface.clone());
            }
            if let Some(sense) = word.sense.filter(|sense| !sentence.senses.contains(sense)) {
                sentence.senses.push(sense);
            }
        }
        sentence
    }
}

impl Sentence {
    /// Whether it is a whole sentence, of which the words as they stand are only one way to say it.
    pub fn is_told(&self, said: &str) -> bool {
        let meant = self.things.len() + self.themes.len() + self.along.len() + self.wishes.len();
        self.spoken && !self.phrase && meant >= 2 && said.chars().count() >= 8 && !text::is_kana(said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, terms: &[&str], things: &[&str]) {
        let heard = Sentence::of(text);
        for term in terms {
            let found = heard
                .wishes
                .iter()
                .any(|w| w.terms.iter().any(|(t, _)| t == term));
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
            &["ひきこもり", "イラスト", "仕事"],
            &[],
        );
    }

    /// Nearness is for what is told (`near`): a word, or words side by side, must never be heard so.
    #[test]
    fn a_word_by_itself_is_never_told() {
        let labelled = include_str!("../../data/dict/welfare.csv").lines();
        let own = labelled.filter_map(|line| line.split(',').next());
        let vocab = include_str!("../../data/vocab/synonyms.csv").lines().skip(1);
        let words = vocab.flat_map(|line| line.split([',', ';'])).chain(own);
        for word in words.chain(["身体障害者手帳", "子どもの居場所", "体操 サロン"]) {
            assert!(!Sentence::of(word).is_told(word), "{word}");
        }
    }

    #[test]
    fn a_part_of_a_wish_does_not_stand_inside_another_part() {
        let heard = |text| Sentence::of(text).wishes;
        let carers = |text| {
            heard(text)
                .iter()
                .any(|w| w.terms.iter().any(|(t, _)| t == "介護家族"))
        };
        assert!(carers("母の世話で疲れた"));
        assert!(!carers("近所の世話役"));
    }

    #[test]
    fn a_thing_that_is_named_stands_for_itself() {
        check("ピアノを習いたい", &["音楽"], &[]);
        check("将棋ができるところ", &["将棋"], &[]);
        check("剣道を習える教室", &[], &["剣道"]);
    }
}
