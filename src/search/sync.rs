//! Keeps both indexes level with the database: each changed row is read again and replaced where it stands.
//!
//! One process is the keeper of the indexes and writes them; every other one looks at what the keeper has committed.

use std::{path::Path, sync::Arc};

use tokio::{sync::Mutex, task::block_in_place};

use super::{
    answers::Answers,
    engine::{self, Found},
    index::{IndexError, Writer},
    keeper::Keeper,
    parts::{Both, Confidential, Part},
    query::{PlaceLexicon, SearchQuery},
    rows::{self, BATCH},
    shelf::{self, Generation, Look, Shelf},
    snapshot::Snapshot,
};
use crate::{
    db::{
        Db, DbError,
        change_log::{self, Position},
    },
    resources::store,
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

/// Changes taken in before they are committed, when there are so many.
const COMMIT: usize = 20_000;

/// What may be searched: the rows, their words and their facts. Without further words, what the public may search.
#[derive(Debug)]
pub struct Searcher {
    keeper: Keeper,
    shelves: Both<Shelf>,
    answers: Answers,
    /// The keeper's pens; whoever holds the lock changes what is there.
    pens: Mutex<Both<Option<Writer>>>,
}

impl Searcher {
    /// Opens the indexes under `folder`. What cannot be opened is left for [`Self::catch_up`] to mend; until then the
    /// rows themselves answer.
    pub async fn open(folder: &Path, db: &Db) -> Result<Self, SyncError> {
        let folder = folder.join("index");
        let keeper = Keeper::open(&folder).map_err(IndexError::from)?;
        let shelves = block_in_place(|| Both::try_new(|part| Shelf::open(&folder, part)))?;
        Ok(Self {
            answers: Answers::open(&shelves, db).await?,
            keeper,
            shelves,
            pens: Mutex::default(),
        })
    }

    /// Takes in everything that changed since last time; returns how many entries were looked at. The keeper writes
    /// the indexes, and mends them; every other process sees what the keeper wrote.
    pub async fn catch_up(&self, db: &Db, districts: DistrictWords<'_>) -> Result<usize, SyncError> {
        let mut pens = self.pens.lock().await;
        if !self.keeper.keep().map_err(IndexError::from)? {
            return Ok(block_in_place(|| self.look())?);
        }
        let head = change_log::head(&mut *db.read().await?).await?;
        let usable = block_in_place(|| Both::try_new(|part| self.shelves.of(part).usable(head)))?;
        let asked = self.keeper.is_asked_to_rebuild();
        let generations = match (usable.public, usable.rest) {
            (Some(public), Some(rest)) if !asked => Both { public, rest },
            (public, rest) => {
                let lost = Both {
                    public: asked || public.is_none(),
                    rest: asked || rest.is_none(),
                };
                return self.rebuild(db, districts, &mut pens, lost).await;
            }
        };
        if generations.each().iter().all(|g| g.index.position() >= head) {
            // Whatever another keeper wrote before it ended.
            return Ok(block_in_place(|| self.look())?);
        }
        match self.replay(db, districts, &generations, &mut pens).await {
            Ok(Some(done)) => Ok(done),
            Ok(None) => {
                let all = Both {
                    public: true,
                    rest: true,
                };
                self.rebuild(db, districts, &mut pens, all).await
            }
            Err(error) => {
                // A writer that failed is not written with again.
                *pens = Both::default();
                self.shelves.each().into_iter().for_each(Shelf::suspect);
                Err(error)
            }
        }
    }

    /// Sees what the keeper committed; 0 when that is nothing new.
    fn look(&self) -> Result<usize, IndexError> {
        let (public, rest) = (self.shelves.public.look(), self.shelves.rest.look());
        // A fault of one index does not keep from anyone what the other has learnt.
        if !matches!((&public, &rest), (Ok(Look::Same), Ok(Look::Same))) {
            self.answers.renew(&self.shelves);
        }
        Ok(usize::from(public?.max(rest?) == Look::News))
    }

    /// Reads every row that changed and replaces its entry; `None` when the words of all entries changed.
    async fn replay(
        &self,
        db: &Db,
        districts: DistrictWords<'_>,
        generations: &Both<Arc<Generation>>,
        pens: &mut Both<Option<Writer>>,
    ) -> Result<Option<usize>, SyncError> {
        let known = Both {
            public: generations.public.index.position(),
            rest: generations.rest.index.position(),
        };
        let (mut at, mut done, mut pending) = (known.public.min(known.rest), 0, 0);
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
            let entries = rows::sorted(&store::find_many(&mut conn, &ids).await?);
            drop(conn);
            at = changes.last().map_or(at, |c| c.at);
            (done, pending) = (done + ids.len(), pending + changes.len());
            let more = changes.len() == BATCH as usize;
            let commit = pending > 0 && (!more || pending >= COMMIT);
            block_in_place(|| {
                // An index that knows these changes already has nothing to learn from them.
                for part in Part::ALL.into_iter().filter(|part| *known.of(*part) < at) {
                    let writer = match pens.of_mut(part) {
                        Some(writer) => writer,
                        none => none.insert(generations.of(part).index.writer()?),
                    };
                    ids.iter().for_each(|id| writer.remove(id));
                    shelf::write(writer, entries.of(part), districts)?;
                    if commit {
                        writer.commit(at)?;
                    }
                }
                if commit {
                    pending = 0;
                    self.look()?;
                }
                Ok::<_, IndexError>(())
            })?;
            if !more {
                return Ok(Some(done));
            }
        }
    }

    /// Builds new generations of the indexes that are lost, from rows that are read once.
    async fn rebuild(
        &self,
        db: &Db,
        districts: DistrictWords<'_>,
        pens: &mut Both<Option<Writer>>,
        lost: Both<bool>,
    ) -> Result<usize, SyncError> {
        let mut building = Vec::new();
        for part in Part::ALL.into_iter().filter(|part| *lost.of(*part)) {
            *pens.of_mut(part) = None;
            building.push((part, self.shelves.of(part).begin()?));
        }
        let mut conn = db.read().await?;
        // Whatever changes while the rows are read stands behind this position and is replayed.
        let head = change_log::head(&mut conn).await?;
        rows::each_batch(&mut conn, |entries| {
            block_in_place(|| {
                let mut each = building.iter_mut();
                each.try_for_each(|(part, building)| building.add(entries.of(*part), districts))
            })
        })
        .await?;
        drop(conn);
        let done = block_in_place(|| {
            let mut done = 0;
            for (_, building) in building {
                done += building.finish(head)?;
            }
            if lost.public && lost.rest {
                self.keeper.has_rebuilt()?;
            }
            self.look()?;
            Ok::<_, IndexError>(done)
        })?;
        Ok(done.max(1))
    }

    /// Builds the indexes anew, or has the keeper do so; returns when [`Self::catch_up`] will.
    pub fn ask_to_rebuild(&self) -> Result<(), IndexError> {
        Ok(self.keeper.ask_to_rebuild()?)
    }

    /// Whether new generations were asked for and are not there yet.
    pub fn is_rebuilding(&self) -> bool {
        self.keeper.is_asked_to_rebuild()
    }

    /// Lets another process keep the indexes, after merges under way are done.
    pub async fn release(&self) {
        let pens = std::mem::take(&mut *self.pens.lock().await);
        for writer in [pens.public, pens.rest].into_iter().flatten() {
            if let Err(error) = block_in_place(|| writer.finish()) {
                tracing::warn!(%error, "検索の索引をまとめきれませんでした");
            }
        }
        self.keeper.let_go();
    }

    /// Answers a question of the public.
    pub fn search(&self, places: &PlaceLexicon, query: &SearchQuery) -> Result<Found, IndexError> {
        engine::search(&self.snapshot(), places, query).inspect_err(|_| self.shelves.public.suspect())
    }

    /// Answers the same question for staff: from both indexes, as if they were one that holds every entry as staff see it.
    pub fn search_all(
        &self,
        places: &PlaceLexicon,
        query: &SearchQuery,
    ) -> Result<Confidential<Found>, IndexError> {
        let all = self.answers.staff().for_staff();
        engine::search(&all, places, query)
            .map(Confidential::new)
            .inspect_err(|_| self.shelves.each().into_iter().for_each(Shelf::suspect))
    }

    /// Everything the public may ask about, as it stands now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.answers.public()
    }

    /// The same for staff.
    pub fn snapshot_all(&self) -> Confidential<Arc<Snapshot>> {
        self.answers.staff()
    }

    /// What one of the indexes holds, for whoever checks it; `None` while it is not there.
    pub fn held(&self, part: Part) -> Option<Confidential<Arc<Snapshot>>> {
        self.shelves.of(part).snapshot().map(Confidential::new)
    }

    /// Up to which change the answers to the public know the database; `None` while there is no index.
    pub fn position(&self) -> Option<Position> {
        self.snapshot().position()
    }

    /// The same for all answers.
    pub fn level(&self) -> Option<Position> {
        self.answers.level()
    }

    /// Whether districts were added, renamed or moved since.
    pub async fn districts_moved(&self, db: &Db) -> Result<bool, SyncError> {
        let mut conn = db.read().await?;
        let at = self.snapshot().at;
        Ok(change_log::touched(&mut conn, "districts", at).await?)
    }

    /// Whether the indexes have seen everything that is committed.
    pub async fn is_level(&self, db: &Db) -> Result<bool, SyncError> {
        let at = self.level();
        let head = change_log::head(&mut *db.read().await?).await?;
        // An index that is ahead belongs to another database.
        Ok(at == Some(head))
    }
}
