//! Who may do what: accounts, sessions, tokens, the one policy, and the record of everything done.
//!
//! Read `account` and `policy` first. `secret` is the key above all keys; `audit` is the chain every act stands in.

pub mod account;
pub mod audit;
pub mod policy;
pub mod secret;
