//! Any spreadsheet file as rows of text: CSV in the encodings Japanese offices use, or XLSX; row by row, never all at once.

mod bounds;
mod csv_rows;
mod encoding;
mod error;
mod kind;
mod line;
pub mod table;
#[cfg(test)]
mod tests;
mod xlsx_rows;

use std::{borrow::Cow, io::Cursor, path::Path};

use calamine::{Reader, SheetType, SheetVisible, Xlsx};

pub use self::{
    csv_rows::{guarded, unguarded},
    encoding::decode,
    error::SheetError,
    line::Line,
    table::{Headings, SEARCHED, Table, heading_key, no_header, written},
};

/// Files larger than this are refused before they are read.
pub const MAX_BYTES: u64 = 256 * 1024 * 1024;
/// Excel's own limit for a cell, in characters.
pub const MAX_CELL: usize = 32_767;
/// Rows a sheet may hold: as many as Excel's own.
pub const MAX_ROWS: usize = 1_048_576;
/// Columns a sheet may hold; the widest official table has under a hundred.
pub const MAX_COLUMNS: usize = 2_000;

/// Rows of one sheet, from the top.
pub type Rows<'a> = Box<dyn Iterator<Item = Result<Line, SheetError>> + 'a>;

/// A file opened for reading, sheet by sheet.
pub enum Source<'a> {
    /// A text of one sheet without a name.
    Text(Cow<'a, str>),
    /// A workbook with the names of the sheets people see.
    Workbook {
        /// The open book.
        book: Box<Xlsx<Cursor<&'a [u8]>>>,
        /// Visible worksheets, in the order of their tabs.
        names: Vec<String>,
        /// Worksheets that are hidden: lists for menus, old copies.
        hidden: Vec<String>,
    },
}

impl<'a> Source<'a> {
    /// Looks what the file is and opens it.
    ///
    /// # Errors
    /// Everything that keeps it from being a table: another kind of file, a character set, a workbook that would not fit.
    pub fn open(bytes: &'a [u8]) -> Result<Self, SheetError> {
        if let Some(other) = kind::not_a_table(bytes) {
            return Err(other);
        }
        if !bytes.starts_with(kind::ZIP) {
            return Ok(Self::Text(decode(bytes)?));
        }
        bounds::check(bytes)?;
        let book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| SheetError::Damaged(e.to_string()))?;
        let (shown, hidden): (Vec<_>, Vec<_>) = book
            .sheets_metadata()
            .iter()
            .filter(|s| s.typ == SheetType::WorkSheet)
            .partition(|s| s.visible == SheetVisible::Visible);
        let named = |sheets: Vec<&calamine::Sheet>| sheets.iter().map(|s| s.name.clone()).collect();
        let (names, hidden) = (named(shown), named(hidden));
        Ok(Self::Workbook {
            book: Box::new(book),
            names,
            hidden,
        })
    }

    /// How many sheets people see.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(_) => 1,
            Self::Workbook { names, .. } => names.len(),
        }
    }

    /// Whether there is no sheet at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name of a sheet; empty for a text, and for a workbook's only one, because nobody needs to be told which.
    pub fn name(&self, sheet: usize) -> &str {
        match self {
            Self::Text(_) => "",
            Self::Workbook { names, .. } => names.get(sheet).map_or("", String::as_str),
        }
    }

    /// Names of the hidden sheets, which are not read.
    pub fn hidden(&self) -> &[String] {
        match self {
            Self::Text(_) => &[],
            Self::Workbook { hidden, .. } => hidden,
        }
    }

    /// The rows of one sheet.
    ///
    /// # Errors
    /// A workbook whose sheet cannot be read.
    pub fn rows(&mut self, sheet: usize) -> Result<Rows<'_>, SheetError> {
        match self {
            Self::Text(text) => Ok(Box::new(csv_rows::CsvRows::new(text))),
            Self::Workbook { book, names, .. } => {
                let name = names.get(sheet).ok_or(SheetError::Empty)?;
                Ok(Box::new(xlsx_rows::SheetRows::open(book, name)?))
            }
        }
    }
}

/// The content of a file that is not too large.
pub fn read_file(path: &Path) -> Result<Vec<u8>, SheetError> {
    if std::fs::metadata(path)?.len() > MAX_BYTES {
        return Err(SheetError::TooLarge);
    }
    Ok(std::fs::read(path)?)
}

/// The sheets of a file as lines of text: one for a CSV, all of a workbook's that hold anything.
pub fn read_bytes(bytes: &[u8]) -> Result<Vec<Vec<Line>>, SheetError> {
    let mut source = Source::open(bytes)?;
    let mut sheets = Vec::new();
    for sheet in 0..source.len() {
        let lines = source.rows(sheet)?.collect::<Result<Vec<_>, _>>()?;
        if !lines.is_empty() {
            sheets.push(lines);
        }
    }
    if sheets.is_empty() {
        return Err(SheetError::Empty);
    }
    Ok(sheets)
}
