//! Keeps index and facts level with the database: each changed row is read again and replaced.

use std::{path::Path, sync::RwLock};

use super::{
    engine::{self, Found},
    facts::{Atlas, Facts},
    index::{IndexError, TextIndex, texts},
    query::{PlaceLexicon, SearchQuery},
};
use crate::{
    db::{Db, DbError, change_log},
    resources::{
        public::{Audience, VisibleResource, visible},
        store,
    },
};

/// A fault while keeping up.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The index.
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// What people may search: the public rows, their text and their facts.
#[derive(Debug)]
pub struct Searcher {
    text: TextIndex,
    atlas: RwLock<Atlas>,
    known: RwLock<change_log::Position>,
}

/// What a district is called, for the words of an entry.
pub type DistrictWords<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// Rows read at once.
const BATCH: i64 = 2000;

fn words_of(entry: &VisibleResource, districts: DistrictWords) -> (String, String) {
    let district = entry.district.as_ref().and_then(|d| districts(d.as_str()));
    texts(entry, district.as_deref())
}

impl Searcher {
    /// Opens the index under `folder` and loads the facts from the database.
    pub async fn open(folder: &Path, db: &Db) -> Result<Self, SyncError> {
        let text = TextIndex::open(&folder.join("index").join("public"))?;
        let searcher = Self {
            text,
            atlas: RwLock::default(),
            known: RwLock::default(),
        };
        searcher.load_facts(db).await?;
        Ok(searcher)
    }

    async fn load_facts(&self, db: &Db) -> Result<(), SyncError> {
        let mut conn = db.read().await?;
        let head = change_log::head(&mut conn).await?;
        let mut facts = Vec::new();
        let mut after = String::new();
        loop {
            let page = store::list(&mut conn, &after, BATCH).await?;
            let Some((last, _)) = page.last() else { break };
            after = last.entered.id.to_string();
            facts.extend(
                page.iter()
                    .filter_map(|(r, o)| visible(r, o, Audience::Public))
                    .map(|v| Facts::of(&v)),
            );
        }
        *self.atlas.write().expect("facts are only replaced") = Atlas::load(facts);
        *self.known.write().expect("a position") = head;
        Ok(())
    }

    /// Takes in everything that changed since last time; returns how many rows. Whoever holds the writer's lock
    /// writes the index; another process only reloads it.
    pub async fn catch_up(&self, db: &Db, districts: DistrictWords<'_>) -> Result<usize, SyncError> {
        let writer = self.text.become_writer()?;
        let mut done = 0;
        loop {
            let from = if writer {
                self.text.position()
            } else {
                *self.known.read().expect("a position")
            };
            let facts_from = *self.known.read().expect("a position");
            let mut conn = db.read().await?;
            let changes = change_log::since(&mut conn, from.min(facts_from), BATCH).await?;
            let Some(last) = changes.last().map(|c| c.at) else {
                break;
            };
            let mut ids: Vec<&str> = changes
                .iter()
                .filter(|c| c.entity == "resource")
                .map(|c| c.id.as_str())
                .collect();
            ids.sort_unstable();
            ids.dedup();
            let rows = store::find_many(&mut conn, &ids).await?;
            drop(conn);
            let entries: Vec<VisibleResource> = rows
                .iter()
                .filter_map(|(r, o)| visible(r, o, Audience::Public))
                .collect();
            if writer {
                let mut updates: Vec<(String, Option<(String, String)>)> =
                    ids.iter().map(|id| ((*id).to_owned(), None)).collect();
                for entry in &entries {
                    if let Ok(i) = ids.binary_search(&entry.id.as_str()) {
                        updates[i].1 = Some(words_of(entry, districts));
                    }
                }
                self.text.apply(&updates, last)?;
            } else {
                self.text.reload()?;
            }
            let mut atlas = self.atlas.write().expect("facts are only replaced");
            for id in &ids {
                atlas.set(id, entries.iter().find(|e| e.id.as_str() == *id).map(Facts::of));
            }
            drop(atlas);
            *self.known.write().expect("a position") = last.max(facts_from);
            done += ids.len();
        }
        Ok(done)
    }

    /// Lets another process keep the index.
    pub fn release(&self) {
        self.text.release_writer();
    }

    /// Answers a question.
    pub fn search(&self, places: &PlaceLexicon, query: &SearchQuery) -> Result<Found, IndexError> {
        engine::search(
            &self.text,
            &self.atlas.read().expect("facts are only replaced"),
            places,
            query,
        )
    }

    /// Runs `read` on the facts.
    pub fn facts<T>(&self, read: impl FnOnce(&Atlas) -> T) -> T {
        read(&self.atlas.read().expect("facts are only replaced"))
    }

    /// Entries in the text index, and among the facts.
    pub fn counts(&self) -> (u64, usize) {
        (self.text.len(), self.facts(Atlas::len))
    }

    /// Whether the index has seen everything that is committed.
    pub async fn is_level(&self, db: &Db) -> Result<bool, SyncError> {
        let mut conn = db.read().await?;
        Ok(self.text.position() >= change_log::head(&mut conn).await?)
    }
}
