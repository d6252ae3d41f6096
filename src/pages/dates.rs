//! When something takes place next, said as people say it: 「11月24日(火) 午前10時〜12時」.

use chrono::{DateTime, FixedOffset};

use crate::{
    kernel::{
        calendar_ja::spoken_date,
        schedule::{Hours, Occurrence},
    },
    resources::opportunity::NewOpportunity,
};

/// A time for people and for machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateWord {
    /// RFC 3339, for `<time datetime>`; a date alone when the hours are not known.
    pub iso: String,
    /// As 「11月24日(火) 午前10時〜12時」.
    pub text: String,
}

/// As 「11月24日(火) 午前10時〜12時」; without the hours when they are not known.
pub fn spoken_time(of: Occurrence) -> DateWord {
    let day = spoken_date(of.date());
    let hours = spoken_hours(of.hours);
    DateWord {
        iso: of.iso(),
        text: if hours.is_empty() {
            day
        } else {
            format!("{day} {hours}")
        },
    }
}

/// Hours as they are spoken: the half of the day is said once where it stays the same.
///
/// ```
/// use yosatte::{kernel::schedule::Hours, pages::dates::spoken_hours};
/// assert_eq!(spoken_hours(Hours::Between(600, 720)), "午前10時〜12時");
/// assert_eq!(spoken_hours(Hours::Between(570, 810)), "午前9時30分〜午後1時30分");
/// assert_eq!(spoken_hours(Hours::Between(810, 900)), "午後1時30分〜3時");
/// assert_eq!(spoken_hours(Hours::Between(720, 840)), "昼12時〜午後2時");
/// assert_eq!(spoken_hours(Hours::From(600)), "午前10時から");
/// assert_eq!(spoken_hours(Hours::Unknown), "");
/// ```
pub fn spoken_hours(hours: Hours) -> String {
    match hours {
        Hours::Unknown | Hours::Morning | Hours::Afternoon => hours.to_string(),
        Hours::From(from) => format!("{}{}から", half(from), clock(from)),
        Hours::Between(from, to) => {
            // Noon that ends a morning is heard as its end; only past it the afternoon is said.
            let end = if half(to) == half(from) || (from < 720 && to < 780) {
                ""
            } else {
                half(to)
            };
            format!("{}{}〜{end}{}", half(from), clock(from), clock(to))
        }
    }
}

fn half(minutes: u16) -> &'static str {
    match minutes {
        0..720 => "午前",
        720..780 => "昼",
        1440.. => "夜",
        _ => "午後",
    }
}

fn clock(minutes: u16) -> String {
    let hour = match minutes / 60 {
        h @ 13.. => h - 12,
        h => h,
    };
    match minutes % 60 {
        0 => format!("{hour}時"),
        rest => format!("{hour}時{rest}分"),
    }
}

/// The next three times of all opportunities together, each once.
pub fn next_three(of: &[NewOpportunity], now: DateTime<FixedOffset>) -> Vec<Occurrence> {
    let mut times: Vec<_> = of.iter().flat_map(|o| o.next_dates(now, 3)).collect();
    times.sort();
    times.dedup();
    times.truncate(3);
    times
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::schedule::{Pauses, Schedule};

    #[test]
    fn a_time_is_spoken_with_its_weekday() {
        let now = DateTime::parse_from_rfc3339("2026-11-24T09:00:00+09:00").unwrap();
        let spoken = |text: &str| {
            let next = Schedule::parse(text).next(&Pauses::default(), now, 1);
            next.into_iter()
                .map(spoken_time)
                .map(|word| (word.text, word.iso))
                .next()
                .unwrap()
        };
        assert_eq!(spoken("毎週火 10:05-12:00").0, "11月24日(火) 午前10時5分〜12時");
        assert_eq!(
            spoken("毎週火"),
            ("11月24日(火)".to_owned(), "2026-11-24".to_owned())
        );
    }
}
