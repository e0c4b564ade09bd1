//! Belowline: the comment section a newspaper can stand behind.

pub mod accounts;
pub mod comments;
pub mod kernel;
pub mod rules;
