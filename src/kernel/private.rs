//! What holds a person's words and never shows them.

/// Shows that there is something, and nothing of it: logs and panics never carry a person's words.
macro_rules! private {
    ($($name:ident),+) => {
        $(impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        })+
    };
}
pub(crate) use private;
