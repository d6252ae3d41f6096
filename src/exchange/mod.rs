//! Files in and out: a city's own lists and the official open data, each format in a file of its own.

pub mod opportunities;
pub mod report;
pub mod resources;
pub mod sheet;
