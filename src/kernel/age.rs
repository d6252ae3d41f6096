//! Stand-in for the age range that lands next.

use serde::{Deserialize, Serialize};

/// 対象年齢 as written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AgeRange {
    text: String,
}
