//! The only integration binary, so that the tests link once; one file a capability.

mod architecture;
mod checking;
mod durability;
mod example_city;
mod finding;
mod index_life;
mod privacy;
mod relevance;
mod settings;
mod store;
mod support;
