//! What a file has named already: an ID is one entry's, and a name that comes again at one resource gets a number of its own.

use std::collections::HashMap;

use super::cells::Cells;
use crate::{
    kernel::{id::ResourceId, text},
    resources::{opportunity::NewOpportunity, resource::NewResource},
};

/// Where an ID was met.
type Place = (String, usize);

/// IDs and names met so far.
#[derive(Debug, Default)]
pub struct Seen {
    resources: HashMap<String, Place>,
    opportunities: HashMap<String, Place>,
    names: HashMap<(String, String), usize>,
}

impl Seen {
    /// Notes a resource; an error when its ID was met before.
    pub fn resource(&mut self, cells: &mut Cells, entry: &NewResource, sheet: &str, row: usize) {
        let id = entry.id.as_str();
        if let Some(first) = first_of(&mut self.resources, id, sheet, row) {
            let message = if cells.text("資源ID").is_some() {
                format!("{first}と同じです。IDは1件に1つです")
            } else {
                format!("{first}と名称・所在地が同じです。別の団体なら、資源IDを書いてください")
            };
            cells.error("資源ID", id, message);
        }
    }

    /// Notes an opportunity; an error when its ID was met before.
    pub fn opportunity(&mut self, cells: &mut Cells, entry: &NewOpportunity, sheet: &str, row: usize) {
        let id = entry.id.as_str();
        if let Some(first) = first_of(&mut self.opportunities, id, sheet, row) {
            cells.error("機会ID", id, format!("{first}と同じです。IDは1件に1つです"));
        }
    }

    /// How often an opportunity of this name was met at the resource before this one.
    pub fn repeat(&mut self, resource: &ResourceId, name: &str) -> usize {
        let times = self
            .names
            .entry((resource.to_string(), text::key(name)))
            .or_default();
        *times += 1;
        *times - 1
    }
}

/// Where the id was met first, in words; `None` when this is the first time.
fn first_of(places: &mut HashMap<String, Place>, id: &str, sheet: &str, row: usize) -> Option<String> {
    match places.entry(id.to_owned()) {
        std::collections::hash_map::Entry::Vacant(empty) => {
            empty.insert((sheet.to_owned(), row));
            None
        }
        std::collections::hash_map::Entry::Occupied(first) => {
            let (first_sheet, first_row) = first.get();
            Some(if first_sheet == sheet {
                format!("{first_row}行目")
            } else {
                format!("シート「{first_sheet}」の{first_row}行目")
            })
        }
    }
}
