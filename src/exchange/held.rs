//! Rows without an ID that look like an entry that is there, or like another row: told, and not written a second time.

use std::collections::{HashMap, HashSet};

use super::{
    lists::Entry,
    report::{Problem, Report},
};
use crate::resources::{
    duplicates::{self, Evidence, Signature},
    resource::NewResource,
};

/// An entry that is stored.
#[derive(Debug)]
pub struct Known {
    id: String,
    name: String,
    signature: Signature,
}

impl Known {
    /// What is compared of it.
    pub fn of(entry: &NewResource) -> Self {
        Self {
            id: entry.id.to_string(),
            name: entry.name.clone(),
            signature: Signature::of(entry),
        }
    }
}

/// A row of the file.
#[derive(Debug)]
pub struct Row {
    known: Known,
    sheet: String,
    number: usize,
    has_id: bool,
}

impl Row {
    /// What is compared of it.
    pub fn of(entry: &Entry) -> Self {
        Self {
            known: Known::of(&entry.resource),
            sheet: entry.sheet.clone(),
            number: entry.row,
            has_id: entry.has_id,
        }
    }
}

/// Finds the rows that are not to be written, by their position in the file, and tells why. Rows with an ID, and rows that are stored under
/// the ID made for them, are written whatever they look like, and told.
pub fn hold(stored: &[Known], rows: &[Row], report: &mut Report) -> HashSet<usize> {
    let ids: HashSet<&str> = rows.iter().map(|row| row.known.id.as_str()).collect();
    // A stored entry that the file updates is compared as the file has it.
    let others: Vec<&Known> = stored
        .iter()
        .filter(|known| !ids.contains(known.id.as_str()))
        .collect();
    let stored_ids: HashSet<&str> = stored.iter().map(|known| known.id.as_str()).collect();
    let all: Vec<Signature> = others
        .iter()
        .copied()
        .chain(rows.iter().map(|row| &row.known))
        .map(|known| known.signature.clone())
        .collect();
    let mut earlier: HashMap<usize, Vec<(usize, Evidence)>> = HashMap::new();
    for (a, b, evidence) in duplicates::pairs(&all) {
        if b >= others.len() {
            earlier.entry(b - others.len()).or_default().push((a, evidence));
        }
    }
    let mut held = HashSet::new();
    for (at, row) in rows.iter().enumerate() {
        let Some(alike) = earlier.get(&at) else { continue };
        let written =
            |other: &&(usize, Evidence)| other.0 < others.len() || !held.contains(&(other.0 - others.len()));
        let Some((other, evidence)) = alike.iter().find(written) else {
            continue;
        };
        let (what, id) = match others.get(*other) {
            Some(known) => (
                format!("資源ID「{}」の「{}」", known.id, known.name),
                known.id.as_str(),
            ),
            None => {
                let first = &rows[*other - others.len()];
                let sheet = if first.sheet == row.sheet {
                    String::new()
                } else {
                    format!("シート「{}」の", first.sheet)
                };
                (
                    format!("{sheet}{}行目の「{}」", first.number, first.known.name),
                    first.known.id.as_str(),
                )
            }
        };
        let why = evidence.label();
        let keeps = row.has_id || stored_ids.contains(row.known.id.as_str());
        let mut problem = if keeps {
            let message = format!("{what}と同じ団体かもしれません({why})。このまま取り込みます");
            Problem::warning(row.number, "名称", &row.known.name, message)
        } else {
            let message = format!(
                "{what}と同じ団体かもしれないので、書きません({why})。同じなら資源IDの列に {id} を、別なら新しい資源IDを書いてください"
            );
            Problem::held(row.number, "名称", &row.known.name, message)
        };
        problem.sheet.clone_from(&row.sheet);
        report.add(problem);
        if !keeps {
            held.insert(at);
        }
    }
    held
}
