//! Finding entries by words and by place: Japanese analysis, the text index, the facts filters ask, and the search itself.

pub mod analyzer;
pub mod api;
pub mod asking;
pub mod document;
pub mod engine;
pub mod facts;
pub mod filter;
pub mod generations;
pub mod highlight;
pub mod index;
pub mod keeper;
pub mod parts;
pub mod plain;
pub mod queries;
pub mod query;
pub mod relax;
pub mod rows;
pub mod sentence;
pub mod shelf;
pub mod snapshot;
pub mod suggest;
pub mod sync;
pub mod tally;
pub mod top;
pub mod vocab;
pub mod ways;
