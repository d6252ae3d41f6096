//! How long a record is kept, and what is left when it is gone.

use chrono::{Months, NaiveDate};
use serde::Serialize;

use super::{
    error::Refused,
    ids::{CaseId, PersonRef},
};

/// The rule of the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Years after the case was closed.
    pub years: u8,
}

impl Default for Retention {
    fn default() -> Self {
        Self { years: 5 }
    }
}

impl Retention {
    /// The years that hold for a case: its own when those are longer.
    pub fn years_for(self, own: Option<u8>) -> u8 {
        own.unwrap_or(0).max(self.years)
    }

    /// The last day on which the record is kept. The first day does not count (民法140条), so it is the same day of the
    /// year in which the period ends.
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use yosatte::people::retention::Retention;
    /// let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    /// let rule = Retention::default();
    /// assert_eq!(rule.kept_until(day(2026, 3, 31), None), day(2031, 3, 31));
    /// assert_eq!(rule.kept_until(day(2026, 3, 31), Some(10)), day(2036, 3, 31));
    /// assert_eq!(rule.kept_until(day(2026, 3, 31), Some(1)), day(2031, 3, 31));
    /// ```
    pub fn kept_until(self, closed_on: NaiveDate, own: Option<u8>) -> NaiveDate {
        let months = Months::new(u32::from(self.years_for(own)) * 12);
        closed_on.checked_add_months(months).unwrap_or(NaiveDate::MAX)
    }

    /// Whether the record may go.
    pub fn check_expired(
        self,
        closed_on: Option<NaiveDate>,
        own: Option<u8>,
        today: NaiveDate,
    ) -> Result<(), Refused> {
        let until = self.kept_until(closed_on.ok_or(Refused::NotClosed)?, own);
        if today > until {
            Ok(())
        } else {
            Err(Refused::Kept(until))
        }
    }
}

/// How far back the day of an end may be written, days.
const BACKDATED: i64 = 31;

/// Whether a case that began on `opened_on` may be closed as of `on`. What is kept is counted from that day, so it is not long
/// past, or nothing would have to be kept.
///
/// ```
/// use chrono::NaiveDate;
/// use yosatte::people::retention::check_closing;
/// let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
/// let (opened, today) = (day(2020, 4, 1), day(2027, 4, 10));
/// assert!(check_closing(opened, day(2027, 3, 31), today).is_ok());
/// assert!(check_closing(opened, day(2021, 3, 31), today).is_err());
/// assert!(check_closing(opened, day(2027, 4, 11), today).is_err());
/// ```
pub fn check_closing(opened_on: NaiveDate, on: NaiveDate, today: NaiveDate) -> Result<(), Refused> {
    let earliest = opened_on.max(today - chrono::Duration::days(BACKDATED));
    if (earliest..=today).contains(&on) {
        Ok(())
    } else {
        Err(Refused::ClosingDay(earliest))
    }
}

/// A record that is due, as those see it who may not read it: a pseudonym and dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// Key.
    pub case: CaseId,
    /// Pseudonym.
    pub person: PersonRef,
    /// The day it was closed.
    pub closed_on: NaiveDate,
    /// The last day it was to be kept.
    pub kept_until: NaiveDate,
    /// Who asked for shredding, once somebody did.
    pub proposed_by: Option<String>,
    /// Who agreed.
    pub approved_by: Vec<String>,
}

/// 廃棄記録: what is left. Nothing in it says who it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DisposalRecord {
    /// Pseudonym; never given to anyone again.
    pub person: PersonRef,
    /// The day the case was closed.
    pub closed_on: NaiveDate,
    /// The rule that held, years.
    pub years: u8,
    /// Who asked for it.
    pub proposed_by: String,
    /// The two who agreed.
    pub approved_by: Vec<String>,
    /// Who did it.
    pub shredded_by: String,
    /// When, RFC 3339.
    pub shredded_at: String,
}
