//! Taking a row of a file: like a message, and told apart by what it changes.

use super::take::hashes_of;
use super::{BillingEvent, Fact, ImportRow, Taken, store, take};
use crate::accounts;
use crate::app::Work;
use crate::secrets::Keys;
use crate::storage::StorageError;
use crate::subscriptions::{Subscription, store as subscriptions};

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowTaken {
    /// It was taken before, and is still so: nothing changed.
    Known,
    /// There is a subscription that there was not.
    Added,
    /// What stands of the subscription is another thing.
    Changed,
    /// It is kept, and something else outranks it: later, or a refund.
    Unchanged,
}

/// Takes a row as a message that says the same would be.
///
/// A row that does not say when it was so is known only while what it says is what was said last: what the paper exports
/// every night is followed back and forth.
///
/// # Errors
/// When the database cannot be written.
pub async fn take_row(work: &mut Work, keys: &Keys, mut row: ImportRow) -> Result<RowTaken, StorageError> {
    let hashes = hashes_of(keys, row.told.source, &row.told.id);
    if !row.is_dated && store::is_known(&mut work.tx, &hashes).await? {
        if is_said_last(work, &row.told).await? {
            return Ok(RowTaken::Known);
        }
        row.told.id = format!("{}@{}", row.told.id, row.told.at.as_millis());
    }
    let before = standing(work, &row.told).await?;
    if take(work, keys, &row.told).await? == Taken::Known {
        return Ok(RowTaken::Known);
    }
    let after = standing(work, &row.told).await?;
    let what = |one: &Subscription| (one.status, one.valid_until, one.plan.clone());
    Ok(match (before, after) {
        (None, Some(_)) => RowTaken::Added,
        (Some(before), Some(after)) if what(&before) != what(&after) => RowTaken::Changed,
        _ => RowTaken::Unchanged,
    })
}

async fn is_said_last(work: &mut Work, told: &BillingEvent) -> Result<bool, StorageError> {
    let (Some(key), Fact::Status { status, valid_until, plan }) = (&told.subscription, &told.fact) else {
        return Ok(false);
    };
    for id in accounts::find_key_rows(&mut work.tx, key).await? {
        let said = store::list_said_last(&mut work.tx, id).await?;
        if said.iter().any(|one| (&one.0, &one.1, &one.2) == (status, valid_until, plan)) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn standing(work: &mut Work, told: &BillingEvent) -> Result<Option<Subscription>, StorageError> {
    let Some(key) = &told.subscription else { return Ok(None) };
    for id in accounts::find_key_rows(&mut work.tx, key).await? {
        if let Some(found) = subscriptions::find_by_key(&mut work.tx, id).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
