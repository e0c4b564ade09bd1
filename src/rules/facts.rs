//! Everything a verdict depends on besides the rules.

use serde::{Deserialize, Serialize};

use super::signals::SimilarFacts;
use crate::kernel::Timestamp;

/// What was known when a comment was judged. Stored with the verdict, so that it can be judged again as of then: a new
/// field is optional, since older facts lack it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The text as its author typed it.
    pub text: String,
    /// When it was judged.
    pub now: Timestamp,
    /// Who wrote it.
    pub author: AuthorFacts,
    /// Where it is to appear.
    pub story: StoryFacts,
    /// Whether it replaces the text of a comment that exists already.
    pub is_edit: bool,
    /// How fast its author has been writing; `None` where nobody counted.
    #[serde(default)]
    pub velocity: Option<VelocityFacts>,
    /// How much it is like other comments; `None` where nobody compared.
    #[serde(default)]
    pub similar: Option<SimilarFacts>,
}

impl Facts {
    /// An empty text by somebody without a record, on a story of which nothing is known.
    #[must_use]
    pub fn nobody(now: Timestamp) -> Self {
        Self {
            text: String::new(),
            now,
            author: AuthorFacts::default(),
            story: StoryFacts::default(),
            is_edit: false,
            velocity: None,
            similar: None,
        }
    }
}

/// The author's record in the title.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorFacts {
    /// Comments that stand published.
    pub published_count: u32,
    /// Comments that a decision removed.
    pub removed_count: u32,
    /// Reports against the author's comments that a moderator upheld.
    pub upheld_report_count: u32,
    /// Whether the author is staff in the title. Staff are judged like everybody; the fact is for rules that ask.
    pub is_staff: bool,
    /// What the author wrote lately, in any order. An edit leaves out the comment that is being edited.
    pub recent_texts: Vec<RecentText>,
    /// Whole days since the subscriber's first subscription began. `None`, here and below, where it was not known.
    #[serde(default)]
    pub days_subscribed: Option<u32>,
    /// Strikes that have not faded.
    #[serde(default)]
    pub strike_count: Option<u32>,
    /// Whether the name looks like another account's or a member of staff's.
    #[serde(default)]
    pub has_lookalike_name: Option<bool>,
    /// What the author, who came after a ban, has in common with whoever is banned: `email`, `network` …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub linked_to_banned: Vec<String>,
}

/// How many comments the author wrote lately in the title, without the one that is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VelocityFacts {
    /// On the same story, ever.
    pub in_story_count: u32,
    /// In the ten minutes before.
    pub in_10_minutes_count: u32,
    /// In the hour before.
    pub in_hour_count: u32,
}

/// One of the author's recent texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecentText {
    /// What [`text_fingerprint`](super::text_fingerprint) made of it.
    pub fingerprint: u64,
    /// When it was written.
    pub at: Timestamp,
}

/// The story a comment is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoryFacts {
    /// Whether every comment on it waits for a moderator.
    pub is_premoderated: bool,
    /// The section it stands in. `None`, here and below, where it was not known.
    #[serde(default)]
    pub section: Option<String>,
    /// When its thread was opened.
    #[serde(default)]
    pub opened_at: Option<Timestamp>,
    /// Comments in its thread, without the one that is judged.
    #[serde(default)]
    pub comment_count: Option<u32>,
    /// Comments in its thread in the hour before.
    #[serde(default)]
    pub in_hour_count: Option<u32>,
}
