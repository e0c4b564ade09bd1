//! What the paper publishes: numbered clauses, by version.

use serde::{Deserialize, Serialize};

use crate::kernel::{ClauseId, Timestamp, TitleId};

/// The most clauses a title can publish.
pub const MAX_CLAUSES: usize = 100;

/// One clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Its id, the same in every version.
    pub id: ClauseId,
    /// What it is called.
    pub heading: String,
    /// What it says.
    pub body: String,
}

/// House rules as published: the clauses in their order, numbered from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseRules {
    /// Whose they are.
    pub title: TitleId,
    /// Counts the publications, from 1.
    pub version: i64,
    /// What stands above the clauses.
    pub introduction: String,
    /// When this version was published.
    pub published_at: Timestamp,
    /// The clauses.
    pub clauses: Vec<Clause>,
}

impl HouseRules {
    /// The clause called `id`.
    #[must_use]
    pub fn clause(&self, id: &ClauseId) -> Option<&Clause> {
        self.clauses.iter().find(|clause| clause.id == *id)
    }
}

/// A clause as it is cited: whose, which, and in which version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CitedClause {
    /// Whose house rules.
    pub title: TitleId,
    /// Which clause.
    pub id: ClauseId,
    /// In which version.
    pub version: i64,
    /// Its number there, from 1.
    pub number: i64,
    /// What it is called there.
    pub heading: String,
}

/// The file that house rules are published from: TOML with `introduction` and `[[clause]]` tables.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HouseRulesFile {
    /// What stands above the clauses.
    #[serde(default)]
    pub introduction: String,
    /// The clauses, in order.
    pub clause: Vec<Clause>,
}
