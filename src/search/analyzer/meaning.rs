//! The meaning of a text: the senses of its words.

use super::{Terms, words_once};

/// The senses of a document's words, as terms; a term may come more than once.
pub fn sense_terms(text: &str, terms: &mut Terms) {
    for sense in words_once(text).iter().filter_map(|word| word.sense) {
        terms.push(0, [sense.term().as_str()]);
    }
}
