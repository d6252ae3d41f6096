//! Where the next page begins: after the last entry of this one, even when others came or went in between.

use sha2::{Digest, Sha256};

use super::parameters::Question;
use crate::search::{engine::Found, query::SearchQuery};

/// How far the last entry is looked for on either side of where it stood.
const DRIFT: usize = 100;
/// Hex digits of a cursor: place, entry, question.
const DIGITS: usize = 8 + 16 + 8;

/// What is listed page by page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Listing {
    /// Resources.
    #[default]
    Resources,
    /// Opportunities.
    Opportunities,
}

/// A cursor as it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Hits before the next page when the cursor was made.
    pub offset: usize,
    /// The last entry seen, by its key.
    last: u64,
}

/// Why a text is not the cursor of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CursorFault {
    /// Not a cursor at all.
    Unreadable,
    /// Of another question.
    OtherQuestion,
}

/// What an entry is called inside a cursor.
fn key_of(id: &str) -> u64 {
    let hash = Sha256::digest(id.as_bytes());
    hash.iter().take(8).fold(0, |key, b| key << 8 | u64::from(*b))
}

/// Which question and list a cursor belongs to: a checksum, from which no word can be read back.
fn checksum(list: Listing, query: &SearchQuery) -> String {
    let question = SearchQuery {
        offset: 0,
        limit: 0,
        tally: false,
        ..query.clone()
    };
    let hash = Sha256::digest(format!("{list:?} {question:?}").as_bytes());
    hash.iter().take(4).map(|b| format!("{b:02x}")).collect()
}

impl Cursor {
    fn write(self, list: Listing, query: &SearchQuery) -> String {
        format!("{:08x}{:016x}{}", self.offset, self.last, checksum(list, query))
    }

    /// How many hits before its place the last entry is looked for.
    pub fn back(self) -> usize {
        DRIFT.min(self.offset)
    }

    /// How many of the hits to leave out, the first being [`Self::back`] before its place.
    pub fn skip(self, names: impl IntoIterator<Item = String>) -> usize {
        let around = self.back() + DRIFT;
        let mut seen = 0;
        for name in names.into_iter().take(around) {
            seen += 1;
            if key_of(&name) == self.last {
                return seen;
            }
        }
        // It is gone: the page begins where it would have.
        self.back().min(seen)
    }

    /// Reads the cursor of this question.
    pub fn read(text: &str, list: Listing, query: &SearchQuery) -> Result<Self, CursorFault> {
        if text.len() != DIGITS || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(CursorFault::Unreadable);
        }
        let number = |digits: &str| u64::from_str_radix(digits, 16).map_err(|_| CursorFault::Unreadable);
        let offset = usize::try_from(number(&text[..8])?).map_err(|_| CursorFault::Unreadable)?;
        let last = number(&text[8..24])?;
        if text[24..] != checksum(list, query) {
            return Err(CursorFault::OtherQuestion);
        }
        Ok(Self { offset, last })
    }
}

/// The cursor of the page after the one that ends with `last_id` and has `end` hits up to there.
pub fn after(list: Listing, query: &SearchQuery, end: usize, last_id: &str) -> String {
    Cursor {
        offset: end,
        last: key_of(last_id),
    }
    .write(list, query)
}

/// The cursor of the page after this one; `None` when it is the last. `offset` are the hits before this page.
pub fn next_cursor(query: &SearchQuery, found: &Found, offset: usize) -> Option<String> {
    let last = found.hits.last()?;
    let end = offset + found.hits.len();
    (end < found.total).then(|| after(Listing::Resources, query, end, last.id.as_str()))
}

/// The question with room on both sides, so that the last entry of the page before is found again.
pub fn widened(question: &Question) -> SearchQuery {
    let mut query = question.query.clone();
    if let Some(cursor) = question.after {
        query.offset = cursor.offset - cursor.back();
        query.limit = query.limit.saturating_add(cursor.back() + DRIFT);
    }
    query
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(q: &str) -> SearchQuery {
        SearchQuery {
            q: q.into(),
            ..SearchQuery::default()
        }
    }

    #[test]
    fn a_cursor_belongs_to_its_question_whatever_the_page_size() {
        let text = after(Listing::Resources, &query("体操"), 20, "r20");
        let smaller = SearchQuery {
            limit: 5,
            ..query("体操")
        };
        assert_eq!(
            Cursor::read(&text, Listing::Resources, &smaller).map(|c| c.offset),
            Ok(20)
        );
        for (list, q) in [(Listing::Resources, "茶"), (Listing::Opportunities, "体操")] {
            assert_eq!(
                Cursor::read(&text, list, &query(q)),
                Err(CursorFault::OtherQuestion)
            );
        }
        for broken in [
            "",
            "o20",
            &text[1..],
            "体操",
            &text.to_uppercase().replace('0', "G"),
        ] {
            assert_eq!(
                Cursor::read(broken, Listing::Resources, &query("体操")),
                Err(CursorFault::Unreadable),
                "{broken}"
            );
        }
    }

    #[test]
    fn the_next_page_follows_the_last_entry_even_when_others_came_before_it() {
        let names = || (0..60).map(|i| format!("r{i}"));
        let at = |offset: usize, last: &str| Cursor {
            offset,
            last: key_of(last),
        };
        // Twenty were seen, up to r19; since then one before them went away, or came, or r19 itself is gone.
        assert_eq!(at(20, "r19").skip(names()), 20);
        assert_eq!(at(21, "r19").skip(names()), 20);
        assert_eq!(at(19, "r19").skip(names()), 20);
        assert_eq!(at(20, "gone").skip(names()), 20);
        assert_eq!(at(90, "gone").skip(names()), 60);
    }
}
