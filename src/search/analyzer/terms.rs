//! The terms of a text on their way into the index: side by side in one string, because there are hundreds in each.

/// Terms with their positions.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    text: String,
    /// Of each term its position, and where it ends in `text`.
    ends: Vec<(u32, usize)>,
}

impl Terms {
    /// Takes all terms out; what held them is used again.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Adds a term, given in pieces.
    pub fn push<'a>(&mut self, position: u32, pieces: impl IntoIterator<Item = &'a str>) {
        pieces.into_iter().for_each(|piece| self.text.push_str(piece));
        self.ends.push((position, self.text.len()));
    }

    /// The `n`th term with its position.
    pub fn get(&self, n: usize) -> Option<(u32, &str)> {
        let (position, end) = *self.ends.get(n)?;
        let start = n.checked_sub(1).map_or(0, |before| self.ends[before].1);
        Some((position, &self.text[start..end]))
    }

    /// All terms in order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &str)> {
        (0..self.ends.len()).filter_map(|n| self.get(n))
    }
}
