//! What must not be guessed: named as it was written, in bounded time.

use super::super::*;

#[test]
fn what_is_not_understood_is_named_and_gives_no_rule() {
    let mut wrong = Vec::new();
    let mut check = |text: &str, unread: &[&str]| {
        let read = Schedule::parse(text);
        assert_eq!(read.text(), text);
        if read.unread() != unread || read.is_readable() {
            wrong.push(format!("{text}: {:?} {:?}", read.unread(), read.rules()));
        }
    };
    check("月2回不定期", &["月2回不定期"]);
    check("第2火、祝日は翌週", &["祝日は翌週"]);
    check("第2火曜日 10:00-12:00\n※祝日の場合は翌週", &["祝日の場合は翌週"]);
    check("不定期", &["不定期"]);
    check("要問合せ", &["要問合せ"]);
    check("隔週土 10:00-12:00", &["隔週土 10:00-12:00"]);
    check("月2回 火曜日 10:00-12:00", &["月2回 火曜日 10:00-12:00"]);
    check("毎週火 10-12", &["10-12"]);
    check("毎週火 12:00-10:00", &["12:00-10:00"]);
    check("毎週火 25:00-26:00", &["25:00-26:00"]);
    check("12月5日 13:00-15:00", &["12月5日"]);
    check("2026-02-30 13:00", &["2026-02-30"]);
    check("2026-12-05(日) 13:00", &["2026-12-05(日)"]);
    check("10:00-12:00", &["10:00-12:00"]);
    check("第6火 10:00", &["第6火"]);
    check("水泳教室のある日", &["水泳教室のある日"]);
    check("4月から毎週火 10:00-12:00", &["4月から毎週火"]);
    check("毎週火(4-10月)、毎週木 10:00", &["毎週火(4-10月)、毎週木 10:00"]);
    check("5のつく日", &["5のつく日"]);
    check("8月上旬 10:00", &["8月上旬"]);
    check("10:00-17:00 火曜、祝日は休み", &["10:00-17:00 火曜、祝日は休み"]);
    check("毎週月、水、金は休み", &["金は休み"]);
    check("祝日も開催", &["祝日も開催"]);
    for ambiguous in [
        "毎月第4土曜日 11:30～13:30（8月は第3土曜日）",
        "毎月第4土曜日 11:30～13:30（8月は第1日曜日）",
        "毎月第4土曜日 11:30～13:30;8月は第3土曜日",
        "毎週火 10:00-12:00(12〜3月は13:00-15:00)",
        "月末の金曜日 10:00",
        "2026-12-05、土曜、10:00",
        "毎月15日の火曜 10:00",
    ] {
        check(ambiguous, &[ambiguous]);
    }
    check(
        "毎週火 10:00-12:00\n12〜3月は13:00-15:00",
        &["12〜3月は13:00-15:00"],
    );
    check("2026-12-05 日曜 10:00", &["2026-12-05"]);
    check("毎週火曜または木曜 10:00", &["毎週火曜または木曜"]);
    check("第2週・第4週の火曜日", &["第2週・第4週の火曜日"]);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_readable_part_beside_an_unreadable_one_is_kept() {
    let read = Schedule::parse("毎週月 10:00-12:00;月2回不定期");
    assert_eq!(read.rules(), Schedule::parse("毎週月 10:00-12:00").rules());
    assert_eq!(read.unread(), ["月2回不定期"]);
}

#[test]
fn nothing_written_is_nothing_known() {
    for text in ["", "  ", "\n"] {
        let read = Schedule::parse(text);
        assert!(!read.is_readable() && read.unread().is_empty(), "{text:?}");
    }
}

#[test]
fn a_text_of_any_length_is_bounded() {
    let long = "毎週火 10:00-12:00;".repeat(100_000);
    let read = Schedule::parse(&long);
    assert!(!read.is_readable());
    assert!(read.unread()[0].ends_with('…') && read.unread()[0].chars().count() < 40);
    assert_eq!(read.text(), long);
    assert!(Pauses::parse(&long).unread()[0].ends_with('…'));
}

#[test]
fn a_text_made_to_be_slow_is_read_within_500_ms() {
    for piece in [
        "毎週火、",
        "1、",
        "火・",
        "祝日・",
        "1月1日、",
        "隔週月",
        "第1・",
        "午後1時",
        "(",
        "年末年始、",
    ] {
        let text: String = piece.chars().cycle().take(MAX_CHARS).collect();
        let start = std::time::Instant::now();
        std::hint::black_box((Schedule::parse(&text), Pauses::parse(&text)));
        assert!(
            start.elapsed().as_millis() < 500,
            "{piece}: {:?}",
            start.elapsed()
        );
    }
}
