//! Cuts one part of a 日時 into things understood, and names what is left over.

use chrono::{Datelike, NaiveDate};

use super::Hours;
use super::days::{DaysRead, scan_days, scan_months};
use super::hours::scan_hours;
use super::off::scan_exception;
use super::pause::Pause;
use super::rule::Days;
use crate::kernel::calendar_ja::scan::Scan;
use crate::kernel::calendar_ja::{Months, Partial, date_after, scan_date, scan_fiscal_year, scan_month};

/// One thing understood.
#[derive(Debug)]
pub(super) enum Token {
    Days(DaysRead),
    Hours(Hours),
    Season(Months),
    /// First and last day, either open.
    Period(Option<NaiveDate>, Option<NaiveDate>),
    /// The same, written as months: the days in it are not meant one by one.
    Months(Option<NaiveDate>, Option<NaiveDate>),
    Except(Vec<Pause>),
    /// 月2回, 週1回: says nothing alone, but must agree with the days beside it.
    TimesAMonth(u32),
    TimesAWeek(u32),
    /// 隔月.
    EveryOtherMonth,
    /// 随時.
    Anytime,
    /// A comma or a bracket, which tells what a season or a period belongs to.
    Mark,
}

impl Token {
    /// The first of the days, when it is about days.
    pub fn first_days(&self) -> Option<Days> {
        match self {
            Self::Days(read) => read.days.first().copied(),
            _ => None,
        }
    }
}

/// The tokens of a part, and the words that are none.
pub(super) fn tokens(s: &mut Scan) -> (Vec<Token>, Vec<String>) {
    let mut tokens = Vec::new();
    let mut unread: Vec<String> = Vec::new();
    while !s.is_done() {
        let at = s.at();
        if let Some(token) = token(s) {
            tokens.push(token);
        } else if !filler(s) {
            let word = word_around(s, at);
            if !unread.contains(&word) {
                unread.push(word);
            }
        }
    }
    (tokens, unread)
}

/// The whole word between commas, brackets and spaces that holds the place; the cursor moves behind it.
pub(super) fn word_around(s: &mut Scan, at: usize) -> String {
    let ends = |c: char| c.is_whitespace() || "、,;()。※".contains(c);
    let mut from = at;
    while from > 0 && s.char_at(from - 1).is_some_and(|c| !ends(c)) {
        from -= 1;
    }
    let mut to = at + 1;
    while s.char_at(to).is_some_and(|c| !ends(c)) {
        to += 1;
    }
    // A date that contradicts its weekday: both are named.
    if s.char_at(to) == Some('(') && s.char_at(to + 2) == Some(')') {
        to += 3;
    }
    s.back_to(to);
    s.written(from, to)
}

fn token(s: &mut Scan) -> Option<Token> {
    if s.eat_any(&["、", ",", "(", ")", "。", "・", "/"]) {
        return Some(Token::Mark);
    }
    if s.eat_any(&["随時", "いつでも", "常時"]) {
        return Some(Token::Anytime);
    }
    scan_exception(s)
        .map(Token::Except)
        .or_else(|| s.attempt(dates))
        .or_else(|| s.attempt(period_of_months))
        .or_else(|| s.attempt(times))
        .or_else(|| s.attempt(season).map(Token::Season))
        .or_else(|| scan_days(s).map(Token::Days))
        .or_else(|| scan_hours(s).map(Token::Hours))
}

/// A season; 毎年 adds nothing to it.
fn season(s: &mut Scan) -> Option<Months> {
    s.eat("毎年");
    scan_months(s)
}

/// Words that change nothing about when: the text stays as written for people.
fn filler(s: &mut Scan) -> bool {
    // The doors open earlier; when it begins stands elsewhere.
    let doors = s.attempt(|s| {
        s.eat_any(&["受付開始", "受付時間", "受付", "開場"])
            .then_some(())?;
        s.eat(":");
        scan_hours(s)
    });
    if doors.is_some() {
        return true;
    }
    s.eat_any(&FILLERS)
}

/// Longer words first.
#[rustfmt::skip]
const FILLERS: [&str; 55] = [
    "開催日時", "開催日", "開催時間", "活動日時", "活動日", "活動時間", "開所日", "開所時間", "利用時間", "営業時間", "日時", "時間",
    "開催します", "開催", "活動", "実施", "開所", "開館", "営業", "定例会", "定例", "原則として", "原則", "基本的に", "基本",
    "要予約", "完全予約制", "予約制", "要申込み", "要申込", "申込制", "事前申込", "雨天中止", "雨天決行", "小雨決行", "雨天順延",
    "荒天中止", "参加無料", "入場無料", "無料", "*", "です", "ごろ", "頃", ":", "は", "に", "の", "で", "と", "※",
    "●", "○", "★", "◎",
];

/// Dates, and periods between dates.
fn dates(s: &mut Scan) -> Option<Token> {
    if let Some(until) = s.attempt(|s| {
        s.eat("~").then_some(())?;
        scan_date(s)
    }) {
        s.eat("まで");
        return Some(Token::Period(None, Some(until)));
    }
    // A known date settles which weeks 隔週 means.
    if let Some(since) = s.attempt(|s| {
        s.eat_any(&["次回", "初回"]).then_some(())?;
        s.eat_any(&["は", ":"]);
        scan_date(s)
    }) {
        return Some(Token::Period(Some(since), None));
    }
    if let Some((first, last)) = scan_fiscal_year(s) {
        return Some(Token::Months(Some(first), Some(last)));
    }
    let first = scan_date(s)?;
    let last = s.attempt(|s| {
        s.eat_range().then_some(())?;
        scan_date(s).or_else(|| date_after(s, first, &[Partial::Day, Partial::MonthDay]))
    });
    if let Some(last) = last {
        s.eat("まで");
        return (first <= last).then_some(Token::Period(Some(first), Some(last)));
    }
    if s.eat_any(&["から開始", "から", "より", "以降", "開始"]) || s.attempt(open_end).is_some() {
        return Some(Token::Period(Some(first), None));
    }
    if s.eat_any(&["まで", "終了"]) {
        return Some(Token::Period(None, Some(first)));
    }
    let mut days = vec![Days::On(first)];
    let mut last = first;
    while let Some(next) = s.attempt(|s| {
        s.eat_separator().then_some(())?;
        scan_date(s).or_else(|| date_after(s, last, &[Partial::Day, Partial::MonthDay]))
    }) {
        days.push(Days::On(next));
        last = next;
    }
    Some(Token::Days(DaysRead {
        days,
        working_days: false,
    }))
}

/// 2026-04-04〜 with nothing behind the wave.
fn open_end(s: &mut Scan) -> Option<()> {
    s.eat("~").then_some(())?;
    (s.is_done() || matches!(s.peek(), Some(')' | '、' | ','))).then_some(())
}

/// 令和8年4月から, 2026年4月〜2027年3月, 2026年4〜10月.
fn period_of_months(s: &mut Scan) -> Option<Token> {
    let open = s.eat("~");
    let first = scan_month(s)?;
    let last = s.attempt(|s| {
        s.eat_range().then_some(())?;
        let last = scan_month(s).or_else(|| {
            let month = s.number(2)?;
            s.eat("月").then_some(())?;
            NaiveDate::from_ymd_opt(first.year(), month, 1)
        })?;
        // 10月15日 is a day, not a month.
        (!s.looks_at(|s| s.number(2).filter(|_| s.eat("日")))).then_some(last)
    });
    if let Some(last) = last {
        s.eat("まで");
        return (!open && first <= last).then_some(Token::Months(Some(first), Some(end_of_month(last))));
    }
    if s.eat_any(&["まで", "終了"]) || open {
        Some(Token::Months(None, Some(end_of_month(first))))
    } else if s.eat_any(&["から開始", "から", "より", "以降", "開始"]) || s.attempt(open_end).is_some()
    {
        Some(Token::Months(Some(first), None))
    } else {
        (!s.looks_at(|s| s.number(2).filter(|_| s.eat("日"))))
            .then_some(Token::Months(Some(first), Some(end_of_month(first))))
    }
}

fn end_of_month(first: NaiveDate) -> NaiveDate {
    first
        .with_day(u32::from(first.num_days_in_month()))
        .unwrap_or(first)
}

/// 月2回, 週3日, 隔月.
fn times(s: &mut Scan) -> Option<Token> {
    if s.eat_any(&["隔月で", "隔月"]) {
        return Some(Token::EveryOtherMonth);
    }
    let monthly = if s.eat_any(&["毎月", "月に", "月"]) {
        true
    } else {
        s.eat_any(&["毎週", "週に", "週"]).then_some(false)?
    };
    let times = s.number(2)?;
    (s.eat_any(&["回", "度"]) || (!monthly && s.eat("日"))).then_some(())?;
    Some(if monthly {
        Token::TimesAMonth(times)
    } else {
        Token::TimesAWeek(times)
    })
}
