//! Entries as the files they came from: the columns of `csv.md` as CSV or XLSX, and places as GeoJSON.

mod csv;
mod geojson;
mod rows;
mod xlsx;

use std::io::{self, Write};

pub use self::{
    geojson::{Features, offer as offer_properties, resource as resource_properties},
    rows::{DistrictName, offer, public, staff},
};

use crate::kernel::geo::LngLat;

/// A file of rows being written, one row at a time.
pub enum Table<W: Write + Send> {
    /// UTF-8 with a byte-order mark, because Excel takes it for CP932 without.
    Csv(Box<csv::CsvFile<W>>),
    /// A workbook; it is written when it is finished.
    Xlsx(Box<xlsx::XlsxFile<W>>),
}

impl<W: Write + Send> Table<W> {
    /// A CSV that opens with these headings.
    pub fn csv(to: W, headings: &[&str]) -> io::Result<Self> {
        Ok(Self::Csv(Box::new(csv::CsvFile::new(to, headings)?)))
    }

    /// A workbook of one sheet with these headings.
    pub fn xlsx(to: W, sheet: &str, headings: &[&str]) -> io::Result<Self> {
        Ok(Self::Xlsx(Box::new(xlsx::XlsxFile::new(to, sheet, headings)?)))
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[String]) -> io::Result<()> {
        match self {
            Self::Csv(file) => file.row(cells),
            Self::Xlsx(file) => file.row(cells),
        }
    }

    /// Ends the file.
    pub fn finish(self) -> io::Result<()> {
        match self {
            Self::Csv(file) => file.finish(),
            Self::Xlsx(file) => file.finish(),
        }
    }
}

/// A place on the map with what is said about it.
pub struct Feature {
    /// The id of the entry.
    pub id: String,
    /// Where it is shown.
    pub point: LngLat,
    /// What the API says of it, by the same names.
    pub properties: serde_json::Value,
}
