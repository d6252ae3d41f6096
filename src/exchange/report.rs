//! What an import has to say: every problem by row, column, the value found and what is accepted.

use std::fmt;

/// Whether a problem keeps the row out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The row cannot be written as it is.
    Error,
    /// The row is written; somebody should look.
    Warning,
}

/// One problem of one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Row as the spreadsheet numbers it, from 1; 0 is the whole file.
    pub row: usize,
    /// Column heading; empty when it is about the row.
    pub column: String,
    /// What stood there, shortened.
    pub value: String,
    /// What is wrong, and what is accepted.
    pub message: String,
    /// Whether the row is kept out.
    pub severity: Severity,
}

impl Problem {
    /// A problem that keeps the row out.
    pub fn error(row: usize, column: &str, value: &str, message: impl Into<String>) -> Self {
        Self {
            row,
            column: column.into(),
            value: shorten(value),
            message: message.into(),
            severity: Severity::Error,
        }
    }

    /// A problem to look at.
    pub fn warning(row: usize, column: &str, value: &str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(row, column, value, message)
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.severity {
            Severity::Error => "エラー ",
            Severity::Warning => "注意 ",
        })?;
        if self.row > 0 {
            write!(f, "{}行目 ", self.row)?;
        }
        if !self.column.is_empty() {
            write!(f, "「{}」 ", self.column)?;
        }
        if !self.value.is_empty() {
            write!(f, "値「{}」 ", self.value)?;
        }
        f.write_str(&self.message)
    }
}

/// At most 40 characters of a value, on one line: a report is read by people.
fn shorten(value: &str) -> String {
    let flat: String = value
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(41)
        .collect();
    if flat.chars().count() > 40 {
        flat.chars().take(40).chain(['…']).collect()
    } else {
        flat
    }
}

/// Rows read from a file, and what was wrong.
#[derive(Debug)]
pub struct Parsed<T> {
    /// Valid entries with the row each came from.
    pub entries: Vec<(usize, T)>,
    /// Everything to say.
    pub problems: Vec<Problem>,
}

impl<T> Parsed<T> {
    /// Whether anything keeps a row out.
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(|p| p.severity == Severity::Error)
    }
}
