//! Who saw or changed what: written in the transaction of what it records, chained so that nothing can be taken away
//! unseen.
//!
//! Each entry carries HMAC-SHA256 over the entry before and its own fields, with a key that is not in the database. The head
//! of the chain also goes to a file of its own, twice: before the commit (`+`) and after it (`=`). An entry the file
//! calls done must be in the database for ever; one that it only announced may be missing, for the machine may have stopped between.

mod entry;
mod heads;
mod trail;
mod verify;

pub use entry::{Action, Entry, Listed, Wanted, list};
pub use heads::begin as begin_heads;
pub use trail::{Recorded, Trail, TrailError};
pub use verify::{Verdict, verify};
