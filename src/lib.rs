//! よさって: the community's resources, findable by words and by place.
//!
//! The modules stand here in reading order, lowest first; imports run downward only.
// A line printed for nobody would end the program: commands speak with `say!` and `remark!`.
#![warn(clippy::print_stdout, clippy::print_stderr)]
#![doc = include_str!("ARCHITECTURE.md")]

pub mod kernel;

pub mod db;

pub mod resources;

pub mod accounts;

pub mod search;

pub mod districts;

pub mod matching;

pub mod people;

pub mod exchange;

pub mod map;

pub mod pages;

pub mod app;
pub mod board;
pub mod commands;
pub mod config;
pub mod error;
pub mod gate;
pub mod ground;
pub mod guard;
pub mod openapi;
pub mod routes;
pub mod telemetry;
