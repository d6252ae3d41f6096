//! One row of an official table, read by the names its column has in the versions that are about.

use crate::{
    exchange::{
        cells::unseen,
        ragged::Ragged,
        report::{Problem, Severity},
        sheet::{
            Line, SheetError,
            table::{SEARCHED, Table, heading_key},
        },
    },
    kernel::{
        geo::{LngLat, PlaceError},
        text,
    },
};

/// A column: the name this program uses, and every other one it has been seen with.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// The name used here.
    pub name: &'static str,
    /// Other spellings and the English physical name.
    pub also: &'static [&'static str],
}

/// Shorthand for [`Column`].
pub const fn column(name: &'static str, also: &'static [&'static str]) -> Column {
    Column { name, also }
}

/// Puts the rows under this program's names. `columns` stand in the order of the published file: a garbled heading
/// (`列1`) between two known ones is taken for the column that belongs there, with a warning.
pub fn table(
    mut lines: Vec<Line>,
    columns: &[Column],
    needed: &[&'static str],
    problems: &mut Vec<Problem>,
) -> Result<Table, SheetError> {
    for line in lines.iter_mut().filter(|l| !l.is_blank()).take(SEARCHED) {
        let mut found: Vec<Option<usize>> = line.cells().map(|c| named(columns, c)).collect();
        let mut mended = Vec::new();
        let position = |name: &str| columns.iter().position(|c| c.name == name);
        for missing in needed.iter().filter_map(|n| position(n)) {
            if found.contains(&Some(missing)) {
                continue;
            }
            let next = found.iter().position(|f| *f == Some(missing + 1));
            if let Some(at) = next
                .and_then(|n| n.checked_sub(1))
                .filter(|at| found[*at].is_none())
            {
                found[at] = Some(missing);
                let heading = line.get(at).unwrap_or_default();
                let name = columns[missing].name;
                mended.push(Problem::warning(
                    line.number,
                    heading,
                    "",
                    format!("見出しが読めません。並びから「{name}」とみなします"),
                ));
            }
        }
        if needed.iter().all(|n| found.contains(&position(n))) {
            let renamed = line
                .cells()
                .zip(&found)
                .map(|(cell, found)| found.map_or(cell, |f| columns[f].name));
            *line = Line::of(line.number, renamed);
            problems.append(&mut mended);
            break;
        }
    }
    let table = Table::new(lines, needed)?;
    let mut ragged = Ragged::default();
    table.rows.iter().for_each(|row| ragged.look(&table, row));
    problems.extend(ragged.told());
    Ok(table)
}

fn named(columns: &[Column], cell: &str) -> Option<usize> {
    let key = heading_key(cell);
    let is = |name: &str| heading_key(name) == key;
    columns
        .iter()
        .position(|c| is(c.name) || c.also.iter().any(|a| is(a)))
}

/// One row, with what was wrong in it.
#[derive(Debug)]
pub struct Record<'a> {
    table: &'a Table,
    row: &'a Line,
    /// What was wrong so far.
    pub problems: Vec<Problem>,
}

impl<'a> Record<'a> {
    /// A reader of one row.
    pub fn new(table: &'a Table, row: &'a Line) -> Self {
        Self {
            table,
            row,
            problems: unseen(table, row),
        }
    }

    /// Row as the spreadsheet numbers it.
    pub fn number(&self) -> usize {
        self.row.number
    }

    /// A cell, cleaned; `None` when empty or not there.
    pub fn text(&self, column: &str) -> Option<String> {
        self.table.cell(self.row, column).and_then(text::cell)
    }

    /// Notes an error about a column: the row stays out.
    pub fn error(&mut self, column: &str, value: &str, message: impl Into<String>) {
        self.problems
            .push(Problem::error(self.row.number, column, value, message));
    }

    /// Notes something to look at.
    pub fn warning(&mut self, column: &str, value: &str, message: impl Into<String>) {
        self.problems
            .push(Problem::warning(self.row.number, column, value, message));
    }

    /// Whether anything keeps the row out.
    pub fn failed(&self) -> bool {
        self.problems.iter().any(|p| p.severity == Severity::Error)
    }

    /// A text of at most so many characters; what is longer is cut, because the row is worth more than its tail.
    pub fn short(&mut self, column: &str, limit: usize) -> Option<String> {
        let value = self.text(column)?;
        if value.chars().count() <= limit {
            return Some(value);
        }
        self.warning(
            column,
            &value,
            format!("長いので、はじめの{limit}文字だけを取り込みます"),
        );
        Some(value.chars().take(limit).collect())
    }

    /// A name, which must be there.
    pub fn name(&mut self, column: &str) -> Option<String> {
        match self.text(column) {
            Some(name) if name.chars().count() <= 200 => Some(name),
            found => {
                let value = found.unwrap_or_default();
                self.error(column, &value, "名称を1〜200文字で書いてください");
                None
            }
        }
    }

    /// A point from two cells; `None` when both are empty or 0, an error when only one can be read or the place is
    /// not in Japan.
    pub fn point(&mut self, lat: &str, lng: &str) -> Option<LngLat> {
        let (a, b) = (self.degrees(lat)?, self.degrees(lng)?);
        match (a, b) {
            (Degrees::None, Degrees::None) => None,
            (Degrees::Known(a), Degrees::Known(b)) => match LngLat::new(b, a) {
                Ok(point) => Some(point),
                Err(PlaceError::Swapped) => {
                    self.error(lat, &format!("{a}, {b}"), PlaceError::Swapped.to_string());
                    None
                }
                Err(why) => {
                    self.error(lat, &format!("{a}, {b}"), why.to_string());
                    None
                }
            },
            _ => {
                self.error(lat, "", "緯度と経度は両方必要です");
                None
            }
        }
    }

    fn degrees(&mut self, column: &str) -> Option<Degrees> {
        let Some(value) = self.text(column) else {
            return Some(Degrees::None);
        };
        match text::key(&value).parse::<f64>() {
            Ok(0.0) => Some(Degrees::None),
            Ok(number) => Some(Degrees::Known(number)),
            Err(_) => {
                self.error(column, &value, "39.1444 のような度の数字にしてください");
                None
            }
        }
    }

    /// A telephone number; what is no number (`0`, an Excel exponent) is left out with a warning.
    pub fn phone(&mut self, column: &str) -> Option<String> {
        let value = self.text(column)?;
        let flat = text::nfkc(&value);
        if exponent(&flat) {
            self.warning(
                column,
                &value,
                "Excelで桁がこわれています。電話番号は取り込みません",
            );
            return None;
        }
        let digits = flat.chars().filter(char::is_ascii_digit).count();
        ((9..=15).contains(&digits) && flat.chars().count() <= 50).then_some(flat)
    }

    /// A web address; one that leads nowhere (`https://`) is left out.
    pub fn url(&mut self, column: &str) -> Option<String> {
        let value = text::nfkc(&self.text(column)?);
        let rest = value
            .strip_prefix("https://")
            .or_else(|| value.strip_prefix("http://"));
        let host = rest.and_then(|r| r.split('/').next()).unwrap_or_default();
        let fine = host.contains('.') && value.len() <= 500 && !value.contains(char::is_whitespace);
        if !fine && rest.is_none() {
            self.warning(
                column,
                &value,
                "http:// か https:// で始まらないので取り込みません",
            );
        }
        fine.then_some(value)
    }

    /// A capacity; 0 and empty are 'none given'.
    pub fn capacity(&mut self, column: &str) -> Option<u32> {
        let value = self.text(column)?;
        let flat = text::key(&value).replace(',', "");
        match flat.trim_end_matches(['人', '名', '床']).parse::<u32>() {
            Ok(0) => None,
            Ok(number) => Some(number),
            Err(_) => {
                self.warning(column, &value, "人数として読めません。定員は取り込みません");
                None
            }
        }
    }
}

enum Degrees {
    None,
    Known(f64),
}

/// Whether Excel has made a number of an id and lost its digits: `1.31E+11`.
///
/// ```
/// use yosatte::exchange::official::record::exponent;
/// assert!(exponent("1.31E+11") && exponent("３.7e+09"));
/// assert!(!exponent("0371500331") && !exponent("E0321500001111"));
/// ```
pub fn exponent(value: &str) -> bool {
    let key = text::key(value);
    key.split_once("e+")
        .is_some_and(|(mantissa, power)| mantissa.parse::<f64>().is_ok() && power.parse::<u32>().is_ok())
}
