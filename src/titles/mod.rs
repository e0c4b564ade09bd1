//! The newspapers under this roof: their look, language and time zone, and the house rules they publish.
//!
//! House rules are data with versions: a publication adds a version and never changes one, so that a report, a decision
//! or a ban made years ago still cites the words that held then. A clause id belongs to one title for good.

mod create;
mod house_rules;
mod publish;
mod store;
mod title;

pub use create::{CreateError, create};
pub use house_rules::{CitedClause, Clause, HouseRules, HouseRulesFile, MAX_CLAUSES};
pub use publish::{PublishError, publish};
pub use store::{find, find_clause_at, find_clause_text, find_house_rules, get, list, locate_clause};
pub use title::Title;
