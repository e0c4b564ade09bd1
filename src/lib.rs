//! Belowline: the comment section a newspaper can stand behind.

pub mod http;
pub mod kernel;
