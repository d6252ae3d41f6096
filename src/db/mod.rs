//! The database: many readers, one writer at a time, the same SQL on SQLite and PostgreSQL.

pub mod backup;
pub mod change_log;

use std::{
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};

use sqlx::{Any, AnyConnection, AnyPool, Transaction, any::AnyPoolOptions, pool::PoolConnection};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// A fault of the database itself.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// What the driver said.
    #[error("データベースの操作に失敗しました: {0}")]
    Sqlx(#[from] sqlx::Error),
    /// A migration did not apply.
    #[error("データベースの更新に失敗しました: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The folder of the database.
    #[error(
        "データを置くフォルダ「{}」を使えません({why})。書き込めるフォルダを --data で指定してください",
        folder.display()
    )]
    Folder {
        /// Which.
        folder: PathBuf,
        /// What the system said.
        why: std::io::Error,
    },
    /// The file of the database is something else.
    #[error(
        "「{}」はよさってのデータベースではないか、壊れています。別のフォルダを --data で指定するか、控えの yosatte.db に戻してください",
        .0.display()
    )]
    NotOurs(PathBuf),
    /// A stored row does not prove itself.
    #[error("保存された行を読めません({entity} {id}): {why}")]
    Row {
        /// Table.
        entity: &'static str,
        /// Key.
        id: String,
        /// What was wrong.
        why: String,
    },
}

/// The database's file in the data folder.
pub const DATABASE: &str = "yosatte.db";

/// The result of anything that asks the database.
pub type DbResult<T> = Result<T, DbError>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Backend {
    Sqlite,
    Postgres,
}

/// The pool, and the turn of the one writer.
#[derive(Debug, Clone)]
pub struct Db {
    pool: AnyPool,
    backend: Backend,
    turn: Arc<Mutex<()>>,
}

/// A write in progress: holds the writer's turn until it is committed or dropped (which rolls back).
#[derive(Debug)]
pub struct WriteTx {
    tx: Transaction<'static, Any>,
    _turn: OwnedMutexGuard<()>,
}

impl WriteTx {
    /// The connection to run statements on.
    pub fn conn(&mut self) -> &mut AnyConnection {
        &mut self.tx
    }

    /// Makes it durable: when this returns, the change is on disk.
    pub async fn commit(self) -> DbResult<()> {
        tracing::debug!("transaction commits");
        self.tx.commit().await?;
        tracing::debug!("transaction is on disk");
        Ok(())
    }
}

impl Db {
    /// Opens `yosatte.db` in `folder`, making it when it is not there.
    pub async fn open_folder(folder: &Path) -> DbResult<Self> {
        let unusable = |why| DbError::Folder {
            folder: folder.to_owned(),
            why,
        };
        own_folder(folder).map_err(unusable)?;
        let file = folder.join(DATABASE);
        let alone = alone(folder.join("yosatte.db.lock")).await.map_err(unusable)?;
        // The pool would try for half a minute to open what is no database.
        if is_something_else(&file).map_err(unusable)? {
            return Err(DbError::NotOurs(file));
        }
        own_file(&file).map_err(unusable)?;
        let db = Self::open(&format!("sqlite://{}?mode=rwc", address(&file))).await;
        drop(alone);
        db
    }

    /// Opens a database by its address (`sqlite://…` or `postgres://…`) and brings its tables up to date.
    pub async fn open(url: &str) -> DbResult<Self> {
        sqlx::any::install_default_drivers();
        let backend = if url.starts_with("postgres") {
            Backend::Postgres
        } else {
            Backend::Sqlite
        };
        let pool = AnyPoolOptions::new()
            .max_connections(4)
            .after_connect(move |conn, _| {
                Box::pin(async move {
                    if backend == Backend::Sqlite {
                        for pragma in [
                            "PRAGMA busy_timeout = 60000",
                            "PRAGMA journal_mode = WAL",
                            "PRAGMA synchronous = FULL",
                            "PRAGMA foreign_keys = ON",
                            "PRAGMA cache_size = -8000",
                            "PRAGMA temp_store = MEMORY",
                        ] {
                            sqlx::query(pragma).execute(&mut *conn).await?;
                        }
                    }
                    Ok(())
                })
            })
            .connect(url)
            .await?;
        match backend {
            Backend::Sqlite => sqlx::migrate!("src/db/migrations/sqlite").run(&pool).await?,
            Backend::Postgres => sqlx::migrate!("src/db/migrations/postgres").run(&pool).await?,
        }
        Ok(Self {
            pool,
            backend,
            turn: Arc::new(Mutex::new(())),
        })
    }

    /// A connection to read on.
    pub async fn read(&self) -> DbResult<PoolConnection<Any>> {
        Ok(self.pool.acquire().await?)
    }

    /// Waits for the writer's turn and begins. On SQLite with BEGIN IMMEDIATE: a deferred transaction that turns
    /// into a write is refused at once when another process writes, whatever the timeout.
    pub async fn write(&self) -> DbResult<WriteTx> {
        let turn = self.turn.clone().lock_owned().await;
        let tx = match self.backend {
            Backend::Sqlite => self.pool.begin_with("BEGIN IMMEDIATE").await?,
            Backend::Postgres => self.pool.begin().await?,
        };
        tracing::debug!("transaction begins");
        Ok(WriteTx { tx, _turn: turn })
    }

    /// Whether it answers.
    pub async fn ping(&self) -> DbResult<()> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Closes every connection; SQLite folds its write-ahead log into the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// A path as part of an address: `?`, `#` and `%` of a folder's name would be read as its parts.
pub(crate) fn address(file: &Path) -> String {
    file.to_string_lossy()
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23")
}

/// Waits until no other process is opening the same folder: sqlx does not lock SQLite while it makes the tables, and an
/// import beside a starting service would find them half made. The lock goes with the file, also when the process is killed.
async fn alone(path: PathBuf) -> std::io::Result<std::fs::File> {
    let locked = tokio::task::spawn_blocking(move || {
        let file = own_file(&path)?;
        file.lock()?;
        Ok(file)
    });
    locked.await.map_err(std::io::Error::other)?
}

/// Makes a folder that nobody else on the machine can look into. One that is there stays as its owner set it.
pub fn own_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

/// Makes an empty file that nobody else can read; SQLite takes it as a new database, and gives the files beside it its mode.
pub fn own_file(file: &Path) -> std::io::Result<std::fs::File> {
    std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(file)
}

/// Whether others on the machine can look into a folder.
pub fn is_open_to_others(folder: &Path) -> std::io::Result<bool> {
    Ok(std::fs::metadata(folder)?.permissions().mode() & 0o077 != 0)
}

/// Whether there is a file with anything in it that does not begin as SQLite's files do.
fn is_something_else(file: &Path) -> std::io::Result<bool> {
    use std::io::{ErrorKind, Read};
    const SQLITE: &[u8] = b"SQLite format 3\0";
    let mut start = Vec::new();
    match std::fs::File::open(file) {
        Ok(file) => file.take(SQLITE.len() as u64).read_to_end(&mut start)?,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    Ok(!start.is_empty() && start != SQLITE)
}

/// How many rows of `columns` values one statement writes: a few hundred values. SQLite looks for the name of each `$n` from
/// the first on, so a statement costs the square of its values (500 rows of 12 took a third of an import).
pub const fn rows_at_once(columns: usize) -> usize {
    300 / columns
}

/// `($1,$2),($3,$4)` for `rows` × `columns` values: the subset both databases read.
pub fn values(rows: usize, columns: usize) -> String {
    let mut sql = String::with_capacity(rows * columns * 6);
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ",(" });
        for column in 0..columns {
            if column > 0 {
                sql.push(',');
            }
            sql.push('$');
            sql.push_str(&(row * columns + column + 1).to_string());
        }
        sql.push(')');
    }
    sql
}
