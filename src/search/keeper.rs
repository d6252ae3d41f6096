//! Which process keeps the indexes, and what the others ask of it.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::Mutex,
};

use crate::db::{own_file, own_folder};

const LOCK: &str = "keeper.lock";
const REBUILD: &str = "REBUILD";

/// The folder of all indexes, and whether this process keeps it.
#[derive(Debug)]
pub struct Keeper {
    folder: PathBuf,
    /// Held by the keeper as long as it lives: the operating system lets go of it when the process ends, however.
    lock: Mutex<Option<File>>,
}

impl Keeper {
    /// For the indexes in `folder`, which is made.
    pub fn open(folder: &Path) -> io::Result<Self> {
        own_folder(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            lock: Mutex::new(None),
        })
    }

    /// Makes this process the keeper; `false` while another one is.
    pub fn keep(&self) -> io::Result<bool> {
        let mut lock = self.lock.lock().expect("no panic while locking");
        if lock.is_none() {
            let file = own_file(&self.folder.join(LOCK))?;
            match file.try_lock() {
                Ok(()) => *lock = Some(file),
                Err(TryLockError::WouldBlock) => return Ok(false),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Lets another process be the keeper.
    pub fn let_go(&self) {
        self.lock.lock().expect("no panic while locking").take();
    }

    /// Asks the keeper, whichever process that is, for new generations.
    pub fn ask_to_rebuild(&self) -> io::Result<()> {
        own_file(&self.folder.join(REBUILD)).map(drop)
    }

    /// Whether somebody asked for new generations that are not there yet.
    pub fn is_asked_to_rebuild(&self) -> bool {
        self.folder.join(REBUILD).exists()
    }

    /// They are there.
    pub fn has_rebuilt(&self) -> io::Result<()> {
        match fs::remove_file(self.folder.join(REBUILD)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}
