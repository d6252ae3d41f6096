//! Acting on the record: a transaction that cannot be committed without an entry in the audit.

use std::{io, path::Path, sync::Arc};

use sqlx::{AnyConnection, Row};
use zeroize::Zeroizing;

use super::{
    entry::{Action, Entry, Listed},
    heads::{self, Heads},
};
use crate::{
    accounts::{
        account::AccountId,
        secret::{MasterKey, Purpose},
    },
    db::{Db, DbError, WriteTx},
    kernel::clock::Clock,
};

/// Who the audit names when the command line acts.
pub const COMMAND_LINE: &str = "command-line";

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum TrailError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The file of heads cannot be written.
    #[error("監査の記録を書けないため、操作を取りやめました({0})")]
    Heads(#[from] io::Error),
    /// A write without an entry: a fault of this program, refused rather than kept.
    #[error("監査の記録のない操作を取りやめました")]
    Unrecorded,
}

impl From<sqlx::Error> for TrailError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// Writes the audit. Cloned freely; all clones write to the same file.
#[derive(Debug, Clone)]
pub struct Trail {
    key: Arc<Zeroizing<[u8; 32]>>,
    heads: Arc<Heads>,
    clock: Clock,
}

impl Trail {
    /// The trail of a data folder.
    pub fn open(master: &MasterKey, folder: &Path, clock: Clock) -> io::Result<Self> {
        Ok(Self {
            key: Arc::new(master.derive(Purpose::Audit)),
            heads: Arc::new(Heads::open(&folder.join(heads::NAME))?),
            clock,
        })
    }

    /// Begins to act, in the writer's turn. `account` is `None` for the command line.
    pub async fn begin(&self, db: &Db, account: Option<&AccountId>) -> Result<Recorded, TrailError> {
        Ok(Recorded {
            tx: db.write().await?,
            trail: self.clone(),
            account: account.map_or_else(|| COMMAND_LINE.to_owned(), ToString::to_string),
            now: self.clock.now().to_rfc3339(),
            heads: Vec::new(),
        })
    }

    pub(super) fn key(&self) -> &[u8; 32] {
        &self.key
    }

    pub(super) fn heads_path(&self) -> &Path {
        self.heads.path()
    }
}

/// A transaction that is recorded: it commits only with at least one entry, and rolls back when dropped.
#[derive(Debug)]
pub struct Recorded {
    tx: WriteTx,
    trail: Trail,
    account: String,
    now: String,
    heads: Vec<(i64, String)>,
}

impl Recorded {
    /// The connection to run statements on.
    pub fn conn(&mut self) -> &mut AnyConnection {
        self.tx.conn()
    }

    /// The moment of this transaction, RFC 3339 at +09:00.
    pub fn now(&self) -> &str {
        &self.now
    }

    /// Who acts.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// Adds an entry to the chain.
    pub async fn record(&mut self, action: Action, entry: Entry<'_>) -> Result<(), TrailError> {
        // The row of the head is locked by the update, so that on PostgreSQL too the chain has one end.
        let head = sqlx::query("UPDATE audit_head SET seq = seq + 1 WHERE id = 1 RETURNING seq, mac")
            .fetch_one(self.tx.conn())
            .await?;
        let before: String = head.try_get("mac")?;
        let mut listed = Listed {
            seq: head.try_get("seq")?,
            at: self.now.clone(),
            account: self.account.clone(),
            action: action.code.to_owned(),
            entity: entry.entity.to_owned(),
            entity_id: entry.entity_id.to_owned(),
            person: entry.person.map(ToOwned::to_owned),
            detail: entry.detail,
            mac: String::new(),
        };
        listed.mac = listed.seal(&self.trail.key, &before);
        sqlx::query(
            "INSERT INTO audit (seq, at, account, action, entity, entity_id, person, detail, mac) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(listed.seq)
        .bind(&listed.at)
        .bind(&listed.account)
        .bind(&listed.action)
        .bind(&listed.entity)
        .bind(&listed.entity_id)
        .bind(listed.person.as_deref())
        .bind(&listed.detail)
        .bind(&listed.mac)
        .execute(self.tx.conn())
        .await?;
        sqlx::query("UPDATE audit_head SET mac = $1 WHERE id = 1")
            .bind(&listed.mac)
            .execute(self.tx.conn())
            .await?;
        self.heads.push((listed.seq, listed.mac));
        Ok(())
    }

    /// Makes it durable: entry and act together, or neither.
    pub async fn commit(self) -> Result<(), TrailError> {
        if self.heads.is_empty() {
            return Err(TrailError::Unrecorded);
        }
        self.trail.heads.announce(&self.heads)?;
        self.tx.commit().await?;
        if let Err(error) = self.trail.heads.done(&self.heads) {
            // What is committed stays; the next act will be refused when the file is still not writable.
            tracing::error!(%error, "監査の記録の控えを書けません");
        }
        Ok(())
    }
}
