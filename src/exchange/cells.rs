//! The cells of one row as values: every rule of `csv.md` about what a cell may hold, gathering problems instead of stopping at the first.

use super::{
    report::{Problem, Severity},
    sheet::{Headings, Line},
};
use crate::kernel::{calendar_ja, text};

/// How strictly a row is held to the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// A table with our own headings: what cannot be read is an error.
    Strict,
    /// A table that a group made for itself: what cannot be read is told, and kept as it is in the staff notes.
    Lenient,
}

/// Reads the cells of one row.
pub struct Cells<'a> {
    head: &'a Headings,
    row: &'a Line,
    manner: Manner,
    /// What was wrong so far.
    pub problems: Vec<Problem>,
    /// What could not be read and is not to be lost: column and words.
    pub kept: Vec<(String, String)>,
}

impl<'a> Cells<'a> {
    /// A reader of one row.
    pub fn new(head: &'a Headings, row: &'a Line, manner: Manner) -> Self {
        Self {
            head,
            row,
            manner,
            problems: Vec::new(),
            kept: Vec::new(),
        }
    }

    /// Whether anything keeps the row out.
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(|p| p.severity == Severity::Error)
    }

    /// The text of a cell, cleaned; `None` when it is empty or what Excel shows for an error.
    pub fn text(&self, column: &str) -> Option<String> {
        self.head.text(self.row, column).filter(|t| !is_excel_error(t))
    }

    /// Notes an error about a column.
    pub fn error(&mut self, column: &str, value: &str, message: impl Into<String>) {
        self.problems
            .push(Problem::error(self.row.number, column, value, message));
    }

    /// Notes something to look at.
    pub fn warning(&mut self, column: &str, value: &str, message: impl Into<String>) {
        self.problems
            .push(Problem::warning(self.row.number, column, value, message));
    }

    /// Notes a value that cannot be read: an error, or in a group's own table a warning and a staff note.
    pub fn unread(&mut self, column: &str, value: &str, accepted: &str) {
        match self.manner {
            Manner::Strict => self.error(column, value, accepted),
            Manner::Lenient => {
                self.keep(
                    column,
                    value,
                    &format!("読みとれないので備考に残します。{accepted}"),
                );
            }
        }
    }

    /// Keeps a value as a staff note, and says why.
    pub fn keep(&mut self, column: &str, value: &str, why: &str) {
        self.warning(column, value, why);
        self.kept.push((column.to_owned(), value.to_owned()));
    }

    /// The text of a cell with an upper limit in characters.
    pub fn limited(&mut self, column: &str, limit: usize) -> Option<String> {
        let value = self.text(column)?;
        let length = value.chars().count();
        if length > limit {
            self.error(
                column,
                &value,
                format!("{limit}文字までにしてください(いま{length}文字)"),
            );
            return None;
        }
        Some(value)
    }

    /// A coded value.
    pub fn coded<T>(
        &mut self,
        column: &str,
        parse: fn(&str) -> Option<T>,
        accepted: fn() -> String,
    ) -> Option<T> {
        let value = self.text(column)?;
        let read = parse(&value);
        if read.is_none() {
            self.unread(
                column,
                &value,
                &format!("次のどれかにしてください: {}", accepted()),
            );
        }
        read
    }

    /// A coded value of yes, no and something between, which tables mark with ○, × and △ too.
    pub fn marked<T: Copy>(
        &mut self,
        column: &str,
        parse: fn(&str) -> Option<T>,
        accepted: fn() -> String,
        [yes, no, between]: [T; 3],
    ) -> Option<T> {
        let value = self.text(column)?;
        let read = match value.as_str() {
            "○" | "〇" | "◯" | "◎" | "✓" | "✔" | "有り" => Some(yes),
            "×" | "✕" | "✖" | "無し" => Some(no),
            "△" | "▲" => Some(between),
            other => parse(other),
        };
        if read.is_none() {
            self.unread(
                column,
                &value,
                &format!("次のどれかにしてください: {}・○・×・△", accepted()),
            );
        }
        read
    }

    /// Several coded values.
    pub fn coded_list<T>(
        &mut self,
        column: &str,
        parse: fn(&str) -> Option<T>,
        accepted: fn() -> String,
    ) -> Vec<T> {
        let mut values = Vec::new();
        for value in self.list(column) {
            match parse(&value) {
                Some(v) => values.push(v),
                None => self.unread(column, &value, &format!("次から選んでください: {}", accepted())),
            }
        }
        values
    }

    /// Several values of free text.
    pub fn list(&self, column: &str) -> Vec<String> {
        self.text(column)
            .map(|value| text::list(&value))
            .unwrap_or_default()
    }

    /// A whole number, not negative, with or without its unit.
    pub fn whole(&mut self, column: &str) -> Option<u32> {
        let value = self.text(column)?;
        let read = plain_number(&value).parse().ok();
        if read.is_none() {
            self.unread(column, &value, "0以上の整数で書いてください");
        }
        read
    }

    /// 費用円: a whole number; what says that nothing is to be paid is 0.
    pub fn fee(&mut self, column: &str) -> Option<u32> {
        let value = self.text(column)?;
        let key = text::key(&value);
        let free = [
            "無料",
            "なし",
            "無し",
            "無",
            "不要",
            "ただ",
            "タダ",
            "0円",
            "参加費無料",
            "かかりません",
        ];
        if free.contains(&key.as_str()) {
            return Some(0);
        }
        let read = plain_number(&value).parse().ok();
        if read.is_none() {
            self.unread(column, &value, "0以上の整数(無料は0)で書いてください");
        }
        read
    }

    /// A number in a plain form that is finite, and not negative.
    pub fn measure(&mut self, column: &str) -> Option<f64> {
        let value = self.text(column)?;
        let read: Option<f64> = plain_number(&value).parse().ok();
        let read = read.filter(|n| n.is_finite() && *n >= 0.0);
        if read.is_none() {
            self.unread(column, &value, "0以上の数字で書いてください");
        }
        read
    }

    /// Degrees of latitude or longitude; what cannot be read is an error in every table, because a wrong place misleads.
    pub fn degrees(&mut self, column: &str, example: &str) -> Option<f64> {
        let value = self.text(column)?;
        let plain = text::key(&value).replace(['度', '°'], "");
        let read: Option<f64> = plain.parse().ok();
        let read = read.filter(|n| n.is_finite());
        if read.is_none() {
            self.error(
                column,
                &value,
                format!("{example} のような度の数字で書いてください"),
            );
        }
        read
    }

    /// A date as people write it.
    pub fn date(&mut self, column: &str) -> Option<chrono::NaiveDate> {
        let value = self.text(column)?;
        let read = calendar_ja::parse_date(&value);
        if read.is_none() {
            self.unread(
                column,
                &value,
                "日付は 2026-04-01、令和8年4月1日、R8.4.1 のように書いてください",
            );
        }
        read
    }

    /// An id as written; one that Excel has rounded is told apart, because it cannot be mended here.
    pub fn id<T>(
        &mut self,
        column: &str,
        make: fn(String) -> Result<T, crate::kernel::id::IdError>,
    ) -> Option<Result<T, ()>> {
        let value = self.text(column)?;
        if is_rounded(&value) {
            self.error(
                column,
                &value,
                "Excelが長い番号を丸めてしまっています。元の番号を、セルの書式を「文字列」にしてから入れ直してください",
            );
            return Some(Err(()));
        }
        Some(make(value.clone()).map_err(|e| self.error(column, &value, e.to_string())))
    }

    /// A telephone number as written; a leading zero that Excel dropped is put back.
    pub fn phone(&mut self, column: &str) -> Option<String> {
        let value = self.limited(column, 50)?;
        if is_rounded(&value) {
            self.unread(
                column,
                &value,
                "Excelが番号を丸めてしまっています。元の番号を入れ直してください",
            );
            return None;
        }
        let lost = matches!(value.len(), 9 | 10)
            && value.bytes().all(|b| b.is_ascii_digit())
            && !value.starts_with('0');
        if lost {
            self.warning(column, &value, "先頭の0が落ちているので、補いました");
            return Some(format!("0{value}"));
        }
        if value
            .chars()
            .any(|c| text::nfkc(&c.to_string()).bytes().any(|b| b.is_ascii_digit()))
        {
            return Some(value);
        }
        self.unread(column, &value, "電話番号には数字を入れてください");
        None
    }
}

/// What keeps a row out whatever else it holds: characters that nobody sees.
pub fn unseen(head: &Headings, row: &Line) -> Vec<Problem> {
    let bad = |(at, cell)| {
        let heading = head.headings.get(at).map_or("", String::as_str);
        Some(Problem::error(row.number, heading, cell, text::unseen(cell)?))
    };
    row.cells().enumerate().filter_map(bad).collect()
}

/// Words of a row that were lost on the way to the file, and errors that Excel shows.
pub fn damage(head: &Headings, row: &Line) -> Vec<Problem> {
    let mut found = Vec::new();
    for (at, cell) in row.cells().enumerate() {
        let message = if cell.contains('\u{fffd}') || cell.contains("???") {
            "文字が壊れているようです。元の表を確かめてください"
        } else if is_excel_error(cell.trim()) {
            "Excelの計算がエラーになっています。空欄として扱います"
        } else {
            continue;
        };
        let heading = head.headings.get(at).map_or("", String::as_str);
        found.push(Problem::warning(row.number, heading, cell, message));
    }
    found
}

/// What Excel shows when it could not calculate.
fn is_excel_error(cell: &str) -> bool {
    cell.starts_with('#')
        && [
            "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#DATA!",
        ]
        .contains(&cell)
}

/// A long number in the form Excel gives it: 1.31E+11.
fn is_rounded(cell: &str) -> bool {
    let key = text::key(cell);
    let Some((digits, exponent)) = key.split_once("e+") else {
        return false;
    };
    let number = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    number(digits) && number(exponent)
}

/// A number without what people write around it: 「約1,000円」, 「10名程度」, 「1人300円」, 「5km」.
///
/// ```
/// use yosatte::exchange::cells::plain_number;
/// for (written, plain) in [("３００円", "300"), ("約1,000円", "1000"), ("10名程度", "10"), ("1回500円", "500"), ("5.5km", "5.5"), ("実費", "実費")] {
///     assert_eq!(plain_number(written), plain);
/// }
/// ```
pub fn plain_number(written: &str) -> String {
    let mut rest = text::key(written).replace(',', "");
    let before = [
        "約",
        "およそ",
        "おおよそ",
        "おおむね",
        "各",
        "毎回",
        "1人",
        "一人",
        "お一人",
        "ひとり",
        "1回",
        "一回",
        "¥",
        "\\",
    ];
    let after = [
        "円",
        "人",
        "名",
        "km",
        "キロ",
        "程度",
        "くらい",
        "ぐらい",
        "ほど",
        "前後",
        "/回",
        "/人",
        "/1回",
        "/1人",
    ];
    let is_number = |text: &str| text.parse::<f64>().is_ok();
    while !is_number(&rest) {
        let shorter = before
            .iter()
            .find_map(|word| {
                rest.strip_prefix(word)
                    .filter(|r| r.starts_with(|c: char| c.is_ascii_digit()))
            })
            .or_else(|| after.iter().find_map(|word| rest.strip_suffix(word)));
        match shorter {
            Some(shorter) if !shorter.is_empty() => rest = shorter.to_owned(),
            _ => return rest,
        }
    }
    rest
}
