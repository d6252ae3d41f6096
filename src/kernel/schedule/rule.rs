//! What one readable part of a 日時 says: on which days, at which hours, in which part of the year.

use chrono::{Datelike, NaiveDate};

use super::Hours;
use super::pause::Pause;
use crate::kernel::calendar_ja::{Months, WeekdaySet, is_holiday};

/// One rule: it holds on the `days` that lie in `months` and in the period, except where `except` covers them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Which days.
    pub days: Days,
    /// Which hours of such a day.
    pub hours: Hours,
    /// The season; all months when none was written.
    pub months: Months,
    /// The first day it can hold, inclusive; for [`Days::Fortnightly`] also the week it counts from.
    pub since: Option<NaiveDate>,
    /// The last day it can hold, inclusive.
    pub until: Option<NaiveDate>,
    /// What the same text takes out (祝日を除く), and the holidays for 平日.
    pub except: Vec<Pause>,
}

/// The ways people say on which days something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Days {
    /// 毎週火・木, 毎日.
    Weekly(WeekdaySet),
    /// 隔週土: every second week (Monday first), counted from the week of [`Rule::since`].
    Fortnightly(WeekdaySet),
    /// 第2・4火, 最終金曜.
    Nth(Nth, WeekdaySet),
    /// 毎月15日, 毎月末日.
    MonthDays(MonthDays),
    /// 毎年8月15日: month and day.
    Yearly(u32, u32),
    /// 祝日, with the days that replace them.
    Holidays,
    /// One date.
    On(NaiveDate),
}

/// Which occurrences of a weekday in a month: bits 0 to 4 are the first to the fifth, bit 5 is the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Nth(u8);

impl Nth {
    /// The last of the month, be it the fourth or the fifth.
    pub const LAST: Self = Self(1 << 5);

    /// The n-th, 1 to 5; `None` outside.
    pub fn of(n: u32) -> Option<Self> {
        (1..=5).contains(&n).then(|| Self(1 << (n - 1)))
    }

    /// Both together.
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// How many are named.
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether none is.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// As RFC 5545 numbers them: 1 to 5, and -1 for the last.
    pub fn numbers(self) -> impl Iterator<Item = i8> {
        (0..6i8)
            .filter(move |bit| self.0 & (1 << bit) != 0)
            .map(|bit| if bit == 5 { -1 } else { bit + 1 })
    }

    fn holds_on(self, date: NaiveDate) -> bool {
        let week = (date.day() - 1) / 7;
        self.0 & (1 << week) != 0 || (self.0 & Self::LAST.0 != 0 && date.day() + 7 > days_in_month(date))
    }
}

/// Days of a month: bits 1 to 31, and bit 0 for the last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MonthDays(u32);

impl MonthDays {
    /// 末日.
    pub const LAST: Self = Self(1);

    /// One day, 1 to 31; `None` outside. A month without that day is passed over.
    pub fn day(day: u32) -> Option<Self> {
        (1..=31).contains(&day).then(|| Self(1 << day))
    }

    /// Both together.
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// How many are named.
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether none is.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// As RFC 5545 numbers them: 1 to 31, and -1 for the last.
    pub fn numbers(self) -> impl Iterator<Item = i8> {
        let last = (self.0 & 1 != 0).then_some(-1);
        (1..=31i8).filter(move |day| self.0 & (1 << day) != 0).chain(last)
    }

    fn holds_on(self, date: NaiveDate) -> bool {
        self.0 & (1 << date.day()) != 0 || (self.0 & 1 != 0 && date.day() == days_in_month(date))
    }
}

impl Rule {
    /// Whether it holds on the day, exceptions counted.
    pub fn holds_on(&self, date: NaiveDate) -> bool {
        self.falls_on(date) && !self.except.iter().any(|pause| pause.covers(date))
    }

    /// Whether it would hold on the day if it had no exceptions.
    pub(super) fn falls_on(&self, date: NaiveDate) -> bool {
        self.months.covers(date)
            && self.since.is_none_or(|since| date >= since)
            && self.until.is_none_or(|until| date <= until)
            && self.days.fall_on(date, self.since)
    }

    /// Adds exceptions it does not have yet.
    pub(super) fn take_out(&mut self, pauses: &[Pause]) {
        for pause in pauses {
            if !self.except.contains(pause) {
                self.except.push(*pause);
            }
        }
    }

    /// The weekdays it can fall on, without those an exception always takes out.
    pub fn weekdays(&self) -> WeekdaySet {
        let never = self
            .except
            .iter()
            .fold(WeekdaySet::default(), |set, pause| match pause {
                Pause::Days(Days::Weekly(days)) => set.or(*days),
                _ => set,
            });
        let possible = match self.days {
            Days::Weekly(days) | Days::Fortnightly(days) | Days::Nth(_, days) => days,
            Days::On(date) => WeekdaySet::one(date.weekday()),
            Days::MonthDays(_) | Days::Yearly(..) | Days::Holidays => WeekdaySet::ALL,
        };
        possible.without(never)
    }
}

impl Days {
    /// Whether the day is one of them; `anchor` is a day of a week in which a fortnightly rule holds.
    pub(super) fn fall_on(self, date: NaiveDate, anchor: Option<NaiveDate>) -> bool {
        match self {
            Self::Weekly(days) => days.contains(date.weekday()),
            Self::Fortnightly(days) => {
                days.contains(date.weekday())
                    && anchor.is_some_and(|anchor| (week(date) - week(anchor)) % 2 == 0)
            }
            Self::Nth(nth, days) => days.contains(date.weekday()) && nth.holds_on(date),
            Self::MonthDays(days) => days.holds_on(date),
            Self::Yearly(month, day) => date.month() == month && date.day() == day,
            Self::Holidays => is_holiday(date),
            Self::On(only) => date == only,
        }
    }
}

/// Number of the week, Monday first; day 1 of the common era was a Monday.
fn week(date: NaiveDate) -> i32 {
    (date.num_days_from_ce() - 1).div_euclid(7)
}

fn days_in_month(date: NaiveDate) -> u32 {
    u32::from(date.num_days_in_month())
}
