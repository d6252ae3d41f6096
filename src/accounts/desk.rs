//! The desk where people sign in: everything signing in needs, in one value that the running program keeps.

use std::{io, net::IpAddr, path::Path};

use zeroize::Zeroizing;

use super::{
    account::{Account, AccountId},
    attempts::{Attempts, TooOften},
    audit::{Action, Entry, Trail, TrailError},
    factor::Factor,
    password::Hasher,
    secret::MasterKey,
    store,
};
use crate::{db::Db, kernel::clock::Clock};

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown name, wrong password or a disabled account: which of them is not told.
    #[error("名前かパスワードが違います")]
    Wrong,
    /// The code is wrong or was used.
    #[error("確認コードが違うか、もう使われています")]
    WrongCode,
    /// Too many attempts.
    #[error(transparent)]
    TooOften(#[from] TooOften),
    /// It could not be recorded, so it did not happen.
    #[error(transparent)]
    Trail(#[from] TrailError),
}

impl From<crate::db::DbError> for SignInError {
    fn from(error: crate::db::DbError) -> Self {
        Self::Trail(error.into())
    }
}

/// What signing in needs.
#[derive(Debug)]
pub struct Desk {
    master: MasterKey,
    trail: Trail,
    hasher: Hasher,
    attempts: Attempts,
    clock: Clock,
}

impl Desk {
    /// Opens it for a data folder.
    pub fn open(master: MasterKey, folder: &Path, clock: Clock) -> io::Result<Self> {
        Ok(Self {
            trail: Trail::open(&master, folder, clock.clone())?,
            hasher: Hasher::default(),
            attempts: Attempts::new(&master),
            master,
            clock,
        })
    }

    /// The key above all keys.
    pub fn master(&self) -> &MasterKey {
        &self.master
    }

    /// The audit.
    pub fn trail(&self) -> &Trail {
        &self.trail
    }

    /// Hashes passwords.
    pub fn hasher(&self) -> &Hasher {
        &self.hasher
    }

    /// Proof for the browser that it has signed in to this account.
    pub fn device_proof(&self, account: &AccountId) -> String {
        self.attempts.proof(account)
    }

    /// Whether name and password belong together. Both outcomes are recorded; an unknown name takes as long as a known one.
    pub async fn sign_in(
        &self,
        db: &Db,
        name: &str,
        password: Zeroizing<String>,
        address: IpAddr,
        device: Option<&str>,
    ) -> Result<Account, SignInError> {
        // A name nobody can have is counted and hashed like any other, under a name of its own.
        let id = AccountId::new(name).unwrap_or_else(|_| AccountId::nobody());
        let counted = self.attempts.count(&id, address, device)?;
        let mut conn = db.read().await?;
        let kept = store::secrets(&mut conn, &id).await?;
        let account = store::find(&mut conn, &id).await?.filter(|a| !a.disabled);
        drop(conn);
        let right = self.hasher.verify(password, kept.map(|(hash, _)| hash)).await;
        match account.filter(|_| right) {
            Some(account) => {
                self.attempts.right(&counted);
                self.record(db, &account.id, Action::SIGN_IN).await?;
                Ok(account)
            }
            None => {
                // The name as typed may be a password by mistake: only names that exist are written down.
                let mut conn = db.read().await?;
                let known = store::find(&mut conn, &id).await?.is_some();
                drop(conn);
                let tried = if known { id.as_str() } else { "" };
                self.refuse(db, &AccountId::nobody(), tried, "password").await?;
                Err(SignInError::Wrong)
            }
        }
    }

    /// Whether this is the account's password: for giving it again. Counted like signing in.
    pub async fn confirm(
        &self,
        db: &Db,
        id: &AccountId,
        password: Zeroizing<String>,
        address: IpAddr,
        device: Option<&str>,
    ) -> Result<(), SignInError> {
        let counted = self.attempts.count(id, address, device)?;
        let kept = store::secrets(&mut *db.read().await?, id).await?;
        if !self.hasher.verify(password, kept.map(|(hash, _)| hash)).await {
            self.refuse(db, id, id.as_str(), "confirm").await?;
            return Err(SignInError::Wrong);
        }
        self.attempts.right(&counted);
        self.record(db, id, Action::CONFIRM).await?;
        Ok(())
    }

    /// Takes the code of a device, or a recovery code; each is good once.
    pub async fn second_factor(
        &self,
        db: &Db,
        id: &AccountId,
        code: &str,
        address: IpAddr,
        device: Option<&str>,
    ) -> Result<(), SignInError> {
        let counted = self.attempts.count(id, address, device)?;
        let kept = store::secrets(&mut *db.read().await?, id).await?;
        let factor = kept
            .and_then(|(_, factor)| factor)
            .and_then(|sealed| Factor::open(&sealed, &self.master, id).ok())
            .ok_or(SignInError::WrongCode)?;
        let mut tx = self.trail.begin(db, Some(id)).await?;
        let fine = match factor.step_of(code, self.clock.now().timestamp()) {
            Some(step) => store::use_step(&mut tx, id, step).await?,
            None => store::use_recovery(&mut tx, id, code).await?,
        };
        if !fine {
            drop(tx);
            self.refuse(db, id, id.as_str(), "second-factor").await?;
            return Err(SignInError::WrongCode);
        }
        self.attempts.right(&counted);
        tx.record(
            Action::SIGN_IN,
            Entry {
                entity: "account",
                entity_id: id.as_str(),
                person: None,
                detail: "second-factor".into(),
            },
        )
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Records that somebody did not get in: by whom as far as that is known, to which account, and where it failed.
    async fn refuse(&self, db: &Db, by: &AccountId, tried: &str, at: &str) -> Result<(), TrailError> {
        let mut tx = self.trail.begin(db, Some(by)).await?;
        let entry = Entry {
            entity: "account",
            entity_id: tried,
            person: None,
            detail: at.to_owned(),
        };
        tx.record(Action::SIGN_IN_REFUSED, entry).await?;
        tx.commit().await
    }

    /// Records something an account did with itself.
    pub async fn record(&self, db: &Db, id: &AccountId, action: Action) -> Result<(), TrailError> {
        let mut tx = self.trail.begin(db, Some(id)).await?;
        let entry = Entry {
            entity: "account",
            entity_id: id.as_str(),
            person: None,
            detail: String::new(),
        };
        tx.record(action, entry).await?;
        tx.commit().await
    }
}
