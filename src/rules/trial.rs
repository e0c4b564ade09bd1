//! Rules that are tried: asked about the same signals as those in force, and deciding nothing.

use std::collections::BTreeSet;

use super::compile::RuleSet;
use super::rule::{Mode, Rule};
use super::rule_book::{BookFault, RuleBook};
use super::signals::Slot;

/// Rules to try beside those of one rule set, whatever mode they were written in.
#[derive(Clone, Debug)]
pub struct Trial {
    pub(super) book: RuleBook,
    /// What these rules and those in force ask together.
    pub(super) slots: Vec<Slot>,
}

impl Trial {
    /// The trial of `rules` beside `in_force`.
    ///
    /// # Errors
    /// When two have one id, or all together could cost too much.
    pub fn beside(in_force: &RuleSet, rules: impl IntoIterator<Item = Rule>) -> Result<Self, BookFault> {
        let book = RuleBook::of_all(rules.into_iter().map(|rule| Rule { mode: Mode::Live, ..rule }))?;
        let slots: BTreeSet<Slot> = book.slots().iter().chain(in_force.book.slots()).copied().collect();
        Ok(Self { book, slots: slots.into_iter().collect() })
    }

    /// The rules that are tried, in their order.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        self.book.rules()
    }
}
