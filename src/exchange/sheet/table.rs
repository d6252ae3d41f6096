//! The heading row of a sheet: found near the top, matched whatever its width and spacing.

use std::collections::HashMap;

use super::{Line, SheetError};
use crate::kernel::text;

/// Rows with anything in them that are searched for the headings.
pub const SEARCHED: usize = 5;

/// The form two spellings of one heading share.
pub fn heading_key(heading: &str) -> String {
    text::key(heading.trim_matches(['\u{feff}', '"', '\'']))
}

/// What became of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Nobody has said what it means.
    Open,
    /// It is a column of ours, under its own heading or another word for it.
    Ours,
    /// It is passed over, like a running number.
    Passed,
}

/// Headings and where each column stands.
#[derive(Debug, Clone, Default)]
pub struct Headings {
    /// Headings as written, left to right.
    pub headings: Vec<String>,
    columns: HashMap<String, Vec<usize>>,
    uses: Vec<Use>,
    /// Columns of ours that were found under another word.
    aliases: Vec<&'static str>,
    /// Columns are asked for by our own headings to the letter, so that one that is not there costs nothing in a million rows.
    ours: bool,
}

impl Headings {
    /// The headings of a row, each meaning itself; of two that are the same the left one is meant.
    pub fn of(line: &Line) -> Self {
        let mut head = Self::unread(line);
        head.ours = false;
        for at in 0..head.headings.len() {
            let key = heading_key(&head.headings[at]);
            head.columns.entry(key).or_insert_with(|| vec![at]);
        }
        head
    }

    /// The headings of a row before anybody says what they mean.
    pub fn unread(line: &Line) -> Self {
        let headings: Vec<String> = line.cells().map(str::to_owned).collect();
        let uses = headings
            .iter()
            .map(|h| {
                if h.trim().is_empty() {
                    Use::Passed
                } else {
                    Use::Open
                }
            })
            .collect();
        Self {
            headings,
            uses,
            ours: true,
            ..Self::default()
        }
    }

    /// Columns nobody has given a meaning.
    pub fn open(&self) -> Vec<usize> {
        self.unknown_columns().collect()
    }

    /// Says that the column is this one of ours, unless one further left is; `own` when the heading is ours too.
    pub fn take(&mut self, at: usize, column: &'static str, own: bool) {
        if self.columns.contains_key(column) {
            return;
        }
        self.columns.insert(column.to_owned(), vec![at]);
        self.uses[at] = Use::Ours;
        if !own {
            self.aliases.push(column);
        }
    }

    /// Says that a further column holds more of one that was found.
    pub fn join(&mut self, at: usize, column: &str) {
        if let Some(columns) = self.columns.get_mut(column) {
            columns.push(at);
            columns.sort_unstable();
            self.uses[at] = Use::Ours;
        }
    }

    /// Says that a column holds nothing to keep.
    pub fn pass_over(&mut self, at: usize) {
        self.uses[at] = Use::Passed;
    }

    /// Says that a column of ours was meant as another of ours that is not there.
    pub fn mean(&mut self, column: &str, other: &'static str) {
        if !self.columns.contains_key(other)
            && let Some(at) = self.columns.remove(column)
        {
            self.columns.insert(other.to_owned(), at);
            self.aliases.push(other);
        }
    }

    /// Columns of ours under another word, with that word.
    pub fn aliases(&self) -> impl Iterator<Item = (&str, &'static str)> {
        self.aliases.iter().filter_map(|column| {
            let at = *self.columns.get(*column)?.first()?;
            Some((self.headings[at].as_str(), *column))
        })
    }

    /// Whether a column of this heading is there.
    pub fn has(&self, heading: &str) -> bool {
        self.find(heading).is_some()
    }

    /// Whether it is there under another word than ours.
    pub fn has_alias(&self, column: &str) -> bool {
        self.aliases.contains(&column)
    }

    /// Whether any column is there under another word than ours: a table that a group made for itself.
    pub fn is_foreign(&self) -> bool {
        !self.aliases.is_empty()
    }

    fn find(&self, heading: &str) -> Option<&[usize]> {
        let columns = match self.columns.get(heading) {
            None if !self.ours => self.columns.get(&heading_key(heading)),
            found => found,
        };
        columns.map(Vec::as_slice)
    }

    /// A cell of a row by heading; `None` when the column is not there or the cell is empty.
    pub fn cell<'a>(&self, row: &'a Line, heading: &str) -> Option<&'a str> {
        written(row, *self.find(heading)?.first()?)
    }

    /// The text of a cell by heading, cleaned; the parts of a joined column with spaces between.
    pub fn text(&self, row: &Line, heading: &str) -> Option<String> {
        match self.find(heading)? {
            [one] => written(row, *one).and_then(text::cell),
            many => {
                let parts: Vec<String> = many
                    .iter()
                    .filter_map(|at| text::cell(written(row, *at)?))
                    .collect();
                (!parts.is_empty()).then(|| parts.join(" "))
            }
        }
    }

    /// Headings that are none of `known`.
    pub fn unknown(&self, known: &[&str]) -> Vec<&str> {
        let known: Vec<String> = known.iter().map(|k| heading_key(k)).collect();
        self.headings
            .iter()
            .filter(|h| !h.trim().is_empty() && !known.contains(&heading_key(h)))
            .map(String::as_str)
            .collect()
    }

    /// Positions of the columns that mean nothing to us, left to right.
    pub fn unknown_columns(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.uses.len()).filter(|at| self.uses[*at] == Use::Open)
    }

    /// Whether a row below repeats the headings, as printed lists do on every page.
    pub fn is_repeated_by(&self, row: &Line) -> bool {
        let mut same = 0;
        for (at, heading) in self.headings.iter().enumerate() {
            let cell = row.get(at).unwrap_or_default().trim();
            if cell.is_empty() || heading.trim().is_empty() {
                continue;
            }
            if cell != heading.trim() {
                return false;
            }
            same += 1;
        }
        same >= 2
    }

    /// The headings of two rows, when the second is the lower half of the first: what spans both stands in both, and where the lower one
    /// says something else it says it more exactly (連絡先 above 電話 and メール).
    pub fn two_storeys(upper: &Line, lower: &Line, spanning: usize) -> Option<Line> {
        let text = |line: &Line, at| written(line, at).unwrap_or_default().to_owned();
        let spans = |at| !text(upper, at).is_empty() && text(upper, at) == text(lower, at);
        let width = upper.len().max(lower.len());
        let more = (0..width).any(|at| !text(lower, at).is_empty() && text(upper, at) != text(lower, at));
        if !spans(spanning) || !more {
            return None;
        }
        let halves: Vec<String> = (0..width)
            .map(|at| {
                Some(text(lower, at))
                    .filter(|t| !t.is_empty())
                    .unwrap_or_else(|| text(upper, at))
            })
            .collect();
        Some(Line::of(lower.number, halves.iter().map(String::as_str)))
    }

    /// Where a column stands.
    pub fn position(&self, column: &str) -> Option<usize> {
        self.find(column)?.first().copied()
    }
}

/// What stands in a cell; `None` when nothing does.
pub fn written(row: &Line, at: usize) -> Option<&str> {
    row.get(at)
        .map(|c| c.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}'))
        .filter(|c| !c.is_empty())
}

/// A table under its heading row, all of it in memory: for files of a size that allows it.
#[derive(Debug)]
pub struct Table {
    head: Headings,
    /// The rows below, empty ones left out.
    pub rows: Vec<Line>,
}

impl std::ops::Deref for Table {
    type Target = Headings;
    fn deref(&self) -> &Headings {
        &self.head
    }
}

impl Table {
    /// Finds the heading row near the top: the first that has all of `needed`.
    ///
    /// # Errors
    /// [`SheetError::NoHeader`] with what was found instead.
    pub fn new(lines: Vec<Line>, needed: &[&str]) -> Result<Self, SheetError> {
        let mut lines = lines.into_iter().filter(|line| !line.is_blank());
        let mut above = Vec::new();
        for line in lines.by_ref().take(SEARCHED) {
            let head = Headings::of(&line);
            if needed.iter().all(|n| head.has(n)) {
                return Ok(Self {
                    head,
                    rows: lines.collect(),
                });
            }
            above.push(line);
        }
        Err(no_header(&above, &needed.join("、")))
    }
}

/// Says what is needed, and what the likeliest heading row holds instead: the one with most cells.
pub fn no_header(above: &[Line], needed: &str) -> SheetError {
    let filled = |line: &&Line| line.cells().filter(|c| !c.trim().is_empty()).count();
    // Of rows alike the first is meant.
    let likeliest = above.iter().rev().max_by_key(filled);
    let found: Vec<&str> = likeliest
        .iter()
        .flat_map(|line| line.cells())
        .map(str::trim)
        .filter(|c| !c.is_empty())
        .collect();
    SheetError::NoHeader {
        needed: needed.to_owned(),
        found: found.join("、").chars().take(200).collect(),
    }
}
