//! Compiles what the binary carries.

fn main() {}
