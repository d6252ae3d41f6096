//! Files that are broken, mislabelled or meant to do harm: a clear message in bounded time, and nothing written.

use std::{
    io::{Cursor, Write},
    time::{Duration, Instant},
};

use crate::support::Folder;

/// Time a debug build may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

fn container(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default())
            .expect("a part");
        zip.write_all(content).expect("its content");
    }
    zip.finish().expect("a zip").into_inner()
}

/// A workbook whose only sheet is this XML.
fn raw_book(sheet: &str) -> Vec<u8> {
    container(&[
        (
            "[Content_Types].xml",
            br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#,
        ),
        (
            "_rels/.rels",
            br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            br#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

fn cell(at: &str, text: &str) -> String {
    format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

fn sheet(rows: &str, more: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData>{more}</worksheet>"#
    )
}

/// Imports the file, which must fail saying all of `parts`, in time, leaving nothing.
#[track_caller]
fn check(name: &str, content: impl AsRef<[u8]>, parts: &[&str]) {
    let folder = Folder::empty();
    folder.file(name, content);
    let start = Instant::now();
    let done = folder.yosatte(&["import", "resources", name]);
    let report = format!("{}{}", done.out, done.err);
    assert_eq!(done.code, Some(1), "{name}: {report}");
    assert!(start.elapsed() < PATIENCE, "{name} took {:?}", start.elapsed());
    for part in parts {
        assert!(report.contains(part), "{name}: {part} is not said: {report}");
    }
    assert!(report.len() < 400_000, "{name}: {} bytes of report", report.len());
    let copy = folder.yosatte(&["export", "resources", "--staff"]).done().out;
    assert_eq!(copy.lines().count(), 1, "{name} left something: {copy}");
}

#[test]
fn a_file_that_is_no_table_is_called_by_its_name() {
    let wide = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let ole = |stream: &str| {
        [
            &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1][..],
            &wide(stream),
        ]
        .concat()
    };
    check("empty.csv", "", &["空です"]);
    check("old.xls", ole("Workbook"), &[".xls", "名前を付けて保存"]);
    check("locked.xlsx", ole("EncryptedPackage"), &["パスワード"]);
    check("page.xls", "<html><body><table>", &["Webページ"]);
    check("paper.csv", "%PDF-1.7", &["PDF"]);
    check("list.zip", container(&[("a.csv", b"x")]), &["zip"]);
    check("cut.xlsx", &raw_book(&sheet("", ""))[..300], &["壊れているか"]);
    check(
        "binary.csv",
        [0x00, 0xFF, 0xFE, 0x80, 0x81, 0x01].repeat(100),
        &["文字コード"],
    );
    check(
        "other.csv",
        "氏名,住所\n佐藤,水沢\n",
        &["見出しの行", "名称、種別", "氏名、住所"],
    );
    check(
        "open.csv",
        "名称,種別\n\"ひまわり,サロン\nさくら,サロン\n",
        &["2行目の引用符"],
    );
}

#[test]
fn a_damaged_workbook_is_told_as_one_with_what_to_do() {
    let row = |at: usize| {
        let (name, kind) = match at {
            1 => ("名称".to_owned(), "種別"),
            _ => (format!("会{}", at * 7919), "サロン"),
        };
        let cells = cell(&format!("A{at}"), &name) + &cell(&format!("B{at}"), kind);
        format!("<row r=\"{at}\">{cells}</row>")
    };
    let whole = raw_book(&sheet(&(1..200).map(row).collect::<String>(), ""));
    let advice = ["Excelファイル", "壊れているか", "保存し直", "CSV"];
    let half = whole.len() / 2;
    let with = |from: usize, to: usize, byte: u8| {
        let mut other = whole.clone();
        other[from..to].fill(byte);
        other
    };
    check("half.xlsx", &whole[..half], &advice);
    check("tail.xlsx", &whole[..whole.len() - 1], &advice);
    check("middle.xlsx", with(half, half + 60, 0x55), &advice);
    check("first.xlsx", with(0, 2, 0), &advice);
    check("headless.XLSX", &whole[4..], &advice);
    check("nothing.xlsx", [0; 5000], &advice);
    check("sheet.xlsx", raw_book("<worksheet><sheetData><row"), &advice);
}

#[test]
fn a_table_under_the_ending_of_another_kind_is_read_for_what_it_is() {
    let rows = format!(
        "<row r=\"1\">{}{}</row><row r=\"2\">{}{}</row>",
        cell("A1", "名称"),
        cell("B1", "種別"),
        cell("A2", "ひまわり"),
        cell("B2", "サロン")
    );
    let (cp932, ..) = encoding_rs::SHIFT_JIS.encode("名称,種別\nひまわり,サロン\n");
    for (name, content) in [
        ("book.csv", raw_book(&sheet(&rows, ""))),
        ("text.xlsx", cp932.into_owned()),
    ] {
        let folder = Folder::empty();
        folder.file(name, content);
        let done = folder.yosatte(&["import", "resources", name]).done();
        assert!(done.out.contains("追加1件"), "{name}: {}", done.out);
    }
}

#[test]
fn a_cell_of_100_mb_is_refused_by_its_place() {
    let long = "x".repeat(100_000_000);
    check(
        "long.csv",
        format!("名称,種別\nひまわり,サロン\n{long},サロン\n"),
        &["3行目が長すぎます"],
    );
    check(
        "quoted.csv",
        format!("名称,種別\n\"{long}"),
        &["2行目が長すぎます", "引用符"],
    );
}

#[test]
fn a_workbook_that_means_harm_is_bounded() {
    let zeros = vec![b'0'; 300_000_000];
    let bomb = container(&[
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/worksheets/sheet1.xml", &zeros),
    ]);
    assert!(bomb.len() < 1_000_000);
    check("bomb.xlsx", bomb, &["大きくなりすぎます"]);
    let head = format!("<row r=\"1\">{}{}</row>", cell("A1", "名称"), cell("B1", "種別"));
    let far = format!("{head}<row r=\"1048576\">{}</row>", cell("XFD1048576", "x"));
    check(
        "far.xlsx",
        raw_book(&sheet(&far, "")),
        &["1048576行目の列が多すぎます"],
    );
    let merged = format!(
        "<mergeCells>{}</mergeCells>",
        "<mergeCell ref=\"A1:B9\"/>".repeat(1_000_000)
    );
    check(
        "merged.xlsx",
        raw_book(&sheet(&head, &merged)),
        &["結合セルが多すぎます(1000000か所"],
    );
    let tall = (2..1500)
        .map(|r| format!("<row r=\"{r}\">{}</row>", cell(&format!("A{r}"), "x")))
        .collect::<String>();
    let overlapping = (0..3000)
        .map(|_| "<mergeCell ref=\"A1:XFD1048576\"/>")
        .collect::<String>();
    let book = raw_book(&sheet(
        &format!("{head}{tall}"),
        &format!("<mergeCells>{overlapping}</mergeCells>"),
    ));
    check("overlap.xlsx", book, &["結合セルが重なって"]);
}

#[test]
fn any_number_of_bad_rows_ends_with_a_report_people_can_read() {
    let rows = |n| format!("名称,種別\n{}", "ひまわり,宇宙\n".repeat(n));
    check(
        "rows.csv",
        rows(50_000),
        &["2行目", "宇宙", "ほかにエラーが49000件", "50000行に誤り"],
    );
    let blank = "\n".repeat(1_048_576);
    check(
        "blank.csv",
        format!("名称,種別{blank}さくら,サロン\n"),
        &["行が多すぎます"],
    );
}

#[test]
fn stray_nuls_and_damaged_words_are_told_and_the_rest_comes_in() {
    let folder = Folder::empty();
    folder.file("a.csv", "名称,種別,説明\nひま\0わり,サロン,これは???です\n");
    let done = folder.yosatte(&["import", "resources", "a.csv"]).done();
    assert!(
        done.err.contains("2行目 「説明」") && done.err.contains("文字が壊れて"),
        "{}",
        done.err
    );
    let copy = folder.yosatte(&["export", "resources", "--staff"]).done().out;
    assert!(copy.contains(",ひまわり,"), "{copy}");
}
