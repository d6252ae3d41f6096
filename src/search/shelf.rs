//! One index in use: the generation that is asked, what is seen of it, and how it is mended.

use std::{
    path::Path,
    sync::{
        Arc, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{
    document::document,
    generations::Generations,
    index::{IndexError, TextIndex, Writer},
    parts::Part,
    snapshot::Snapshot,
    sync::DistrictWords,
};
use crate::{db::change_log::Position, resources::public::VisibleResource};

/// A generation in use.
#[derive(Debug)]
pub struct Generation {
    name: String,
    /// What is written and looked at.
    pub index: TextIndex,
}

#[derive(Debug, Clone)]
struct Seen {
    generation: Arc<Generation>,
    snapshot: Arc<Snapshot>,
}

/// What a look at the files brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Look {
    /// Nothing.
    Same,
    /// The same entries in other segments.
    Merged,
    /// Other entries.
    News,
}

/// One of the two indexes.
#[derive(Debug)]
pub struct Shelf {
    part: Part,
    generations: Generations,
    /// `None` while there is no generation to ask.
    seen: RwLock<Option<Seen>>,
    /// A question met a fault: the files are to be looked at.
    suspect: AtomicBool,
}

impl Shelf {
    /// Opens the index of a part under `folder`. What cannot be opened is left for the keeper to mend.
    pub fn open(folder: &Path, part: Part) -> Result<Self, IndexError> {
        let shelf = Self {
            part,
            generations: Generations::open(&folder.join(part.folder()))?,
            seen: RwLock::new(None),
            suspect: AtomicBool::new(false),
        };
        if let Err(error) = shelf.look() {
            tracing::warn!(%error, index = part.folder(), "検索の索引を使えません。作り直すまでのあいだ、データベースから答えます");
        }
        Ok(shelf)
    }

    fn seen(&self) -> Option<Seen> {
        self.seen.read().expect("only ever replaced").clone()
    }

    /// What was seen last; `None` while there is no index.
    pub fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.seen().map(|seen| seen.snapshot)
    }

    /// Has the keeper look at the files.
    pub fn suspect(&self) {
        self.suspect.store(true, Ordering::Relaxed);
    }

    /// The current generation, when it can be continued: whole, made by this recipe, and of this database.
    pub fn usable(&self, head: Position) -> Result<Option<Arc<Generation>>, IndexError> {
        let Some(name) = self.generations.current() else {
            return Ok(None);
        };
        let known = self.seen().map(|s| s.generation).filter(|g| g.name == name);
        let suspect = self.suspect.swap(false, Ordering::Relaxed);
        let opened = match known {
            Some(generation) if !suspect => Ok(generation),
            _ => self.generation(&name),
        };
        match opened {
            Ok(generation) => {
                let ours = self.generations.is_ours(&name);
                // A log shorter than the index remembers belongs to another database.
                Ok((ours && generation.index.position() <= head).then_some(generation))
            }
            Err(IndexError::Foreign) => Ok(None),
            Err(error) => {
                tracing::warn!(%error, index = self.part.folder(), "検索の索引が壊れています。取りのけて作り直します");
                self.generations.quarantine(&name)?;
                Ok(None)
            }
        }
    }

    fn generation(&self, name: &str) -> Result<Arc<Generation>, IndexError> {
        let index = self.generations.open_index(name)?;
        let name = name.to_owned();
        Ok(Arc::new(Generation { name, index }))
    }

    /// Sees what the keeper committed.
    pub fn look(&self) -> Result<Look, IndexError> {
        let Some(name) = self.generations.current() else {
            return Ok(Look::Same);
        };
        let before = self.seen();
        let generation = match &before {
            Some(seen) if seen.generation.name == name => seen.generation.clone(),
            _ => self.generation(&name)?,
        };
        let before = before.map(|seen| seen.snapshot);
        if let Some(before) = &before
            && before.is_latest(&generation.index)?
        {
            return Ok(Look::Same);
        }
        let snapshot = Arc::new(Snapshot::take(&generation.index, before.as_deref())?);
        let look = match before {
            Some(before) if before.at == snapshot.at => Look::Merged,
            _ => Look::News,
        };
        *self.seen.write().expect("only ever replaced") = Some(Seen { generation, snapshot });
        Ok(look)
    }

    /// Begins a new generation, beside the one that answers meanwhile. The caller is the keeper.
    pub fn begin(&self) -> Result<Building<'_>, IndexError> {
        let (name, index) = self.generations.begin()?;
        Ok(Building {
            shelf: self,
            writer: index.writer()?,
            name,
            entries: 0,
        })
    }
}

/// A generation that is being built.
#[derive(Debug)]
pub struct Building<'s> {
    shelf: &'s Shelf,
    name: String,
    writer: Writer,
    entries: usize,
}

impl Building<'_> {
    /// Takes in entries.
    pub fn add(&mut self, entries: &[VisibleResource], districts: DistrictWords) -> Result<(), IndexError> {
        self.entries += entries.len();
        write(&mut self.writer, entries, districts)
    }

    /// Makes it the current one; returns how many entries it has.
    pub fn finish(mut self, at: Position) -> Result<usize, IndexError> {
        self.writer.commit(at)?;
        self.writer.finish()?;
        self.shelf.generations.swap(&self.name)?;
        tracing::info!(
            index = self.shelf.part.folder(),
            entries = self.entries,
            generation = self.name,
            "検索の索引を作りました"
        );
        Ok(self.entries)
    }
}

/// Adds the documents of entries; the caller has removed what was there.
pub fn write(
    writer: &mut Writer,
    entries: &[VisibleResource],
    districts: DistrictWords,
) -> Result<(), IndexError> {
    for entry in entries {
        let district = entry.district.as_ref().and_then(|d| districts(d.as_str()));
        writer.add(document(writer.fields(), entry, district.as_deref())?)?;
    }
    Ok(())
}
