//! Reads which days: weekdays, the n-th of a month, days of a month, seasons.

use super::off::MAX_LIST;
use super::rule::{Days, MonthDays, Nth};
use super::weekdays::{weekdays, weekdays_only};
use crate::kernel::calendar_ja::scan::Scan;
use crate::kernel::calendar_ja::{Months, WeekdaySet};

/// What was read about days: usually one value, two for 土日祝.
#[derive(Debug, Default)]
pub(super) struct DaysRead {
    pub days: Vec<Days>,
    /// 平日: the holidays among them do not count.
    pub working_days: bool,
}

impl From<Days> for DaysRead {
    fn from(days: Days) -> Self {
        Self {
            days: vec![days],
            working_days: false,
        }
    }
}

/// Reads the days that stand here.
pub(super) fn scan_days(s: &mut Scan) -> Option<DaysRead> {
    s.attempt(every_day)
        .or_else(|| s.attempt(fortnightly))
        .or_else(|| s.attempt(yearly))
        .or_else(|| s.attempt(month_days))
        .or_else(|| s.attempt(nth))
        .or_else(|| s.attempt(weekly))
}

/// Reads a season: `4-10月`, `12月〜3月`, `5・8・11月`, `奇数月`, `冬期`, `通年`.
pub(super) fn scan_months(s: &mut Scan) -> Option<Months> {
    s.attempt(|s| {
        let months = if s.eat("奇数月") {
            Months::ODD
        } else if s.eat("偶数月") {
            Months::EVEN
        } else if s.eat_any(&["通年", "年間を通じて"]) {
            Months::ALL
        } else if s.eat_any(&["冬期間", "冬期", "冬季", "冬の間"]) {
            Months::WINTER
        } else {
            month_list(s)?
        };
        // 4月から, 8月上旬, 8月15日 say something else, or less than a season.
        let other = s.looks_at(|s| s.number(2).filter(|_| s.eat("日")))
            || s.looks_at(|s| {
                s.eat_any(&["から", "より", "以降", "上旬", "中旬", "下旬", "末", "頃", "ごろ"])
                    .then_some(())
            });
        (!other).then(|| {
            s.eat_any(&["の間", "まで", "期間中", "期間", "中", "のみ", "だけ"]);
            months
        })
    })
}

fn month_list(s: &mut Scan) -> Option<Months> {
    list_until_closed(s, Months::or, |s| {
        let first = s.number(2)?;
        let closed = s.eat("月");
        let last = s.attempt(|s| {
            s.eat_range().then_some(())?;
            Some((s.number(2)?, s.eat("月")))
        });
        match last {
            Some((last, closed)) => Some((Months::range(first, last)?, closed)),
            None => Some((Months::range(first, first)?, closed)),
        }
    })
}

/// A list whose unit may stand behind its last value only (5・8・11月): reads up to the last value that has the unit.
fn list_until_closed<T: Copy>(
    s: &mut Scan,
    join: fn(T, T) -> T,
    item: impl Fn(&mut Scan) -> Option<(T, bool)>,
) -> Option<T> {
    let mut read: Option<T> = None;
    let mut closed_at = None;
    for _ in 0..MAX_LIST {
        let Some((value, closed)) = s.attempt(&item) else {
            break;
        };
        let all = read.map_or(value, |before| join(before, value));
        read = Some(all);
        if closed {
            closed_at = Some((all, s.at()));
        }
        if !s.eat_separator() {
            break;
        }
    }
    let (all, at) = closed_at?;
    s.back_to(at);
    Some(all)
}

fn every_day(s: &mut Scan) -> Option<DaysRead> {
    s.eat_any(&["毎日", "年中無休", "無休", "365日"])
        .then(|| Days::Weekly(WeekdaySet::ALL).into())
}

/// 隔週土, 2週間に1回 土曜, 隔週の土曜日.
fn fortnightly(s: &mut Scan) -> Option<DaysRead> {
    s.eat_any(&[
        "隔週で",
        "隔週の",
        "隔週",
        "2週間に1回",
        "2週に1回",
        "2週間ごと",
        "2週ごと",
        "1週間おき",
        "1週おき",
    ])
    .then_some(())?;
    s.eat_any(&["の", "に", "、", "("]);
    Some(Days::Fortnightly(weekdays_only(s)?).into())
}

/// 毎年8月15日.
fn yearly(s: &mut Scan) -> Option<DaysRead> {
    s.eat("毎年").then_some(())?;
    let month = s.number(2)?;
    s.eat("月").then_some(())?;
    let day = s.number(2)?;
    s.eat("日").then_some(())?;
    // 2028 is a leap year: 29 February is a day of some years.
    chrono::NaiveDate::from_ymd_opt(2028, month, day)?;
    Some(Days::Yearly(month, day).into())
}

/// 毎月15日, 毎月5日・20日, 毎月5・20日, 毎月末日.
fn month_days(s: &mut Scan) -> Option<DaysRead> {
    if s.eat("月末") {
        return Some(Days::MonthDays(MonthDays::LAST).into());
    }
    s.eat_any(&["毎月の", "毎月"]).then_some(())?;
    let days = list_until_closed(s, MonthDays::or, |s| {
        if s.eat_any(&["末日", "月末", "晦日"]) {
            Some((MonthDays::LAST, true))
        } else {
            Some((MonthDays::day(s.number(2)?)?, s.eat("日")))
        }
    })?;
    Some(Days::MonthDays(days).into())
}

/// 第2・4火, 毎月第2土曜, 第1月曜日と第3月曜日, 最終金曜, 第二・四土曜.
fn nth(s: &mut Scan) -> Option<DaysRead> {
    s.eat_any(&["毎月の", "毎月"]);
    let which = ordinals(s)?;
    s.eat_any(&["の", "("]);
    Some(Days::Nth(which, weekdays_only(s)?).into())
}

/// 第2・4, 第2・第4, 第1.3, 最終.
pub(super) fn ordinals(s: &mut Scan) -> Option<Nth> {
    let mut which = first_ordinal(s)?;
    loop {
        let next = s.attempt(|s| {
            let separated = s.eat_separator() || s.eat(".");
            first_ordinal(s).or_else(|| separated.then(|| ordinal_number(s)).flatten())
        });
        match next {
            Some(next) => which = which.or(next),
            None => return Some(which),
        }
    }
}

fn first_ordinal(s: &mut Scan) -> Option<Nth> {
    s.attempt(|s| {
        if s.eat_any(&["第最終", "最終", "最後の"]) {
            return Some(Nth::LAST);
        }
        s.eat("第").then_some(())?;
        ordinal_number(s)
    })
}

fn ordinal_number(s: &mut Scan) -> Option<Nth> {
    let kanji = ["一", "二", "三", "四", "五"].iter().position(|word| s.eat(word));
    match kanji {
        Some(place) => Nth::of(place as u32 + 1),
        None => s.number(1).and_then(Nth::of),
    }
}

/// 毎週火, 毎週月〜金, 平日, 土日祝, 火曜日; a bare 火 only where nothing runs on behind it.
fn weekly(s: &mut Scan) -> Option<DaysRead> {
    let prefixed = s.eat_any(&["毎週の", "毎週", "各週"]);
    if prefixed {
        s.eat_any(&["(", ":"]);
    }
    if s.eat("平日") {
        return Some(DaysRead {
            days: vec![Days::Weekly(WeekdaySet::WORKING)],
            working_days: true,
        });
    }
    let before = s.at();
    let (days, holidays) = weekdays(s)?;
    let spelled = s.written(before, s.at()).contains(['曜', '祝']);
    if !prefixed && !spelled && !is_word_end(s) {
        return None;
    }
    let mut read = DaysRead::default();
    if !days.is_empty() {
        read.days.push(Days::Weekly(days));
    }
    if holidays {
        read.days.push(Days::Holidays);
    }
    Some(read)
}

/// Whether a bare weekday can end here: 火 10:00 and 火(…) but not 水泳 or 月2回.
fn is_word_end(s: &mut Scan) -> bool {
    match s.here() {
        None => true,
        Some(c) if c.is_ascii_digit() => !s.looks_at(|s| {
            s.number(2)?;
            s.attempt(|s| s.eat_range().then(|| s.number(2)).flatten());
            s.eat_any(&["回", "日", "度"]).then_some(())
        }),
        Some(c) => c.is_whitespace() || "()、,・/:~-はの午正終".contains(c),
    }
}
