//! What an import has to say: every problem by row, column, the value found and what is accepted.

use std::{collections::HashSet, fmt};

/// Whether a problem keeps the row out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The row cannot be written as it is.
    Error,
    /// The row may be an entry that is there already: it is not written a second time.
    Held,
    /// The row is written; somebody should look.
    Warning,
}

/// One problem of one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The sheet of a workbook; empty where there is only one.
    pub sheet: String,
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
            sheet: String::new(),
            row,
            column: column.trim().replace(['\r', '\n'], ""),
            value: shorten(value),
            message: message.into(),
            severity: Severity::Error,
        }
    }

    /// A row that may be there already.
    pub fn held(row: usize, column: &str, value: &str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Held,
            ..Self::error(row, column, value, message)
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
            Severity::Held => "重複? ",
            Severity::Warning => "注意 ",
        })?;
        if !self.sheet.is_empty() {
            write!(f, "シート「{}」 ", self.sheet)?;
        }
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

/// Problems of one weight that are told in full; a person reads no more, and a file of a million bad rows must end.
pub const MAX_TOLD: usize = 1_000;

/// Everything an import has to say, however long the file.
#[derive(Debug, Default)]
pub struct Report {
    /// The problems told in full, in the order they were met.
    pub problems: Vec<Problem>,
    /// How many errors, held rows and warnings there are in all.
    counts: [usize; 3],
    left_out: usize,
    last: Option<(String, usize)>,
    /// What is accepted was listed once; a list of forty words on every line hides what the lines say.
    explained: HashSet<String>,
}

impl Report {
    /// Takes a problem in. Those of one row come one after the other.
    pub fn add(&mut self, mut problem: Problem) {
        if problem.severity != Severity::Warning && problem.row > 0 {
            let row = (problem.sheet.clone(), problem.row);
            if self.last.as_ref() != Some(&row) {
                self.left_out += 1;
                self.last = Some(row);
            }
        }
        let count = &mut self.counts[problem.severity as usize];
        *count += 1;
        if *count <= MAX_TOLD {
            if let Some((says, list)) = problem.message.split_once(": ")
                && list.contains('・')
                && !self.explained.insert(problem.message.clone())
            {
                problem.message = format!("{says}(選べるものは上と同じ)");
            }
            self.problems.push(problem);
        }
    }

    /// Whether anything keeps a row out.
    pub fn has_errors(&self) -> bool {
        self.counts[Severity::Error as usize] > 0
    }

    /// Rows that are not written.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// Problems that are not told in full, in words; `None` when all are.
    pub fn untold(&self) -> Option<String> {
        let more = self.counts.map(|count| count.saturating_sub(MAX_TOLD));
        let words = ["エラー", "重複かもしれない行", "注意"];
        let parts: Vec<String> = words
            .iter()
            .zip(more)
            .filter(|(_, count)| *count > 0)
            .map(|(word, count)| format!("{word}が{count}件"))
            .collect();
        (!parts.is_empty()).then(|| format!("ほかに{}あります", parts.join("、")))
    }
}

impl Extend<Problem> for Report {
    fn extend<I: IntoIterator<Item = Problem>>(&mut self, problems: I) {
        problems.into_iter().for_each(|problem| self.add(problem));
    }
}

impl From<Vec<Problem>> for Report {
    fn from(problems: Vec<Problem>) -> Self {
        let mut report = Self::default();
        report.extend(problems);
        report
    }
}
