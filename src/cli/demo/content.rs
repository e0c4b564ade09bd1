//! What the demo newspaper has to say: an invented town, invented people.

use serde::Deserialize;

/// The title's house rules.
pub(super) const HOUSE_RULES: &str = include_str!("../../../data/demo/house-rules.toml");

const STORIES: &str = include_str!("../../../data/demo/stories.toml");

/// The stories, in the order in which they are always listed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stories {
    pub(super) story: Vec<Story>,
}

/// A story with its thread.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Story {
    pub(super) key: String,
    pub(super) url: String,
    pub(super) headline: String,
    pub(super) section: String,
    pub(super) comment: Vec<Comment>,
}

/// A comment, by one of the demo's roles or by a person of the town.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Comment {
    pub(super) by: String,
    /// Minutes after the comment before.
    pub(super) after: u64,
    /// The comment that it answers, by its place from 1.
    pub(super) to: Option<usize>,
    pub(super) text: String,
    #[serde(default)]
    pub(super) recommended_by: usize,
    pub(super) fate: Option<Fate>,
    /// The clause that a moderator or a reporter cites.
    pub(super) clause: Option<String>,
    /// What the reporter adds.
    pub(super) note: Option<String>,
}

/// What becomes of a comment besides being published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Fate {
    /// A rule holds it.
    Held,
    /// A moderator takes it down.
    Removed,
    /// A report of it waits.
    Reported,
    /// Its author takes it back.
    Withdrawn,
}

/// Reads the stories.
pub(super) fn stories() -> anyhow::Result<Stories> {
    Ok(toml::from_str(STORIES)?)
}
