//! Stand-in with the signatures of the schedule that lands next; nothing is read yet.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// 日時 as written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Schedule {
    text: String,
}

/// 休止 as written.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pauses {
    text: String,
}

/// One time it takes place.
#[derive(Debug, Clone, PartialEq)]
pub struct Occurrence {
    /// Start.
    pub start: DateTime<FixedOffset>,
    /// End.
    pub end: DateTime<FixedOffset>,
}

impl Schedule {
    /// Reads the plain form.
    pub fn parse(text: &str) -> Self {
        Self { text: text.to_owned() }
    }
    /// As written.
    pub fn text(&self) -> &str {
        &self.text
    }
    /// The next `n` occurrences.
    pub fn next(&self, _pauses: &Pauses, _from: DateTime<FixedOffset>, _n: usize) -> Vec<Occurrence> {
        Vec::new()
    }
}

impl Pauses {
    /// Reads the plain form.
    pub fn parse(text: &str) -> Self {
        Self { text: text.to_owned() }
    }
    /// As written.
    pub fn text(&self) -> &str {
        &self.text
    }
}
