//! CSV for people with Excel: a byte-order mark, line ends of two characters, and no cell that calculates.

use std::io::{self, Write};

use crate::exchange::sheet::guarded;

/// A CSV being written.
pub struct CsvFile<W: Write>(csv::Writer<W>);

impl<W: Write> CsvFile<W> {
    /// Writes the mark and the headings.
    pub fn new(mut to: W, headings: &[&str]) -> io::Result<Self> {
        to.write_all("\u{feff}".as_bytes())?;
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(to);
        writer.write_record(headings)?;
        Ok(Self(writer))
    }

    /// Writes a row.
    pub fn row(&mut self, cells: &[String]) -> io::Result<()> {
        self.0
            .write_record(cells.iter().map(|cell| guarded(cell).into_owned()))?;
        Ok(())
    }

    /// Writes what is left.
    pub fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}
