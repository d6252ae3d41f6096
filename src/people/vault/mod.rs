//! One key for each person, so that a record can be destroyed everywhere at once by destroying 32 bytes.
//!
//! The keys lie in `keys.db`, apart from the database and its backups, each wrapped by a key that is derived from the master key.
//! A key is made durable before any row that needs it; one that no row needs (a save that was broken off) is harmless.
//! Deleted rows are overwritten in the file (`secure_delete`). SQLite's journal of that moment is unlinked and not overwritten: until
//! the file system uses the place again, whoever has the disk and the master key could find the wrapped key there.

mod file;
mod key;

use std::{fmt, path::Path};

use zeroize::Zeroizing;

pub use key::{Owner, PersonKey, Place};

use crate::{
    accounts::secret::{MasterKey, Purpose},
    kernel::{random, sealed},
};
use file::KeyFile;

/// The file's name in the data folder.
pub const NAME: &str = "keys.db";

/// The text that proves that the master key is the one the file was made with.
const MARK: &[u8] = b"yosatte keys";

/// Why a key or a text stays shut. Never says anything of what is inside.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The file cannot be read or written.
    #[error("鍵のファイル({NAME})を使えません: {0}")]
    File(#[from] sqlx::Error),
    /// The file is something else.
    #[error("記録の鍵の控えではありません")]
    NoKeys,
    /// The file was made with another master key.
    #[error("鍵のファイル({NAME})は別の鍵で作られています。このデータを作ったときの鍵を使ってください")]
    WrongMasterKey,
    /// Destroyed, or never made.
    #[error("この記録の鍵がありません(廃棄されたか、keys.db が失われています)")]
    NoKey,
    /// The wrapped key was changed, or belongs to somebody else.
    #[error("この記録の鍵を開けません(書きかえられています)")]
    KeyDamaged,
    /// A sealed text was changed or moved.
    #[error("封をした内容をひらけません(書きかえられたか、別の場所から移されています)")]
    TextDamaged,
}

impl From<std::io::Error> for VaultError {
    fn from(error: std::io::Error) -> Self {
        Self::File(sqlx::Error::Io(error))
    }
}

/// The keys of a data folder. Cloned freely. No opened key is kept in memory longer than the act that needs it.
#[derive(Clone)]
pub struct Vault {
    file: KeyFile,
    wrapping: std::sync::Arc<Zeroizing<[u8; 32]>>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl Vault {
    /// Opens `keys.db` in `folder`, making it when it is not there.
    pub async fn open(master: &MasterKey, folder: &Path) -> Result<Self, VaultError> {
        let vault = Self {
            file: KeyFile::open(&folder.join(NAME)).await?,
            wrapping: std::sync::Arc::new(master.derive(Purpose::Persons)),
        };
        let mark = vault
            .file
            .mark(&sealed::seal(&vault.wrapping, "mark", MARK))
            .await?;
        match sealed::open(&vault.wrapping, "mark", &mark) {
            Ok(text) if text.as_slice() == MARK => Ok(vault),
            _ => Err(VaultError::WrongMasterKey),
        }
    }

    /// Whether a copy of the keys was made with this master key. The copy is only read.
    pub async fn prove(master: &MasterKey, copy: &Path) -> Result<(), VaultError> {
        let mark = file::mark_of(copy).await?.ok_or(VaultError::NoKeys)?;
        match sealed::open(&master.derive(Purpose::Persons), "mark", &mark) {
            Ok(text) if text.as_slice() == MARK => Ok(()),
            _ => Err(VaultError::WrongMasterKey),
        }
    }

    /// Makes the key of `owner`; `false` when there is one already. When this returns, it is on disk.
    pub async fn create(&self, owner: &Owner) -> Result<bool, VaultError> {
        let key = Zeroizing::new(random::bytes::<32>());
        let wrapped = sealed::seal(&self.wrapping, &owner.wrapping_place(), key.as_slice());
        Ok(self.file.insert(owner.as_str(), &wrapped).await?)
    }

    /// The key of `owner`, for as long as it is needed.
    pub async fn key(&self, owner: &Owner) -> Result<PersonKey, VaultError> {
        let wrapped = self.file.find(owner.as_str()).await?.ok_or(VaultError::NoKey)?;
        let bytes = sealed::open(&self.wrapping, &owner.wrapping_place(), &wrapped)
            .map_err(|_| VaultError::KeyDamaged)?;
        let key = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| VaultError::KeyDamaged)?;
        Ok(PersonKey::new(owner.clone(), Zeroizing::new(key)))
    }

    /// Seals a text of `owner` for its place.
    pub async fn seal(&self, owner: &Owner, place: &Place<'_>, plain: &[u8]) -> Result<String, VaultError> {
        Ok(self.key(owner).await?.seal(place, plain))
    }

    /// Opens a text of `owner` that was sealed for this place.
    pub async fn open_text(
        &self,
        owner: &Owner,
        place: &Place<'_>,
        text: &str,
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.key(owner).await?.open(place, text)
    }

    /// Destroys the key of `owner`: nothing sealed with it can be read again. `false` when there is none any more.
    pub async fn destroy(&self, owner: &Owner) -> Result<bool, VaultError> {
        Ok(self.file.delete(owner.as_str()).await?)
    }

    /// Whose keys there are, in order.
    pub async fn list(&self) -> Result<Vec<Owner>, VaultError> {
        let mut owners: Vec<Owner> = self
            .file
            .list()
            .await?
            .into_iter()
            .map(Owner::from_kept)
            .collect();
        owners.sort();
        Ok(owners)
    }

    /// Writes the wrapped keys into a new file, which only its owner can read: to be kept apart from the backup of the
    /// database, and no longer than a shredded record may come back.
    pub async fn backup_to(&self, path: &Path) -> Result<(), VaultError> {
        Ok(self.file.backup_to(path).await?)
    }

    /// Closes the file.
    pub async fn close(&self) {
        self.file.close().await;
    }
}
