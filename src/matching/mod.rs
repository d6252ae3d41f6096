//! Which opportunity would have a person: three-valued gates, an order with reasons, and what to change or to make where there is none.

pub mod need;
