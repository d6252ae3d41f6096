//! A need as it is kept with a case; what it says is read in `matching::need`.

use serde::Serialize;

use super::ids::{CaseId, NeedId};
use crate::{kernel::private::private, matching::need::Need};

/// A need as it is kept.
#[derive(Clone, PartialEq, Serialize)]
pub struct StoredNeed {
    /// Key.
    pub id: NeedId,
    /// Whose.
    pub case: CaseId,
    /// Rises with every change.
    pub version: i64,
    /// Who wrote it first.
    pub author: String,
    /// The last change, RFC 3339.
    pub updated_at: String,
    /// No longer wished.
    pub archived: bool,
    /// What it says.
    pub need: Need,
}

private!(StoredNeed);
