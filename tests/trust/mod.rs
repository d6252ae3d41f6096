//! Accounts and what is behind them: who gets in, who may do what, and what is written down of it.

mod accounts;
mod audit;
mod backup;
mod cases;
mod entries;
mod files;
mod ownership;
mod pages;
mod passwords;
mod proxies;
mod resets;
mod secrets;
mod sessions;
mod shredding;
mod traces;
mod walk;
