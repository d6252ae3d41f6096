//! What questions are answered from: for the public its own index, for staff both as they stood at one position.

use std::sync::{Arc, RwLock};

use super::{
    parts::{Both, Confidential},
    rows,
    shelf::Shelf,
    snapshot::Snapshot,
    sync::SyncError,
};
use crate::db::{Db, change_log::Position};

/// Replaced as a whole.
#[derive(Debug, Clone)]
struct Now {
    public: Arc<Snapshot>,
    staff: Confidential<Arc<Snapshot>>,
}

/// The answers as they stand now.
#[derive(Debug)]
pub struct Answers(RwLock<Now>);

impl Answers {
    /// From the indexes, or from the rows themselves where these cannot answer.
    pub async fn open(shelves: &Both<Shelf>, db: &Db) -> Result<Self, SyncError> {
        let now = match (shelves.public.snapshot(), together(shelves)) {
            (Some(public), Some(staff)) => Now { public, staff },
            (public, _) => {
                let plain = rows::plainly(db).await?;
                Now {
                    staff: Confidential::new(Arc::new(Snapshot::for_staff(&plain.public, &plain.rest))),
                    public: public.unwrap_or_else(|| Arc::new(plain.public)),
                }
            }
        };
        Ok(Self(RwLock::new(now)))
    }

    fn now(&self) -> Now {
        self.0.read().expect("only ever replaced").clone()
    }

    /// Answers from what the shelves have seen since. The caller is the only one who does.
    pub fn renew(&self, shelves: &Both<Shelf>) {
        let before = self.now();
        let now = Now {
            public: shelves.public.snapshot().unwrap_or(before.public),
            // Between two commits of the keeper, staff are answered from before them.
            staff: together(shelves).unwrap_or(before.staff),
        };
        *self.0.write().expect("only ever replaced") = now;
    }

    /// What anyone may ask about.
    pub fn public(&self) -> Arc<Snapshot> {
        self.now().public
    }

    /// What staff may ask about.
    pub fn staff(&self) -> Confidential<Arc<Snapshot>> {
        self.now().staff
    }

    /// Up to which change all answers know the database; `None` while an index is missing.
    pub fn level(&self) -> Option<Position> {
        let Now { public, staff } = self.now();
        public.position().min(staff.for_staff().position())
    }
}

/// Both indexes as one; `None` while one is missing, or ahead of the other between two commits.
fn together(shelves: &Both<Shelf>) -> Option<Confidential<Arc<Snapshot>>> {
    let (public, rest) = (shelves.public.snapshot()?, shelves.rest.snapshot()?);
    (public.at == rest.at).then(|| Confidential::new(Arc::new(Snapshot::for_staff(&public, &rest))))
}
