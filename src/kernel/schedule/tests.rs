//! Spellings against rules, and properties that hold for any text.

mod dates;
mod pauses;
mod properties;
mod spellings;
mod unread;

use chrono::{DateTime, FixedOffset};

use super::{Pauses, Schedule};

/// A moment in Japan: `2026-11-24T09:00`.
fn at(text: &str) -> DateTime<FixedOffset> {
    format!("{text}:00+09:00").parse().expect("a test moment")
}

/// The next dates from a moment, in words.
fn next(schedule: &str, pauses: &str, from: &str, n: usize) -> Vec<String> {
    let dates = Schedule::parse(schedule).next(&Pauses::parse(pauses), at(from), n);
    dates.iter().map(ToString::to_string).collect()
}
