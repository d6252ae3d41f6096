//! What must hold for any text and any rule: no panic, nothing lost, and the same dates RFC 5545 gives.

use chrono::{Datelike, TimeDelta};
use proptest::prelude::*;
use rrule::RRuleSet;

use super::super::*;
use super::at;

/// Pieces that meet in real texts, thrown together.
fn anything() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "毎週",
        "第",
        "2",
        "・",
        "4",
        "火",
        "曜日",
        "10:00",
        "-",
        "〜",
        "12時",
        "半",
        "午後",
        "月",
        "日",
        "隔週",
        "(",
        ")",
        "2026-04-04",
        "から",
        "まで",
        ";",
        "\n",
        "、",
        " ",
        "祝日",
        "を除く",
        "は休み",
        "随時",
        "平日",
        "最終",
        "年",
        "令和",
        "8",
        "回",
        "毎月",
        "15",
        "..",
        "お盆",
        "冬期",
        "/",
        "29",
        "𠮷",
        "ﾞ",
    ]);
    prop_oneof![
        any::<String>(),
        prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    ]
}

/// Texts that are read, of every form with a recurrence.
fn readable() -> impl Strategy<Value = String> {
    let weekday = "[月火水木金土日]";
    let days = prop_oneof![
        proptest::string::string_regex(&format!("毎週{weekday}(・{weekday}){{0,2}}")).expect("regex"),
        proptest::string::string_regex(&format!("第[1-5](・[1-5])?{weekday}")).expect("regex"),
        proptest::string::string_regex(&format!("最終{weekday}曜")).expect("regex"),
        (1..=31u32).prop_map(|day| format!("毎月{day}日")),
        Just("毎月末日".to_owned()),
        Just("毎日".to_owned()),
        (1..=12u32, 1..=28u32).prop_map(|(month, day)| format!("毎年{month}月{day}日")),
        (
            1..=28u32,
            proptest::string::string_regex(&format!("{weekday}{weekday}?")).expect("regex")
        )
            .prop_map(|(day, weekdays)| format!("2026-04-{day:02}から隔週{weekdays}")),
        (1..=12u32, 1..=28u32).prop_map(|(month, day)| format!("2026-{month:02}-{day:02}")),
    ];
    let season = prop_oneof![
        3 => Just(String::new()),
        1 => (1..=12u32, 1..=12u32).prop_map(|(first, last)| format!("{first}-{last}月 ")),
    ];
    let hours = prop_oneof![
        Just(String::new()),
        (0..20u32, 0..60u32, 1..4u32)
            .prop_map(|(hour, minute, length)| format!(" {hour}:{minute:02}-{}:{minute:02}", hour + length)),
    ];
    (season, days, hours).prop_map(|(season, days, hours)| {
        let season = if days.starts_with("2026-") || days.starts_with("毎年") {
            String::new()
        } else {
            season
        };
        format!("{season}{days}{hours}")
    })
}

fn pauses() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "8月",
        "12/29-1/3",
        "2026-08-13..2026-08-16",
        "祝日",
        "冬期",
        "お盆;年末年始",
        "第3日曜",
        "12-3月",
    ])
}

proptest! {
    #[test]
    fn reading_never_fails_and_loses_nothing(text in anything()) {
        let schedule = Schedule::parse(&text);
        prop_assert_eq!(schedule.text(), &text);
        prop_assert!(schedule.is_readable() || !schedule.unread().is_empty() || text.trim().is_empty());
        let pauses = Pauses::parse(&text);
        prop_assert_eq!(pauses.text(), &text);
        let json = serde_json::to_string(&schedule).expect("a string");
        prop_assert_eq!(&json, &serde_json::to_string(&text).expect("a string"));
        let back: Schedule = serde_json::from_str(&json).expect("a schedule");
        prop_assert_eq!(back.rules(), schedule.rules());
        prop_assert_eq!(back, schedule);
        crate::kernel::calendar_ja::parse_date(&text);
        crate::kernel::age::AgeRange::parse(&text);
    }

    #[test]
    fn dates_are_in_order_inside_the_window_on_a_day_of_a_slot_and_never_in_a_pause(
        text in prop_oneof![anything(), readable()], paused in pauses(), offset in 0..600i64, length in 0..400i64
    ) {
        let schedule = Schedule::parse(&text);
        let paused = Pauses::parse(paused);
        let from = at("2026-01-01T11:00") + TimeDelta::days(offset);
        let until = from + TimeDelta::days(length);
        let found = schedule.occurrences(&paused, from, until);
        prop_assert!(found.windows(2).all(|two| two[0] < two[1]), "in order, each once");
        let slots = schedule.slots();
        for occurrence in &found {
            prop_assert!(occurrence.start < occurrence.end);
            prop_assert!(occurrence.start < until && occurrence.end > from);
            prop_assert!(!paused.covers(occurrence.date()));
            let day = occurrence.date().weekday() as u8;
            prop_assert!(slots.iter().any(|slot| slot.weekdays & (1 << day) != 0));
        }
        let next = schedule.next(&paused, from, 3);
        let expected: Vec<_> = found.iter().take(3).cloned().collect();
        prop_assert!(next.starts_with(&expected) || length > 540);
    }

    #[test]
    fn dates_are_those_of_the_recurrences(text in readable()) {
        let schedule = Schedule::parse(&text);
        prop_assert_eq!(schedule.unread(), [""; 0], "{}", text);
        prop_assert_eq!(schedule.rules().len(), 1);
        let from = at("2026-01-01T00:00");
        let until = at("2028-07-01T00:00");
        let ours: Vec<_> = schedule.occurrences(&Pauses::default(), from, until).iter().map(|o| o.start.timestamp()).collect();
        let mut theirs = Vec::new();
        for recurrence in schedule.rrules() {
            // The crate reads a DATE as midnight in the machine's zone; a zone of its own makes the test the same everywhere.
            let recurrence = match recurrence.strip_prefix("DTSTART;VALUE=DATE:") {
                Some(rest) => format!("DTSTART;TZID=Asia/Tokyo:{}T000000{}", &rest[..8], &rest[8..]),
                None => recurrence,
            };
            let set: RRuleSet = recurrence.parse().expect("a recurrence");
            let zone = rrule::Tz::Asia__Tokyo;
            let dates = set.after(from.with_timezone(&zone)).before(until.with_timezone(&zone) - TimeDelta::seconds(1)).all(2_000);
            prop_assert!(!dates.limited);
            theirs.extend(dates.dates.iter().map(chrono::DateTime::timestamp));
        }
        theirs.sort_unstable();
        prop_assert_eq!(ours, theirs, "{} {:?}", text, schedule.rrules());
    }
}

#[test]
fn a_rule_that_never_holds_has_no_recurrence() {
    let schedule = Schedule::parse("2月 毎月30日 10:00-12:00");
    assert_eq!(schedule.rules().len(), 1);
    assert_eq!(schedule.rrules(), [""; 0]);
}

#[test]
fn recurrences_are_written_as_rfc_5545_has_them() {
    for (text, expected) in [
        (
            "毎週火・木 10:00-12:00",
            "DTSTART;TZID=Asia/Tokyo:20240102T100000\nRRULE:FREQ=WEEKLY;BYDAY=TU,TH",
        ),
        (
            "隔週土 10:00-12:00(2026-04-04から)",
            "DTSTART;TZID=Asia/Tokyo:20260404T100000\nRRULE:FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=SA",
        ),
        (
            "毎月末日",
            "DTSTART;VALUE=DATE:20240131\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1",
        ),
        (
            "12-3月 最終金 9:00",
            "DTSTART;TZID=Asia/Tokyo:20240126T090000\nRRULE:FREQ=MONTHLY;BYDAY=-1FR;BYMONTH=1,2,3,12",
        ),
        (
            "毎週火 10:00-12:00(2026-09-29まで)",
            "DTSTART;TZID=Asia/Tokyo:20240102T100000\nRRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260929T145959Z",
        ),
    ] {
        assert_eq!(Schedule::parse(text).rrules(), [expected], "{text}");
    }
}
