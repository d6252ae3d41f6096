//! One opened key, whose it is, and the places its texts belong to.

use zeroize::Zeroizing;

use super::VaultError;
use crate::{
    kernel::sealed,
    people::ids::{ConferenceId, PersonRef},
};

/// Whose key: a person's, or a conference's (its name is a free text too, and may hold somebody's).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Owner(String);

impl Owner {
    /// As kept: `person:AB2C3D`, `conference:…`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn from_kept(text: String) -> Self {
        Self(text)
    }

    pub(super) fn wrapping_place(&self) -> String {
        format!("key/{}", self.0)
    }
}

impl From<&PersonRef> for Owner {
    fn from(person: &PersonRef) -> Self {
        Self(format!("person:{person}"))
    }
}

impl From<&ConferenceId> for Owner {
    fn from(conference: &ConferenceId) -> Self {
        Self(format!("conference:{conference}"))
    }
}

/// Where a sealed text belongs. It opens nowhere else. No part holds a `/`, so that two places never read alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// Table.
    pub table: &'static str,
    /// Column.
    pub column: &'static str,
    /// Key of the row.
    pub row: &'a str,
}

/// The opened key of one person or conference; wiped from memory when dropped.
pub struct PersonKey {
    owner: Owner,
    key: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for PersonKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonKey(…)")
    }
}

impl PersonKey {
    pub(super) fn new(owner: Owner, key: Zeroizing<[u8; 32]>) -> Self {
        Self { owner, key }
    }

    fn bound(&self, place: &Place<'_>) -> String {
        format!(
            "v1/{}/{}/{}/{}",
            self.owner.as_str(),
            place.table,
            place.column,
            place.row
        )
    }

    /// Seals a text for its place.
    pub fn seal(&self, place: &Place<'_>, plain: &[u8]) -> String {
        sealed::seal(&self.key, &self.bound(place), plain)
    }

    /// Opens a text that was sealed for this place.
    pub fn open(&self, place: &Place<'_>, text: &str) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        sealed::open(&self.key, &self.bound(place), text).map_err(|_| VaultError::TextDamaged)
    }
}
