//! From rules to dates: plain arithmetic over days, because every search result asks for its next three.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeDelta};

use super::{Hours, Pauses, Rule, Schedule};
use crate::kernel::calendar_ja::{WeekdaySet, spoken_date};
use crate::kernel::clock::tokyo;

/// Days [`Schedule::next`] looks ahead: about 18 months, so that a yearly season is always seen.
const LOOK_AHEAD_DAYS: usize = 550;

/// Days [`Schedule::occurrences`] expands at most: five years.
const MAX_DAYS: usize = 5 * 366;

/// One date on which it takes place, at +09:00.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Occurrence {
    /// The beginning; midnight when no time is known.
    pub start: DateTime<FixedOffset>,
    /// The end, later than the start. When only a beginning was written, [`super::ASSUMED_MINUTES`] after it; when no time is known,
    /// the end of the day.
    pub end: DateTime<FixedOffset>,
    /// The hours as written: show these, not the two ends, where they may be unknown.
    pub hours: Hours,
}

impl Occurrence {
    /// The date in Japan.
    pub fn date(&self) -> NaiveDate {
        self.start.date_naive()
    }

    /// For machines: RFC 3339 with the time of the beginning, or the date alone when no clock time is known.
    pub fn iso(&self) -> String {
        if self.hours.is_known() {
            self.start.to_rfc3339()
        } else {
            self.date().to_string()
        }
    }
}

/// `11月24日(火) 10:00〜12:00`, without the hours when they are not known.
impl std::fmt::Display for Occurrence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&spoken_date(self.date()))?;
        if self.hours != Hours::Unknown {
            write!(f, " {}", self.hours)?;
        }
        Ok(())
    }
}

/// Weekdays and hours on which a schedule can fall, for filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WeeklySlot {
    /// Bit 0 is Monday, bit 6 is Sunday.
    pub weekdays: u8,
    /// Minutes after midnight, inclusive.
    pub from_min: u16,
    /// Minutes after midnight, exclusive; more than `from_min`, at most 1440.
    pub to_min: u16,
}

impl Schedule {
    /// All dates that overlap `from..until`, in order, each once, without the pauses.
    ///
    /// A window longer than five years is cut there.
    ///
    /// ```
    /// use yosatte::kernel::schedule::{Pauses, Schedule};
    /// let schedule = Schedule::parse("第2・4火 10:00-12:00");
    /// let from = "2026-12-01T00:00:00+09:00".parse().unwrap();
    /// let until = "2027-02-01T00:00:00+09:00".parse().unwrap();
    /// let dates: Vec<String> = schedule.occurrences(&Pauses::parse("年末年始"), from, until).iter().map(|o| o.to_string()).collect();
    /// assert_eq!(dates, [
    ///     "12月8日(火) 10:00〜12:00", "12月22日(火) 10:00〜12:00", "1月12日(火) 10:00〜12:00", "1月26日(火) 10:00〜12:00",
    /// ]);
    /// ```
    pub fn occurrences(
        &self,
        pauses: &Pauses,
        from: DateTime<FixedOffset>,
        until: DateTime<FixedOffset>,
    ) -> Vec<Occurrence> {
        let days = usize::try_from((until - from).num_days() + 2)
            .unwrap_or(0)
            .min(MAX_DAYS);
        self.coming(pauses, from, days)
            .take_while(|occurrence| occurrence.start < until)
            .collect()
    }

    /// The next `n` dates that have not ended at `from`; fewer when the coming 18 months hold fewer.
    ///
    /// ```
    /// use yosatte::kernel::schedule::{Pauses, Schedule};
    /// let schedule = Schedule::parse("毎週火 10:00-12:00");
    /// let now = "2026-11-24T11:00:00+09:00".parse().unwrap();
    /// let next = schedule.next(&Pauses::default(), now, 3);
    /// assert_eq!(next[0].to_string(), "11月24日(火) 10:00〜12:00"); // still on
    /// assert_eq!(next[2].start.to_rfc3339(), "2026-12-08T10:00:00+09:00");
    /// ```
    pub fn next(&self, pauses: &Pauses, from: DateTime<FixedOffset>, n: usize) -> Vec<Occurrence> {
        self.coming(pauses, from, LOOK_AHEAD_DAYS).take(n).collect()
    }

    /// The weekdays and hours it can fall on: 第2・4火 counts as Tuesday, 毎月15日 as every weekday, a date as its own.
    ///
    /// Hours not written take up the whole day. 随時 has no slot: ask [`Schedule::is_anytime`] first.
    ///
    /// ```
    /// use yosatte::kernel::schedule::{Schedule, WeeklySlot};
    /// let slots = Schedule::parse("第2・4火 10:00-12:00").slots();
    /// assert_eq!(slots, [WeeklySlot { weekdays: 0b10, from_min: 600, to_min: 720 }]);
    /// ```
    pub fn slots(&self) -> Vec<WeeklySlot> {
        let mut slots: Vec<WeeklySlot> = Vec::new();
        for rule in &self.rules {
            let weekdays = rule.weekdays().bits();
            let (from_min, to_min) = rule.hours.window();
            if weekdays == WeekdaySet::default().bits() {
                continue;
            }
            match slots
                .iter_mut()
                .find(|slot| (slot.from_min, slot.to_min) == (from_min, to_min))
            {
                Some(slot) => slot.weekdays |= weekdays,
                None => slots.push(WeeklySlot {
                    weekdays,
                    from_min,
                    to_min,
                }),
            }
        }
        slots
    }

    /// What is not over at `from`, day by day, for at most `days` days.
    fn coming<'a>(
        &'a self,
        pauses: &'a Pauses,
        from: DateTime<FixedOffset>,
        days: usize,
    ) -> impl Iterator<Item = Occurrence> + 'a {
        let first = from.with_timezone(&tokyo()).date_naive();
        let days = if self.rules.is_empty() { 0 } else { days };
        first
            .iter_days()
            .take(days)
            .flat_map(move |date| self.on(pauses, date))
            .filter(move |occurrence| occurrence.end > from)
    }

    /// The occurrences of one day, in order, each once.
    fn on(&self, pauses: &Pauses, date: NaiveDate) -> Vec<Occurrence> {
        let mut found: Vec<Occurrence> = self
            .rules
            .iter()
            .filter(|rule| rule.holds_on(date))
            .filter_map(|rule| occurrence(rule, date))
            .collect();
        if found.is_empty() || pauses.covers(date) {
            return Vec::new();
        }
        found.sort();
        found.dedup();
        found
    }
}

/// `None` only at the very end of the calendar.
fn occurrence(rule: &Rule, date: NaiveDate) -> Option<Occurrence> {
    let (from, to) = rule.hours.window();
    let midnight = date
        .and_time(NaiveTime::MIN)
        .and_local_timezone(tokyo())
        .single()?;
    let at = |minutes: u16| midnight.checked_add_signed(TimeDelta::minutes(i64::from(minutes)));
    Some(Occurrence {
        start: at(from)?,
        end: at(to)?,
        hours: rule.hours,
    })
}
