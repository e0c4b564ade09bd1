//! What nudges came to, by title and day.

use crate::comments::nudge::NudgeCounts;
use crate::kernel::TitleId;
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_one};

pub(in crate::comments) async fn add_nudges(
    tx: &mut Tx,
    title: &TitleId,
    day: i64,
    counts: NudgeCounts,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into nudges (title, day, shown_count, kept_count, changed_count) values ($1, $2, $3, $4, $5)
         on conflict (title, day) do update
         set shown_count = nudges.shown_count + $3,
             kept_count = nudges.kept_count + $4,
             changed_count = nudges.changed_count + $5",
        title,
        day,
        counts.shown,
        counts.kept,
        counts.changed
    )?;
    Ok(())
}

/// The sums from `day` on.
pub(in crate::comments) async fn sum_nudges(
    tx: &mut Tx,
    title: &TitleId,
    day: i64,
) -> Result<NudgeCounts, StorageError> {
    let (shown, kept, changed) = fetch_one!(
        tx,
        (i64, i64, i64),
        "select cast(coalesce(sum(shown_count), 0) as bigint), cast(coalesce(sum(kept_count), 0) as bigint),
                cast(coalesce(sum(changed_count), 0) as bigint)
         from nudges where title = $1 and day >= $2",
        title,
        day
    )?;
    Ok(NudgeCounts { shown, kept, changed })
}
