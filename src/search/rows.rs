//! The rows of the database as entries, read once and sorted by the index they stand in.

use sqlx::AnyConnection;
use tantivy::TantivyDocument;

use super::{
    document::{self, Fields, texts},
    index::{IndexError, TextIndex},
    parts::{self, Both, Part},
    plain::Plain,
    snapshot::Snapshot,
    sync::SyncError,
};
use crate::{
    db::Db,
    resources::{opportunity::Opportunity, public::VisibleResource, resource::Resource, store},
};

/// Rows read at once.
pub const BATCH: i64 = 1000;

/// Sorts rows by the indexes they stand in.
pub fn sorted(rows: &[(Resource, Vec<Opportunity>)]) -> Both<Vec<VisibleResource>> {
    let mut entries = Both::<Vec<_>>::default();
    for (resource, opportunities) in rows {
        let Both { public, rest } = parts::entries(resource, opportunities);
        entries.public.extend(public);
        entries.rest.extend(rest);
    }
    entries
}

/// Calls `each` with all entries, a batch at a time.
pub async fn each_batch(
    conn: &mut AnyConnection,
    mut each: impl FnMut(Both<Vec<VisibleResource>>) -> Result<(), IndexError>,
) -> Result<(), SyncError> {
    let mut after = String::new();
    loop {
        let page = store::list(&mut *conn, &after, BATCH).await?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        after = last.entered.id.to_string();
        each(sorted(&page))?;
    }
}

/// What answers in the place of each index while it is not there.
pub async fn plainly(db: &Db) -> Result<Both<Snapshot>, SyncError> {
    let mut conn = db.read().await?;
    let fields = document::schema().1;
    let mut gathering = Both::<Gathering>::default();
    each_batch(&mut conn, |entries| {
        Part::ALL.into_iter().try_for_each(|part| {
            let mut entries = entries.of(part).iter();
            entries.try_for_each(|entry| gathering.of_mut(part).add(&fields, entry))
        })
    })
    .await?;
    Ok(Both {
        public: gathering.public.done()?,
        rest: gathering.rest.done()?,
    })
}

/// Entries on their way to a snapshot without an index.
#[derive(Default)]
struct Gathering {
    plain: Plain,
    documents: Vec<TantivyDocument>,
}

impl Gathering {
    fn add(&mut self, fields: &Fields, entry: &VisibleResource) -> Result<(), IndexError> {
        let (head, body) = texts(entry, None);
        self.plain.push(&head, &body);
        self.documents
            .push(document::facts_only(fields, entry, &head, &body)?);
        Ok(())
    }

    fn done(self) -> Result<Snapshot, IndexError> {
        Snapshot::of_rows(&TextIndex::in_memory(self.documents)?, self.plain)
    }
}
