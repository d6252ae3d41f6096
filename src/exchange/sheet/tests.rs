//! What a sheet reader meets in offices: encodings, titles, line breaks, Excel's own habits, and files that mean harm.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use super::*;

/// Row numbers and what stands under 名称, sheet by sheet; the message when it cannot be read.
fn read(bytes: &[u8]) -> Result<String, String> {
    let mut said = Vec::new();
    for lines in read_bytes(bytes).map_err(|e| e.to_string())? {
        let table = Table::new(lines, &["名称"]).map_err(|e| e.to_string())?;
        said.extend(
            table
                .rows
                .iter()
                .map(|r| format!("{}:{}", r.number, table.cell(r, "名称").unwrap_or("-"))),
        );
    }
    Ok(said.join(" "))
}

#[track_caller]
fn check(bytes: impl AsRef<[u8]>, expected: Result<&str, &str>) {
    match (read(bytes.as_ref()), expected) {
        (Ok(found), Ok(expected)) => assert_eq!(found, expected),
        (Err(found), Err(part)) => assert!(found.contains(part), "{found} should say {part}"),
        (found, expected) => panic!("{found:?} instead of {expected:?}"),
    }
}

fn book(fill: impl FnOnce(&mut Workbook) -> Result<(), rust_xlsxwriter::XlsxError>) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(&mut book).expect("a workbook");
    book.save_to_buffer().expect("a workbook in memory")
}

fn wide(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

#[test]
fn every_encoding_of_an_office_gives_the_same_rows() {
    let text = "名称,電話番号\r\nサロン①,\r\n髙橋さんの家～,\r\n";
    let (cp932, ..) = encoding_rs::SHIFT_JIS.encode(text);
    for bytes in [
        text.as_bytes().to_vec(),
        [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        cp932.into_owned(),
        [vec![0xFF, 0xFE], wide(text, u16::to_le_bytes)].concat(),
        [vec![0xFE, 0xFF], wide(text, u16::to_be_bytes)].concat(),
        text.replace(',', "\t").into_bytes(),
        text.replace("\r\n", "\r").into_bytes(),
        text.replace("\r\n", "\n").into_bytes(),
    ] {
        check(bytes, Ok("2:サロン① 3:髙橋さんの家～"));
    }
    check(
        wide(&text.repeat(30), u16::to_le_bytes),
        Err("文字コードを読めません"),
    );
    check(
        [0x81, 0x00, 0xFF, 0xFF, 0xA0],
        Err("文字コードを読めません(1行目"),
    );
    check([text.as_bytes(), b"\x81\xFF\xFF"].concat(), Err("文字コード"));
}

#[test]
fn a_row_is_numbered_as_excel_numbers_it() {
    for (text, expected) in [
        ("社会資源一覧\n令和8年\nNo, 名　称 \n1,よさって\n", "4:よさって"),
        ("名称\na\n\n\nb\n", "2:a 5:b"),
        ("\r\n\r\n名称\r\na\r\n\r\nb", "4:a 6:b"),
        ("名称,x\n\"二行の\n名前\",1\nb,2\n", "2:二行の\n名前 3:b"),
        ("名称\n\"a\"\"b\"\n,\nc\n", "2:a\"b 4:c"),
        ("題\n\n\n名称\na", "5:a"),
    ] {
        check(text, Ok(expected));
    }
}

#[test]
fn a_text_that_is_no_table_is_said_to_be_so() {
    for (text, part) in [
        ("", "空です"),
        (" \r\n \n", "空です"),
        ("\u{feff}", "空です"),
        ("なまえ\nx\n", "名称(見つかった見出し: なまえ)"),
        ("名称\n\"a\"\n\"よさって\n次\n", "3行目の引用符"),
        ("名称\n\"よさって", "2行目の引用符"),
        ("%PDF-1.7 …", "PDF"),
        ("<html><table>", "Webページ"),
        ("\n<!DOCTYPE html>", "Webページ"),
        (
            "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">",
            "XML形式",
        ),
        ("{\"type\": \"FeatureCollection\"}", "GeoJSON"),
    ] {
        check(text, Err(part));
    }
}

#[test]
fn other_files_are_called_by_their_name() {
    let ole = |stream: &str| {
        let head = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0];
        [&head[..], &wide(stream, u16::to_le_bytes)].concat()
    };
    check(ole("Workbook"), Err("古い形式のExcelファイル(.xls)"));
    check(ole("EncryptedPackage"), Err("パスワードつき"));
    check(ole("WordDocument"), Err("Office文書"));
    check(b"PK\x03\x04garbage", Err("壊れているか"));
    for (part, found) in [
        ("xl/workbook.bin", ".xlsb"),
        ("content.xml", "OpenDocument"),
        ("word/document.xml", "Word"),
        ("list.csv", "zip"),
    ] {
        check(container(&[(part, b"x")]), Err(found));
    }
}

fn container(parts: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default())
            .expect("a part");
        zip.write_all(content).expect("its content");
    }
    zip.finish().expect("a zip").into_inner()
}

#[test]
fn a_cell_too_long_or_too_far_right_is_named_by_its_place() {
    check(
        format!("名称,x\na,{}\n", "あ".repeat(MAX_CELL + 1)),
        Err("2行目の2列目が長すぎます(32768文字"),
    );
    check(
        format!("名称\n{}\n", "あ".repeat(MAX_CELL)),
        Ok(&format!("2:{}", "あ".repeat(MAX_CELL))),
    );
    check(
        format!("名称\na\n{}", "x".repeat(9_000_000)),
        Err("3行目が長すぎます"),
    );
    check(format!("名称\na\n\"{}", "x\n".repeat(9_000_000)), Err("引用符"));
    check(
        format!("名称\na{}\n", ",".repeat(MAX_COLUMNS + 100)),
        Err("2行目の列が多すぎます"),
    );
    check(
        book(|b| {
            let sheet = b.add_worksheet();
            sheet.write(0, 0, "名称")?;
            sheet.write(1_048_575, 16_383, "消し残し")?;
            Ok(())
        }),
        Err("1048576行目の列が多すぎます"),
    );
}

#[test]
fn a_cell_that_excel_would_calculate_is_taken_as_written() {
    check(
        "名称\n'=1+1\n'+81\n'ふつう\n''=x\n-1\n",
        Ok("2:=1+1 3:+81 4:'ふつう 5:'=x 6:-1"),
    );
}

#[test]
fn a_workbook_reads_as_people_see_it() {
    let bytes = book(|b| {
        let first = b.add_worksheet().set_name("サロン")?;
        first.merge_range(0, 0, 0, 3, "社会資源一覧(令和8年度)", &Format::new())?;
        for (column, heading) in ["番号", "名称", "日", "値"].into_iter().enumerate() {
            first.write(3, column as u16, heading)?;
        }
        let day = Format::new().set_num_format("yyyy/m/d");
        let clock = Format::new().set_num_format("h:mm");
        first.merge_range(4, 1, 6, 1, "結合の会", &Format::new())?;
        first.write_with_format(4, 2, ExcelDateTime::from_ymd(2026, 4, 1)?, &day)?;
        first.write_with_format(5, 2, ExcelDateTime::from_hms(13, 30, 0)?, &clock)?;
        first.write(4, 3, 131_000_000_000_i64)?;
        first.write(5, 3, Formula::new("=1+1").set_result("2"))?;
        first.write(6, 3, Formula::new("=NA()").set_result("#N/A"))?;
        first.write(8, 1, "飛んだ行")?;
        first.write_with_format(8, 3, 0.5, &Format::new().set_num_format("0%"))?;
        let second = b.add_worksheet().set_name("居場所")?;
        second.write(0, 0, "名称")?;
        second.write(1, 0, "もう一枚")?;
        b.add_worksheet().set_name("白紙")?;
        b.add_worksheet()
            .set_name("旧")?
            .set_hidden(true)
            .write(0, 0, "名称")?;
        Ok(())
    });
    check(
        &bytes,
        Ok("5:結合の会 6:結合の会 7:結合の会 9:飛んだ行 2:もう一枚"),
    );
    let mut source = Source::open(&bytes).expect("a workbook");
    assert_eq!((source.len(), source.hidden()), (3, &["旧".to_owned()][..]));
    let rows: Vec<Vec<String>> = source
        .rows(0)
        .expect("a sheet")
        .map(|r| r.expect("a row").cells().map(str::to_owned).collect())
        .collect();
    assert_eq!(rows[2], ["", "結合の会", "2026-04-01", "131000000000"]);
    assert_eq!(rows[3][2..], ["13:30", "2"]);
    assert_eq!(rows[4][3], "#N/A");
    assert_eq!(rows[5], ["", "飛んだ行", "", "0.5"]);
}

#[test]
fn a_workbook_that_unpacks_to_too_much_is_not_unpacked() {
    let zeros = vec![b' '; 40 * 1024 * 1024];
    check(
        container(&[
            ("xl/workbook.xml", b"<workbook/>"),
            ("xl/worksheets/sheet1.xml", &zeros),
        ]),
        Err("大きくなりすぎます"),
    );
}
