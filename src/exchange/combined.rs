//! Rows that keep place and activity together: rows of one 名称 and 所在地 are one resource with several opportunities.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use super::{
    lists::{Entry, Sheet, TOO_MUCH, beside, keeps_out, of_group, tell, unknown},
    report::{Problem, Report},
    resources::{self, Ground, note},
    seen::Seen,
    sheet::{Headings, Line, SheetError},
    vocabulary,
};
use crate::kernel::text;

/// Characters of rows that are held until all of a workbook is read; far more than people keep by hand.
const MAX_HELD: usize = 128 * 1024 * 1024;

/// Our own headings, for a row put together from several.
static OWN: LazyLock<Headings> =
    LazyLock::new(|| vocabulary::RESOURCES.headings(&Line::of(0, resources::COLUMNS.iter().copied())));

/// Rows gathered by the resource they speak of, in the order of their first rows.
#[derive(Default)]
pub struct Groups {
    rows: Vec<Vec<(Arc<Sheet>, Line)>>,
    by_key: HashMap<String, usize>,
    held: usize,
}

impl Groups {
    /// Puts a row to the others of its resource: by 資源ID, else by 名称 and 所在地.
    pub(super) fn add(&mut self, sheet: &Arc<Sheet>, line: Line) -> Result<(), SheetError> {
        self.held += line.cells().map(str::len).sum::<usize>() + 200;
        if self.held > MAX_HELD {
            return Err(SheetError::TooManyRows);
        }
        let part = |column| {
            sheet
                .head
                .text(&line, column)
                .map(|t| text::key(&t))
                .unwrap_or_default()
        };
        let key = match part("資源ID") {
            id if id.is_empty() => format!("{}\n{}", part("名称"), part("所在地")),
            id => id,
        };
        let next = self.rows.len();
        let at = *self.by_key.entry(key).or_insert(next);
        if at == next {
            self.rows.push(Vec::new());
        }
        self.rows[at].push((sheet.clone(), line));
        Ok(())
    }

    /// Reads each group and hands what is valid to `sink`.
    pub(super) fn read(
        self,
        ground: &Ground,
        seen: &mut Seen,
        report: &mut Report,
        sink: &mut dyn FnMut(Entry) -> bool,
    ) {
        for rows in self.rows {
            if let Some(entry) = read_group(&rows, ground, seen, report)
                && !sink(entry)
            {
                return;
            }
        }
    }
}

fn read_group(
    rows: &[(Arc<Sheet>, Line)],
    ground: &Ground,
    seen: &mut Seen,
    report: &mut Report,
) -> Option<Entry> {
    let (sheet, line) = rows.first()?;
    let mut kept = Vec::new();
    let (entry, more, problems) = if rows.len() == 1 {
        of_group(&sheet.head, line, sheet, ground)
    } else {
        let (merged, differing) = merged(rows, report);
        kept.extend(differing);
        of_group(&OWN, &merged, sheet, ground)
    };
    kept.extend(more);
    tell(report, &sheet.name, problems);
    let mut resource = entry?;
    let mut opportunities = Vec::new();
    for (sheet, line) in rows {
        let (offer, more, problems) = beside(sheet, line, &resource, seen);
        let bad = keeps_out(&problems);
        tell(report, &sheet.name, problems);
        kept.extend(more);
        kept.extend(unknown(sheet, line));
        let Some(offer) = offer.filter(|_| !bad) else {
            continue;
        };
        // The same activity told again, as the lower half of merged cells does, is one.
        let again = |other: &crate::resources::opportunity::NewOpportunity| {
            let mut same = offer.clone();
            same.id.clone_from(&other.id);
            same == *other
        };
        if !opportunities.iter().any(again) {
            opportunities.push(offer);
        }
    }
    if !note(&mut resource, kept) {
        tell(
            report,
            &sheet.name,
            vec![Problem::warning(line.number, "備考", "", TOO_MUCH)],
        );
    }
    Some(Entry {
        sheet: sheet.name.clone(),
        row: line.number,
        has_id: sheet.head.text(line, "資源ID").is_some(),
        resource,
        opportunities,
        columns: sheet.columns(line),
    })
}

/// One row from several: of each column the first value; what others say instead is told and comes back to be kept.
fn merged(rows: &[(Arc<Sheet>, Line)], report: &mut Report) -> (Line, Vec<(String, String)>) {
    let mut line = Line::new(rows.first().map_or(0, |(_, line)| line.number));
    let mut differing = Vec::new();
    for column in resources::COLUMNS {
        let mut value: Option<String> = None;
        for (sheet, row) in rows {
            let Some(told) = sheet.head.text(row, column) else {
                continue;
            };
            match &value {
                None => value = Some(told),
                Some(first) if text::key(first) == text::key(&told) => {}
                Some(_) => {
                    let message =
                        "同じ団体のほかの行と違います。はじめの行のものを使い、これは備考に残します";
                    tell(
                        report,
                        &sheet.name,
                        vec![Problem::warning(row.number, column, &told, message)],
                    );
                    differing.push(((*column).to_owned(), told));
                }
            }
        }
        line.push(value.as_deref().unwrap_or_default());
    }
    (line, differing)
}
