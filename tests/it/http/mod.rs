//! The front door: connections, bodies and refusals.

mod bodies;
mod connections;
mod refusals;
mod support;
