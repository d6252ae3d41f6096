//! Reads weekdays in a row (月水金), in a list (月・木), as a range (月〜金), and knows when a list ends.

use chrono::Weekday;

use super::off::scan_exception;
use super::pause::Pause;
use super::rule::Days;
use crate::kernel::calendar_ja::scan::Scan;
use crate::kernel::calendar_ja::{WEEKDAYS, WeekdaySet, weekday_word};

/// Weekdays read in one list at most: seven and 祝日.
const MAX_DAYS: usize = 8;

/// Weekdays in a row, in a list or as a range, and whether 祝日 stands among them.
///
/// Stops before what takes days out again: 月〜金、土日祝は休み is Monday to Friday.
pub(super) fn weekdays(s: &mut Scan) -> Option<(WeekdaySet, bool)> {
    weekdays_while(s, |s| !is_taken_out(s))
}

/// Whether what stands here is off: 祝日は休み, 土日は休み. In 毎週月、水、金は休み the last three may all be, so a plain weekday
/// stays in the list and 休み is left over as not understood.
fn is_taken_out(s: &mut Scan) -> bool {
    s.looks_at(|s| {
        let pauses = scan_exception(s)?;
        match pauses.first()? {
            Pause::Days(Days::Weekly(days)) => (*days == WeekdaySet::WEEKEND).then_some(()),
            _ => Some(()),
        }
    })
}

/// The same without 祝日, which has no second or fourth.
pub(super) fn weekdays_only(s: &mut Scan) -> Option<WeekdaySet> {
    let (days, holidays) = weekdays_while(s, |s| s.peek() != Some('祝') && !is_taken_out(s))?;
    (!holidays).then_some(days)
}

/// Weekdays as they come, for the parts that take days out.
pub(super) fn weekdays_in_pause(s: &mut Scan) -> Option<(WeekdaySet, bool)> {
    weekdays_while(s, |_| true)
}

fn weekdays_while(s: &mut Scan, goes_on: impl Fn(&mut Scan) -> bool) -> Option<(WeekdaySet, bool)> {
    if s.eat("週末") {
        return Some((WeekdaySet::WEEKEND, false));
    }
    let mut days = WeekdaySet::default();
    let mut holidays = false;
    match weekday(s)? {
        Some(first) => days = range_from(s, first),
        None => holidays = true,
    }
    for _ in 0..MAX_DAYS {
        let next = s.attempt(|s| {
            let separated = s.eat_separator();
            goes_on(s).then_some(())?;
            let day = weekday(s)?;
            // 日 after a comma may begin 日時.
            (!separated || s.here() != Some('時')).then_some(day)
        });
        match next {
            Some(Some(day)) => days = days.or(range_from(s, day)),
            Some(None) => holidays = true,
            None => break,
        }
    }
    Some((days, holidays))
}

fn range_from(s: &mut Scan, first: Weekday) -> WeekdaySet {
    let last = s.attempt(|s| {
        s.eat_range().then_some(())?;
        weekday(s)?
    });
    last.map_or(WeekdaySet::one(first), |last| WeekdaySet::range(first, last))
}

/// One weekday, or `Some(None)` for 祝日.
fn weekday(s: &mut Scan) -> Option<Option<Weekday>> {
    if s.eat_any(&["祝日", "祝祭日", "祝"]) {
        return Some(None);
    }
    let day = WEEKDAYS.into_iter().find(|&day| s.eat(weekday_word(day)))?;
    // 土曜日曜 is Saturday and Sunday, 土曜日 is Saturday.
    if !s.looks_at(|s| s.eat("曜日曜").then_some(())) {
        s.eat("曜日");
    }
    s.eat("曜");
    Some(Some(day))
}
