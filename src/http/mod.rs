//! The edge that speaks HTTP: translation only, no decisions.

pub mod pages;
