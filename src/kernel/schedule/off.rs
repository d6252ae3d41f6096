//! Reads the days that are off: the parts of a 休止, and 祝日を除く inside a 日時.

use chrono::NaiveDate;

use super::days::{ordinals, scan_months};
use super::pause::Pause;
use super::rule::{Days, Nth};
use super::weekdays::weekdays_in_pause;
use crate::kernel::calendar_ja::scan::Scan;
use crate::kernel::calendar_ja::{Partial, WeekdaySet, date_after, scan_date};

/// Reads `祝日を除く`, `8月は休み`, `(第5週は休み)` inside a 日時.
pub(super) fn scan_exception(s: &mut Scan) -> Option<Vec<Pause>> {
    s.attempt(|s| {
        // 毎週月〜金、祝日は休み: only the holidays are off. Without 毎週 both might be.
        let regular = s.looks_at(|s| s.eat_any(&["毎週", "毎月"]).then_some(()));
        let start = s.at();
        let pauses = scan_list(s)?;
        (!regular || !s.written(start, s.at()).contains(['、', '，', ','])).then_some(())?;
        s.eat_any(&["の場合", "のとき", "の時", "に当たる日", "にあたる日"]);
        s.eat_any(&["は", "も", "を", "が"]);
        let off = s.eat_any(&OFF)
            || s.attempt(|s| (s.eat("休") && s.here() != Some('日')).then_some(()))
                .is_some();
        off.then_some(pauses)
    })
}

/// Words that take out what stands before them; longer words first.
#[rustfmt::skip]
const OFF: [&str; 15] = [
    "除きます", "除いて", "除き", "除く", "のぞく", "お休みです", "お休み", "休みです", "休み", "休止", "休業", "休館", "定休日", "定休", "以外",
];

/// A whole part of a 休止: its pauses and nothing else but words that say it pauses.
pub(super) fn scan_whole(s: &mut Scan) -> Option<Vec<Pause>> {
    s.eat("毎年");
    let pauses = scan_list(s)?;
    s.eat_any(&["の期間", "期間中", "期間", "の間"]);
    s.eat("は");
    s.eat_any(&[
        "お休みです",
        "お休み",
        "休みです",
        "休み",
        "休止",
        "休業",
        "休館",
        "閉館",
        "定休日",
        "定休",
    ]);
    s.eat("。");
    s.is_done().then_some(pauses)
}

/// Values read in one list at most: every list is looked at from each of its values, so its length must have a bound.
pub(super) const MAX_LIST: usize = 12;

fn scan_list(s: &mut Scan) -> Option<Vec<Pause>> {
    let mut pauses = scan_pause(s)?;
    while pauses.len() < MAX_LIST
        && let Some(more) = s.attempt(|s| {
            s.eat_separator();
            scan_pause(s)
        })
    {
        pauses.extend(more);
    }
    Some(pauses)
}

fn scan_pause(s: &mut Scan) -> Option<Vec<Pause>> {
    let named = if s.eat_any(&["年末年始", "年末・年始", "正月休み"]) {
        Some(Pause::YearEnd)
    } else if s.eat_any(&["お盆休み", "お盆期間", "お盆", "盆休み", "盆"]) {
        Some(Pause::Obon)
    } else {
        None
    };
    if let Some(pause) = named {
        return Some(vec![pause]);
    }
    s.attempt(dates)
        .or_else(|| s.attempt(yearly))
        .or_else(|| scan_months(s).map(Pause::Months))
        .map(|pause| vec![pause])
        .or_else(|| s.attempt(weekly))
}

/// 2026-08-13..2026-08-16, 2026年8月13日〜16日, one date.
fn dates(s: &mut Scan) -> Option<Pause> {
    let from = scan_date(s)?;
    let to = s.attempt(|s| {
        s.eat_range().then_some(())?;
        scan_date(s).or_else(|| date_after(s, from, &[Partial::MonthDay, Partial::Day]))
    });
    s.eat("まで");
    match to {
        Some(to) => (from <= to).then_some(Pause::Dates(from, to)),
        None => Some(Pause::Dates(from, from)),
    }
}

/// 12/29-1/3, 8月13日〜16日, 8/13: every year.
fn yearly(s: &mut Scan) -> Option<Pause> {
    let from = month_day(s)?;
    let to = s.attempt(|s| {
        s.eat_range().then_some(())?;
        s.attempt(month_day).or_else(|| {
            let day = s.number(2)?;
            s.eat("日");
            valid(from.0, day)
        })
    });
    s.eat("まで");
    // 12/29-3: in which month?
    match to {
        Some(to) => (to.0 != from.0 || from.1 <= to.1).then_some(Pause::Yearly(from, to)),
        None => Some(Pause::Yearly(from, from)),
    }
}

fn month_day(s: &mut Scan) -> Option<(u32, u32)> {
    let month = s.number(2)?;
    if s.eat("月") {
        let day = s.number(2)?;
        s.eat("日").then_some(())?;
        return valid(month, day);
    }
    s.eat("/").then_some(())?;
    let day = s.number(2)?;
    valid(month, day)
}

/// A day that exists in some year; 2028 is a leap year.
fn valid(month: u32, day: u32) -> Option<(u32, u32)> {
    NaiveDate::from_ymd_opt(2028, month, day).map(|_| (month, day))
}

/// 祝日, 月曜, 土日祝, 第3日曜, 第5週 (whatever weekday the rule has).
fn weekly(s: &mut Scan) -> Option<Vec<Pause>> {
    s.eat_any(&["毎週", "毎月"]);
    let nth = ordinals(s);
    if nth.is_some() {
        s.eat("の");
    }
    let (days, holidays) = match s.attempt(weekdays_in_pause) {
        Some(read) => read,
        // 第5 alone counts the rule's own weekday, so every weekday serves.
        None if nth.is_some() => {
            s.eat("週");
            (WeekdaySet::ALL, false)
        }
        None => return None,
    };
    let mut pauses = Vec::new();
    if !days.is_empty() {
        pauses.push(Pause::Days(
            nth.map_or(Days::Weekly(days), |nth: Nth| Days::Nth(nth, days)),
        ));
    }
    if holidays {
        pauses.push(Pause::Holidays);
    }
    Some(pauses)
}
