//! Whether a process died while it wrote the index: files lie there that the last commit does not name.

use std::fs;
use std::path::Path;

/// Looks into every generation under `folder`.
pub fn index_is_in_pieces(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else {
        return false;
    };
    let (mut segments, mut named, mut pieces) = (Vec::new(), String::new(), false);
    for path in entries.map(|entry| entry.expect("a readable folder").path()) {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            pieces |= index_is_in_pieces(&path);
        } else if name == "meta.json" {
            named = fs::read_to_string(&path).expect("meta.json").replace('-', "");
        } else if let Some(id) = name
            .get(..32)
            .filter(|id| id.bytes().all(|b| b.is_ascii_hexdigit()))
        {
            segments.push(id.to_owned());
        }
    }
    pieces || segments.iter().any(|id| !named.contains(id))
}
