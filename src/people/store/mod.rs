//! The rows of persons' records.
