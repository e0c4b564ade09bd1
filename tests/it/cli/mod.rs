//! The command itself: the real binary, started as an operator starts it.

mod classifier;
mod commands;
mod doctor;
mod home;
mod rules;
mod serve;
