//! Passwords: what is strong enough, and hashing with argon2id, at most four at a time.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString},
};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::kernel::random;

/// Hashes at once: each takes a core and 19 MiB.
const AT_ONCE: usize = 4;
/// Characters a password has at least.
const SHORTEST: usize = 12;
/// And at most: a longer one only costs time.
const LONGEST: usize = 256;

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// Fewer than 12 characters.
    #[error("パスワードは12文字以上にしてください")]
    Short,
    /// More than 256.
    #[error("パスワードは256文字までにしてください")]
    Long,
    /// zxcvbn gives less than 3 of 4.
    #[error("そのパスワードは推測されやすいものです。つながりのない言葉を4つほど並べてみてください")]
    Weak,
}

/// Whether a password may be chosen by somebody of these names.
///
/// ```
/// use yosatte::accounts::password::{PasswordFault, strong};
/// assert_eq!(strong("みじかい", &[]), Err(PasswordFault::Short));
/// assert_eq!(strong("password1234", &[]), Err(PasswordFault::Weak));
/// assert_eq!(strong("sato-hanako-yosatte", &["sato-hanako"]), Err(PasswordFault::Weak));
/// assert_eq!(strong("ferry cactus monday brick", &[]), Ok(()));
/// ```
pub fn strong(password: &str, names: &[&str]) -> Result<(), PasswordFault> {
    match password.chars().count() {
        n if n < SHORTEST => return Err(PasswordFault::Short),
        n if n > LONGEST => return Err(PasswordFault::Long),
        _ => {}
    }
    let known: Vec<&str> = names
        .iter()
        .copied()
        .chain(["yosatte", "よさって", "oshu"])
        .collect();
    // What stands in a name is worth nothing to a password.
    let mut rest = password.to_lowercase();
    for name in &known {
        rest = rest.replace(&name.to_lowercase(), "");
    }
    let score = |text: &str| u8::from(zxcvbn::zxcvbn(text, &known).score());
    if score(password) < 3 || score(&rest) < 3 {
        return Err(PasswordFault::Weak);
    }
    Ok(())
}

/// Hashes and compares; its clones share the turns.
#[derive(Debug, Clone)]
pub struct Hasher {
    turns: Arc<Semaphore>,
    nobody: Arc<str>,
}

fn argon2id() -> Argon2<'static> {
    // 19 MiB, two passes: OWASP Password Storage Cheat Sheet.
    let params = Params::new(19 * 1024, 2, 1, None).expect("parameters that argon2 takes");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash_now(password: &str) -> String {
    let salt = SaltString::encode_b64(&random::bytes::<16>()).expect("16 bytes are a salt");
    argon2id()
        .hash_password(password.as_bytes(), &salt)
        .expect("a salt and a password make a hash")
        .to_string()
}

impl Default for Hasher {
    fn default() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            nobody: hash_now("nobody has this password").into(),
        }
    }
}

impl Hasher {
    /// The hash of a password, as a PHC string.
    pub async fn hash(&self, password: Zeroizing<String>) -> String {
        self.turn(move || hash_now(&password)).await
    }

    /// Whether the password is the one of the hash. Without a hash it takes as long and says no.
    pub async fn verify(&self, password: Zeroizing<String>, hash: Option<String>) -> bool {
        let (known, hash) = (hash.is_some(), hash.unwrap_or_else(|| self.nobody.to_string()));
        self.turn(move || {
            let right = PasswordHash::new(&hash)
                .is_ok_and(|hash| argon2id().verify_password(password.as_bytes(), &hash).is_ok());
            right && known
        })
        .await
    }

    async fn turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let turn = self.turns.acquire().await.expect("turns are never closed");
        let done = tokio::task::spawn_blocking(work)
            .await
            .expect("hashing does not panic");
        drop(turn);
        done
    }
}
