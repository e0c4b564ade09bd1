//! The rules engine: what a comment is judged by before it is stored.
//!
//! [`evaluate`] takes a [`RuleSet`] and the [`Facts`] of the moment and answers with a [`Verdict`]. It is pure and
//! total: the same facts give the same verdict on any node and at any time, and no text makes it panic or stall.
//! Every rule is asked and every finding kept; the strongest outcome wins. A rule that cannot be evaluated holds
//! the comment and is named among the faults, so that nothing is published because a rule broke.
//!
//! Findings carry rule ids, clauses and places in the text; the words for people are Fluent messages called after
//! [`Finding::author_key`] and [`Finding::moderator_key`]. Where lists come from, and which title has which, is the
//! business of higher rooms.

mod align;
pub mod classifier;
mod clusters;
mod compile;
mod ear;
mod evaluate;
mod facts;
mod fingerprint;
mod glyphs;
mod hidden;
mod key_table;
pub mod language;
mod letters;
mod lexicon;
mod links;
mod markup;
pub mod normalise;
mod pieces;
mod quotations;
mod rule;
mod rule_book;
pub mod rule_file;
mod search;
mod sets;
pub mod signals;
mod source;
pub mod starter;
mod stretch;
mod trial;
mod verdict;
mod vocabulary;
mod word_list;

pub use compile::{RuleSet, SourceFault, SourceFaultCode};
pub use evaluate::{evaluate, evaluate_with};
pub use facts::{AuthorFacts, Facts, RecentText, StoryFacts, VelocityFacts};
pub use fingerprint::text_fingerprint;
pub use links::links_in;
pub use rule::{Mode, Rule, Then};
pub use rule_book::{BookFault, Judgement, MAX_BOOK_COST, RuleBook};
pub use sets::RuleSets;
pub use source::{
    LengthRule, LinksRule, PremoderationRule, RepeatRule, RuleSetSource, Severity, WordListEntry, WordListSource,
};
pub use trial::Trial;
pub use verdict::{ENGINE_VERSION, Fault, FaultCode, Figures, Finding, Outcome, Span, Verdict, is_built_in};
