//! Keys of files and rows: what a person wrote in 資源ID stays as it is; what nobody wrote is made.

use serde::{Deserialize, Serialize};

/// Why a text cannot be an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("英数字と「_」「-」で1〜64文字にしてください")]
pub struct IdError;

/// Whether the text is 1 to 64 of `A-Za-z0-9_-`.
pub fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// Declares an id type over the same alphabet.
macro_rules! id_type {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks the alphabet and the length.
            pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
                let text = text.into();
                if is_id(&text) { Ok(Self(text)) } else { Err(IdError) }
            }

            /// The id as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

id_type!(
    /// 資源ID.
    ResourceId
);
id_type!(
    /// 機会ID.
    OpportunityId
);
id_type!(
    /// A 地区, 旧市町村 or 行政区.
    DistrictId
);

/// An id that depends only on `parts`: the same row of the same file gets the same id at every import.
///
/// ```
/// use yosatte::kernel::id::derived;
/// assert_eq!(derived("r", &["サロン", "水沢1-1"]), derived("r", &["サロン", "水沢1-1"]));
/// ```
pub fn derived(prefix: &str, parts: &[&str]) -> String {
    use sha2::{Digest, Sha256};
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    let hex: String = hasher
        .finalize()
        .iter()
        .take(8)
        .map(|b| format!("{b:02x}"))
        .collect();
    format!("{prefix}-{hex}")
}
