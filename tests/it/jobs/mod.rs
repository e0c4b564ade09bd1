//! Jobs and the rulebook that they keep, on both engines.

mod mail;
mod rulebook;
