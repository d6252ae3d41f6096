//! The rows of a text: CSV or TSV, numbered as Excel numbers them, with an end to what one row may cost.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::{Line, MAX_CELL, MAX_COLUMNS, MAX_ROWS, SheetError};

/// Bytes a row may hold: many full cells, and far less than a file whose quotation mark never closes.
const MAX_ROW_BYTES: usize = 4 * 1024 * 1024;

/// Reads the rows of a text one by one.
pub struct CsvRows<'a> {
    rest: &'a [u8],
    number: usize,
    core: Reader,
    output: Vec<u8>,
    ends: Vec<usize>,
}

impl<'a> CsvRows<'a> {
    /// From the top; the separator is what the first lines hold more of, tabs or commas.
    pub fn new(text: &'a str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let head = || text.lines().take(10).flat_map(str::bytes).take(64 * 1024);
        let count = |mark: u8| head().filter(|b| *b == mark).count();
        let delimiter = if count(b'\t') > count(b',') { b'\t' } else { b',' };
        Self {
            rest: text.as_bytes(),
            number: 0,
            core: ReaderBuilder::new().delimiter(delimiter).build(),
            output: vec![0; 16 * 1024],
            ends: vec![0; 128],
        }
    }

    /// Blank lines give no row, but Excel counts them.
    fn skip_blank_lines(&mut self) {
        loop {
            self.rest = match self.rest {
                [b'\r', b'\n', rest @ ..] | [b'\r' | b'\n', rest @ ..] => rest,
                _ => return,
            };
            self.number += 1;
        }
    }

    fn read(&mut self) -> Result<Line, SheetError> {
        self.core.reset();
        let (mut written, mut cells) = (0, 0);
        let mut at_end = false;
        loop {
            // The end of the file ends a row, unless it stands inside quotation marks.
            at_end |= self.rest.is_empty();
            let input = if at_end { &b"\n"[..] } else { self.rest };
            let (output, ends) = (&mut self.output[written..], &mut self.ends[cells..]);
            let (result, read, wrote, ended) = self.core.read_record(input, output, ends);
            written += wrote;
            cells += ended;
            if !at_end {
                self.rest = &input[read..];
            }
            match result {
                ReadRecordResult::InputEmpty if at_end => return Err(SheetError::OpenQuote(self.number)),
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.output.len() >= MAX_ROW_BYTES => {
                    return Err(SheetError::LongRow(self.number));
                }
                ReadRecordResult::OutputFull => self.output.resize(self.output.len() * 2, 0),
                ReadRecordResult::OutputEndsFull if cells >= MAX_COLUMNS => {
                    return Err(SheetError::TooManyColumns(self.number));
                }
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record | ReadRecordResult::End => {
                    // A line end of two characters is one.
                    let returned = read > 0 && input.get(read - 1) == Some(&b'\r');
                    if let ([b'\n', rest @ ..], true) = (self.rest, returned) {
                        self.rest = rest;
                    }
                    return self.line(written, cells);
                }
            }
        }
    }

    fn line(&self, written: usize, cells: usize) -> Result<Line, SheetError> {
        // Taking ASCII marks out of UTF-8 leaves UTF-8.
        let text = std::str::from_utf8(&self.output[..written])
            .map_err(|_| SheetError::Encoding { row: self.number })?;
        let mut line = Line::new(self.number);
        let mut start = 0;
        for (column, &end) in self.ends[..cells].iter().enumerate() {
            let cell = text.get(start..end).unwrap_or_default();
            check_length(self.number, column, cell)?;
            line.push(unguarded(cell));
            start = end;
        }
        Ok(line)
    }
}

impl Iterator for CsvRows<'_> {
    type Item = Result<Line, SheetError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.skip_blank_lines();
        if self.rest.is_empty() {
            return None;
        }
        self.number += 1;
        let row = if self.number > MAX_ROWS {
            Err(SheetError::TooManyRows)
        } else {
            self.read()
        };
        if row.is_err() {
            // What follows an error would be read from the middle of something.
            self.rest = &[];
        }
        Some(row)
    }
}

/// Refuses a cell longer than Excel itself could hold.
pub fn check_length(row: usize, column: usize, cell: &str) -> Result<(), SheetError> {
    if cell.len() <= MAX_CELL {
        return Ok(());
    }
    let length = cell.chars().count();
    if length <= MAX_CELL {
        return Ok(());
    }
    Err(SheetError::LongCell {
        row,
        column: column + 1,
        length,
    })
}

/// Characters with which a cell of a CSV makes Excel calculate.
const CALCULATES: &[char] = &['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Whether a cell is apostrophes (or none) and then a character that would make Excel calculate.
fn calculates(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(CALCULATES)
}

/// A cell of a CSV made safe to open in Excel: one more apostrophe before what Excel would calculate. A number stays a number.
///
/// ```
/// use yosatte::exchange::sheet::{guarded, unguarded};
/// for (cell, safe) in [("=1+1", "'=1+1"), ("'=1", "''=1"), ("-15", "-15"), ("+81-197-00-0000", "'+81-197-00-0000"), ("'s", "'s")] {
///     assert_eq!(guarded(cell), safe);
///     assert_eq!(unguarded(safe), cell);
/// }
/// ```
pub fn guarded(cell: &str) -> std::borrow::Cow<'_, str> {
    if calculates(cell) && cell.parse::<f64>().is_err() {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}

/// The cell that [`guarded`] made safe.
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if calculates(rest) => rest,
        _ => cell,
    }
}
