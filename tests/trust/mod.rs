//! Accounts and what is behind them: who gets in, who may do what, and what is written down of it.

mod accounts;
mod audit;
mod backup;
mod pages;
mod walk;
