//! The national holidays by the law's own rules, so that no list has to be fetched or renewed.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// Whether offices close for a national holiday, a 振替休日 or a 国民の休日.
///
/// ```
/// use chrono::NaiveDate;
/// use yosatte::kernel::calendar_ja::is_holiday;
/// assert!(is_holiday(NaiveDate::from_ymd_opt(2026, 9, 22).unwrap())); // between 敬老の日 and 秋分の日
/// assert!(!is_holiday(NaiveDate::from_ymd_opt(2026, 9, 24).unwrap()));
/// ```
pub fn is_holiday(date: NaiveDate) -> bool {
    holiday_name(date).is_some()
}

/// What the day is called, by 国民の祝日に関する法律 as it stands since 2022.
///
/// For the years 2022 to 2099; earlier years had other days (the games of 2020 and 2021 moved three).
/// The equinoxes are computed; the 国立天文台 fixes them in February of the year before.
pub fn holiday_name(date: NaiveDate) -> Option<&'static str> {
    if let Some(name) = named(date) {
        return Some(name);
    }
    // Article 3 (2): a holiday on a Sunday moves to the next day that is none.
    let mut before = date.checked_sub_days(Days::new(1))?;
    let eve = named(before).is_some();
    while named(before).is_some() {
        if before.weekday() == Weekday::Sun {
            return Some("振替休日");
        }
        before = before.checked_sub_days(Days::new(1))?;
    }
    // Article 3 (3): a day between two holidays is one.
    let after = date.checked_add_days(Days::new(1))?;
    (eve && named(after).is_some()).then_some("国民の休日")
}

/// The days the law names, without those that follow from them.
fn named(date: NaiveDate) -> Option<&'static str> {
    let (month, day) = (date.month(), date.day());
    let nth_monday = |n: u32| date.weekday() == Weekday::Mon && (day - 1) / 7 + 1 == n;
    match month {
        1 if day == 1 => Some("元日"),
        1 if nth_monday(2) => Some("成人の日"),
        2 if day == 11 => Some("建国記念の日"),
        2 if day == 23 => Some("天皇誕生日"),
        3 if day == equinox(date.year(), 20.8431) => Some("春分の日"),
        4 if day == 29 => Some("昭和の日"),
        5 if day == 3 => Some("憲法記念日"),
        5 if day == 4 => Some("みどりの日"),
        5 if day == 5 => Some("こどもの日"),
        7 if nth_monday(3) => Some("海の日"),
        8 if day == 11 => Some("山の日"),
        9 if nth_monday(3) => Some("敬老の日"),
        9 if day == equinox(date.year(), 23.2488) => Some("秋分の日"),
        10 if nth_monday(2) => Some("スポーツの日"),
        11 if day == 3 => Some("文化の日"),
        11 if day == 23 => Some("勤労感謝の日"),
        _ => None,
    }
}

/// Day of the month on which the sun crosses the equator in Japan, 1980 to 2099.
///
/// The usual approximation (新こよみ便利帳, 海上保安庁水路部): base + 0.242194 days a year since 1980, less leap days.
fn equinox(year: i32, base: f64) -> u32 {
    let years = year - 1980;
    ((base + 0.242_194 * f64::from(years)).floor() as i32 - years.div_euclid(4)).max(0) as u32
}
