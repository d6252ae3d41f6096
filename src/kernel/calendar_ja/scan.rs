//! A cursor over text as people type it: width folded, dashes made alike, and able to say what it could not read.

use unicode_normalization::UnicodeNormalization;

/// Reads from left to right; every `eat` skips white space first and moves only when it succeeds.
pub(crate) struct Scan {
    source: Vec<char>,
    /// Folded characters, each with its place in `source`.
    chars: Vec<(char, usize)>,
    at: usize,
}

impl Scan {
    pub(crate) fn new(text: &str) -> Self {
        let source: Vec<char> = text.nfc().collect();
        let mut chars = Vec::with_capacity(source.len());
        for (place, c) in source.iter().enumerate() {
            // One character at a time, so that each folded character knows where it came from.
            chars.extend(
                std::iter::once(fold(*c))
                    .nfkc()
                    .flat_map(char::to_lowercase)
                    .map(|c| (fold(c), place)),
            );
        }
        Self { source, chars, at: 0 }
    }

    /// Where the cursor stands, for [`Scan::back_to`] and [`Scan::written`].
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn back_to(&mut self, at: usize) {
        self.at = at;
    }

    /// Whether only white space is left.
    pub(crate) fn is_done(&mut self) -> bool {
        self.skip_space();
        self.at >= self.chars.len()
    }

    /// The character after white space.
    pub(crate) fn peek(&mut self) -> Option<char> {
        self.skip_space();
        self.here()
    }

    /// The character at the cursor itself, white space or not.
    pub(crate) fn here(&self) -> Option<char> {
        self.char_at(self.at)
    }

    /// The folded character at a place.
    pub(crate) fn char_at(&self, at: usize) -> Option<char> {
        self.chars.get(at).map(|&(c, _)| c)
    }

    pub(crate) fn eat(&mut self, word: &str) -> bool {
        self.attempt(|s| {
            s.skip_space();
            for c in word.chars() {
                (s.here()? == c).then_some(())?;
                s.at += 1;
            }
            Some(())
        })
        .is_some()
    }

    /// Eats the first of the words that stands here; write longer words first.
    pub(crate) fn eat_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.eat(word))
    }

    /// A dash or から between two ends.
    pub(crate) fn eat_range(&mut self) -> bool {
        self.eat_any(&["から", "..", "~", "-"])
    }

    /// What stands between values of a list.
    pub(crate) fn eat_separator(&mut self) -> bool {
        self.eat_any(&["および", "及び", "・", "、", ",", "/", "&", "と"])
    }

    /// A run of at most `digits` digits; `None` when the run is longer or missing.
    pub(crate) fn number(&mut self, digits: usize) -> Option<u32> {
        self.attempt(|s| {
            s.skip_space();
            let start = s.at;
            let mut value = 0u32;
            while let Some(digit) = s.here().and_then(|c| c.to_digit(10)) {
                if s.at - start == digits {
                    return None;
                }
                value = value * 10 + digit;
                s.at += 1;
            }
            (s.at > start).then_some(value)
        })
    }

    /// Runs the reading and takes the cursor back when it fails.
    pub(crate) fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let at = self.at;
        let value = read(self);
        if value.is_none() {
            self.at = at;
        }
        value
    }

    /// Whether the reading would succeed here; the cursor stays.
    pub(crate) fn looks_at<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> bool {
        let at = self.at;
        let found = read(self).is_some();
        self.at = at;
        found
    }

    /// What the person wrote between two places of the cursor, trimmed.
    pub(crate) fn written(&self, from: usize, to: usize) -> String {
        let place = |at: usize| self.chars.get(at).map_or(self.source.len(), |&(_, place)| place);
        self.source[place(from)..place(to)]
            .iter()
            .collect::<String>()
            .trim()
            .to_owned()
    }

    pub(crate) fn skip_digits(&mut self) {
        while self.here().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
    }

    pub(crate) fn skip_space(&mut self) {
        while self.here().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }
}

/// Dashes come in a dozen code points: short ones become `-`, waves and long ones `~`.
fn fold(c: char) -> char {
    match c {
        '‐' | '‑' | '‒' | '–' | '−' | '﹣' => '-',
        '〜' | '～' | '∼' | '—' | '―' | 'ー' | '─' | '⁓' => '~',
        // ①毎週火 ②毎週木: numbers of a list, not of anything in it.
        '①'..='⑳' => ',',
        '【' | '[' | '〔' | '「' => '(',
        '】' | ']' | '〕' | '」' => ')',
        c => c,
    }
}
