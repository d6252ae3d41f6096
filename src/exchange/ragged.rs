//! Rows that end before their headings do, as tools write them that drop empty cells: told once a table, because a cell may have been lost.

use super::{
    report::Problem,
    sheet::{Headings, Line},
};

/// Rows named in full; of more only the number is told.
const NAMED: usize = 10;

/// The short rows of one table.
#[derive(Debug, Default)]
pub struct Ragged {
    count: usize,
    first: Vec<usize>,
}

impl Ragged {
    /// Looks at one row. A workbook's rows are never short: what is not written in it is empty.
    pub fn look(&mut self, head: &Headings, row: &Line) {
        let needed = head.headings.iter().rposition(|h| !h.trim().is_empty());
        if needed.is_none_or(|last| last < row.len()) {
            return;
        }
        self.count += 1;
        if self.first.len() < NAMED {
            self.first.push(row.number);
        }
    }

    /// What to say of them; nothing when there were none.
    pub fn told(&self) -> Option<Problem> {
        let rows: Vec<String> = self.first.iter().map(ToString::to_string).collect();
        let more = if self.count > NAMED { "など" } else { "" };
        let told = format!(
            "{}行でセルが見出しより少なくなっています({}行目{more})。足りないセルは空として読みました",
            self.count,
            rows.join("、")
        );
        (self.count > 0).then(|| Problem::warning(0, "", "", told))
    }
}
