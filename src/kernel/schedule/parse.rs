//! Reads a whole 日時: its parts one by one, and what one part says about the others.

use super::assemble::Built;
use super::rule::Rule;
use super::token::{Token, tokens};
use super::{MAX_CHARS, shortened};
use crate::kernel::calendar_ja::Months;
use crate::kernel::calendar_ja::scan::Scan;

/// More rules than this in one text are no meeting times.
const MAX_RULES: usize = 64;

/// What a text says.
#[derive(Default)]
pub(super) struct Read {
    pub anytime: bool,
    pub rules: Vec<Rule>,
    pub unread: Vec<String>,
}

/// A part between `;` or line breaks.
struct Part {
    text: String,
    tokens: Vec<Token>,
    unread: Vec<String>,
}

pub(super) fn read(text: &str) -> Read {
    let mut read = Read::default();
    if text.chars().count() > MAX_CHARS {
        read.unread.push(shortened(text));
        return read;
    }
    let mut except = Vec::new();
    // Whether something not understood changes the rest, so that nothing is certain.
    let mut doubtful = false;
    let mut instead: Option<Rule> = None;
    for part in parts(text) {
        let incomplete = part.unread.is_empty() && !part.has_days();
        let built = if part.unread.is_empty() {
            Built::from(part.tokens, speaks_of_a_season(&part.text))
        } else {
            None
        };
        match built {
            Some(built) => {
                read.anytime |= built.anytime;
                if built.rules.is_empty() {
                    except.extend(built.except);
                }
                if speaks_of_a_season(&part.text) {
                    instead = instead.or(built
                        .rules
                        .iter()
                        .find(|rule| rule.months != Months::ALL)
                        .cloned());
                }
                read.rules.extend(built.rules);
            }
            None => {
                doubtful |= incomplete || speaks_of_the_rest(&part.text);
                let words = if part.unread.is_empty() {
                    vec![part.text]
                } else {
                    part.unread
                };
                read.unread.extend(words);
            }
        }
    }
    // 第4土;8月は第3土: also, or instead?
    doubtful |= instead.is_some() && read.rules.iter().any(|rule| rule.months == Months::ALL);
    if doubtful || read.rules.len() > MAX_RULES {
        read.rules.clear();
        read.anytime = false;
    }
    let mut seen = Vec::new();
    for mut rule in std::mem::take(&mut read.rules) {
        rule.take_out(&except);
        if !seen.contains(&rule) {
            seen.push(rule);
        }
    }
    read.rules = seen;
    read.unread.retain(|word| !word.is_empty());
    if !read.anytime && read.rules.is_empty() && read.unread.is_empty() && !text.trim().is_empty() {
        read.unread.push(text.trim().to_owned());
    }
    read
}

/// The parts of a text; one that holds only the hours of its neighbour's days is joined to it.
fn parts(text: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for text in text
        .split([';', '；', '\n', '\r'])
        .filter(|text| !text.trim().is_empty())
    {
        let mut scan = Scan::new(text);
        let (tokens, unread) = tokens(&mut scan);
        let part = Part {
            text: text.trim().to_owned(),
            tokens,
            unread,
        };
        match parts.last_mut() {
            Some(last)
                if (last.has_days(), last.has_hours()) == (part.has_hours(), part.has_days())
                    && last.has_days() != last.has_hours() =>
            {
                last.tokens.push(Token::Mark);
                last.tokens.extend(part.tokens);
                last.unread.extend(part.unread);
                last.text = format!("{} {}", last.text, part.text);
            }
            _ => parts.push(part),
        }
    }
    parts
}

impl Part {
    fn has_days(&self) -> bool {
        self.tokens.iter().any(|token| matches!(token, Token::Days(_)))
    }

    fn has_hours(&self) -> bool {
        self.tokens.iter().any(|token| matches!(token, Token::Hours(_)))
    }
}

/// Whether a part that was not understood changes the others (ただし祝日は翌週).
fn speaks_of_the_rest(text: &str) -> bool {
    CHANGES.iter().any(|word| text.contains(word))
}

#[rustfmt::skip]
const CHANGES: [&str; 15] = [
    "ただし", "但し", "翌", "振替", "振り替え", "変更", "中止", "休", "除", "以外", "場合", "祝日", "のみ", "だけ", "代わり",
];

/// Whether a part sets a season against the rest of the year (8月は第3土).
fn speaks_of_a_season(text: &str) -> bool {
    ["月は", "期は", "季は", "間は"]
        .iter()
        .any(|word| text.contains(word))
}
