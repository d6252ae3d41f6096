//! Reads a date in any of the ways it comes in a cell: ISO, slashes, kanji, eras, an Excel day number.

use chrono::{Datelike, Days, NaiveDate};

use super::scan::Scan;
use super::{ERAS, WEEKDAYS, weekday_word};

/// Reads one date; `None` when the text is anything else, or a day that does not exist.
///
/// ```
/// use chrono::NaiveDate;
/// use yosatte::kernel::calendar_ja::parse_date;
/// let day = NaiveDate::from_ymd_opt(2026, 4, 1);
/// for text in ["2026-04-01", "2026/4/1", "令和８年４月１日", "R8.4.1", "2026年4月1日(水)", "46113"] {
///     assert_eq!(parse_date(text), day, "{text}");
/// }
/// assert_eq!(parse_date("令和元年5月1日"), NaiveDate::from_ymd_opt(2019, 5, 1));
/// assert_eq!(parse_date("2026年4月1日(金)"), None); // it was a Wednesday: one of the two is wrong
/// assert_eq!(parse_date("2026-02-30"), None);
/// ```
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    // A cell of any length must not cost more than a date does.
    if text.len() > 120 {
        return None;
    }
    let mut scan = Scan::new(text);
    let date = scan_date(&mut scan).or_else(|| digits(&mut scan))?;
    scan.attempt(clock_of_day);
    scan.is_done().then_some(date)
}

/// A complete date with its year, and the weekday in brackets when there is one.
pub(crate) fn scan_date(s: &mut Scan) -> Option<NaiveDate> {
    s.attempt(|s| {
        let year = scan_year(s)?;
        let date = if s.eat("年") {
            month_day_kanji(s, year)?
        } else {
            let mark = ["-", "/", "."].into_iter().find(|mark| s.eat(mark))?;
            let month = s.number(2)?;
            s.eat(mark).then_some(())?;
            NaiveDate::from_ymd_opt(year, month, s.number(2)?)?
        };
        weekday_note(s, date)
    })
}

/// A year and a month without a day (令和8年4月), as the month's first day; 月 may follow the end of a range (2026年4〜10月).
pub(crate) fn scan_month(s: &mut Scan) -> Option<NaiveDate> {
    s.attempt(|s| {
        let year = scan_year(s)?;
        s.eat("年").then_some(())?;
        let month = s.number(2)?;
        (s.eat("月") || s.looks_at(|s| s.eat_range().then_some(()))).then_some(())?;
        NaiveDate::from_ymd_opt(year, month, 1)
    })
}

/// A budget year (2026年度, 令和8年度), as its first and last day.
pub(crate) fn scan_fiscal_year(s: &mut Scan) -> Option<(NaiveDate, NaiveDate)> {
    s.attempt(|s| {
        let year = scan_year(s)?;
        s.eat("年度").then_some(())?;
        Some((
            NaiveDate::from_ymd_opt(year, 4, 1)?,
            NaiveDate::from_ymd_opt(year + 1, 3, 31)?,
        ))
    })
}

/// How much of a date is left out because the one before it says it.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Partial {
    /// `16日` after `8月13日`, or `16` after `8/13`.
    Day,
    /// `8月16日`, `8/16`.
    MonthDay,
}

/// A later date that leaves out what the earlier one says: the year, or the year and the month.
///
/// The year is the earlier date's; a date that would lie before it is not read (whose year would it be?).
pub(crate) fn date_after(s: &mut Scan, earlier: NaiveDate, allowed: &[Partial]) -> Option<NaiveDate> {
    s.attempt(|s| {
        let first = s.number(2)?;
        let date = if allowed.contains(&Partial::Day) && s.eat("日") {
            earlier.with_day(first)?
        } else {
            allowed.contains(&Partial::MonthDay).then_some(())?;
            if s.eat("月") {
                let day = s.number(2)?;
                s.eat("日").then_some(())?;
                NaiveDate::from_ymd_opt(earlier.year(), first, day)?
            } else {
                s.eat_any(&["/", "-"]).then_some(())?;
                NaiveDate::from_ymd_opt(earlier.year(), first, s.number(2)?)?
            }
        };
        (date > earlier).then_some(())?;
        weekday_note(s, date)
    })
}

/// Eats `(火)`, `(火曜日)`, `(月・祝)` or ` 火曜日` after a date; `None` when it contradicts the date.
fn weekday_note(s: &mut Scan, date: NaiveDate) -> Option<NaiveDate> {
    let noted = s.attempt(|s| {
        let bracket = s.eat("(");
        let day = WEEKDAYS.into_iter().find(|&day| s.eat(weekday_word(day)))?;
        let spelled = s.eat_any(&["曜日", "曜"]);
        if !bracket {
            return spelled.then_some(day);
        }
        s.attempt(|s| {
            s.eat_any(&["・", "、", ","]);
            s.eat_any(&["祝日", "休日", "祝", "休"]).then_some(())
        });
        s.eat(")").then_some(day)
    });
    noted.is_none_or(|day| day == date.weekday()).then_some(date)
}

/// A Gregorian year of four digits or a year of an era (令和7, 令和元, R7, 令7).
fn scan_year(s: &mut Scan) -> Option<i32> {
    s.attempt(|s| {
        for era in ERAS {
            let short: String = era.name.chars().take(1).collect();
            if s.eat_any(&[era.name, &short, era.initial]) {
                s.eat(".");
                let year = if s.eat("元") { 1 } else { s.number(2)? as i32 };
                // 平成35年 was written on leases that outlived the era, so only the beginning is held to.
                return (year >= 1).then(|| era.gregorian(year));
            }
        }
        let start = s.at();
        let year = s.number(4)?;
        let digits = s.written(start, s.at()).chars().count();
        (digits == 4 && (1900..=2199).contains(&year)).then_some(year as i32)
    })
}

fn month_day_kanji(s: &mut Scan, year: i32) -> Option<NaiveDate> {
    let month = s.number(2)?;
    s.eat("月").then_some(())?;
    let day = s.number(2)?;
    s.eat("日").then_some(())?;
    NaiveDate::from_ymd_opt(year, month, day)
}

/// `20260401`, or a day number of Excel's 1900 calendar (days since 30 December 1899) between 1950 and 2100.
fn digits(s: &mut Scan) -> Option<NaiveDate> {
    s.attempt(|s| {
        let number = s.number(8)?;
        if let 18_264..=73_415 = number {
            fraction(s);
            return NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(u64::from(number)));
        }
        let year = (number / 10_000) as i32;
        (1900..=2199).contains(&year).then_some(())?;
        NaiveDate::from_ymd_opt(year, number / 100 % 100, number % 100)
    })
}

/// The time a spreadsheet adds to a date (`2026-04-01 00:00:00`); it says nothing about the day.
fn clock_of_day(s: &mut Scan) -> Option<()> {
    s.eat("t");
    let hour = s.number(2)?;
    s.eat(":").then_some(())?;
    let minute = s.number(2)?;
    s.attempt(|s| s.eat(":").then(|| s.number(2)).flatten());
    fraction(s);
    (hour < 24 && minute < 60).then_some(())
}

/// The part of a day or a second after the point, however long it is.
fn fraction(s: &mut Scan) {
    if s.eat(".") {
        s.skip_digits();
    }
}
