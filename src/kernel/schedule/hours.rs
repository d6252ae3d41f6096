//! The hours of a 日時: reading them (`午後1時半〜3時`), and saying them again.

use crate::kernel::calendar_ja::scan::Scan;

/// Minutes in a day; the end of an all-day window.
pub const DAY_MINUTES: u16 = 24 * 60;

/// How long something with only a beginning is taken to last when overlaps are asked for, in minutes.
pub const ASSUMED_MINUTES: u16 = 60;

/// When on the day, in minutes after midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Hours {
    /// Not written.
    Unknown,
    /// 午前, no clock time.
    Morning,
    /// 午後, no clock time.
    Afternoon,
    /// A beginning only.
    From(u16),
    /// From, to; from < to ≤ 1440.
    Between(u16, u16),
}

impl Hours {
    /// The minutes of the day it may take up, as (from, to) with from < to ≤ 1440.
    pub fn window(self) -> (u16, u16) {
        match self {
            Self::Unknown => (0, DAY_MINUTES),
            Self::Morning => (0, DAY_MINUTES / 2),
            Self::Afternoon => (DAY_MINUTES / 2, DAY_MINUTES),
            Self::From(from) => (from, (from + ASSUMED_MINUTES).min(DAY_MINUTES)),
            Self::Between(from, to) => (from, to),
        }
    }

    /// Whether a clock time was written.
    pub fn is_known(self) -> bool {
        matches!(self, Self::From(_) | Self::Between(..))
    }
}

impl std::fmt::Display for Hours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::Unknown => Ok(()),
            Self::Morning => f.write_str("午前"),
            Self::Afternoon => f.write_str("午後"),
            Self::From(from) => write!(f, "{}〜", Clock(from)),
            Self::Between(from, to) => write!(f, "{}〜{}", Clock(from), Clock(to)),
        }
    }
}

struct Clock(u16);

impl std::fmt::Display for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// Half of the day, which the end of a range takes over from its beginning.
#[derive(Clone, Copy, PartialEq)]
enum Half {
    Am,
    Pm,
}

/// A point of time as read: minutes, whether they are already counted from midnight, and the half named.
struct Point {
    minutes: u16,
    half: Option<Half>,
}

/// Reads one range, one beginning, or a half of the day.
pub(super) fn scan_hours(s: &mut Scan) -> Option<Hours> {
    s.attempt(range)
        .or_else(|| s.attempt(beginning))
        .or_else(|| s.attempt(half_of_day))
}

fn range(s: &mut Scan) -> Option<Hours> {
    let start = point(s).or_else(|| bare_hour(s))?;
    s.eat_any(&["頃", "ごろ"]);
    s.eat_range().then_some(())?;
    let mut end = point(s)?;
    // 午後1時半〜3時: the end stays in the half it began in.
    if end.half.is_none() && start.half == Some(Half::Pm) && end.minutes < 12 * 60 {
        end.minutes += 12 * 60;
    }
    let (from, to) = (start.minutes, end.minutes);
    s.eat_any(&["頃", "ごろ"]);
    s.eat("まで");
    (from < to).then_some(Hours::Between(from, to))
}

fn beginning(s: &mut Scan) -> Option<Hours> {
    let from = point(s)?.minutes;
    s.eat_any(&["頃", "ごろ"]);
    if s.eat_any(&["から", "より", "~", "-"]) {
        if let Some(length) = s.attempt(duration) {
            let to = from + length;
            return (to <= DAY_MINUTES).then_some(Hours::Between(from, to));
        }
        // A second time that did not make a range (10:00-9:00) is an error, not a beginning.
        if s.looks_at(point) || s.looks_at(|s| s.eat("翌").then_some(())) {
            return None;
        }
    }
    s.eat_any(&["開始", "スタ~ト"]);
    (from < DAY_MINUTES).then_some(Hours::From(from))
}

fn half_of_day(s: &mut Scan) -> Option<Hours> {
    if s.eat_any(&["24時間対応", "24時間"]) {
        return Some(Hours::Between(0, DAY_MINUTES));
    }
    if s.eat_any(&["終日", "一日中", "1日中"]) {
        return Some(Hours::Unknown);
    }
    let hours = if s.eat("午前") {
        s.eat("中");
        Hours::Morning
    } else {
        s.eat("午後").then_some(Hours::Afternoon)?
    };
    // 午後7 is a clock time that was not finished.
    (!s.peek().is_some_and(|c| c.is_ascii_digit())).then_some(hours)
}

/// 10:00, 10時, 10時半, 10時30分, 午後1:30, 正午, 10:00am.
fn point(s: &mut Scan) -> Option<Point> {
    s.attempt(|s| {
        if s.eat("正午") {
            return Some(Point {
                minutes: 12 * 60,
                half: Some(Half::Pm),
            });
        }
        let half = half(s);
        let hour = s.number(2)?;
        let minute = if s.eat(":") {
            let minute = s.number(2)?;
            s.eat("分");
            minute
        } else {
            s.eat("時").then_some(())?;
            // 2時間 is a length.
            (s.here() != Some('間')).then_some(())?;
            if s.eat("半") {
                30
            } else {
                let minute = s.attempt(|s| s.number(2).filter(|_| s.eat("分")));
                minute.unwrap_or(0)
            }
        };
        let half = half.or_else(|| latin_half(s));
        count(hour, minute, half)
    })
}

/// The first hour of 10〜12時, which shares the 時 of the second.
fn bare_hour(s: &mut Scan) -> Option<Point> {
    let half = half(s);
    let hour = s.number(2)?;
    count(hour, 0, half)
}

fn half(s: &mut Scan) -> Option<Half> {
    if s.eat_any(&["午前", "朝"]) {
        Some(Half::Am)
    } else if s.eat_any(&["午後", "夕方", "夜"]) {
        Some(Half::Pm)
    } else {
        latin_half(s)
    }
}

fn latin_half(s: &mut Scan) -> Option<Half> {
    if s.eat_any(&["a.m.", "am"]) {
        Some(Half::Am)
    } else {
        s.eat_any(&["p.m.", "pm"]).then_some(Half::Pm)
    }
}

/// Minutes after midnight; 午後 adds twelve hours to the hours below twelve (午後12時 and 午前12時 are noon).
fn count(hour: u32, minute: u32, half: Option<Half>) -> Option<Point> {
    let hour = if half == Some(Half::Pm) && hour < 12 {
        hour + 12
    } else {
        hour
    };
    let minutes = hour * 60 + minute;
    (minute < 60 && minutes <= u32::from(DAY_MINUTES)).then_some(Point {
        minutes: minutes as u16,
        half,
    })
}

/// 2時間, 1時間半, 90分, with 約.
fn duration(s: &mut Scan) -> Option<u16> {
    s.eat("(");
    s.eat("約");
    let number = s.number(3)?;
    let minutes = if s.eat("時間") {
        let half = if s.eat("半") { 30 } else { 0 };
        number * 60 + half
    } else {
        s.eat("分").then_some(number)?
    };
    s.eat_any(&["程度", "ほど", "くらい", "ぐらい"]);
    (1..=u32::from(DAY_MINUTES))
        .contains(&minutes)
        .then_some(minutes as u16)
}
