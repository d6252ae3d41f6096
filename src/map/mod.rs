//! The map as people see it: how a kind looks, the picture drawn on the server, and vector tiles for the browser.

pub mod api;
pub mod look;
mod markers;
pub mod svg;
pub mod tiles;

mod view;
