//! Jobs and the rulebook that they keep, on both engines.

mod backtest;
mod learning;
mod live;
mod mail;
mod rule_watch;
mod rulebook;
mod sweep;
