//! A coded value has an English code (files, API) and a Japanese label (people); both are accepted on the way in.

/// Declares an enum whose every variant has a code and a label, and both ways of reading it.
///
/// `parse` accepts the code or the label after NFKC and removal of spaces; `None` when it is neither.
macro_rules! coded {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $code:literal $label:literal $(| $alias:literal)*),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs)]
        pub enum $name { $($variant),+ }

        impl $name {
            /// Every value, in the order people are shown them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code used in files and in the API.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The Japanese word people see.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }

            /// Reads a code or a label, whatever its width and spacing.
            pub fn parse(text: &str) -> Option<Self> {
                // Lists of 100,000 rows ask this a million times: the words are folded once.
                static WORDS: std::sync::LazyLock<std::collections::HashMap<String, $name>> =
                    std::sync::LazyLock::new(|| {
                        let mut words = std::collections::HashMap::new();
                        $(for word in [$code, $label $(, $alias)*] {
                            words.entry($crate::kernel::text::key(word)).or_insert($name::$variant);
                        })+
                        words
                    });
                WORDS.get(&$crate::kernel::text::key(text)).copied()
            }

            /// All labels, for a message that says what is accepted.
            pub fn accepted() -> String {
                Self::ALL.iter().map(|v| v.label()).collect::<Vec<_>>().join("・")
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.label())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                Self::ALL
                    .iter()
                    .copied()
                    .find(|v| v.code() == text)
                    .or_else(|| Self::parse(&text))
                    .ok_or_else(|| serde::de::Error::custom(format!("{text}: {}", Self::accepted())))
            }
        }
    };
}

pub(crate) use coded;
