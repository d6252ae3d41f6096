//! Which opportunity would have a person: three-valued gates, an order with reasons, and what to change or to make where
//! there is none.
//!
//! Read `gates` (stage 1), `factors` with `weights` (stage 2), `words` (stage 3), then `relax` and `menu` for when there is
//! little; `find` puts them together. Everything here is a pure function of a need and a [`board::Board`].

pub mod api;
pub mod asker;
pub mod board;
pub mod factors;
pub mod find;
pub mod gates;
pub mod introduction;
pub mod menu;
pub mod need;
pub mod question;
pub mod relax;
pub mod weights;
pub mod words;
