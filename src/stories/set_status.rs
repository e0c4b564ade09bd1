//! Opening, pre-moderating and closing a thread.

use serde_json::json;

use super::{Status, Story, store};
use crate::app::Work;
use crate::audit::{self, Action, Entry};
use crate::kernel::{StoryId, Timestamp};
use crate::storage::StorageError;

/// Why a thread's state cannot be set.
#[derive(Debug, thiserror::Error)]
pub enum SetStatusError {
    /// There is no such story.
    #[error("there is no such story")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Sets what may happen in the thread of `story`, and when it closes by itself.
///
/// # Errors
/// When there is no such story.
pub async fn set_status(
    work: &mut Work,
    story: StoryId,
    status: Status,
    closes_at: Option<Timestamp>,
) -> Result<Story, SetStatusError> {
    let before = store::find(&mut work.tx, story).await?.ok_or(SetStatusError::NotFound)?;
    let details = json!({ "from": before.status.as_str(), "to": status.as_str(), "closes_at": closes_at });
    audit::record(work, Entry::new(Action::StorySet, story).within(&before.title).details(details)).await?;
    store::set_status(&mut work.tx, story, status, closes_at).await?;
    store::find(&mut work.tx, story).await?.ok_or(SetStatusError::NotFound)
}
