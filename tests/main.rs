//! The only integration binary, so that the tests link once; one file a capability.

mod api_document;
mod api_hardening;
mod api_search;
mod api_tiles;
mod architecture;
mod bad_input;
mod checking;
mod durability;
mod example_city;
mod exporting;
mod finding;
mod importing_official;
mod importing_sheets;
mod index_life;
mod matching;
mod near;
mod pipes;
mod privacy;
mod relevance;
mod settings;
mod staff_search;
mod store;
mod support;
mod trust;
