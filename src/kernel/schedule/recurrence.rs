//! The rules as RFC 5545 recurrences, for calendars and for checking our own arithmetic.

use chrono::NaiveDate;

use super::rule::{Days, Rule};
use super::{Hours, Schedule};
use crate::kernel::calendar_ja::{Months, WeekdaySet};

/// The day recurrences without a beginning count from; a Monday and the first of a year.
const BEGINNING: (i32, u32, u32) = (2024, 1, 1);

/// Days searched for a first occurrence: past the longest gap between two 29 Februaries.
const SEARCH_DAYS: usize = 8 * 366 + 1;

impl Schedule {
    /// One recurrence a rule, as `DTSTART…` and `RRULE…` on two lines, in Asia/Tokyo.
    ///
    /// Hours not known make an all-day `DTSTART;VALUE=DATE`. Pauses and exceptions are not in it: they are subtracted when dates are expanded.
    /// 祝日 has no recurrence in RFC 5545 and gives none.
    ///
    /// ```
    /// use yosatte::kernel::schedule::Schedule;
    /// assert_eq!(
    ///     Schedule::parse("第2・4火 10:00-12:00").rrules(),
    ///     ["DTSTART;TZID=Asia/Tokyo:20240109T100000\nRRULE:FREQ=MONTHLY;BYDAY=2TU,4TU"]
    /// );
    /// ```
    pub fn rrules(&self) -> Vec<String> {
        self.rules.iter().filter_map(rrule).collect()
    }
}

/// `None` for holidays, and for a rule that never holds (30 February).
fn rrule(rule: &Rule) -> Option<String> {
    let (year, month, day) = BEGINNING;
    let beginning = match rule.days {
        Days::On(date) => date,
        _ => rule.since.or(NaiveDate::from_ymd_opt(year, month, day))?,
    };
    let first = beginning
        .iter_days()
        .take(SEARCH_DAYS)
        .find(|&date| rule.falls_on(date))?;
    let mut recurrence = match rule.days {
        Days::Weekly(days) if days == WeekdaySet::ALL => "FREQ=DAILY".to_owned(),
        Days::Weekly(days) => format!("FREQ=WEEKLY;BYDAY={}", weekdays(days, &[])),
        // The first day found lies an even number of weeks after the week counted from.
        Days::Fortnightly(days) => format!("FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY={}", weekdays(days, &[])),
        Days::Nth(nth, days) => {
            let numbers: Vec<i8> = nth.numbers().collect();
            format!("FREQ=MONTHLY;BYDAY={}", weekdays(days, &numbers))
        }
        Days::MonthDays(days) => {
            let days: Vec<String> = days.numbers().map(|day| day.to_string()).collect();
            format!("FREQ=MONTHLY;BYMONTHDAY={}", days.join(","))
        }
        Days::Yearly(month, day) => format!("FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={day}"),
        Days::Holidays => return None,
        Days::On(_) => "FREQ=DAILY;COUNT=1".to_owned(),
    };
    if rule.months != Months::ALL && !matches!(rule.days, Days::Yearly(..) | Days::On(_)) {
        let months: Vec<String> = rule.months.numbers().map(|month| month.to_string()).collect();
        recurrence.push_str(&format!(";BYMONTH={}", months.join(",")));
    }
    let (from, _) = rule.hours.window();
    let dtstart = if rule.hours == Hours::Unknown {
        format!("DTSTART;VALUE=DATE:{}", first.format("%Y%m%d"))
    } else {
        format!(
            "DTSTART;TZID=Asia/Tokyo:{}T{:02}{:02}00",
            first.format("%Y%m%d"),
            from / 60,
            from % 60
        )
    };
    if let Some(until) = rule.until.filter(|_| !matches!(rule.days, Days::On(_))) {
        recurrence.push_str(&until_utc(until, rule.hours));
    }
    Some(format!("{dtstart}\nRRULE:{recurrence}"))
}

/// UNTIL is in UTC when DTSTART has a zone: the end of the day in Japan is 14:59:59 of the same day there.
fn until_utc(until: NaiveDate, hours: Hours) -> String {
    let day = until.format("%Y%m%d");
    if hours == Hours::Unknown {
        format!(";UNTIL={day}")
    } else {
        format!(";UNTIL={day}T145959Z")
    }
}

fn weekdays(days: WeekdaySet, numbers: &[i8]) -> String {
    let codes = days.days().map(|day| match day {
        chrono::Weekday::Mon => "MO",
        chrono::Weekday::Tue => "TU",
        chrono::Weekday::Wed => "WE",
        chrono::Weekday::Thu => "TH",
        chrono::Weekday::Fri => "FR",
        chrono::Weekday::Sat => "SA",
        chrono::Weekday::Sun => "SU",
    });
    let list: Vec<String> = codes
        .flat_map(|code| {
            if numbers.is_empty() {
                vec![code.to_owned()]
            } else {
                numbers.iter().map(|number| format!("{number}{code}")).collect()
            }
        })
        .collect();
    list.join(",")
}
