//! Names of people and rows that say nothing about anyone: made of chance alone.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::kernel::{
    id::{IdError, is_id},
    random,
};

macro_rules! chance {
    ($(#[$meta:meta])* $name:ident, $letters:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// A new one.
            pub fn random() -> Self {
                Self(random::plain_letters($letters))
            }

            /// Reads one as it came in; capital or small letters.
            pub fn new(text: &str) -> Result<Self, IdError> {
                let text = text.trim().to_ascii_uppercase();
                if is_id(&text) { Ok(Self(text)) } else { Err(IdError) }
            }

            /// As written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

chance!(
    /// The pseudonym of a person: six letters that can be said on the telephone.
    ///
    /// ```
    /// use yosatte::people::ids::PersonRef;
    /// assert_eq!(PersonRef::random().as_str().len(), 6);
    /// assert_eq!(PersonRef::new("ab2c3d").unwrap().as_str(), "AB2C3D");
    /// ```
    PersonRef, 6
);
chance!(
    /// A case: one person's record.
    CaseId, 16
);
chance!(
    /// An entry of the 経過記録.
    NoteId, 16
);
chance!(
    /// A need.
    NeedId, 16
);
chance!(
    /// A consent.
    ConsentId, 16
);
chance!(
    /// A conference.
    ConferenceId, 16
);
chance!(
    /// One case shared with one conference.
    ShareId, 16
);
chance!(
    /// One case referred to one 多機関協働推進員.
    ReferralId, 16
);
chance!(
    /// A case that changed hands.
    HandOverId, 16
);
chance!(
    /// A need and an opportunity, and what becomes of them.
    MatchId, 16
);
chance!(
    /// One step in the life of a match.
    StepId, 16
);
