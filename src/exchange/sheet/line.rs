//! One row of a sheet, kept small: all cells in one text, because a list of 100,000 rows has millions of them.

/// One row: its number as the spreadsheet shows it, and its cells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// From 1, as Excel numbers it: a cell with line breaks is one row, a blank line counts.
    pub number: usize,
    text: String,
    ends: Vec<u32>,
}

impl Line {
    /// A row without cells yet.
    pub fn new(number: usize) -> Self {
        Self {
            number,
            ..Self::default()
        }
    }

    /// A row of these cells.
    pub fn of<'a>(number: usize, cells: impl IntoIterator<Item = &'a str>) -> Self {
        let mut line = Self::new(number);
        for cell in cells {
            line.push(cell);
        }
        line
    }

    /// Adds a cell at the right.
    pub fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has no cells.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Whether nothing is written in any of its cells.
    pub fn is_blank(&self) -> bool {
        self.text.chars().all(|c| c.is_whitespace() || c == '\u{feff}')
    }

    /// The cell of a column from 0, as it stands; `None` right of the last.
    pub fn get(&self, column: usize) -> Option<&str> {
        let end = *self.ends.get(column)? as usize;
        let start = column
            .checked_sub(1)
            .map_or(0, |before| self.ends[before] as usize);
        self.text.get(start..end)
    }

    /// All cells, left to right.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|column| self.get(column))
    }
}
