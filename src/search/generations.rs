//! The folder of an index: whole generations side by side, one of them current.
//!
//! A generation is built beside the others and becomes current when it is complete; what is found damaged is set
//! aside. Everything in here can be thrown away: it is made again from the rows.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{
    index::{IndexError, TextIndex},
    senses,
};
use crate::db::{own_file, own_folder};

/// Rises when the shape of the index or the way it is written changes.
const VERSION: &str = "2";
const CURRENT: &str = "CURRENT";
const DAMAGED: &str = "damaged-";

/// The hash of everything an index depends on besides the rows: a change to any of it makes a new generation.
pub fn recipe() -> String {
    use sha2::{Digest, Sha256};
    let mut hasher = Sha256::new();
    for part in [
        VERSION,
        include_str!("analyzer/meaning.rs"),
        include_str!("analyzer/mod.rs"),
        include_str!("analyzer/sound.rs"),
        include_str!("analyzer/surface.rs"),
        include_str!("document.rs"),
        include_str!("facts.rs"),
        include_str!("../resources/words.rs"),
        include_str!("../../data/vocab/variants.csv"),
        include_str!("../../data/dict/welfare.csv"),
    ] {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    hasher.update(senses::version());
    let digest = hasher.finalize();
    digest.iter().take(6).map(|b| format!("{b:02x}")).collect()
}

/// The folder, and how this program makes what is in it.
#[derive(Debug)]
pub struct Generations {
    folder: PathBuf,
    recipe: String,
}

impl Generations {
    /// The generations in `folder`, which is made.
    pub fn open(folder: &Path) -> io::Result<Self> {
        own_folder(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            recipe: recipe(),
        })
    }

    /// The name of the current generation.
    pub fn current(&self) -> Option<String> {
        let name = fs::read_to_string(self.folder.join(CURRENT)).ok()?;
        let name = name.trim();
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        (plain && !name.is_empty()).then(|| name.to_owned())
    }

    /// Opens a generation.
    pub fn open_index(&self, name: &str) -> Result<TextIndex, IndexError> {
        TextIndex::open(&self.folder.join(name))
    }

    /// Whether a generation was made as this program makes them.
    pub fn is_ours(&self, name: &str) -> bool {
        name.rsplit_once('-')
            .is_some_and(|(recipe, _)| recipe == self.recipe)
    }

    /// A new, empty generation beside the others. The caller is the keeper.
    pub fn begin(&self) -> Result<(String, TextIndex), IndexError> {
        self.tidy()?;
        let last = self
            .names()?
            .iter()
            .filter_map(|name| name.rsplit_once('-')?.1.parse::<u64>().ok())
            .max()
            .unwrap_or(0);
        let name = format!("{}-{}", self.recipe, last + 1);
        let index = TextIndex::create(&self.folder.join(&name))?;
        Ok((name, index))
    }

    /// Makes a complete generation the current one. The pointer is replaced as a whole: it is never half written.
    pub fn swap(&self, name: &str) -> Result<(), IndexError> {
        let beside = self.folder.join("CURRENT.new");
        let mut file = own_file(&beside)?;
        file.set_len(0)?;
        file.write_all(name.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, self.folder.join(CURRENT))?;
        File::open(&self.folder)?.sync_all()?;
        self.tidy()
    }

    /// Sets a damaged generation aside, for whoever wants to look at it.
    pub fn quarantine(&self, name: &str) -> Result<(), IndexError> {
        for old in self.names()?.iter().filter(|n| n.starts_with(DAMAGED)) {
            fs::remove_dir_all(self.folder.join(old))?;
        }
        let from = self.folder.join(name);
        if from.exists() {
            fs::rename(from, self.folder.join(format!("{DAMAGED}{name}")))?;
        }
        let _ = fs::remove_file(self.folder.join(CURRENT));
        Ok(())
    }

    /// Removes what is neither current, nor the last before it, nor the last that was damaged.
    fn tidy(&self) -> Result<(), IndexError> {
        let current = self.current();
        let mut others: Vec<String> = self
            .names()?
            .into_iter()
            .filter(|name| !name.starts_with(DAMAGED) && Some(name) != current.as_ref())
            .collect();
        // What was never finished has a higher number than the current one: it is no predecessor.
        let number = |name: &str| name.rsplit_once('-').and_then(|(_, n)| n.parse::<u64>().ok());
        let now = current.as_deref().and_then(number);
        others.sort_by_key(|name| number(name));
        let before = others.iter().rposition(|name| number(name) < now);
        for (i, name) in others.iter().enumerate() {
            if Some(i) != before {
                fs::remove_dir_all(self.folder.join(name))?;
            }
        }
        Ok(())
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                names.extend(entry.file_name().into_string());
            }
        }
        Ok(names)
    }
}
