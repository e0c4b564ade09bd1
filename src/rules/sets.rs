//! The compiled rules of every title, as this node last read them.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::RuleSet;
use crate::kernel::TitleId;

/// Rule sets by title.
#[derive(Debug, Default)]
pub struct RuleSets(RwLock<HashMap<TitleId, Arc<RuleSet>>>);

impl RuleSets {
    /// The rules of `title`, once they have been read.
    #[must_use]
    pub fn get(&self, title: &TitleId) -> Option<Arc<RuleSet>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(title).cloned()
    }

    /// Puts the rules of `title` in force.
    pub fn set(&self, title: TitleId, rules: RuleSet) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(title, Arc::new(rules));
    }
}
