//! The Japanese calendar as people write it: eras, weekdays, seasons, school years, and the reading of dates.

mod holidays;
mod read;
pub(crate) mod scan;
mod sets;

use chrono::{Datelike, NaiveDate, Weekday};

pub use holidays::{holiday_name, is_holiday};
pub use read::parse_date;
pub(crate) use read::{Partial, date_after, scan_date, scan_fiscal_year, scan_month};
pub use sets::{Months, WeekdaySet};

/// An era of the calendar.
pub(crate) struct Era {
    /// 令和.
    pub name: &'static str,
    /// Its Latin initial, lower case.
    pub initial: &'static str,
    /// Its first year, month and day.
    pub first: (i32, u32, u32),
}

impl Era {
    /// The Gregorian year of the era's n-th year.
    pub fn gregorian(&self, year: i32) -> i32 {
        self.first.0 + year - 1
    }
}

/// Eras since 1912, the newest first.
pub(crate) const ERAS: [Era; 4] = [
    Era {
        name: "令和",
        initial: "r",
        first: (2019, 5, 1),
    },
    Era {
        name: "平成",
        initial: "h",
        first: (1989, 1, 8),
    },
    Era {
        name: "昭和",
        initial: "s",
        first: (1926, 12, 25),
    },
    Era {
        name: "大正",
        initial: "t",
        first: (1912, 7, 30),
    },
];

/// Every weekday, Monday first, as it is counted in a [`WeekdaySet`].
pub const WEEKDAYS: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

/// The date in the Japanese era; a date before 大正 stays Gregorian.
///
/// ```
/// use chrono::NaiveDate;
/// use yosatte::kernel::calendar_ja::era;
/// assert_eq!(era(NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()), "令和8年11月24日");
/// assert_eq!(era(NaiveDate::from_ymd_opt(2019, 5, 1).unwrap()), "令和元年5月1日");
/// ```
pub fn era(date: NaiveDate) -> String {
    let (name, year) = era_year(date);
    format!("{name}{year}年{}月{}日", date.month(), date.day())
}

/// The school and budget year (April to March) a date belongs to.
///
/// ```
/// use chrono::NaiveDate;
/// use yosatte::kernel::calendar_ja::fiscal_year;
/// assert_eq!(fiscal_year(NaiveDate::from_ymd_opt(2027, 3, 31).unwrap()), 2026);
/// ```
pub fn fiscal_year(date: NaiveDate) -> i32 {
    if date.month() >= 4 {
        date.year()
    } else {
        date.year() - 1
    }
}

/// The 年度 in words. The name is the one of its first day, 1 April (平成31年度, not 令和元年度).
///
/// ```
/// use chrono::NaiveDate;
/// use yosatte::kernel::calendar_ja::fiscal_year_words;
/// assert_eq!(fiscal_year_words(NaiveDate::from_ymd_opt(2027, 3, 31).unwrap()), "令和8年度");
/// ```
pub fn fiscal_year_words(date: NaiveDate) -> String {
    let first = NaiveDate::from_ymd_opt(fiscal_year(date), 4, 1).unwrap_or(date);
    let (name, year) = era_year(first);
    format!("{name}{year}年度")
}

/// A date as it is said on a page about the near future: no year.
///
/// ```
/// use chrono::NaiveDate;
/// use yosatte::kernel::calendar_ja::spoken_date;
/// assert_eq!(spoken_date(NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()), "11月24日(火)");
/// ```
pub fn spoken_date(date: NaiveDate) -> String {
    format!(
        "{}月{}日({})",
        date.month(),
        date.day(),
        weekday_word(date.weekday())
    )
}

/// One character, 月 to 日.
pub const fn weekday_word(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "月",
        Weekday::Tue => "火",
        Weekday::Wed => "水",
        Weekday::Thu => "木",
        Weekday::Fri => "金",
        Weekday::Sat => "土",
        Weekday::Sun => "日",
    }
}

/// The code used in the API: `mon` to `sun`.
pub const fn weekday_code(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "mon",
        Weekday::Tue => "tue",
        Weekday::Wed => "wed",
        Weekday::Thu => "thu",
        Weekday::Fri => "fri",
        Weekday::Sat => "sat",
        Weekday::Sun => "sun",
    }
}

/// Reads a code (`tue`) or a word (火, 火曜, 火曜日), whatever its width and case.
///
/// ```
/// use chrono::Weekday;
/// use yosatte::kernel::calendar_ja::parse_weekday;
/// assert_eq!(parse_weekday("火曜日"), Some(Weekday::Tue));
/// assert_eq!(parse_weekday("ＴＵＥ"), Some(Weekday::Tue));
/// assert_eq!(parse_weekday("祝"), None);
/// ```
pub fn parse_weekday(text: &str) -> Option<Weekday> {
    let key = crate::kernel::text::key(text);
    let word = key
        .strip_suffix("曜日")
        .or_else(|| key.strip_suffix('曜'))
        .unwrap_or(&key);
    WEEKDAYS
        .into_iter()
        .find(|&day| weekday_word(day) == word || weekday_code(day) == key)
}

/// お盆: 13 to 16 August.
pub fn is_obon(date: NaiveDate) -> bool {
    date.month() == 8 && (13..=16).contains(&date.day())
}

/// 年末年始: 29 December to 3 January, the days public offices are closed.
pub fn is_year_end(date: NaiveDate) -> bool {
    (date.month() == 12 && date.day() >= 29) || (date.month() == 1 && date.day() <= 3)
}

/// 冬期: December to March, when snow decides.
pub fn is_winter(date: NaiveDate) -> bool {
    Months::WINTER.contains(date.month())
}

/// Era name and year in it, where the first year is 元.
fn era_year(date: NaiveDate) -> (&'static str, String) {
    for era in ERAS {
        if (date.year(), date.month(), date.day()) >= era.first {
            let year = date.year() - era.first.0 + 1;
            return (
                era.name,
                if year == 1 {
                    "元".to_owned()
                } else {
                    year.to_string()
                },
            );
        }
    }
    ("", date.year().to_string())
}

#[cfg(test)]
mod tests;
