//! The front door: connections, bodies and refusals.

mod barrier;
mod bodies;
mod browser;
mod comments;
mod connections;
mod editors_rules;
mod facts;
mod https;
mod matrix;
mod moderation;
mod moderation_pages;
mod pages;
mod refusals;
mod rulebook_api;
mod rulebook_pages;
mod straddling;
mod support;
