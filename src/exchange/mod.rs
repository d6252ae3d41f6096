//! Files in and out: a city's own lists and the official open data, each format in a file of its own.

pub mod cells;
mod combined;
pub mod export;
pub mod held;
pub mod lists;
pub mod official;
pub mod opportunities;
mod ragged;
pub mod report;
pub mod resources;
mod seen;
pub mod sheet;
pub mod update;
pub mod vocabulary;
