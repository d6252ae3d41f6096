//! The map as people see it: how a kind looks, and the picture drawn on the server.

pub mod look;
pub mod svg;

mod view;
