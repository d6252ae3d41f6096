//! Small sets that schedules and filters share: days of the week and months of the year, as bits.

use chrono::{Datelike, NaiveDate, Weekday};

use super::{WEEKDAYS, weekday_word};

/// A set of weekdays; bit 0 is Monday, bit 6 is Sunday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct WeekdaySet(u8);

impl WeekdaySet {
    /// Every day.
    pub const ALL: Self = Self(0b111_1111);
    /// Monday to Friday.
    pub const WORKING: Self = Self(0b001_1111);
    /// Saturday and Sunday.
    pub const WEEKEND: Self = Self(0b110_0000);

    /// Exactly one day.
    pub const fn one(day: Weekday) -> Self {
        Self(1 << day as u8)
    }

    /// Every day from the first to the last, over the end of the week when need be (土〜月).
    pub fn range(first: Weekday, last: Weekday) -> Self {
        let mut set = Self::one(first);
        let mut day = first;
        while day != last {
            day = day.succ();
            set = set.or(Self::one(day));
        }
        set
    }

    /// Both sets together.
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// This set without the other.
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether they share a day.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether the day is in it.
    pub const fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day as u8) != 0
    }

    /// Whether nothing is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many days.
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// The bits, Monday lowest.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The days, Monday first.
    pub fn days(self) -> impl Iterator<Item = Weekday> {
        WEEKDAYS.into_iter().filter(move |&day| self.contains(day))
    }
}

impl std::fmt::Display for WeekdaySet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: Vec<_> = self.days().map(weekday_word).collect();
        f.write_str(&words.join("・"))
    }
}

/// A set of months; bit 0 is January.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Months(u16);

impl Months {
    /// The whole year.
    pub const ALL: Self = Self(0xfff);
    /// No month; the start of a union.
    pub const NONE: Self = Self(0);
    /// 冬期: December to March.
    pub const WINTER: Self = Self(0b1000_0000_0111);
    /// 奇数月.
    pub const ODD: Self = Self(0b0101_0101_0101);
    /// 偶数月.
    pub const EVEN: Self = Self(0b1010_1010_1010);

    /// From the first month to the last (1 to 12), over the end of the year when need be (12〜3月).
    ///
    /// `None` when one of them is not a month.
    pub fn range(first: u32, last: u32) -> Option<Self> {
        if !(1..=12).contains(&first) || !(1..=12).contains(&last) {
            return None;
        }
        let mut bits = 0;
        let mut month = first;
        loop {
            bits |= 1 << (month - 1);
            if month == last {
                return Some(Self(bits));
            }
            month = month % 12 + 1;
        }
    }

    /// Both sets together.
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The months in both sets.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether the month (1 to 12) is in it.
    pub const fn contains(self, month: u32) -> bool {
        month >= 1 && month <= 12 && self.0 & (1 << (month - 1)) != 0
    }

    /// Whether the date's month is in it.
    pub fn covers(self, date: NaiveDate) -> bool {
        self.contains(date.month())
    }

    /// The months, January first, as 1 to 12.
    pub fn numbers(self) -> impl Iterator<Item = u32> {
        (1..=12).filter(move |&month| self.contains(month))
    }
}
