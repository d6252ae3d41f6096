//! What an index folder holds: its words, read as the index's own library reads them, and its files byte by byte.

use std::fs;
use std::path::{Path, PathBuf};

use tantivy::schema::Value;

/// Every file under `folder`.
pub fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the index is there") {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let bytes = fs::read(&path).expect("a readable file");
            found.push((path, bytes));
        }
    }
    found
}

/// Every word of every field of every index under `folder`, and everything stored beside the words, as bytes.
pub fn held(folder: &Path) -> Vec<Vec<u8>> {
    let mut held = Vec::new();
    for (path, _) in files(folder) {
        if path.file_name().is_some_and(|name| name == "meta.json") {
            held.extend(held_in(path.parent().expect("a folder")));
        }
    }
    held
}

fn held_in(folder: &Path) -> Vec<Vec<u8>> {
    let index = tantivy::Index::open_in_dir(folder).expect("the index opens");
    let searcher = index.reader().expect("a reader").searcher();
    let mut held = Vec::new();
    for segment in searcher.segment_readers() {
        for (field, entry) in index.schema().fields().filter(|(_, entry)| entry.is_indexed()) {
            let inverted = segment
                .inverted_index(field)
                .unwrap_or_else(|_| panic!("{}", entry.name()));
            let mut stream = inverted.terms().stream().expect("its words");
            while stream.advance() {
                held.push(stream.key().to_vec());
            }
        }
        let store = segment.get_store_reader(10).expect("what is stored");
        for doc in store.iter::<tantivy::TantivyDocument>(None) {
            for (_, value) in doc.expect("a document").field_values() {
                held.extend(value.as_bytes().map(<[u8]>::to_vec));
                held.extend(value.as_str().map(|text| text.as_bytes().to_vec()));
            }
        }
        let columns = segment.fast_fields();
        for (_, entry) in index.schema().fields().filter(|(_, entry)| entry.is_fast()) {
            let bytes = columns.bytes(entry.name()).ok().flatten();
            let text = columns.str(entry.name()).ok().flatten();
            let dictionaries = [
                bytes.as_ref().map(|c| c.dictionary()),
                text.as_ref().map(|c| c.dictionary()),
            ];
            for dictionary in dictionaries.into_iter().flatten() {
                let mut stream = dictionary.stream().expect("its words");
                while stream.advance() {
                    held.push(stream.key().to_vec());
                }
            }
        }
    }
    held
}
