//! Everything a verdict depends on besides the rules.

use serde::{Deserialize, Serialize};

use crate::kernel::Timestamp;

/// What was known when a comment was judged. Stored with the verdict, so that it can be judged again as of then.
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoryFacts {
    /// Whether every comment on it waits for a moderator.
    pub is_premoderated: bool,
}
