//! Why a file cannot be read as a table, in words for the person who has it.

use super::{MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS};

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
    /// Another kind of file.
    #[error("これは{found}です。{advice}")]
    OtherKind {
        /// What it is.
        found: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// Neither UTF-8, UTF-16 nor CP932.
    #[error(
        "文字コードを読めません({row}行目のあたり)。UTF-8、UTF-16(BOM つき)、Shift_JIS(CP932)のどれかで保存してください。わかっていれば --encoding で指定できます"
    )]
    Encoding {
        /// Row from 1 where reading stopped, counted in line ends.
        row: usize,
    },
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
    /// A row is too long to be one.
    #[error(
        "{0}行目が長すぎます(1つのセルは {MAX_CELL}文字まで)。引用符「\"」が閉じていないのかもしれません"
    )]
    LongRow(usize),
    /// Too many rows.
    #[error("行が多すぎます(上限 {MAX_ROWS}行)。ファイルを分けてください")]
    TooManyRows,
    /// Too many columns.
    #[error(
        "{0}行目の列が多すぎます(上限 {MAX_COLUMNS}列)。右のほうに消し残したセルがあれば、その列ごと削除してください"
    )]
    TooManyColumns(usize),
    /// A workbook that came here damaged.
    #[error(
        "Excelファイル(.xlsx)が壊れているか、途中で切れているようで、読めません。Excelで開けるなら「名前を付けて保存」で .xlsx か CSV に保存し直し、開けなければ元のファイルをもう一度もらってください({0})"
    )]
    Damaged(String),
    /// A workbook of a size or form that is not read.
    #[error(
        "Excelファイル(.xlsx)として読めません: {0}。Excelで開けるなら「名前を付けて保存」で保存し直してください"
    )]
    Workbook(String),
    /// A workbook that unpacks to more than anybody wrote.
    #[error(
        "Excelファイルが、ひらくと大きくなりすぎます(上限 {} MB)。壊れているか、悪意のあるファイルかもしれないので、読みませんでした",
        limit / 1024 / 1024
    )]
    Bomb {
        /// Bytes it may unpack to.
        limit: u64,
    },
    /// No heading row near the top.
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
