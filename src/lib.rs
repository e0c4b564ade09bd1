//! Belowline: the comment section a newspaper can stand behind.

pub mod kernel;
pub mod rules;
