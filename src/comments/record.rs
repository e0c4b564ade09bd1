//! What a subscriber's comments came to in one title.

use super::store;
use crate::kernel::{SubscriberId, TitleId};
use crate::storage::{StorageError, Tx};

/// An author's record in a title.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Adds one with every change.
    pub version: i64,
    /// How many of the comments are published.
    pub published_count: i64,
    /// How many a moderator took down.
    pub removed_count: i64,
    /// How many reports of the comments were upheld.
    pub upheld_report_count: i64,
    /// How far ahead of the allowed pace of posting the author is, as a moment in milliseconds.
    pub(super) pace_until: i64,
    /// Until when a rule that slows down lets the author wait, in milliseconds.
    pub(super) slow_until: i64,
}

/// The record of `subscriber` in `title`; an empty one before the first comment.
///
/// # Errors
/// When the database cannot be read.
pub async fn record_of(tx: &mut Tx, subscriber: SubscriberId, title: &TitleId) -> Result<Record, StorageError> {
    Ok(store::find_record(tx, subscriber, title).await?.unwrap_or_default())
}

/// How a record changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RecordChange {
    pub(super) published: i64,
    pub(super) removed: i64,
    pub(super) upheld_reports: i64,
    pub(super) pace_until: Option<i64>,
    pub(super) slow_until: Option<i64>,
}

/// Whether another comment may be posted at `now`, and if so where the pace then stands; else when to try again.
///
/// The pace is a leaky bucket: one comment every `interval` milliseconds, `burst` of them at once.
pub(super) fn paced(pace_until: i64, now: i64, interval: i64, burst: i64) -> Result<i64, i64> {
    let ahead = pace_until.max(now) - now;
    let allowed = interval.saturating_mul(burst.saturating_sub(1));
    if ahead > allowed { Err(now + ahead - allowed) } else { Ok(now + ahead + interval) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_comments_at_once_and_then_one_every_ten_seconds() {
        let mut until = 0;
        let now = 1_000_000;
        for _ in 0..5 {
            until = paced(until, now, 10_000, 5).unwrap();
        }
        assert_eq!(paced(until, now, 10_000, 5), Err(now + 10_000));
        until = paced(until, now + 10_000, 10_000, 5).unwrap();
        assert_eq!(paced(until, now + 10_000, 10_000, 5), Err(now + 20_000));
        assert!(paced(until, now + 100_000, 10_000, 5).is_ok());
    }
}
