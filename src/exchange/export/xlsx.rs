//! A workbook for people with Excel: the headings stay in sight, and every cell is text, so that telephones and ids keep their zeros.

use std::io::{self, Write};

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, XlsxError};

/// A workbook being written; its rows wait in a temporary file.
pub struct XlsxFile<W: Write + Send> {
    to: W,
    book: Workbook,
    text: Format,
    row: u32,
}

fn failed(error: XlsxError) -> io::Error {
    io::Error::other(error)
}

/// Columns people read in sentences are wide; the rest is as wide as its heading, and never narrower than a date.
fn width(heading: &str) -> f64 {
    match heading {
        "説明" | "内容" | "備考" => 48.0,
        "名称" | "所在地" | "日時" | "キーワード" | "URL" | "初めての人" | "申込方法" => {
            28.0
        }
        _ => (heading.chars().count() as f64 * 2.0 + 3.0).max(12.0),
    }
}

impl<W: Write + Send> XlsxFile<W> {
    /// A sheet of this name with the headings in its first row.
    pub fn new(to: W, sheet: &str, headings: &[&str]) -> io::Result<Self> {
        let mut book = Workbook::new();
        let text = Format::new().set_num_format("@").set_align(FormatAlign::Top);
        let head = Format::new()
            .set_bold()
            .set_num_format("@")
            .set_background_color(Color::RGB(0xE8_EEF0))
            .set_border_bottom(FormatBorder::Thin);
        let page = book.add_worksheet_with_constant_memory().map_err(failed)?;
        page.set_name(sheet).map_err(failed)?;
        page.set_freeze_panes(1, 2).map_err(failed)?;
        for (column, heading) in (0_u16..).zip(headings) {
            page.set_column_width(column, width(heading)).map_err(failed)?;
            page.set_column_format(column, &text).map_err(failed)?;
        }
        for (column, heading) in (0_u16..).zip(headings) {
            page.write_string_with_format(0, column, *heading, &head)
                .map_err(failed)?;
        }
        Ok(Self {
            to,
            book,
            text,
            row: 0,
        })
    }

    /// Writes a row.
    pub fn row(&mut self, cells: &[String]) -> io::Result<()> {
        self.row += 1;
        let page = self.book.worksheet_from_index(0).map_err(failed)?;
        for (column, cell) in (0_u16..).zip(cells) {
            if !cell.is_empty() {
                page.write_string_with_format(self.row, column, cell, &self.text)
                    .map_err(failed)?;
            }
        }
        Ok(())
    }

    /// Packs the workbook.
    pub fn finish(mut self) -> io::Result<()> {
        let packed = self.book.save_to_buffer().map_err(failed)?;
        self.to.write_all(&packed)?;
        self.to.flush()
    }
}
