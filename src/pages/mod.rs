//! The pages people see: what each says, as plain values, and the templates (`web/templates`) that say it.

pub mod about;
pub mod assets;
pub mod card;
pub mod conditions;
pub mod dates;
pub mod district;
pub mod error;
pub mod frame;
pub mod handlers;
pub mod home;
pub mod map_view;
pub mod resource;
pub mod search_form;
pub mod soon;
pub mod words;

#[cfg(test)]
mod sample;
