//! What each title's comments are judged by, as data: word lists by version, and the compiled rules made of them.
//!
//! Publishing checks a list as a whole and adds a version; no version is ever changed. Every node reads the versions each
//! second and compiles what moved, so a new list judges everywhere soon after it is published. A list that does not
//! compile, as only another release of the engine can make it, is logged, and its title keeps the rules it had.

pub mod backtest;
mod document;
pub mod history;
pub mod learning;
mod overview;
mod past;
mod picture;
mod publication;
mod publish_rules;
mod publish_word_list;
mod refresh;
mod rule_set;
mod store;
mod suspend;
pub mod sweep;

pub use document::{Issued, Objection, PublishError, check, publish};
pub use overview::{Overview, RuleLine, overview};
pub use picture::picture;
pub use publication::{Moved, Publication};
pub use publish_rules::{PublishRulesError, PublishedRules, check_rules, publish_rules};
pub use publish_word_list::{PublishWordListError, Published, check_word_list, publish_word_list};
pub use refresh::{load_all, refresh};
pub use rule_set::{RuleSetError, engine_of, rule_set_of, shipped};
pub use store::{RuleFile, WordList, find_rule_file, find_word_list, list_suspensions};
pub use suspend::{Cause, Suspension, suspend_rules};
