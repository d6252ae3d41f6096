//! The pages of accounts: signing in, one's own account, keeping accounts, reading the audit.

pub mod audit;
pub mod frame;
pub mod keep;
pub mod opened;
pub mod own;
pub mod signin;
