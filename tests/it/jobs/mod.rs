//! Jobs and the rulebook that they keep, on both engines.

mod backtest;
mod mail;
mod rulebook;
mod sweep;
