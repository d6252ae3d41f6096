//! What words mean, as far as a table knows it: each word has a sense, and each sense others that lie near it.
//!
//! Words that mean alike and share no character (歌う, 合唱) are found by this alone. `build/senses.rs` makes the table.

use std::sync::LazyLock;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    Table::read(include_bytes!(concat!(env!("OUT_DIR"), "/senses.bin")))
        .expect("the embedded table was built with this binary")
});

/// A meaning that one or several words have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sense(u16);

impl Sense {
    /// The sense of a word in its base form; `None` when the table does not know it.
    ///
    /// ```
    /// use yosatte::search::senses::Sense;
    /// assert!(Sense::of("合唱").is_some());
    /// assert_eq!(Sense::of("こども"), Sense::of("子供"));
    /// assert_eq!(Sense::of("らりるれ"), None);
    /// ```
    pub fn of(word: &str) -> Option<Self> {
        let table = &*TABLE;
        let (mut low, mut high) = (0, table.words);
        while low < high {
            let middle = (low + high) / 2;
            match table.word(middle).cmp(word.as_bytes()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => {
                    return table
                        .senses
                        .get(middle)
                        .copied()
                        .map(u16::from_le_bytes)
                        .map(Self);
                }
            }
        }
        None
    }

    /// The senses that lie near, the nearest first, each with how near it is: 0 to 1, which only the sense itself is.
    pub fn near(self) -> impl Iterator<Item = (Self, f32)> {
        let at = usize::from(self.0);
        let others = TABLE.near[number(TABLE.near_ends, at)..number(TABLE.near_ends, at + 1)].iter();
        let others = others
            .map(|[low, high, level]| (Self(u16::from_le_bytes([*low, *high])), f32::from(*level) / 255.0));
        std::iter::once((self, 1.0)).chain(others)
    }

    /// As a term of the index.
    pub fn term(self) -> String {
        self.0.to_string()
    }
}

/// Changes with the table: an index holds senses by their numbers.
pub fn version() -> [u8; 8] {
    TABLE.version
}

/// The parts of the table, as they lie in the binary; numbers are little-endian.
struct Table {
    version: [u8; 8],
    words: usize,
    /// Where each word starts in `text`, and where the last one ends.
    ends: &'static [[u8; 4]],
    /// Where the others of each sense start in `near`, and where the last ones end.
    near_ends: &'static [[u8; 4]],
    /// Of each word its sense.
    senses: &'static [[u8; 2]],
    /// A sense (two bytes) and how near it is.
    near: &'static [[u8; 3]],
    /// The words in order, one behind the other.
    text: &'static [u8],
}

fn number(numbers: &[[u8; 4]], at: usize) -> usize {
    u32::from_le_bytes(numbers[at]) as usize
}

impl Table {
    fn read(bytes: &'static [u8]) -> Option<Self> {
        let (version, rest) = bytes.split_first_chunk::<8>()?;
        let (words, rest) = rest.split_first_chunk::<4>()?;
        let (senses, rest) = rest.split_first_chunk::<4>()?;
        let (words, count) = (
            u32::from_le_bytes(*words) as usize,
            u32::from_le_bytes(*senses) as usize,
        );
        let (ends, rest) = rest.split_at_checked(4 * (words + 1))?;
        let (near_ends, rest) = rest.split_at_checked(4 * (count + 1))?;
        let (senses, rest) = rest.split_at_checked(2 * words)?;
        let near_ends = near_ends.as_chunks().0;
        let (near, text) = rest.split_at_checked(3 * number(near_ends, count))?;
        Some(Self {
            version: *version,
            words,
            ends: ends.as_chunks().0,
            near_ends,
            senses: senses.as_chunks().0,
            near: near.as_chunks().0,
            text,
        })
    }

    fn word(&self, at: usize) -> &[u8] {
        &self.text[number(self.ends, at)..number(self.ends, at + 1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearness(a: &str, b: &str) -> f32 {
        let (a, b) = (Sense::of(a).expect(a), Sense::of(b).expect(b));
        a.near()
            .find(|(sense, _)| *sense == b)
            .map_or(0.0, |(_, near)| near)
    }

    #[test]
    fn words_that_mean_alike_are_near() {
        assert_eq!(nearness("修理", "修理"), 1.0);
        assert!(nearness("歌う", "合唱") > 0.0);
        assert!(nearness("除雪", "積雪") > 0.0);
        assert_eq!(nearness("歌う", "修理"), 0.0);
    }

    #[test]
    fn a_word_in_other_letters_has_the_same_sense() {
        for (a, b) in [
            ("お茶", "茶"),
            ("車いす", "車椅子"),
            ("雪かき", "雪掻き"),
            ("使える", "使う"),
        ] {
            assert_eq!(Sense::of(a), Sense::of(b), "{a} {b}");
        }
    }
}
