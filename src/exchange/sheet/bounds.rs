//! What a workbook may unpack to, measured before anything of it is read: a zip of 1 MB can hold 1 GB of nothing.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::{SheetError, kind};

/// Bytes all parts of a workbook may unpack to: a list of 100,000 full rows takes about a quarter.
const MAX_UNPACKED: u64 = 768 * 1024 * 1024;
/// Bytes of the texts shared by all cells, which are held in memory together.
const MAX_SHARED: u64 = 192 * 1024 * 1024;
/// A part above [`FREE_RATIO`] may be this many times its packed size; real sheets stay below 50.
const MAX_RATIO: u64 = 150;
/// Bytes up to which nobody minds how well a part was packed.
const FREE_RATIO: u64 = 32 * 1024 * 1024;
/// Parts a workbook may have.
const MAX_PARTS: usize = 10_000;

/// Refuses a container that is no workbook, or that unpacks to more than its bounds, by what it declares and by what it holds.
pub fn check(bytes: &[u8]) -> Result<(), SheetError> {
    let broken = |e: zip::result::ZipError| SheetError::Damaged(e.to_string());
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if zip.index_for_name("xl/workbook.xml").is_none() {
        let names: Vec<_> = zip.file_names().filter_map(Result::ok).collect();
        return Err(kind::other_container(names.iter().map(AsRef::as_ref)));
    }
    if zip.len() > MAX_PARTS {
        return Err(SheetError::Workbook(format!("部品が多すぎます({})", zip.len())));
    }
    let mut declared = 0_u64;
    for part in 0..zip.len() {
        let part = zip.by_index_raw(part).map_err(broken)?;
        declared = declared.saturating_add(part.size());
        let name = part.name().map_err(broken)?;
        within(&name, part.size(), part.compressed_size())?;
    }
    if declared > MAX_UNPACKED {
        return Err(SheetError::Bomb { limit: MAX_UNPACKED });
    }
    // The directory may lie, so what is going to be read is unpacked once into nothing, and counted.
    let mut held = 0_u64;
    for part in 0..zip.len() {
        let part = zip.by_index(part).map_err(broken)?;
        let (name, packed) = (part.name().map_err(broken)?.into_owned(), part.compressed_size());
        if !(name.ends_with(".xml") || name.ends_with(".rels")) {
            continue;
        }
        let left = MAX_UNPACKED - held + 1;
        let size = std::io::copy(&mut part.take(left), &mut std::io::sink())
            .map_err(|e| SheetError::Damaged(e.to_string()))?;
        held += size;
        if held > MAX_UNPACKED {
            return Err(SheetError::Bomb { limit: MAX_UNPACKED });
        }
        within(&name, size, packed)?;
    }
    Ok(())
}

fn within(name: &str, size: u64, packed: u64) -> Result<(), SheetError> {
    let limit = if name.to_lowercase().ends_with("sharedstrings.xml") {
        MAX_SHARED
    } else if size > FREE_RATIO {
        packed.saturating_mul(MAX_RATIO).max(FREE_RATIO)
    } else {
        MAX_UNPACKED
    };
    if size > limit {
        return Err(SheetError::Bomb { limit });
    }
    Ok(())
}
