//! The master key: read from a file or the environment, never kept beside the data, and never used itself: each purpose
//! gets a key derived from it.

use std::{
    fmt, fs, io,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use crate::kernel::random;

/// The variable that may hold the key itself, in Base64.
pub const VARIABLE: &str = "YOSATTE_MASTER_KEY";

/// Why there is no usable master key, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Cannot be read.
    #[error("鍵のファイル {0} を読めません({1})")]
    Unreadable(PathBuf, io::Error),
    /// Other users of the machine could read it.
    #[error("鍵のファイル {0} をほかの利用者も読めます(権限 {1:o})。「chmod 600 {path}」で本人だけにしてください", path = .0.display())]
    OpenToOthers(PathBuf, u32),
    /// Whoever takes the data would take the key with it.
    #[error("鍵のファイル {0} がデータのフォルダの中にあります。別の場所に移してください")]
    BesideTheData(PathBuf),
    /// Not 32 bytes in Base64.
    #[error("{0}の中身が鍵ではありません。「yosatte key new FILE」で作ったものを使ってください")]
    NotAKey(String),
    /// Never written over: what it locked would be lost.
    #[error("{0} はもうあります。鍵は上書きしません")]
    Exists(PathBuf),
}

/// 256 bits that everything confidential hangs on. Wiped from memory when dropped, and never shown.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// What a derived key is for. Two purposes never share a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The chain of the audit.
    Audit,
    /// Wraps the keys of persons.
    Persons,
    /// Seals the secrets of second factors.
    SecondFactor,
    /// Proves that a browser has signed in before.
    Device,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Audit => b"yosatte audit v1",
            Self::Persons => b"yosatte persons v1",
            Self::SecondFactor => b"yosatte second factor v1",
            Self::Device => b"yosatte device v1",
        }
    }
}

impl MasterKey {
    /// The key of the environment ([`VARIABLE`]), else of the file; `None` when neither is set.
    pub fn find(
        variable: Option<String>,
        file: Option<&Path>,
        data: &Path,
    ) -> Result<Option<Self>, SecretError> {
        if let Some(mut text) = variable.filter(|t| !t.trim().is_empty()) {
            let key = Self::parse(&text, &format!("環境変数 {VARIABLE} "));
            text.zeroize();
            return key.map(Some);
        }
        file.map(|path| Self::read(path, data)).transpose()
    }

    fn read(path: &Path, data: &Path) -> Result<Self, SecretError> {
        let unreadable = |e| SecretError::Unreadable(path.to_owned(), e);
        let whole = fs::canonicalize(path).map_err(unreadable)?;
        if fs::canonicalize(data).is_ok_and(|data| whole.starts_with(data)) {
            return Err(SecretError::BesideTheData(path.to_owned()));
        }
        let mode = fs::metadata(&whole).map_err(unreadable)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(SecretError::OpenToOthers(path.to_owned(), mode));
        }
        let text = Zeroizing::new(fs::read_to_string(&whole).map_err(unreadable)?);
        Self::parse(&text, &format!("鍵のファイル {} ", path.display()))
    }

    fn parse(text: &str, place: &str) -> Result<Self, SecretError> {
        let bytes = STANDARD.decode(text.trim()).map(Zeroizing::new);
        let key = bytes.ok().and_then(|b| <[u8; 32]>::try_from(b.as_slice()).ok());
        key.map(|k| Self(Zeroizing::new(k)))
            .ok_or_else(|| SecretError::NotAKey(place.to_owned()))
    }

    /// Makes a new key in a file that only its owner can read.
    pub fn create(path: &Path) -> Result<(), SecretError> {
        let options = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path);
        let mut file = options.map_err(|e| match e.kind() {
            io::ErrorKind::AlreadyExists => SecretError::Exists(path.to_owned()),
            _ => SecretError::Unreadable(path.to_owned(), e),
        })?;
        let text = Zeroizing::new(STANDARD.encode(Zeroizing::new(random::bytes::<32>()).as_slice()));
        io::Write::write_all(&mut file, format!("{}\n", text.as_str()).as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(|e| SecretError::Unreadable(path.to_owned(), e))
    }

    /// The key for one purpose (HKDF-SHA256, RFC 5869).
    pub fn derive(&self, purpose: Purpose) -> Zeroizing<[u8; 32]> {
        let mut out = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(None, self.0.as_slice())
            .expand(purpose.label(), out.as_mut_slice())
            .expect("32 bytes are a length HKDF gives");
        out
    }

    /// A key for tests.
    #[doc(hidden)]
    pub fn of_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_refused_when_it_is_open_to_others_or_lies_beside_the_data() {
        let folder = tempfile::tempdir().unwrap();
        let (data, other) = (folder.path().join("var"), folder.path().join("keys"));
        fs::create_dir_all(&data).unwrap();
        fs::create_dir_all(&other).unwrap();
        let good = other.join("master.key");
        MasterKey::create(&good).unwrap();
        let read = |path: &Path| MasterKey::find(None, Some(path), &data);
        assert!(read(&good).unwrap().is_some());
        assert!(matches!(MasterKey::create(&good), Err(SecretError::Exists(_))));

        fs::set_permissions(&good, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(read(&good), Err(SecretError::OpenToOthers(_, 0o640))));

        let inside = data.join("master.key");
        MasterKey::create(&inside).unwrap();
        assert!(matches!(read(&inside), Err(SecretError::BesideTheData(_))));

        let short = other.join("short");
        fs::write(&short, "YWJj").unwrap();
        fs::set_permissions(&short, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(matches!(read(&short), Err(SecretError::NotAKey(_))));
        assert!(matches!(
            read(&other.join("none")),
            Err(SecretError::Unreadable(..))
        ));
    }

    #[test]
    fn each_purpose_has_a_key_of_its_own_and_none_is_shown() {
        let key = MasterKey::of_bytes([7; 32]);
        assert_ne!(key.derive(Purpose::Audit), key.derive(Purpose::Persons));
        assert_eq!(key.derive(Purpose::Audit), key.derive(Purpose::Audit));
        assert_eq!(format!("{key:?}"), "MasterKey(…)");
    }
}
