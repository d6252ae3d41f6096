//! Keeps the index level with the database: each changed row is read again and replaced.
//!
//! One process is the keeper of the index and writes it; every other one looks at what the keeper has committed.

use std::{
    path::Path,
    sync::{
        Arc, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use sqlx::AnyConnection;
use tokio::{sync::Mutex, task::block_in_place};

use super::{
    document::{document, texts},
    engine::{self, Found},
    generations::Generations,
    index::{IndexError, TextIndex, Writer},
    plain::Plain,
    query::{PlaceLexicon, SearchQuery},
    snapshot::Snapshot,
};
use crate::{
    db::{
        Db, DbError,
        change_log::{self, Position},
    },
    resources::{
        opportunity::Opportunity,
        public::{Audience, VisibleResource, visible},
        resource::Resource,
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

/// What a district is called, for the words of an entry.
pub type DistrictWords<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// Rows read at once.
const BATCH: i64 = 1000;
/// Changes taken in before they are committed, when there are so many.
const COMMIT: usize = 20_000;

/// A generation in use.
#[derive(Debug)]
struct Generation {
    name: String,
    index: TextIndex,
}

/// What questions are answered from; replaced as a whole.
#[derive(Debug, Clone)]
struct Now {
    /// `None` while there is no generation to ask.
    generation: Option<Arc<Generation>>,
    snapshot: Arc<Snapshot>,
}

/// What people may search: the public rows, their words and their facts.
#[derive(Debug)]
pub struct Searcher {
    generations: Generations,
    now: RwLock<Now>,
    /// The keeper's pen; whoever holds the lock changes what is there.
    pen: Mutex<Option<Writer>>,
    /// A question met a fault: the files are to be looked at.
    suspect: AtomicBool,
}

fn public(rows: &[(Resource, Vec<Opportunity>)]) -> impl Iterator<Item = VisibleResource> {
    rows.iter().filter_map(|(r, o)| visible(r, o, Audience::Public))
}

/// Calls `each` with all public entries, a batch at a time.
async fn each_batch(
    conn: &mut AnyConnection,
    mut each: impl FnMut(Vec<VisibleResource>) -> Result<(), IndexError>,
) -> Result<(), SyncError> {
    let mut after = String::new();
    loop {
        let page = store::list(&mut *conn, &after, BATCH).await?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        after = last.entered.id.to_string();
        each(public(&page).collect())?;
    }
}

impl Searcher {
    /// Opens the index under `folder`. What cannot be opened is left for [`Self::catch_up`] to mend; until then the
    /// rows themselves answer.
    pub async fn open(folder: &Path, db: &Db) -> Result<Self, SyncError> {
        let generations =
            Generations::open(&folder.join("index").join("public")).map_err(IndexError::from)?;
        let opened = block_in_place(|| open_current(&generations));
        let now = match opened {
            Ok(Some(now)) => now,
            Ok(None) => from_rows(db).await?,
            Err(error) => {
                tracing::warn!(%error, "検索の索引を使えません。作り直すまでのあいだ、データベースから答えます");
                from_rows(db).await?
            }
        };
        Ok(Self {
            generations,
            now: RwLock::new(now),
            pen: Mutex::new(None),
            suspect: AtomicBool::new(false),
        })
    }

    fn now(&self) -> Now {
        self.now.read().expect("only ever replaced").clone()
    }

    fn set(&self, now: Now) {
        *self.now.write().expect("only ever replaced") = now;
    }

    /// Takes in everything that changed since last time; returns how many entries were looked at. The keeper writes
    /// the index, and mends it; every other process sees what the keeper wrote.
    pub async fn catch_up(&self, db: &Db, districts: DistrictWords<'_>) -> Result<usize, SyncError> {
        let mut pen = self.pen.lock().await;
        if !self.generations.keep().map_err(IndexError::from)? {
            return Ok(block_in_place(|| self.look())?);
        }
        let head = change_log::head(&mut *db.read().await?).await?;
        let Some(generation) = block_in_place(|| self.usable(head))? else {
            *pen = None;
            return self.rebuild(db, districts).await;
        };
        if generation.index.position() >= head {
            // Whatever another keeper wrote before it ended.
            return Ok(block_in_place(|| self.look())?);
        }
        if pen.is_none() {
            *pen = Some(generation.index.writer()?);
        }
        let writer = pen.as_mut().expect("just made");
        match self.replay(db, districts, &generation, writer).await {
            Ok(Some(done)) => Ok(done),
            Ok(None) => {
                *pen = None;
                self.rebuild(db, districts).await
            }
            Err(error) => {
                // A writer that failed is not written with again.
                *pen = None;
                self.suspect.store(true, Ordering::Relaxed);
                Err(error)
            }
        }
    }

    /// The current generation, when it can be continued: whole, made by this recipe, and of this database.
    fn usable(&self, head: Position) -> Result<Option<Arc<Generation>>, IndexError> {
        let Some(name) = self.generations.current() else {
            return Ok(None);
        };
        let known = self.now().generation.filter(|g| g.name == name);
        let suspect = self.suspect.swap(false, Ordering::Relaxed);
        let opened = match known {
            Some(generation) if !suspect => Ok(generation),
            _ => self.generations.open_index(&name).map(|index| {
                Arc::new(Generation {
                    name: name.clone(),
                    index,
                })
            }),
        };
        match opened {
            Ok(generation) => {
                let ours = self.generations.is_ours(&name) && !self.generations.is_asked_to_rebuild();
                // A log shorter than the index remembers belongs to another database.
                Ok((ours && generation.index.position() <= head).then_some(generation))
            }
            Err(IndexError::Foreign) => Ok(None),
            Err(error) => {
                tracing::warn!(%error, "検索の索引が壊れています。取りのけて作り直します");
                self.generations.quarantine(&name)?;
                Ok(None)
            }
        }
    }

    /// Sees what the keeper committed; 0 when that is nothing new.
    fn look(&self) -> Result<usize, IndexError> {
        let before = self.now();
        let Some(name) = self.generations.current() else {
            return Ok(0);
        };
        let generation = match before.generation.filter(|g| g.name == name) {
            Some(generation) => generation,
            None => {
                let index = self.generations.open_index(&name)?;
                Arc::new(Generation { name, index })
            }
        };
        if before.snapshot.is_latest(&generation.index)? {
            return Ok(0);
        }
        let snapshot = Arc::new(Snapshot::take(&generation.index, Some(&before.snapshot))?);
        // Merged segments hold the same entries.
        let news = snapshot.at != before.snapshot.at || before.snapshot.plain().is_some();
        self.set(Now {
            generation: Some(generation),
            snapshot,
        });
        Ok(usize::from(news))
    }

    /// Reads every row that changed and replaces its entry; `None` when the words of all entries changed.
    async fn replay(
        &self,
        db: &Db,
        districts: DistrictWords<'_>,
        generation: &Arc<Generation>,
        writer: &mut Writer,
    ) -> Result<Option<usize>, SyncError> {
        let (mut at, mut done, mut pending) = (generation.index.position(), 0, 0);
        loop {
            let mut conn = db.read().await?;
            let changes = change_log::since(&mut conn, at, BATCH).await?;
            if changes.iter().any(|c| c.entity == "districts") {
                // What a district is called is among the words of all its entries.
                return Ok(None);
            }
            let mut ids: Vec<&str> = changes.iter().map(|c| c.id.as_str()).collect();
            ids.sort_unstable();
            ids.dedup();
            let rows = store::find_many(&mut conn, &ids).await?;
            drop(conn);
            block_in_place(|| {
                ids.iter().for_each(|id| writer.remove(id));
                write(writer, public(&rows), districts)
            })?;
            at = changes.last().map_or(at, |c| c.at);
            (done, pending) = (done + ids.len(), pending + changes.len());
            let more = changes.len() == BATCH as usize;
            if pending > 0 && (!more || pending >= COMMIT) {
                block_in_place(|| {
                    writer.commit(at)?;
                    self.look()
                })?;
                pending = 0;
            }
            if !more {
                return Ok(Some(done));
            }
        }
    }

    /// Builds a new generation from the rows, beside the one that answers meanwhile, and makes it the current one.
    async fn rebuild(&self, db: &Db, districts: DistrictWords<'_>) -> Result<usize, SyncError> {
        let (name, index) = self.generations.begin()?;
        let mut writer = index.writer()?;
        let mut conn = db.read().await?;
        // Whatever changes while the rows are read stands behind this position and is replayed.
        let head = change_log::head(&mut conn).await?;
        let mut done = 0;
        each_batch(&mut conn, |entries| {
            done += entries.len();
            block_in_place(|| write(&mut writer, entries.into_iter(), districts))
        })
        .await?;
        drop(conn);
        block_in_place(|| {
            writer.commit(head)?;
            writer.finish()?;
            self.generations.swap(&name)?;
            self.look()
        })?;
        tracing::info!(entries = done, generation = name, "検索の索引を作りました");
        Ok(done.max(1))
    }

    /// Builds the index anew, or has the keeper do so; returns when [`Self::catch_up`] will.
    pub fn ask_to_rebuild(&self) -> Result<(), IndexError> {
        Ok(self.generations.ask_to_rebuild()?)
    }

    /// Whether a new generation was asked for and is not there yet.
    pub fn is_rebuilding(&self) -> bool {
        self.generations.is_asked_to_rebuild()
    }

    /// Lets another process keep the index, after merges under way are done.
    pub async fn release(&self) {
        if let Some(writer) = self.pen.lock().await.take()
            && let Err(error) = block_in_place(|| writer.finish())
        {
            tracing::warn!(%error, "検索の索引をまとめきれませんでした");
        }
        self.generations.let_go();
    }

    /// Answers a question.
    pub fn search(&self, places: &PlaceLexicon, query: &SearchQuery) -> Result<Found, IndexError> {
        let snapshot = self.snapshot();
        engine::search(&snapshot, places, query).inspect_err(|_| self.suspect.store(true, Ordering::Relaxed))
    }

    /// Everything that can be asked, as it stands now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.now().snapshot
    }

    /// Up to which change the answers know the database; `None` while there is no index.
    pub fn position(&self) -> Option<Position> {
        let snapshot = self.snapshot();
        snapshot.plain().is_none().then_some(snapshot.at)
    }

    /// Whether districts were added, renamed or moved since.
    pub async fn districts_moved(&self, db: &Db) -> Result<bool, SyncError> {
        let mut conn = db.read().await?;
        let at = self.snapshot().at;
        Ok(change_log::touched(&mut conn, "districts", at).await?)
    }

    /// Whether the index has seen everything that is committed.
    pub async fn is_level(&self, db: &Db) -> Result<bool, SyncError> {
        let at = self.position();
        let head = change_log::head(&mut *db.read().await?).await?;
        // An index that is ahead belongs to another database.
        Ok(at == Some(head))
    }
}

fn write(
    writer: &mut Writer,
    entries: impl Iterator<Item = VisibleResource>,
    districts: DistrictWords,
) -> Result<(), IndexError> {
    for entry in entries {
        let district = entry.district.as_ref().and_then(|d| districts(d.as_str()));
        writer.add(document(writer.fields(), &entry, district.as_deref())?)?;
    }
    Ok(())
}

fn open_current(generations: &Generations) -> Result<Option<Now>, IndexError> {
    let Some(name) = generations.current() else {
        return Ok(None);
    };
    let index = generations.open_index(&name)?;
    let snapshot = Arc::new(Snapshot::take(&index, None)?);
    let generation = Some(Arc::new(Generation { name, index }));
    Ok(Some(Now { generation, snapshot }))
}

/// What answers while there is no index.
async fn from_rows(db: &Db) -> Result<Now, SyncError> {
    let mut conn = db.read().await?;
    let (mut plain, mut documents) = (Plain::default(), Vec::new());
    let fields = super::document::schema().1;
    each_batch(&mut conn, |entries| {
        for entry in entries {
            let (head, body) = texts(&entry, None);
            plain.push(&head, &body);
            documents.push(super::document::facts_only(&fields, &entry, &head, &body)?);
        }
        Ok(())
    })
    .await?;
    let index = TextIndex::in_memory(documents)?;
    Ok(Now {
        generation: None,
        snapshot: Arc::new(Snapshot::of_rows(&index, plain)?),
    })
}
