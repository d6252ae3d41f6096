//! The small words every feature is written in: ids, text, place, time. No IO, no feature.

pub mod age;
pub mod calendar_ja;
pub mod clock;
pub mod coded;
pub mod fields;
pub mod geo;
pub mod id;
pub mod mesh;
pub mod municipality;
pub mod network;
pub mod private;
pub mod random;
pub mod schedule;
pub mod sealed;
pub mod text;
