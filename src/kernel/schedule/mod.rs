//! 日時 as people write it: read into rules where it can be, kept as text always, and expanded into dates.

mod assemble;
mod clause;
mod days;
mod expand;
mod hours;
mod off;
mod parse;
mod pause;
mod recurrence;
mod rule;
mod token;
mod weekdays;

use serde::{Deserialize, Serialize};

pub use expand::{Occurrence, WeeklySlot};
pub use hours::{ASSUMED_MINUTES, DAY_MINUTES, Hours};
pub use pause::{Pause, Pauses};
pub use rule::{Days, MonthDays, Nth, Rule};

/// Characters of a text that are read at most; longer meeting times are a page of their own.
pub const MAX_CHARS: usize = 400;

/// When something takes place: the text as written, and the rules read from it.
///
/// Two schedules are equal when their texts are.
///
/// ```
/// use yosatte::kernel::schedule::Schedule;
/// let schedule = Schedule::parse("第2・4火 10:00-12:00");
/// assert_eq!(schedule.text(), "第2・4火 10:00-12:00");
/// assert_eq!(schedule.rules().len(), 1);
///
/// let unclear = Schedule::parse("第2火、祝日は翌週");
/// assert!(!unclear.is_readable());
/// assert_eq!(unclear.unread(), ["祝日は翌週"]);
/// ```
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Schedule {
    text: String,
    anytime: bool,
    rules: Vec<Rule>,
    unread: Vec<String>,
}

impl Schedule {
    /// Reads what it can; never fails.
    ///
    /// Parts are separated by `;` or line breaks. A part that holds anything not understood gives no rule at all, because half of it
    /// would be a guess; [`Schedule::unread`] names the words.
    pub fn parse(text: &str) -> Self {
        let read = parse::read(text);
        Self {
            text: text.to_owned(),
            anytime: read.anytime,
            rules: read.rules,
            unread: read.unread,
        }
    }

    /// The text as written; this is what people see.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// 随時: any time will do.
    pub fn is_anytime(&self) -> bool {
        self.anytime
    }

    /// The words not understood, as written, for a warning.
    pub fn unread(&self) -> &[String] {
        &self.unread
    }

    /// Whether dates can be told: at least one rule, or 随時.
    pub fn is_readable(&self) -> bool {
        self.anytime || !self.rules.is_empty()
    }

    /// What was read.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }
}

impl PartialEq for Schedule {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Schedule {}

impl From<String> for Schedule {
    fn from(text: String) -> Self {
        Self::parse(&text)
    }
}

impl From<Schedule> for String {
    fn from(schedule: Schedule) -> Self {
        schedule.text
    }
}

impl std::fmt::Display for Schedule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// The beginning of a text too long to be named whole.
fn shortened(text: &str) -> String {
    let start: String = text.trim().chars().take(30).collect();
    format!("{start}…")
}

#[cfg(test)]
mod tests;
