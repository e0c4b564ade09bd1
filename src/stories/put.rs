//! Adding a story, or changing what is known of it.

use std::time::Duration;

use serde_json::json;

use super::{Status, Story, store};
use crate::app::Work;
use crate::audit::{self, Action, Entry};
use crate::kernel::{Timestamp, TitleId, char_count};
use crate::storage::StorageError;
use crate::titles;

/// What the newspaper says of its story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoryForm {
    /// Where it can be read.
    pub url: String,
    /// Its headline.
    pub headline: String,
    /// Its section.
    pub section: String,
    /// When it was published.
    pub published_at: Timestamp,
}

/// Why a story cannot be put.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// There is no such title.
    #[error("there is no such title")]
    NoTitle,
    /// Fields that cannot be, each with the code of what is wrong.
    #[error("not a story: {0:?}")]
    Invalid(Vec<(&'static str, &'static str)>),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// The most characters of a key, a headline and a section.
const MAX_SHORT_CHARS: usize = 255;
/// The most characters of an address.
const MAX_URL_CHARS: usize = 2_000;

/// Adds the story that the newspaper knows as `key`, or changes it; answers whether it is new.
///
/// # Errors
/// When the title is not there or a field cannot be.
pub async fn put(work: &mut Work, title: &TitleId, key: &str, form: &StoryForm) -> Result<(Story, bool), PutError> {
    let faults = faults(key, form);
    if !faults.is_empty() {
        return Err(PutError::Invalid(faults));
    }
    let title = titles::find(&mut work.tx, title).await?.ok_or(PutError::NoTitle)?;
    store::insert_section(&mut work.tx, &title.id, &form.section, work.now).await?;
    let closes_at = title
        .closes_after_days
        .and_then(|days| u64::try_from(days).ok())
        .map(|days| form.published_at.plus(Duration::from_secs(days * 24 * 3600)));
    let story = Story {
        id: work.mint(),
        title: title.id.clone(),
        key: key.to_owned(),
        url: form.url.clone(),
        headline: form.headline.clone(),
        section: form.section.clone(),
        published_at: form.published_at,
        status: Status::Open,
        closes_at,
        comment_count: 0,
        revision: 0,
    };
    let is_new = store::insert(&mut work.tx, &story, work.now).await?;
    let story = if is_new { story } else { store::update(&mut work.tx, &title.id, key, form, closes_at).await? };
    let entry = Entry::new(Action::StorySet, story.id).within(&title.id);
    audit::record(work, entry.details(json!({ "is_new": is_new, "status": story.status.as_str() }))).await?;
    Ok((story, is_new))
}

fn faults(key: &str, form: &StoryForm) -> Vec<(&'static str, &'static str)> {
    let mut faults = Vec::new();
    let mut short = |field: &'static str, text: &str| {
        if text.trim().is_empty() || char_count(text) > MAX_SHORT_CHARS || text.chars().any(char::is_control) {
            faults.push((field, "length"));
        }
    };
    short("key", key);
    short("headline", &form.headline);
    short("section", &form.section);
    if !is_address(&form.url) {
        faults.push(("url", "url"));
    }
    faults
}

/// Whether `text` is an address that a story can be read at.
#[must_use]
pub fn is_address(text: &str) -> bool {
    let is_web = url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    is_web && char_count(text) <= MAX_URL_CHARS && !text.chars().any(char::is_control)
}
