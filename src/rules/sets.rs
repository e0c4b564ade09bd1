//! The compiled rules of every title, as this node last read them.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::RuleSet;
use crate::kernel::TitleId;

/// Rule sets by title.
#[derive(Debug, Default)]
pub struct RuleSets(RwLock<HashMap<TitleId, Read>>);

/// What was read of a title's rules.
#[derive(Clone, Debug, Default)]
struct Read {
    rules: Option<Arc<RuleSet>>,
    stamp: String,
}

impl RuleSets {
    /// The rules of `title`, once they have been read.
    #[must_use]
    pub fn get(&self, title: &TitleId) -> Option<Arc<RuleSet>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(title).and_then(|read| read.rules.clone())
    }

    /// Puts the rules of `title` in force.
    pub fn set(&self, title: TitleId, rules: RuleSet) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).entry(title).or_default().rules = Some(Arc::new(rules));
    }

    /// Whether what `stamp` stands for, a version in its keeper's words, is what was last read of `title`.
    #[must_use]
    pub fn is_read(&self, title: &TitleId, stamp: &str) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(title).is_some_and(|read| read.stamp == stamp)
    }

    /// Remembers that what `stamp` stands for was read of `title`, whether it could be put in force or not.
    pub fn note_read(&self, title: TitleId, stamp: String) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).entry(title).or_default().stamp = stamp;
    }
}
