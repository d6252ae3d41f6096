//! Who may do what: accounts, sessions, tokens, the one policy, and the record of everything done.
//!
//! Read `account` and `policy` first. `secret` is the key above all keys; `audit` is the chain every act stands in;
//! `desk` is where they come together.

pub mod account;
pub mod api;
pub mod attempts;
pub mod audit;
pub mod desk;
pub mod factor;
pub mod origin;
pub mod pages;
pub mod password;
pub mod policy;
pub mod secret;
pub mod session;
pub mod store;
