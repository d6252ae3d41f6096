//! Districts: their names and outlines, which one a place belongs to, and where an address lies.

pub mod api;
pub mod areas;
pub mod centres_csv;
pub mod district;
pub mod gazetteer;
pub mod geojson_in;
pub mod outlines;
pub mod placing;
mod rings;
pub mod store;
#[cfg(test)]
mod tests;
