//! Counting how often each rule fires, and for how many subscribers.

use std::collections::BTreeSet;
use std::time::Duration;

use super::store;
use crate::app::{App, Work};
use crate::kernel::{Actor, SubscriberId, Timestamp, TitleId};
use crate::rules::Verdict;
use crate::storage::{StorageError, Tx};

/// How long it is known when a rule fired: a week, and the day that is not over.
const KEPT_FOR: Duration = Duration::from_secs(8 * 24 * 3600);

/// How often a rule fired in some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFirings {
    /// The rule's id, or the name of one that comes with Belowline.
    pub rule: String,
    /// Whether it was on trial then.
    pub is_shadow: bool,
    /// For how many comments, those too that were never stored because their authors reconsidered.
    pub firing_count: i64,
    /// For how many subscribers.
    pub subscriber_count: i64,
}

/// Notes which rules fired in `verdict` on a text by `subscriber`.
pub(super) async fn note_firings(
    work: &mut Work,
    title: &TitleId,
    subscriber: SubscriberId,
    verdict: &Verdict,
) -> Result<(), StorageError> {
    for (findings, is_shadow) in [(&verdict.findings, false), (&verdict.shadow, true)] {
        let rules: BTreeSet<&str> = findings.iter().map(|finding| &*finding.rule).collect();
        for rule in rules {
            store::insert_firing(&mut work.tx, title, rule, work.now, subscriber, is_shadow).await?;
        }
    }
    Ok(())
}

/// How often each rule of `title` fired from `since` until before `until`, by rule; nothing is known of more than eight
/// days ago.
///
/// # Errors
/// When the database cannot be read.
pub async fn rule_firings(
    tx: &mut Tx,
    title: &TitleId,
    since: Timestamp,
    until: Timestamp,
) -> Result<Vec<RuleFirings>, StorageError> {
    store::count_firings(tx, title, since, until).await
}

/// Forgets what is older than eight days; answers how much.
///
/// # Errors
/// When the database cannot be written.
pub async fn forget_firings(app: &App) -> Result<u64, StorageError> {
    let mut work = app.write(Actor::Job("firings")).await?;
    let before = work.now.minus(KEPT_FOR);
    let count = store::delete_firings_before(&mut work.tx, before).await?;
    work.commit().await?;
    Ok(count)
}
