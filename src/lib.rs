//! Belowline: the comment section a newspaper can stand behind.

pub mod egress;
pub mod kernel;
pub mod limits;
pub mod rules;
pub mod secrets;
pub mod settings;
pub mod storage;
