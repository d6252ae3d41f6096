//! Bringing in the lists people keep: every rule of a cell, tables that groups made for themselves, and rows that may be there already.

use std::collections::HashMap;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, XlsxError};

use crate::support::{Folder, Outcome};

fn said(outcome: &Outcome) -> String {
    format!("{}{}", outcome.out, outcome.err)
}

/// What is stored, by id: the operator's own copy, heading by heading.
fn stored(folder: &Folder, kind: &str) -> HashMap<String, HashMap<String, String>> {
    let copy = folder.yosatte(&["export", kind, "--staff"]).done().out;
    let mut reader = csv::Reader::from_reader(copy.trim_start_matches('\u{feff}').as_bytes());
    let headings = reader.headers().expect("headings").clone();
    let rows = reader.records().map(|record| {
        let record = record.expect("a row");
        let row: HashMap<String, String> = headings
            .iter()
            .zip(&record)
            .map(|(h, c)| (h.to_owned(), c.to_owned()))
            .collect();
        (record[0].to_owned(), row)
    });
    rows.collect()
}

fn book(fill: impl FnOnce(&mut Workbook) -> Result<(), XlsxError>) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(&mut book).expect("a workbook");
    book.save_to_buffer().expect("a workbook in memory")
}

/// What becomes of one cell.
enum Cell {
    /// It is stored so, and nothing is said of the row.
    Reads(&'static str),
    /// The row is kept out, and this is said.
    Refused(&'static str),
    /// It is stored so, and this is said.
    Told(&'static str, &'static str),
}
use Cell::{Reads, Refused, Told};

/// Imports one row a case, each with one cell beside what every row needs, and looks at what was said and what is stored.
#[track_caller]
fn check_cells(folder: &Folder, kind: &str, needed: &[(&str, &str)], cases: &[(&str, &str, Cell)]) {
    let mut headings: Vec<&str> = needed.iter().map(|(heading, _)| *heading).collect();
    for (heading, ..) in cases {
        if !headings.contains(heading) {
            headings.push(heading);
        }
    }
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(&headings).expect("headings");
    for (i, (own, cell, _)) in cases.iter().enumerate() {
        let row = headings
            .iter()
            .map(|heading| match needed.iter().find(|(h, _)| h == heading) {
                _ if heading == own => (*cell).to_owned(),
                Some((_, "#")) => format!("case{i}"),
                Some((_, value)) => (*value).to_owned(),
                None => String::new(),
            });
        file.write_record(row).expect("a row");
    }
    folder.file("cells.csv", file.into_inner().expect("a file"));
    let done = folder
        .yosatte(&["import", kind, "cells.csv", "--skip-invalid"])
        .done();
    let entries = stored(folder, kind);
    for (i, (heading, cell, expected)) in cases.iter().enumerate() {
        let about: String = done
            .err
            .lines()
            .filter(|line| line.contains(&format!(" {}行目", i + 2)))
            .collect::<Vec<_>>()
            .join("\n");
        let value = entries.get(&format!("case{i}")).map(|row| row[*heading].as_str());
        let (part, kept) = match expected {
            Reads(kept) => ("", Some(*kept)),
            Refused(part) => (*part, None),
            Told(part, kept) => (*part, Some(*kept)),
        };
        assert_eq!(value, kept, "{heading}: {cell}\n{about}");
        assert!(
            about.contains(part),
            "{heading}: {cell}: {part} is not said: {about}"
        );
        assert!(!part.is_empty() || about.is_empty(), "{heading}: {cell}: {about}");
    }
}

#[test]
fn every_cell_of_a_resource_is_read_by_its_rule() {
    let long = |n: usize| -> &'static str { "あ".repeat(n).leak() };
    let cases = [
        ("名称", long(200), Reads(long(200))),
        ("名称", long(201), Refused("200文字まで")),
        ("名称", " ", Refused("名称がありません")),
        ("種別", "よさってクラブ", Reads("よさってくらぶ")),
        ("種別", "salon", Reads("サロン")),
        ("種別", "通いの場", Reads("よさってくらぶ")),
        ("種別", "宇宙センター", Refused("次のどれか")),
        ("種別", "", Refused("種別がありません")),
        ("緯度", "39.14", Refused("両方")),
        ("位置の公開", "だいたい", Refused("正確・おおよそ・非公開")),
        ("会場が個人宅", "はい", Reads("はい")),
        ("会場が個人宅", "たぶん", Refused("「はい」か「いいえ」")),
        ("電話番号", "197241111", Told("先頭の0", "0197241111")),
        ("電話番号", "9012345678", Told("先頭の0", "09012345678")),
        (
            "電話番号",
            "０１９７－２４－１１１１",
            Reads("０１９７－２４－１１１１"),
        ),
        ("電話番号", "1.97E+08", Refused("丸めて")),
        ("電話番号", "なし", Refused("数字")),
        ("メールアドレス", "info@example.jp", Reads("info@example.jp")),
        ("メールアドレス", "info", Refused("name@example.jp")),
        ("URL", "https://example.jp/", Reads("https://example.jp/")),
        ("URL", "example.jp", Refused("http://")),
        ("説明", long(4000), Reads(long(4000))),
        (
            "説明",
            long(4001),
            Refused("4000文字までにしてください(いま4001文字)"),
        ),
        (
            "説明",
            "こわれた\u{fffd}文字",
            Told("文字が壊れて", "こわれた\u{fffd}文字"),
        ),
        ("説明", "#REF!", Told("計算がエラー", "")),
        ("対象分野", "高齢者；障害、こども", Reads("高齢;障がい;こども")),
        ("対象分野", "高齢;犬", Refused("次から選んで")),
        ("キーワード", "体操\n茶話;体操", Reads("体操;茶話")),
        ("公開範囲", "", Reads("関係者のみ")),
        ("公開範囲", "公開", Reads("公開")),
        ("公開範囲", "みんな", Refused("公開・関係者のみ")),
        ("段差", "○", Reads("あり")),
        ("洋式トイレ", "×", Reads("なし")),
        ("駐車場", "△", Reads("一部")),
        ("除雪", "？", Refused("あり・なし・一部")),
        ("状態", "休止中", Reads("休止中")),
        ("最終確認日", "令和8年4月1日", Reads("2026-04-01")),
        ("最終確認日", "R8.4.1", Reads("2026-04-01")),
        ("最終確認日", "46113", Reads("2026-04-01")),
        ("最終確認日", "2026/4/1 0:00", Reads("2026-04-01")),
        ("最終確認日", "4月ごろ", Refused("令和8年4月1日")),
        ("確認者", "佐藤", Told("最終確認日がわからない", "")),
        ("継続の見通し", "後継者さがし中", Reads("後継者さがし中")),
        (
            "掲載の了承",
            "2026-09-10 代表が口頭で",
            Reads("2026-09-10 代表が口頭で"),
        ),
        ("対象地区", "市内全域", Reads("全域")),
        ("備考", "=1+1", Reads("'=1+1")),
    ];
    check_cells(
        &Folder::empty(),
        "resources",
        &[("資源ID", "#"), ("名称", "#"), ("種別", "サロン")],
        &cases,
    );
}

#[test]
fn every_cell_of_an_opportunity_is_read_by_its_rule() {
    let folder = Folder::empty();
    folder.file("r.csv", "資源ID,名称,種別\nr1,ひまわり,サロン\n");
    folder.yosatte(&["import", "resources", "r.csv"]).done();
    let cases = [
        ("資源ID", "r2", Refused("先に社会資源を")),
        ("資源ID", "1.31E+11", Refused("丸めて")),
        ("役割", "参加者、手伝い", Reads("参加者;手伝い")),
        ("役割", "", Refused("役割がありません")),
        ("役割", "観客", Refused("次から選んで")),
        ("形態", "在宅", Reads("在宅")),
        (
            "日時",
            "毎週火曜日　１０時～１２時",
            Reads("毎週火曜日　１０時～１２時"),
        ),
        ("日時", "月2回不定期", Told("読みとれません", "月2回不定期")),
        ("休止", "8月", Reads("8月")),
        ("定員", "１０名", Reads("10")),
        ("定員", "約20名程度", Reads("20")),
        ("定員", "-3", Refused("0以上の整数")),
        ("ふだんの人数", "10~15人", Refused("0以上の整数")),
        ("対象年齢", "65歳以上", Reads("65-")),
        ("対象年齢", "18-39", Reads("18-39")),
        ("対象年齢", "-15", Reads("-15")),
        ("対象年齢", "若い人", Refused("年齢の範囲")),
        ("性別", "女", Reads("女性")),
        ("性別", "問わない", Reads("")),
        ("車いす", "要相談", Reads("要相談")),
        ("車いす", "○", Reads("可")),
        ("送迎", "×", Reads("なし")),
        ("送迎範囲km", "５km", Reads("5")),
        ("送迎範囲km", "-1", Refused("0以上の数字")),
        ("送迎範囲km", "nan", Refused("0以上の数字")),
        ("費用円", "300円", Reads("300")),
        ("費用円", "1,500", Reads("1500")),
        ("費用円", "無料", Reads("0")),
        ("費用円", "1回200円", Reads("200")),
        ("費用円", "実費", Refused("無料は0")),
        ("報酬", "工賃", Reads("工賃")),
        ("見学・体験", "OK", Reads("可")),
        ("配慮", "静かな環境;個別対応", Reads("静かな環境;個別対応")),
        ("状態", "終了", Reads("終了")),
    ];
    let needed = [
        ("機会ID", "#"),
        ("資源ID", "r1"),
        ("名称", "#"),
        ("役割", "参加者"),
    ];
    check_cells(&folder, "opportunities", &needed, &cases);
}

#[test]
fn a_private_home_and_a_persons_number_stay_at_home_unless_said_otherwise() {
    let folder = Folder::empty();
    folder.file(
        "r.csv",
        "資源ID,名称,種別,電話番号,代表・世話人,会場が個人宅,位置の公開,電話の公開\n\
         a,一,サロン,0197-00-0001,,,,\n\
         b,二,サロン,0197-00-0002,佐藤,,,\n\
         c,三,サロン,0197-00-0003,,はい,正確,\n\
         d,四,サロン,0197-00-0004,佐藤,はい,非公開,公開\n",
    );
    folder.yosatte(&["import", "resources", "r.csv"]).done();
    let entries = stored(&folder, "resources");
    for (id, phone, place) in [
        ("a", "公開", "正確"),
        ("b", "非公開", "正確"),
        ("c", "非公開", "おおよそ"),
        ("d", "公開", "非公開"),
    ] {
        let row = &entries[id];
        assert_eq!(
            (row["電話の公開"].as_str(), row["位置の公開"].as_str()),
            (phone, place),
            "{id}"
        );
    }
    // The number comes with a person's name now: it is not public by having been so before.
    folder.file("more.csv", "資源ID,名称,種別,代表・世話人\na,一,サロン,鈴木\n");
    folder.yosatte(&["import", "resources", "more.csv"]).done();
    let row = &stored(&folder, "resources")["a"];
    assert_eq!(
        (row["電話番号"].as_str(), row["電話の公開"].as_str()),
        ("0197-00-0001", "非公開")
    );
}

#[test]
fn a_column_that_is_not_there_says_nothing_and_an_empty_cell_says_not_known() {
    let folder = Folder::empty();
    folder.file(
        "all.csv",
        "資源ID,名称,種別,説明,電話番号,公開範囲\nr1,ひまわり,サロン,お茶のみ,0197-00-0001,公開\n",
    );
    folder.yosatte(&["import", "resources", "all.csv"]).done();
    folder.file("part.csv", "資源ID,名称,種別,電話番号\nr1,ひまわり会,サロン,\n");
    let done = folder.yosatte(&["import", "resources", "part.csv"]).done();
    assert!(said(&done).contains("変更1件"), "{}", said(&done));
    let row = &stored(&folder, "resources")["r1"];
    for (column, value) in [
        ("名称", "ひまわり会"),
        ("説明", "お茶のみ"),
        ("電話番号", ""),
        ("公開範囲", "公開"),
    ] {
        assert_eq!(row[column], value, "{column}");
    }
}

#[test]
fn rows_that_may_be_there_already_are_told_and_not_written_twice() {
    let folder = Folder::empty();
    folder.file(
        "old.csv",
        "資源ID,名称,種別,電話番号,所在地,緯度,経度\n\
         r1,ひまわりサロン,サロン,0197-00-0001,奥州市水沢1-1,39.1291,141.1372\n\
         r2,南町1区サロン,サロン,0197-00-0002,奥州市水沢南町2,,\n",
    );
    folder.yosatte(&["import", "resources", "old.csv"]).done();
    let new = "資源ID,名称,種別,電話番号,所在地,緯度,経度\n\
        ,サロン・ひまわり,サロン,(0197)00-0001,,,\n\
        ,ひまわりサロン,サロン,,,39.1292,141.1373\n\
        ,南町2区サロン,サロン,0197-00-0002,奥州市水沢南町2,,\n\
        ,こもれび食堂,地域食堂,0197-00-0009,,,\n\
        ,こもれび 食堂,地域食堂,0197-00-0009,奥州市前沢1,,\n\
        r9,ひまわりサロン,サロン,0197-00-0001,,,\n\
        ,ひまわりサロン,サロン,0197-00-0777,奥州市前沢9-9,,\n";
    folder.file("new.csv", new);
    let first = folder.yosatte(&["import", "resources", "new.csv"]).done();
    let report = said(&first);
    for part in [
        "重複? 2行目 「名称」 値「サロン・ひまわり」 資源ID「r1」の「ひまわりサロン」と同じ",
        "重複? 3行目",
        "100m以内",
        "重複? 6行目 「名称」 値「こもれび 食堂」 5行目の「こもれび食堂」と同じ",
        "注意 7行目 「名称」 値「ひまわりサロン」 資源ID「r1」",
        "このまま取り込みます",
        "追加4件、変更0件、変わらず0件、とばした行3行",
    ] {
        assert!(report.contains(part), "{part} is not said: {report}");
    }
    for part in ["重複? 4行目", "重複? 8行目", "注意 8行目 「名称」"] {
        assert!(!report.contains(part), "{part}: {report}");
    }
    let again = said(&folder.yosatte(&["import", "resources", "new.csv"]).done());
    assert!(
        again.contains("追加0件、変更0件、変わらず4件、とばした行3行"),
        "{again}"
    );
}

/// What a coordinator gets from three groups in one workbook.
fn messy() -> Vec<u8> {
    book(|book| {
        let title = Format::new().set_bold();
        let day = Format::new().set_num_format("[$-411]ge.m.d");
        let salons = book.add_worksheet().set_name("サロン")?;
        salons.merge_range(0, 0, 0, 8, "ふれあいサロン一覧　　令和８年４月現在", &title)?;
        salons.write(1, 7, "作成：水沢地区")?;
        let heads = [
            "No.",
            "団体名",
            "会場",
            "住所",
            "ＴＥＬ",
            "曜日",
            "時間",
            "活動内容",
            "参加費",
        ];
        for (column, heading) in heads.into_iter().enumerate() {
            salons.write(3, column as u16, heading)?;
        }
        salons.merge_range(4, 0, 4, 8, "【水沢地区】", &title)?;
        salons.merge_range(5, 0, 6, 0, "1", &title)?;
        salons.merge_range(5, 1, 6, 1, "ひまわりサロン", &title)?;
        salons.merge_range(5, 2, 6, 2, "水沢地区センター", &title)?;
        salons.merge_range(5, 3, 6, 3, "奥州市水沢字大上173", &title)?;
        salons.merge_range(5, 4, 6, 4, "197001111", &title)?;
        for (row, cells) in [
            (5, ["第２・４火", "10時～12時", "お茶のみと体操", "100円"]),
            (6, ["毎週金", "13:30-15:00", "手芸", "実費"]),
        ] {
            for (column, cell) in cells.into_iter().enumerate() {
                salons.write(row, column as u16 + 5, cell)?;
            }
        }
        for (column, cell) in [
            "2",
            "さくら会",
            "集会所",
            "奥州市水沢字横町1",
            "0197-00-2222",
            "月1回",
            "",
            "茶話会",
            "無料",
        ]
        .into_iter()
        .enumerate()
        {
            salons.write(7, column as u16, cell)?;
        }
        salons.write(9, 0, "計　２団体")?;
        let dining = book.add_worksheet().set_name("子ども食堂")?;
        for (column, heading) in [
            "団体名",
            "住所",
            "開催日時",
            "対象",
            "送迎",
            "食材の寄付",
            "確認日",
        ]
        .into_iter()
        .enumerate()
        {
            dining.write(0, column as u16, heading)?;
        }
        for (column, cell) in [
            "こもれび食堂",
            "奥州市前沢字七日町1",
            "第3土 11:00-13:00",
            "どなたでも",
            "△",
            "りんご歓迎",
        ]
        .into_iter()
        .enumerate()
        {
            dining.write(1, column as u16, cell)?;
        }
        dining.write_with_format(1, 6, ExcelDateTime::from_ymd(2026, 4, 1)?, &day)?;
        book.add_worksheet()
            .set_name("メモ")?
            .write(0, 0, "電話は平日に")?;
        book.add_worksheet()
            .set_name("旧名簿")?
            .set_hidden(true)
            .write(0, 0, "団体名")?;
        Ok(())
    })
}

#[test]
fn rows_with_fewer_cells_than_headings_come_in_and_are_told_once() {
    let folder = Folder::empty();
    folder.file(
        "a.csv",
        "名称,種別,所在地,説明,\nひまわり,サロン\n\nさくら,サロン,水沢,お茶\nゆり,サロン,水沢\nきく,サロン,,お茶,\n",
    );
    let done = folder.yosatte(&["import", "resources", "a.csv"]).done();
    let told = "2行でセルが見出しより少なくなっています(2、5行目)。足りないセルは空として読みました";
    assert_eq!(done.err.matches("見出しより少なく").count(), 1, "{}", done.err);
    assert!(done.err.contains(told), "{}", done.err);
    assert!(done.out.contains("追加4件"), "{}", done.out);
    let many = format!("名称,種別,説明\n{}", "ばら,サロン\n".repeat(30));
    folder.file("b.csv", many);
    let done = folder.yosatte(&["import", "resources", "b.csv", "--dry-run"]);
    let told = "30行でセルが見出しより少なくなっています(2、3、4、5、6、7、8、9、10、11行目など)";
    assert!(done.err.contains(told), "{}", done.err);
    folder.file(
        "c.csv",
        "名称,住所,緯度,経度,備考\nさくら館,岩手県奥州市水沢1-2,39.14,141.14\n",
    );
    let done = folder.yosatte(&["import", "public-facilities", "c.csv"]).done();
    let told = "1行でセルが見出しより少なくなっています(2行目)";
    assert!(done.err.contains(told), "{}", done.err);
}

#[test]
fn a_cell_beyond_the_last_heading_is_told_and_kept() {
    let folder = Folder::empty();
    folder.file(
        "余り.csv",
        "資源ID,名称,種別,公開範囲\nr1,ひまわりサロン,サロン,公開,,毎週火曜\nr2,さくらサロン,サロン\n",
    );
    let first = folder.yosatte(&["import", "resources", "余り.csv"]).done();
    let report = said(&first);
    let told = "2行目 値「毎週火曜」 6列目には見出しがありません。備考に残します";
    assert!(report.contains(told), "{report}");
    assert_eq!(report.matches("見出しがありません").count(), 1, "{report}");
    let kept = &stored(&folder, "resources")["r1"]["備考"];
    assert!(kept.contains("毎週火曜"), "{kept}");
}

#[test]
fn a_workbook_of_places_and_activities_comes_in_as_it_is() {
    let folder = Folder::empty();
    folder.file("名簿.xlsx", messy());
    let first = folder.yosatte(&["import", "resources", "名簿.xlsx"]).done();
    let report = said(&first);
    for part in [
        "社会資源 追加3件、変更0件、変わらず0件。参加の機会 追加4件",
        "団体名→名称",
        "シート「サロン」 5行目 値「【水沢地区】」 区切りの行",
        "シート「サロン」 10行目 値「計　２団体」 名称のない行",
        "シート「サロン」 7行目 「費用円」 値「実費」",
        "シート「子ども食堂」 「食材の寄付」 知らない列です。内容は備考に残します",
        "シート「メモ」 見出しの行(名称、種別)が見つからない",
        "非表示のシート「旧名簿」",
        "先頭の0",
    ] {
        assert!(report.contains(part), "{part} is not said: {report}");
    }
    let resources = stored(&folder, "resources");
    let offers = stored(&folder, "opportunities");
    let named = |name: &str| {
        let (id, row) = resources
            .iter()
            .find(|(_, row)| row["名称"] == name)
            .expect("it is stored");
        let mut own: Vec<_> = offers.values().filter(|o| o["資源ID"] == *id).collect();
        own.sort_by_key(|o| o["内容"].clone());
        (row, own)
    };
    let (row, own) = named("ひまわりサロン");
    for (column, value) in [
        ("種別", "サロン"),
        ("方書", "水沢地区センター"),
        ("所在地", "奥州市水沢字大上173"),
        ("電話番号", "0197001111"),
        ("公開範囲", "関係者のみ"),
        ("備考", "費用円: 実費"),
    ] {
        assert_eq!(row[column], value, "{column}");
    }
    let told: Vec<_> = own
        .iter()
        .map(|o| [&o["名称"], &o["役割"], &o["日時"], &o["内容"], &o["費用円"]])
        .collect();
    assert_eq!(
        told,
        [
            [
                "ひまわりサロン",
                "参加者",
                "第２・４火 10時～12時",
                "お茶のみと体操",
                "100"
            ],
            ["ひまわりサロン", "参加者", "毎週金 13:30-15:00", "手芸", ""],
        ]
    );
    let (row, own) = named("こもれび食堂");
    let found = [
        &row["種別"],
        &row["備考"],
        &row["最終確認日"],
        &own[0]["対象年齢"],
        &own[0]["送迎"],
    ];
    assert_eq!(
        found,
        [
            "子ども食堂",
            "食材の寄付: りんご歓迎",
            "2026-04-01",
            "問わない",
            "要相談"
        ]
    );
    assert_eq!(named("さくら会").1[0]["費用円"], "0");

    let again = said(&folder.yosatte(&["import", "resources", "名簿.xlsx"]).done());
    let unchanged = "社会資源 追加0件、変更0件、変わらず3件。参加の機会 追加0件、変更0件、変わらず4件";
    assert!(again.contains(unchanged), "{again}");
}

#[test]
fn a_combined_sheet_writes_all_or_nothing() {
    let folder = Folder::empty();
    let sheet = "名称,種別,所在地,活動名,役割,日時,公開範囲,電話番号\n\
        ひまわり,サロン,水沢1,お茶,参加者,毎週火 10:00-12:00,公開,0197-00-0001\n\
        ひまわり,サロン,水沢1,庭の手入れ,手伝い,毎週水 9:00-10:00,公開,0197-00-0002\n\
        ひまわり,サロン,水沢1,,,,,\n\
        こもれび,宇宙,水沢2,食事,参加者,,公開,\n";
    folder.file("one.csv", sheet);
    let refused = folder.yosatte(&["import", "resources", "one.csv"]);
    assert_eq!(refused.code, Some(1));
    assert!(
        said(&refused).contains("エラー 5行目 「種別」 値「宇宙」"),
        "{}",
        said(&refused)
    );
    assert!(stored(&folder, "resources").is_empty());
    folder.file("one.csv", sheet.replace("宇宙", "地域食堂"));
    let done = said(&folder.yosatte(&["import", "resources", "one.csv"]).done());
    assert!(
        done.contains("社会資源 追加2件") && done.contains("参加の機会 追加3件"),
        "{done}"
    );
    let resources = stored(&folder, "resources");
    let himawari = resources
        .values()
        .find(|row| row["名称"] == "ひまわり")
        .expect("it is stored");
    assert_eq!(
        [&himawari["電話番号"], &himawari["備考"]],
        ["0197-00-0001", "電話番号: 0197-00-0002"]
    );
    // A changed time is the same activity at another time.
    folder.file(
        "one.csv",
        sheet
            .replace("宇宙", "地域食堂")
            .replace("毎週火 10", "毎週木 10"),
    );
    let done = said(&folder.yosatte(&["import", "resources", "one.csv"]).done());
    assert!(
        done.contains("参加の機会 追加0件、変更1件、変わらず2件"),
        "{done}"
    );
}

#[test]
fn headings_of_two_storeys_are_read_by_the_lower_one() {
    let folder = Folder::empty();
    folder.file(
        "二段.xlsx",
        book(|book| {
            let plain = Format::new();
            let sheet = book.add_worksheet();
            sheet.merge_range(0, 0, 1, 0, "名称", &plain)?;
            sheet.merge_range(0, 1, 1, 1, "種別", &plain)?;
            sheet.merge_range(0, 2, 0, 3, "連絡先", &plain)?;
            for (row, cells) in [
                (1, ["", "", "電話番号", "メールアドレス"]),
                (2, ["ひまわり", "サロン", "0197-00-0001", "a@example.jp"]),
            ] {
                for (column, cell) in cells.into_iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                    sheet.write(row, column as u16, cell)?;
                }
            }
            Ok(())
        }),
    );
    folder.yosatte(&["import", "resources", "二段.xlsx"]).done();
    let entries = stored(&folder, "resources");
    let row = entries.values().next().expect("one entry");
    assert_eq!(
        [&row["電話番号"], &row["メールアドレス"], &row["備考"]],
        ["0197-00-0001", "a@example.jp", ""]
    );
    assert_eq!(entries.len(), 1);
}
