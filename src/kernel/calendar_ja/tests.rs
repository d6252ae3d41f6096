//! Holds the calendar to dates that were announced, and the reading of dates to the ways people type them.

use chrono::NaiveDate;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a test date")
}

#[test]
fn dates_are_read_however_they_are_typed() {
    let check = |text: &str, expected: Option<&str>| {
        assert_eq!(parse_date(text), expected.map(day), "{text}");
    };
    for (text, expected) in [
        ("2026-04-01", "2026-04-01"),
        ("2026/4/1", "2026-04-01"),
        ("２０２６／４／１", "2026-04-01"),
        ("2026.4.1", "2026-04-01"),
        (" 2026年4月1日 ", "2026-04-01"),
        ("2026年 4月 1日（水）", "2026-04-01"),
        ("令和7年4月1日", "2025-04-01"),
        ("令和７年４月１日", "2025-04-01"),
        ("令和元年5月1日", "2019-05-01"),
        ("令和1年5月1日", "2019-05-01"),
        ("R7.4.1", "2025-04-01"),
        ("r7/4/1", "2025-04-01"),
        ("R07-04-01", "2025-04-01"),
        ("Ｒ７．４．１", "2025-04-01"),
        ("H31.4.30", "2019-04-30"),
        ("昭和63年12月31日", "1988-12-31"),
        ("S45.3.15", "1970-03-15"),
        ("㋿8年11月24日", "2026-11-24"),
        ("46113", "2026-04-01"),
        ("46113.0", "2026-04-01"),
        ("46113.333333333336", "2026-04-01"),
        ("20260401", "2026-04-01"),
        ("2026-04-01 00:00:00", "2026-04-01"),
        ("2026-04-01T09:30:00", "2026-04-01"),
        ("2028-02-29", "2028-02-29"),
    ] {
        check(text, Some(expected));
    }
    for text in [
        "",
        "未定",
        "4月1日",
        "2026",
        "2026-4",
        "2026-13-01",
        "2026-02-29",
        "2026年4月1日(金)",
        "令和0年1月1日",
        "R.4.1",
        "1",
        "99999999",
        "2026-04/01",
        "2026-04-01から",
        "26/4/1",
        "123456789",
        "平日",
    ] {
        check(text, None);
    }
}

#[test]
fn holidays_are_those_the_cabinet_office_announced() {
    // 内閣府「国民の祝日について」, the announced years.
    let announced: [(i32, &[(u32, u32)]); 4] = [
        (
            2024,
            &[
                (1, 1),
                (1, 8),
                (2, 11),
                (2, 12),
                (2, 23),
                (3, 20),
                (4, 29),
                (5, 3),
                (5, 4),
                (5, 5),
                (5, 6),
                (7, 15),
                (8, 11),
                (8, 12),
                (9, 16),
                (9, 22),
                (9, 23),
                (10, 14),
                (11, 3),
                (11, 4),
                (11, 23),
            ],
        ),
        (
            2025,
            &[
                (1, 1),
                (1, 13),
                (2, 11),
                (2, 23),
                (2, 24),
                (3, 20),
                (4, 29),
                (5, 3),
                (5, 4),
                (5, 5),
                (5, 6),
                (7, 21),
                (8, 11),
                (9, 15),
                (9, 23),
                (10, 13),
                (11, 3),
                (11, 23),
                (11, 24),
            ],
        ),
        (
            2026,
            &[
                (1, 1),
                (1, 12),
                (2, 11),
                (2, 23),
                (3, 20),
                (4, 29),
                (5, 3),
                (5, 4),
                (5, 5),
                (5, 6),
                (7, 20),
                (8, 11),
                (9, 21),
                (9, 22),
                (9, 23),
                (10, 12),
                (11, 3),
                (11, 23),
            ],
        ),
        (
            2027,
            &[
                (1, 1),
                (1, 11),
                (2, 11),
                (2, 23),
                (3, 21),
                (3, 22),
                (4, 29),
                (5, 3),
                (5, 4),
                (5, 5),
                (7, 19),
                (8, 11),
                (9, 20),
                (9, 23),
                (10, 11),
                (11, 3),
                (11, 23),
            ],
        ),
    ];
    for (year, expected) in announced {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).expect("new year");
        let found: Vec<(u32, u32)> = first
            .iter_days()
            .take_while(|date| date.year() == year)
            .filter(|&date| is_holiday(date))
            .map(|date| (date.month(), date.day()))
            .collect();
        assert_eq!(found, expected, "{year}");
    }
    assert_eq!(holiday_name(day("2026-05-06")), Some("振替休日"));
    assert_eq!(holiday_name(day("2032-09-21")), Some("国民の休日"));
}

#[test]
fn equinoxes_agree_with_the_astronomical_tables_to_2035() {
    // 国立天文台 暦計算室: days of March and September.
    let table = [
        (2024, 20, 22),
        (2025, 20, 23),
        (2026, 20, 23),
        (2027, 21, 23),
        (2028, 20, 22),
        (2029, 20, 23),
        (2030, 20, 23),
        (2031, 21, 23),
        (2032, 20, 22),
        (2033, 20, 23),
        (2034, 20, 23),
        (2035, 21, 23),
    ];
    for (year, march, september) in table {
        let name = |month, day| NaiveDate::from_ymd_opt(year, month, day).and_then(holiday_name);
        assert_eq!(name(3, march), Some("春分の日"), "{year}");
        assert_eq!(name(9, september), Some("秋分の日"), "{year}");
    }
}

#[test]
fn eras_begin_on_their_first_day() {
    for (date, expected) in [
        ("2026-11-24", "令和8年11月24日"),
        ("2019-05-01", "令和元年5月1日"),
        ("2019-04-30", "平成31年4月30日"),
        ("1989-01-08", "平成元年1月8日"),
        ("1989-01-07", "昭和64年1月7日"),
        ("1900-01-01", "1900年1月1日"),
    ] {
        assert_eq!(era(day(date)), expected);
    }
}

#[test]
fn a_date_written_in_its_era_is_read_back() {
    let mut date = day("1926-01-01");
    while date < day("2040-01-01") {
        assert_eq!(parse_date(&era(date)), Some(date), "{date}");
        date += chrono::TimeDelta::days(17);
    }
}

#[test]
fn seasons_have_their_days() {
    assert!(is_obon(day("2026-08-13")) && is_obon(day("2026-08-16")) && !is_obon(day("2026-08-17")));
    assert!(
        is_year_end(day("2026-12-29")) && is_year_end(day("2027-01-03")) && !is_year_end(day("2027-01-04"))
    );
    assert!(is_winter(day("2026-12-01")) && is_winter(day("2027-03-31")) && !is_winter(day("2027-04-01")));
    assert_eq!(fiscal_year_words(day("2026-04-01")), "令和8年度");
    assert_eq!(fiscal_year_words(day("2019-12-01")), "平成31年度");
}

#[test]
fn weekdays_and_their_codes_are_read_back() {
    for weekday in WEEKDAYS {
        assert_eq!(parse_weekday(weekday_word(weekday)), Some(weekday));
        assert_eq!(parse_weekday(weekday_code(weekday)), Some(weekday));
        assert_eq!(WeekdaySet::one(weekday).days().collect::<Vec<_>>(), [weekday]);
    }
    assert_eq!(
        WeekdaySet::range(chrono::Weekday::Sat, chrono::Weekday::Mon).to_string(),
        "月・土・日"
    );
}
