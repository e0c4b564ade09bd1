//! The front door: connections, bodies and refusals.

mod approvals;
mod bans;
mod barrier;
mod bodies;
mod browser;
mod comments;
mod connections;
mod editors_rules;
mod evasion;
mod facts;
mod host_tokens;
mod https;
mod interleaving;
mod matrix;
mod moderation;
mod moderation_pages;
mod oidc;
mod pages;
mod passkeys;
mod refusals;
mod rulebook_api;
mod rulebook_pages;
mod second_factor;
mod straddling;
mod support;
pub(crate) mod webhooks;
