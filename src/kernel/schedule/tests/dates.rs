//! The dates and slots that follow from a text, counted by hand on a calendar.

use super::super::*;
use super::{at, next};

#[test]
fn the_next_dates_are_right() {
    let check = |schedule: &str, pauses: &str, expected: &[&str]| {
        assert_eq!(
            next(schedule, pauses, "2026-11-24T09:00", expected.len()),
            expected,
            "{schedule} / {pauses}"
        );
    };
    check(
        "毎週火 10:00-12:00",
        "",
        &[
            "11月24日(火) 10:00〜12:00",
            "12月1日(火) 10:00〜12:00",
            "12月8日(火) 10:00〜12:00",
        ],
    );
    check("毎週火 8:00-9:00", "", &["12月1日(火) 8:00〜9:00"]);
    check(
        "毎週火 10:00-12:00",
        "年末年始;1月",
        &[
            "11月24日(火) 10:00〜12:00",
            "12月1日(火) 10:00〜12:00",
            "12月8日(火) 10:00〜12:00",
            "12月15日(火) 10:00〜12:00",
            "12月22日(火) 10:00〜12:00",
            "2月2日(火) 10:00〜12:00",
        ],
    );
    check(
        "第5日 9:00-10:00",
        "",
        &[
            "11月29日(日) 9:00〜10:00",
            "1月31日(日) 9:00〜10:00",
            "5月30日(日) 9:00〜10:00",
        ],
    );
    check(
        "最終金曜 18:00-20:00",
        "",
        &[
            "11月27日(金) 18:00〜20:00",
            "12月25日(金) 18:00〜20:00",
            "1月29日(金) 18:00〜20:00",
        ],
    );
    check(
        "毎月31日 10:00",
        "",
        &[
            "12月31日(木) 10:00〜",
            "1月31日(日) 10:00〜",
            "3月31日(水) 10:00〜",
        ],
    );
    check(
        "毎月末日",
        "",
        &["11月30日(月)", "12月31日(木)", "1月31日(日)", "2月28日(日)"],
    );
    check(
        "隔週土 10:00-12:00(2026-04-04から)",
        "",
        &[
            "11月28日(土) 10:00〜12:00",
            "12月12日(土) 10:00〜12:00",
            "12月26日(土) 10:00〜12:00",
        ],
    );
    check("平日 午前", "", &["11月24日(火) 午前", "11月25日(水) 午前"]);
    check(
        "祝日 10:00-12:00",
        "",
        &["1月1日(金) 10:00〜12:00", "1月11日(月) 10:00〜12:00"],
    );
    check("4-10月 毎週水 9:00-12:00", "", &["4月7日(水) 9:00〜12:00"]);
    check(
        "2026-12-05 13:00-15:00;2026-11-01 13:00-15:00",
        "",
        &["12月5日(土) 13:00〜15:00"],
    );
    check(
        "隔月第2火 10:00-12:00(2026年4月から)",
        "",
        &["12月8日(火) 10:00〜12:00", "2月9日(火) 10:00〜12:00"],
    );
    check("毎日 10:00-11:00(月曜定休)", "", &["11月24日(火) 10:00〜11:00"]);
    check("毎週日 10:00-11:00(第5を除く)", "", &["12月6日(日) 10:00〜11:00"]);
    check(
        "毎週木 10:00-11:00;祝日は休み",
        "2026-11-25〜2026-12-02、12/10-12/16",
        &["12月3日(木) 10:00〜11:00", "12月17日(木) 10:00〜11:00"],
    );
    assert_eq!(
        next("2026-12-01〜2026-12-03 10:00-11:00", "", "2026-11-24T09:00", 9).len(),
        3
    );
    assert_eq!(next("2026-11-01 10:00", "", "2026-11-24T09:00", 9), [""; 0]);
    assert_eq!(
        next("毎週火 10:00-12:00(2026-12-08まで)", "", "2026-11-24T12:00", 9).len(),
        2
    );
}

#[test]
fn slots_hold_every_weekday_a_rule_can_fall_on() {
    let check = |text: &str, expected: &[(u8, u16, u16)]| {
        let slots: Vec<_> = Schedule::parse(text)
            .slots()
            .iter()
            .map(|s| (s.weekdays, s.from_min, s.to_min))
            .collect();
        assert_eq!(slots, expected, "{text}");
    };
    check("毎週月・木 9:30-11:30", &[(0b1001, 570, 690)]);
    check(
        "第2・4火 10:00-12:00;毎週木 10:00-12:00;土 13:00",
        &[(0b1010, 600, 720), (0b10_0000, 780, 840)],
    );
    check("毎月15日 13:00-15:00", &[(0b111_1111, 780, 900)]);
    check("2026-12-05 13:00-15:00", &[(0b10_0000, 780, 900)]);
    check("毎日(月曜休み)", &[(0b111_1110, 0, 1440)]);
    check("毎週火 午後", &[(0b10, 720, 1440)]);
    check("随時", &[]);
}

#[test]
fn twenty_results_get_their_next_dates_within_a_ms_of_a_release_build() {
    let texts = [
        "毎週火 10:00-12:00",
        "第2・4火 10:00-12:00",
        "毎月15日 13:00-15:00",
        "4-10月 毎週水 9:00-12:00",
        "隔週土 10:00-12:00(2026-04-04から)",
    ];
    let schedules: Vec<Schedule> = texts
        .iter()
        .cycle()
        .take(20)
        .map(|text| Schedule::parse(text))
        .collect();
    let pauses = Pauses::parse("8月;年末年始;祝日");
    let now = at("2026-11-24T09:00");
    let found = || {
        schedules
            .iter()
            .map(|schedule| schedule.next(&pauses, now, 3).len())
            .sum::<usize>()
    };
    assert_eq!(found(), 60);
    let best = (0..20).map(|_| {
        let start = std::time::Instant::now();
        std::hint::black_box(found());
        start.elapsed()
    });
    // The bound is 1 ms in a release build; an unoptimised one on a busy machine gets room.
    let bound = std::time::Duration::from_millis(if cfg!(debug_assertions) { 20 } else { 1 });
    let best = best.min().unwrap_or_default();
    assert!(best < bound, "{best:?}");
}
