//! Resources and opportunities: their types and invariants, what of them may leave, and their rows.

pub mod api;
pub mod duplicates;
pub mod opportunity;
pub mod public;
pub mod resource;
pub mod store;
pub mod words;
