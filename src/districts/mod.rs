//! Districts: their names and outlines, which one a place belongs to, and where an address lies.

pub mod areas;
pub mod district;
pub mod outlines;
pub mod store;
