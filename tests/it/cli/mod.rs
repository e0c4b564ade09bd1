//! The command itself: the real binary, started as an operator starts it.

mod classifier;
mod commands;
mod doctor;
mod home;
mod import;
mod rules;
mod serve;
mod waiting;
