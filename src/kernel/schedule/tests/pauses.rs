//! 休止 as people write it, against days inside and outside.

use super::super::*;

#[test]
fn pauses_are_read_as_people_write_them() {
    let check = |text: &str, inside: &[&str], outside: &[&str]| {
        let pauses = Pauses::parse(text);
        assert_eq!(pauses.unread(), [""; 0], "{text}");
        for date in inside {
            assert!(pauses.covers(date.parse().expect("date")), "{text} covers {date}");
        }
        for date in outside {
            assert!(
                !pauses.covers(date.parse().expect("date")),
                "{text} does not cover {date}"
            );
        }
    };
    check(
        "8月",
        &["2026-08-01", "2027-08-31"],
        &["2026-07-31", "2026-09-01"],
    );
    check("8月は休み", &["2026-08-01"], &["2026-09-01"]);
    for text in [
        "12/29-1/3",
        "12月29日〜1月3日",
        "１２／２９～１／３",
        "年末年始",
        "12/29〜1/3休み",
    ] {
        check(text, &["2026-12-29", "2027-01-03"], &["2026-12-28", "2027-01-04"]);
    }
    for text in [
        "2026-08-13..2026-08-16",
        "2026年8月13日〜16日",
        "2026/8/13～8/16",
        "令和8年8月13日から令和8年8月16日まで",
    ] {
        check(
            text,
            &["2026-08-13", "2026-08-16"],
            &["2026-08-12", "2026-08-17", "2027-08-14"],
        );
    }
    check(
        "お盆",
        &["2026-08-13", "2030-08-16"],
        &["2026-08-12", "2026-08-17"],
    );
    check(
        "8月13日〜16日",
        &["2026-08-13", "2030-08-16"],
        &["2026-08-12", "2026-08-17"],
    );
    check("祝日", &["2026-11-23", "2026-05-06"], &["2026-11-24"]);
    for text in ["12-3月", "冬期", "12月〜3月", "冬季休業"] {
        check(text, &["2026-12-01", "2027-03-31"], &["2026-11-30", "2027-04-01"]);
    }
    check(
        "土日祝",
        &["2026-11-28", "2026-11-29", "2026-11-23"],
        &["2026-11-24"],
    );
    check("第3日曜", &["2026-11-15"], &["2026-11-08", "2026-11-22"]);
    check("お盆・年末年始", &["2026-08-14", "2026-12-31"], &["2026-08-20"]);
    check("2026-12-05", &["2026-12-05"], &["2026-12-06", "2027-12-05"]);

    let partly = Pauses::parse("8月;大雪の日;祝日");
    assert_eq!(partly.unread(), ["大雪の日"]);
    assert!(partly.covers("2026-08-01".parse().expect("date")));
    for text in ["8月は第2火のみ休み", "夏休み", "12/29-13/3", "8月上旬", "1/35"] {
        assert_eq!(Pauses::parse(text).unread(), [text]);
    }
}
