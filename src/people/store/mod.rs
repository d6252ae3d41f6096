//! The rows of persons' records. Whatever reads or changes a person's content stands in the audit by the same act:
//! functions take the recorded transaction, or make it themselves and answer only once it is on disk.
//!
//! Whether somebody may is not asked here: handlers ask `accounts::policy` with the facts of [`facts`]. What the domain forbids to
//! everyone is refused here. Rows are locked by their case, so that a withdrawal and a share never pass each other.

pub mod basis;
pub mod cases;
pub mod conferences;
pub mod consents;
pub mod disclosure;
pub mod facts;
pub mod hands;
pub mod keys;
pub mod listing;
pub mod matches;
pub mod needs;
pub mod notes;
pub mod opened;
pub mod referrals;
mod rows;
pub mod search;
pub mod seen;
pub mod shares;
pub mod shredding;

pub use facts::{case_facts, conference_facts};
pub use keys::without_key;
pub use opened::{Opened, read};
pub use shredding::finish_shredding;
