//! What people tell a coordinator: cases, their needs, who may know what of them, and how all that ends.
//!
//! Read `basis` first: it says what may be done with a record at all. `vault` holds the key of each person; everything
//! identifying and every free text goes through it. `store` is the only way to the rows, and each of its functions stands
//! in the audit. Types that hold a person's words do not show them when they are debugged.

pub mod api;
pub mod basis;
pub mod case;
pub mod conference;
pub mod consent;
pub mod disclosure;
pub mod error;
pub mod hand_over;
pub mod identity;
pub mod ids;
pub mod matches;
pub mod need;
pub mod note;
pub mod pages;
pub mod retention;
pub mod share;
pub mod store;
pub mod vault;

pub use error::{PeopleError, PeopleResult, Refused};
