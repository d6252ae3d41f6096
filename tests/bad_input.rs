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
fn damaged_words_are_told_and_come_in() {
    let folder = Folder::empty();
    folder.file("a.csv", "名称,種別,説明\nひまわり,サロン,これは???です\n");
    let done = folder.yosatte(&["import", "resources", "a.csv"]).done();
    assert!(
        done.err.contains("2行目 「説明」") && done.err.contains("文字が壊れて"),
        "{}",
        done.err
    );
    let copy = folder.yosatte(&["export", "resources", "--staff"]).done().out;
    assert!(copy.contains(",ひまわり,"), "{copy}");
}

/// Imports a file of which one row or feature holds a character that nobody sees: told by its place, and nothing comes in.
#[track_caller]
fn check_unseen(kind: &str, name: &str, content: &str, parts: &[&str]) {
    let folder = Folder::empty();
    folder.file("owner.csv", "資源ID,名称,種別\nr1,ひまわり,サロン\n");
    folder.yosatte(&["import", "resources", "owner.csv"]).done();
    folder.file(name, content);
    let done = folder.yosatte(&["import", kind, name]);
    let report = format!("{}{}", done.out, done.err);
    assert_eq!(done.code, Some(1), "{kind}: {report}");
    for part in ["制御文字", "取り込みませんでした"].iter().chain(parts) {
        assert!(report.contains(part), "{kind}: {part} is not said: {report}");
    }
    let skipping = folder.yosatte(&["import", kind, name, "--skip-invalid"]);
    let report = format!("{}{}", skipping.out, skipping.err);
    if !["districts", "boundary"].contains(&kind) {
        assert_eq!(skipping.code, Some(0), "{kind}: {report}");
        assert!(
            report.contains("追加1件") && report.contains("1行"),
            "{kind}: {report}"
        );
    }
    for kind in ["resources", "opportunities"] {
        let copy = folder.yosatte(&["export", kind, "--staff"]).done().out;
        assert!(!copy.contains("お茶"), "{kind}: {copy}");
    }
}

#[test]
fn a_row_with_characters_nobody_sees_stays_out_and_is_told_by_its_place() {
    let list = "資源ID,名称,種別\nr8,お\0茶の会,サロン\nr9,さくら,サロン\n";
    check_unseen("resources", "a.csv", list, &["2行目 「名称」", "U+0000"]);
    let list = "資源ID,名称,種別,担当\nr8,お茶の会,サロン,佐\u{1b}藤\nr9,さくら,サロン,\n";
    check_unseen("resources", "a.csv", list, &["2行目 「担当」", "U+001B"]);
    let combined = "団体名,種別,住所,活動内容,活動日\nお茶\u{7}の会,サロン,水沢,お茶,毎週火 10:00-12:00\nさくら,サロン,江刺,体操,毎週水 10:00-12:00\n";
    check_unseen("resources", "a.csv", combined, &["2行目 「団体名」", "U+0007"]);
    let offers = "資源ID,名称,役割\nr1,お茶\u{b}会,参加者\nr1,体操,参加者\n";
    check_unseen("opportunities", "a.csv", offers, &["2行目 「名称」", "U+000B"]);
    let offices = "都道府県コード又は市町村コード,都道府県名,市区町村名,事業所名,サービスの種類,住所,緯度,経度,事業所番号\n\
        032158,岩手県,奥州市,お\u{1}茶の家,通所介護,岩手県奥州市水沢1-1,39.14,141.14,0371500001\n\
        032158,岩手県,奥州市,さくらの家,通所介護,岩手県奥州市水沢1-2,39.14,141.14,0371500002\n";
    check_unseen("care-offices", "a.csv", offices, &["2行目 「名称」", "U+0001"]);
    let buildings = "名称,住所,緯度,経度\nお茶\u{7f}館,岩手県奥州市水沢1-1,39.14,141.14\nさくら館,岩手県奥州市水沢1-2,39.14,141.14\n";
    check_unseen(
        "public-facilities",
        "a.csv",
        buildings,
        &["2行目 「名称」", "U+007F"],
    );
    let shelters = "施設・場所名,住所,緯度,経度\nお茶\u{2}館,岩手県奥州市水沢1-1,39.14,141.14\nさくら館,岩手県奥州市水沢1-2,39.14,141.14\n";
    check_unseen("shelters", "a.csv", shelters, &["2行目 「名称」", "U+0002"]);
    let feature = |name: &str, address: &str, lng: f64| {
        format!(
            r#"{{"type":"Feature","properties":{{"施設・場所名":"{name}","住所":"{address}"}},"geometry":{{"type":"Point","coordinates":[{lng},39.14]}}}}"#
        )
    };
    let collection = |features: &[String]| {
        let all = features.join(",");
        format!(r#"{{"type":"FeatureCollection","features":[{all}]}}"#)
    };
    let shelters = collection(&[
        feature("お茶館", r"岩手県奥州市\u0000水沢", 141.14),
        feature("さくら館", "岩手県奥州市水沢", 141.15),
    ]);
    check_unseen("shelters", "a.geojson", &shelters, &["1行目 「住所」", "U+0000"]);
    let outline = |name: &str| {
        format!(
            r#"{{"type":"Feature","properties":{{"id":"d1","name":"{name}","N03_001":"岩手県","N03_004":"奥州市{name}","N03_007":"03215"}},"geometry":{{"type":"Polygon","coordinates":[[[141.0,39.0],[141.2,39.0],[141.2,39.2],[141.0,39.0]]]}}}}"#
        )
    };
    let outlines = collection(&[outline(r"お茶\u0001")]);
    check_unseen(
        "districts",
        "d.geojson",
        &outlines,
        &["1番目の地物", "N03_004", "U+0001"],
    );
    check_unseen("boundary", "d.geojson", &outlines, &["1番目の地物", "U+0001"]);
    let centres = "地区コード,地区,緯度,経度\nd1,お茶\u{3}地区,39.1,141.1\n";
    check_unseen("districts", "d.csv", centres, &["2行目", "U+0003"]);
    let people = "地区,年,総人口,出典\nd1,2020,100,お茶\u{4}\n";
    check_only("population", "p.csv", people, &["2行目", "U+0004"]);
    let towns = r#"[{"town":"お茶\u0005町","koaza":"","lat":39.14,"lng":141.14}]"#;
    check_only("places", "t.json", towns, &["town", "U+0005"]);
    let towns = "都道府県名,市区町村名,大字町丁目名,緯度,経度\n岩手県,奥州市,お茶\u{6}町,39.14,141.14\n";
    check_only("places", "t.csv", towns, &["2行目", "U+0006"]);
}

/// Imports a file with nothing else in it.
#[track_caller]
fn check_only(kind: &str, name: &str, content: &str, parts: &[&str]) {
    let folder = Folder::empty();
    folder.file(name, content);
    let done = folder.yosatte(&["import", kind, name]);
    let report = format!("{}{}", done.out, done.err);
    assert_eq!(done.code, Some(1), "{kind}: {report}");
    for part in ["制御文字"].iter().chain(parts) {
        assert!(report.contains(part), "{kind}: {part} is not said: {report}");
    }
}

#[test]
fn tabs_and_line_breaks_inside_a_cell_are_no_characters_nobody_sees() {
    let folder = Folder::empty();
    folder.file(
        "a.csv",
        "資源ID,名称,種別,説明,備考\r\nr1,ひまわり,サロン,\"お茶\r\nと体操\",\"鍵は\t隣\n裏口\"\r\n",
    );
    let done = folder.yosatte(&["import", "resources", "a.csv"]).done();
    assert!(done.out.contains("追加1件") && done.err.is_empty(), "{done:?}");
    let copy = folder.yosatte(&["export", "resources", "--staff"]).done().out;
    assert!(
        copy.contains("お茶\nと体操") && copy.contains("鍵は\t隣\n裏口"),
        "{copy}"
    );
}
