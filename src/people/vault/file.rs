//! `keys.db`: wrapped keys on disk, in a file of their own that only its owner can read.

use std::{
    fs,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use sqlx::{AnyConnection, AnyPool, Connection, Row, any::AnyPoolOptions};

/// The pool on the file.
#[derive(Debug, Clone)]
pub(super) struct KeyFile {
    pool: AnyPool,
}

/// `?`, `#` and `%` of a folder's name would be read as parts of the address.
fn address(path: &Path) -> String {
    let path = path
        .to_string_lossy()
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23");
    format!("sqlite://{path}?mode=rwc")
}

/// An empty file, or the one that is there, closed to others; the journal of SQLite gets the same mode.
fn own(path: &Path) -> std::io::Result<()> {
    fs::OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)?
        .set_permissions(fs::Permissions::from_mode(0o600))
}

/// The mark in a copy of the file, which is only read; `None` when it is something else.
pub(super) async fn mark_of(copy: &Path) -> std::io::Result<Option<String>> {
    // What is not there, or may not be read, is said as such.
    fs::File::open(copy)?;
    sqlx::any::install_default_drivers();
    let read = async {
        let mut conn = AnyConnection::connect(&address(copy).replace("?mode=rwc", "?mode=ro")).await?;
        let row = sqlx::query("SELECT text FROM mark WHERE id = 1")
            .fetch_one(&mut conn)
            .await?;
        let mark: String = row.try_get("text")?;
        conn.close().await?;
        Ok::<_, sqlx::Error>(mark)
    };
    Ok(read.await.ok())
}

impl KeyFile {
    pub async fn open(path: &Path) -> Result<Self, sqlx::Error> {
        sqlx::any::install_default_drivers();
        own(path)?;
        let pool = AnyPoolOptions::new()
            .max_connections(2)
            .after_connect(|conn, _| {
                Box::pin(async move {
                    for pragma in [
                        "PRAGMA busy_timeout = 60000",
                        // A write-ahead log would keep deleted keys until it is folded back.
                        "PRAGMA journal_mode = DELETE",
                        "PRAGMA secure_delete = ON",
                        "PRAGMA synchronous = FULL",
                        "PRAGMA temp_store = MEMORY",
                    ] {
                        sqlx::query(pragma).execute(&mut *conn).await?;
                    }
                    Ok(())
                })
            })
            .connect(&address(path))
            .await?;
        let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
        for sql in [
            "CREATE TABLE IF NOT EXISTS mark (id BIGINT PRIMARY KEY NOT NULL, text TEXT NOT NULL)",
            "CREATE TABLE IF NOT EXISTS wrapped_key (owner TEXT PRIMARY KEY NOT NULL, wrapped TEXT NOT NULL)",
        ] {
            sqlx::query(sql).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(Self { pool })
    }

    /// The mark that was written first; `new` when there was none.
    pub async fn mark(&self, new: &str) -> Result<String, sqlx::Error> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("INSERT INTO mark (id, text) VALUES (1, $1) ON CONFLICT (id) DO NOTHING")
            .bind(new)
            .execute(&mut *tx)
            .await?;
        let row = sqlx::query("SELECT text FROM mark WHERE id = 1")
            .fetch_one(&mut *tx)
            .await?;
        tx.commit().await?;
        row.try_get("text")
    }

    pub async fn insert(&self, owner: &str, wrapped: &str) -> Result<bool, sqlx::Error> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let done = sqlx::query(
            "INSERT INTO wrapped_key (owner, wrapped) VALUES ($1, $2) ON CONFLICT (owner) DO NOTHING",
        )
        .bind(owner)
        .bind(wrapped)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    pub async fn find(&self, owner: &str) -> Result<Option<String>, sqlx::Error> {
        let row = sqlx::query("SELECT wrapped FROM wrapped_key WHERE owner = $1")
            .bind(owner)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| row.try_get("wrapped")).transpose()
    }

    pub async fn delete(&self, owner: &str) -> Result<bool, sqlx::Error> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let done = sqlx::query("DELETE FROM wrapped_key WHERE owner = $1")
            .bind(owner)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    pub async fn list(&self) -> Result<Vec<String>, sqlx::Error> {
        let rows = sqlx::query("SELECT owner FROM wrapped_key")
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| row.try_get("owner")).collect()
    }

    /// A file that is there already is not written over, unless it is empty.
    pub async fn backup_to(&self, path: &Path) -> Result<(), sqlx::Error> {
        own(path)?;
        sqlx::query("VACUUM INTO $1")
            .bind(path.to_string_lossy().as_ref())
            .execute(&self.pool)
            .await?;
        fs::File::open(path)?.sync_all()?;
        Ok(())
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}
