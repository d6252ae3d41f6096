//! The rows of a worksheet as people see them: what is shown in a cell, and a merged cell in every place it covers.

use std::io::Cursor;

use calamine::{DataRef, Dimensions, ExcelDateTime, Xlsx, XlsxCellReader};

use super::{Line, MAX_COLUMNS, MAX_ROWS, SheetError, csv_rows::check_length};

/// Merged areas a sheet may have; a printed form of a whole town has some thousands.
const MAX_MERGED: usize = 200_000;

/// Reads a worksheet row by row; cells that stand far out cost nothing, whatever size the sheet claims to have.
pub struct SheetRows<'a, 'b> {
    cells: XlsxCellReader<'a, Cursor<&'b [u8]>>,
    /// The first cell of the row after this one.
    pending: Option<(u32, u32, String)>,
    /// Merged areas by their first row, the last one first.
    merged: Vec<Dimensions>,
    /// Those that reach into the row, with what they show.
    open: Vec<(Dimensions, String)>,
    /// Columns of the widest row so far.
    width: usize,
    ended: bool,
}

fn wrong(error: calamine::XlsxError) -> SheetError {
    SheetError::Damaged(error.to_string())
}

impl<'a, 'b> SheetRows<'a, 'b> {
    /// From the top of the sheet of that name.
    pub fn open(book: &'a mut Xlsx<Cursor<&'b [u8]>>, name: &str) -> Result<Self, SheetError> {
        let mut merged = book.merge_cells_by_sheet_name(name).map_err(wrong)?;
        if merged.len() > MAX_MERGED {
            return Err(SheetError::Workbook(format!(
                "シート「{name}」の結合セルが多すぎます({}か所、上限 {MAX_MERGED})",
                merged.len()
            )));
        }
        merged.sort_unstable_by_key(|area| std::cmp::Reverse(area.start));
        Ok(Self {
            cells: book.worksheet_cells_reader(name).map_err(wrong)?,
            pending: None,
            merged,
            open: Vec::new(),
            width: 0,
            ended: false,
        })
    }

    /// The next cell that shows anything.
    fn cell(&mut self) -> Result<Option<(u32, u32, String)>, SheetError> {
        if let Some(cell) = self.pending.take() {
            return Ok(Some(cell));
        }
        // Asked once more after its end, the reader would run on to the end of the file.
        while !self.ended {
            let Some(cell) = self.cells.next_cell().map_err(wrong)? else {
                self.ended = true;
                break;
            };
            let text = shown(cell.get_value());
            if !text.is_empty() {
                let (row, column) = cell.get_position();
                return Ok(Some((row, column, text)));
            }
        }
        Ok(None)
    }

    fn read(&mut self) -> Result<Option<Line>, SheetError> {
        let Some((row, column, text)) = self.cell()? else {
            return Ok(None);
        };
        let number = row as usize + 1;
        if number > MAX_ROWS {
            return Err(SheetError::TooManyRows);
        }
        let mut own: Vec<(u32, String)> = vec![(column, text)];
        while let Some(cell) = self.cell()? {
            if cell.0 != row {
                self.pending = Some(cell);
                break;
            }
            own.push((cell.1, cell.2));
        }
        own.sort_by_key(|(column, _)| *column);
        let last = own.last().map_or(0, |(column, _)| *column as usize);
        if last >= MAX_COLUMNS {
            return Err(SheetError::TooManyColumns(number));
        }
        self.width = self.width.max(last + 1);
        let mut cells = vec![String::new(); self.width];
        for (column, text) in own {
            check_length(number, column as usize, &text)?;
            cells[column as usize] = text;
        }
        self.spread(row, &mut cells)?;
        Ok(Some(Line::of(number, cells.iter().map(String::as_str))))
    }

    /// Writes what merged cells show into the empty places they cover.
    fn spread(&mut self, row: u32, cells: &mut [String]) -> Result<(), SheetError> {
        self.open.retain(|(area, _)| area.end.0 >= row);
        while self.merged.last().is_some_and(|area| area.start.0 <= row) {
            let Some(area) = self.merged.pop() else { break };
            let shown = cells.get(area.start.1 as usize).filter(|text| !text.is_empty());
            if let (Some(text), true) = (shown, area.start.0 == row) {
                self.open.push((area, text.clone()));
            }
        }
        // Merged cells do not overlap, so no row meets more of them than it has columns.
        if self.open.len() > MAX_COLUMNS {
            return Err(SheetError::Workbook("結合セルが重なっています".into()));
        }
        for (area, text) in &self.open {
            let end = cells.len().min(area.end.1 as usize + 1);
            for cell in cells.get_mut(area.start.1 as usize..end).unwrap_or_default() {
                if cell.is_empty() {
                    cell.clone_from(text);
                }
            }
        }
        Ok(())
    }
}

impl Iterator for SheetRows<'_, '_> {
    type Item = Result<Line, SheetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.read().transpose();
        if matches!(row, Some(Err(_))) {
            (self.ended, self.pending) = (true, None);
        }
        row
    }
}

/// A cell as people see it: whole numbers without a point, dates as YYYY-MM-DD, a formula's last result.
fn shown(value: &DataRef) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) if n.fract() == 0.0 && n.abs() < 1e15 => format!("{n:.0}"),
        DataRef::Float(n) => n.to_string(),
        DataRef::Bool(true) => "はい".to_owned(),
        DataRef::Bool(false) => "いいえ".to_owned(),
        DataRef::DateTime(at) => moment(*at),
        DataRef::Error(error) => error.to_string(),
    }
}

/// An Excel date, time of day or both.
fn moment(at: ExcelDateTime) -> String {
    let (y, m, d, h, min, ..) = at.to_ymd_hms_milli();
    if at.is_duration() || at.as_f64() < 1.0 {
        format!("{h}:{min:02}")
    } else if h == 0 && min == 0 {
        format!("{y:04}-{m:02}-{d:02}")
    } else {
        format!("{y:04}-{m:02}-{d:02} {h:02}:{min:02}")
    }
}
