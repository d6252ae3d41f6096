//! 休止: the days on which nothing happens, as people write them, and the same words inside a 日時.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::off::scan_whole;
use super::rule::Days;
use crate::kernel::calendar_ja::scan::Scan;
use crate::kernel::calendar_ja::{Months, is_holiday, is_obon, is_year_end};

/// When an opportunity pauses: the text as written, and the days read from it.
///
/// ```
/// use chrono::NaiveDate;
/// use yosatte::kernel::schedule::Pauses;
/// let pauses = Pauses::parse("8月；年末年始、祝日");
/// assert!(pauses.unread().is_empty());
/// assert!(pauses.covers(NaiveDate::from_ymd_opt(2026, 8, 4).unwrap()));
/// assert!(pauses.covers(NaiveDate::from_ymd_opt(2027, 1, 3).unwrap()));
/// assert!(!pauses.covers(NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()));
/// ```
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Pauses {
    text: String,
    pauses: Vec<Pause>,
    unread: Vec<String>,
}

/// One pause that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// 8月, 12-3月, 冬期.
    Months(Months),
    /// 12/29-1/3: from and to as (month, day), inclusive, over the end of the year when to lies before from.
    Yearly((u32, u32), (u32, u32)),
    /// 2026-08-13..2026-08-16, inclusive.
    Dates(NaiveDate, NaiveDate),
    /// 祝日.
    Holidays,
    /// お盆.
    Obon,
    /// 年末年始.
    YearEnd,
    /// 月曜, 第3日曜.
    Days(Days),
}

impl Pauses {
    /// Reads what it can; never fails. Parts it cannot read are kept in the text and named by [`Pauses::unread`].
    pub fn parse(text: &str) -> Self {
        let mut read = Self {
            text: text.to_owned(),
            ..Self::default()
        };
        if text.chars().count() > super::MAX_CHARS {
            read.unread.push(super::shortened(text));
            return read;
        }
        for part in text
            .split([';', '；', '、', ',', '，', '\n', '\r'])
            .filter(|part| !part.trim().is_empty())
        {
            let mut scan = Scan::new(part);
            match scan_whole(&mut scan) {
                Some(pauses) => read.pauses.extend(pauses),
                None => read.unread.push(part.trim().to_owned()),
            }
        }
        read
    }

    /// The text as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The parts that were not understood, as written, for a warning.
    pub fn unread(&self) -> &[String] {
        &self.unread
    }

    /// What was read.
    pub fn pauses(&self) -> &[Pause] {
        &self.pauses
    }

    /// Whether nothing happens on the day.
    pub fn covers(&self, date: NaiveDate) -> bool {
        self.pauses.iter().any(|pause| pause.covers(date))
    }
}

impl Pause {
    /// Whether the day lies in it.
    pub fn covers(&self, date: NaiveDate) -> bool {
        match *self {
            Self::Months(months) => months.covers(date),
            Self::Yearly(from, to) => {
                let day = (date.month(), date.day());
                if from <= to {
                    from <= day && day <= to
                } else {
                    day >= from || day <= to
                }
            }
            Self::Dates(from, to) => from <= date && date <= to,
            Self::Holidays => is_holiday(date),
            Self::Obon => is_obon(date),
            Self::YearEnd => is_year_end(date),
            Self::Days(days) => days.fall_on(date, None),
        }
    }
}

impl PartialEq for Pauses {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pauses {}

impl From<String> for Pauses {
    fn from(text: String) -> Self {
        Self::parse(&text)
    }
}

impl From<Pauses> for String {
    fn from(pauses: Pauses) -> Self {
        pauses.text
    }
}

impl std::fmt::Display for Pauses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}
