//! Any spreadsheet file as rows of text: CSV in the encodings Japanese offices use, or XLSX.

use std::{collections::HashMap, io::Cursor, path::Path};

use calamine::{Data, Reader, Xlsx};

use crate::kernel::text;

/// Files larger than this are refused before they are read.
pub const MAX_BYTES: u64 = 256 * 1024 * 1024;
/// Excel's own limit for a cell, in characters.
pub const MAX_CELL: usize = 32_767;
/// Rows a file may hold.
const MAX_ROWS: usize = 1_000_000;

/// Why a file cannot be read as a table.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The file itself.
    #[error("ファイルを読めません: {0}")]
    Io(#[from] std::io::Error),
    /// Too large.
    #[error("ファイルが大きすぎます(上限 {} MB)", MAX_BYTES / 1024 / 1024)]
    TooLarge,
    /// Nothing in it.
    #[error("ファイルが空です")]
    Empty,
    /// Neither UTF-8, UTF-16 nor CP932.
    #[error("文字コードを読めません。UTF-8、UTF-16、Shift_JIS(CP932)のどれかで保存してください")]
    Encoding,
    /// A quotation mark is never closed.
    #[error("{0}行目の引用符「\"」が閉じていません")]
    OpenQuote(usize),
    /// A cell is too long.
    #[error("{row}行目の{column}列目が長すぎます({length}文字、上限 {MAX_CELL}文字)")]
    LongCell {
        /// Row from 1.
        row: usize,
        /// Column from 1.
        column: usize,
        /// Characters found.
        length: usize,
    },
    /// Too many rows.
    #[error("行が多すぎます(上限 {MAX_ROWS}行)")]
    TooManyRows,
    /// Not a workbook.
    #[error("Excelファイル(.xlsx)として読めません: {0}")]
    Workbook(String),
    /// No heading row in the first five lines.
    #[error(
        "見出しの行が見つかりません。はじめの5行のどこかに次の列が必要です: {needed}(見つかった見出し: {found})"
    )]
    NoHeader {
        /// Required columns.
        needed: String,
        /// What the first line holds.
        found: String,
    },
}

/// One row: its number as the spreadsheet shows it, and its cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// From 1.
    pub number: usize,
    /// Cells, left to right.
    pub cells: Vec<String>,
}

/// A table under its heading row.
#[derive(Debug)]
pub struct Table {
    /// Headings as written.
    pub headings: Vec<String>,
    columns: HashMap<String, usize>,
    /// The rows below, empty ones left out.
    pub rows: Vec<Line>,
}

/// The form two spellings of one heading share.
fn heading_key(heading: &str) -> String {
    text::key(heading.trim_matches(['\u{feff}', '"', '\'']))
}

impl Table {
    /// Finds the heading row among the first five: the first that has all of `needed`.
    pub fn new(lines: Vec<Line>, needed: &[&str]) -> Result<Self, SheetError> {
        let keys: Vec<String> = needed.iter().map(|n| heading_key(n)).collect();
        let at = lines.iter().take(5).position(|line| {
            let found: Vec<String> = line.cells.iter().map(|c| heading_key(c)).collect();
            keys.iter().all(|k| found.contains(k))
        });
        let Some(at) = at else {
            let found = lines.first().map(|l| l.cells.join("、")).unwrap_or_default();
            return Err(SheetError::NoHeader {
                needed: needed.join("、"),
                found: found.chars().take(200).collect(),
            });
        };
        let mut rest = lines.into_iter().skip(at);
        let headings = rest.next().map(|l| l.cells).unwrap_or_default();
        let mut columns = HashMap::new();
        for (i, heading) in headings.iter().enumerate() {
            columns.entry(heading_key(heading)).or_insert(i);
        }
        let rows = rest
            .filter(|l| l.cells.iter().any(|c| !c.trim().is_empty()))
            .collect();
        Ok(Self {
            headings,
            columns,
            rows,
        })
    }

    /// Whether a column of this heading is there.
    pub fn has(&self, heading: &str) -> bool {
        self.columns.contains_key(&heading_key(heading))
    }

    /// A cell of a row by heading; `None` when the column is not there or the cell is empty.
    pub fn cell<'a>(&self, row: &'a Line, heading: &str) -> Option<&'a str> {
        let at = *self.columns.get(&heading_key(heading))?;
        row.cells
            .get(at)
            .map(|c| c.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}'))
            .filter(|c| !c.is_empty())
    }

    /// Headings that are none of `known`.
    pub fn unknown(&self, known: &[&str]) -> Vec<&str> {
        let known: Vec<String> = known.iter().map(|k| heading_key(k)).collect();
        self.headings
            .iter()
            .filter(|h| !h.trim().is_empty() && !known.contains(&heading_key(h)))
            .map(String::as_str)
            .collect()
    }
}

/// The content of a file that is not too large.
pub fn read_file(path: &Path) -> Result<Vec<u8>, SheetError> {
    if std::fs::metadata(path)?.len() > MAX_BYTES {
        return Err(SheetError::TooLarge);
    }
    Ok(std::fs::read(path)?)
}

/// The sheets of a file as lines of text: one for a CSV, all of a workbook's.
pub fn read_bytes(bytes: &[u8]) -> Result<Vec<Vec<Line>>, SheetError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(SheetError::Empty);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return workbook(bytes);
    }
    let decoded = decode(bytes)?;
    Ok(vec![csv_lines(&decoded)?])
}

/// Bytes as text: a byte-order mark decides, then valid UTF-8, then CP932.
pub fn decode(bytes: &[u8]) -> Result<String, SheetError> {
    let strict = |encoding: &'static encoding_rs::Encoding, bytes: &[u8]| {
        let (text, bad) = encoding.decode_without_bom_handling(bytes);
        if bad {
            Err(SheetError::Encoding)
        } else {
            Ok(text.into_owned())
        }
    };
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => strict(encoding_rs::UTF_8, rest),
        [0xFF, 0xFE, rest @ ..] => strict(encoding_rs::UTF_16LE, rest),
        [0xFE, 0xFF, rest @ ..] => strict(encoding_rs::UTF_16BE, rest),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => strict(encoding_rs::SHIFT_JIS, bytes),
        },
    }
}

/// The line where a quotation mark opens that nothing closes.
fn open_quote(text: &str) -> Option<usize> {
    let (mut line, mut inside, mut at_start, mut opened) = (1, false, true, 1);
    for byte in text.bytes() {
        match byte {
            b'"' if inside => inside = false,
            b'"' if at_start => (inside, opened) = (true, line),
            // A doubled mark inside a cell closes and opens again; `at_start` must survive the first half.
            _ => {}
        }
        if byte == b'\n' {
            line += 1;
        }
        at_start = matches!(byte, b',' | b'\n' | b'\r' | b'\t') || (byte == b'"' && !inside);
    }
    inside.then_some(opened)
}

fn csv_lines(text: &str) -> Result<Vec<Line>, SheetError> {
    if let Some(line) = open_quote(text) {
        return Err(SheetError::OpenQuote(line));
    }
    let first = text.lines().next().unwrap_or_default();
    let tab = first.contains('\t') && !first.contains(',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(if tab { b'\t' } else { b',' })
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    for (i, record) in reader.records().enumerate() {
        if i >= MAX_ROWS {
            return Err(SheetError::TooManyRows);
        }
        let record = record.map_err(|e| SheetError::Io(std::io::Error::other(e)))?;
        let number = i + 1;
        let mut cells = Vec::with_capacity(record.len());
        for (column, cell) in record.iter().enumerate() {
            check_length(number, column, cell)?;
            cells.push(cell.to_owned());
        }
        lines.push(Line { number, cells });
    }
    Ok(lines)
}

fn check_length(row: usize, column: usize, cell: &str) -> Result<(), SheetError> {
    if cell.len() > MAX_CELL {
        let length = cell.chars().count();
        if length > MAX_CELL {
            return Err(SheetError::LongCell {
                row,
                column: column + 1,
                length,
            });
        }
    }
    Ok(())
}

fn workbook(bytes: &[u8]) -> Result<Vec<Vec<Line>>, SheetError> {
    let wrong = |e: calamine::XlsxError| SheetError::Workbook(e.to_string());
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(wrong)?;
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).map_err(wrong)?;
        let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let (top, left) = range.start().unwrap_or((0, 0));
        let mut lines: Vec<Line> = Vec::new();
        for (i, row) in range.rows().enumerate() {
            if i >= MAX_ROWS {
                return Err(SheetError::TooManyRows);
            }
            let number = top as usize + i + 1;
            let mut cells = Vec::with_capacity(row.len());
            for (column, value) in row.iter().enumerate() {
                let text = cell_text(value);
                check_length(number, column, &text)?;
                cells.push(text);
            }
            lines.push(Line { number, cells });
        }
        // A merged cell stands for all the cells it covers.
        for area in merged {
            let (r0, c0) = (
                area.start.0.saturating_sub(top) as usize,
                area.start.1.saturating_sub(left) as usize,
            );
            let Some(value) = lines.get(r0).and_then(|l| l.cells.get(c0)).cloned() else {
                continue;
            };
            for r in r0..=(area.end.0.saturating_sub(top) as usize).min(lines.len().saturating_sub(1)) {
                for c in c0..=(area.end.1.saturating_sub(left) as usize) {
                    if let Some(cell) = lines[r].cells.get_mut(c)
                        && cell.is_empty()
                    {
                        cell.clone_from(&value);
                    }
                }
            }
        }
        if !lines.is_empty() {
            sheets.push(lines);
        }
    }
    if sheets.is_empty() {
        Err(SheetError::Empty)
    } else {
        Ok(sheets)
    }
}

/// A cell as people see it: whole numbers without a point, dates as YYYY-MM-DD.
fn cell_text(value: &Data) -> String {
    match value {
        Data::Empty | Data::Error(_) => String::new(),
        Data::Float(n) if n.fract() == 0.0 && n.abs() < 1e15 => format!("{n:.0}"),
        Data::DateTime(at) => at.to_ymd_hms_milli_text(),
        other => other.to_string(),
    }
}

/// An Excel date as text.
trait DateText {
    fn to_ymd_hms_milli_text(&self) -> String;
}

impl DateText for calamine::ExcelDateTime {
    fn to_ymd_hms_milli_text(&self) -> String {
        let (y, m, d, h, min, ..) = self.to_ymd_hms_milli();
        if h == 0 && min == 0 {
            format!("{y:04}-{m:02}-{d:02}")
        } else {
            format!("{y:04}-{m:02}-{d:02} {h:02}:{min:02}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8]) -> Result<String, String> {
        let lines = read_bytes(bytes).map_err(|e| e.to_string())?.remove(0);
        let table = Table::new(lines, &["名称"]).map_err(|e| e.to_string())?;
        Ok(table
            .rows
            .iter()
            .map(|r| format!("{}:{}", r.number, table.cell(r, "名称").unwrap_or("-")))
            .collect::<Vec<_>>()
            .join(" "))
    }

    #[test]
    fn every_encoding_of_an_office_gives_the_same_rows() {
        let text = "名称,電話番号\nサロン①,\n";
        let mut utf16 = vec![0xFF, 0xFE];
        utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        let mut bom = vec![0xEF, 0xBB, 0xBF];
        bom.extend(text.as_bytes());
        let (sjis, _, _) = encoding_rs::SHIFT_JIS.encode(text);
        for bytes in [text.as_bytes(), &utf16, &bom, &sjis] {
            assert_eq!(check(bytes), Ok("2:サロン①".into()));
        }
    }

    #[test]
    fn title_rows_above_the_heading_are_passed_over() {
        assert_eq!(
            check("社会資源一覧\n令和8年\nNo, 名　称 \n1,よさって\n".as_bytes()),
            Ok("4:よさって".into())
        );
    }

    #[test]
    fn an_unclosed_quotation_mark_is_named_by_its_line() {
        assert_eq!(
            check("名称\n\"a\"\"b\"\n\"よさって\n次\n".as_bytes()),
            Err("3行目の引用符「\"」が閉じていません".into())
        );
    }

    #[test]
    fn a_cell_that_is_too_long_is_named_by_its_place() {
        let long = format!("名称\n{}\n", "あ".repeat(MAX_CELL + 1));
        assert!(
            check(long.as_bytes())
                .unwrap_err()
                .starts_with("2行目の1列目が長すぎます")
        );
    }

    #[test]
    fn empty_and_wrong_files_say_what_is_needed() {
        assert_eq!(check(b" \n"), Err("ファイルが空です".into()));
        assert!(check("なまえ\nx\n".as_bytes()).unwrap_err().contains("名称"));
        assert!(check(b"PK\x03\x04garbage").unwrap_err().contains("Excel"));
        assert!(
            check(&[0x81, 0x00, 0xFF, 0xFF, 0xA0])
                .unwrap_err()
                .contains("文字コード")
        );
    }
}
