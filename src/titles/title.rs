//! A newspaper.

use crate::kernel::{Timestamp, TitleId};

/// A newspaper with a comment section of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    /// Its short name.
    pub id: TitleId,
    /// Its name as readers know it.
    pub name: String,
    /// Its language, BCP 47.
    pub language: String,
    /// The IANA time zone its times are shown in.
    pub time_zone: String,
    /// Where one subscribes.
    pub subscribe_url: String,
    /// Why the comment box is for subscribers, in the paper's own words.
    pub subscribe_text: String,
    /// Where an author can object to a decision.
    pub contact: String,
    /// After how many days a new story's thread closes by itself.
    pub closes_after_days: Option<i64>,
    /// When it was made.
    pub created_at: Timestamp,
}
