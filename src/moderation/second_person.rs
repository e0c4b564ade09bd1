//! Acts that do harm: so many in ten minutes are one person's to do, each more needs a second one, and some always do.
//!
//! INVARIANT: acts are counted under the lock of the account that does them, in the transaction that does them: however many
//! requests come at once, none passes the number.

use std::time::Duration;

use super::store;
use crate::accounts;
use crate::app::{App, Work};
use crate::kernel::SignedIn;
use crate::storage::StorageError;

/// Over how long acts are counted.
const COUNTED_FOR: Duration = Duration::from_secs(600);

/// Who stands behind an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hands {
    /// Whoever does it, alone.
    One,
    /// A second person, too, who has approved it.
    Two,
}

/// Why an act needs a second person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhySecond {
    /// Its author made as many as one person may in ten minutes.
    Many,
    /// It is a ban for good or for more than a year, and the paper wants two people for these.
    Permanent,
    /// It is a ban of many at once, likewise.
    Bulk,
}

impl WhySecond {
    /// The reason as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Many => "many",
            Self::Permanent => "permanent",
            Self::Bulk => "bulk",
        }
    }
}

/// Why `person` may not do one more harmful act alone; nothing when they may, and then it is counted. Call it when the
/// subscriber is locked and no comment yet, since the account is locked here.
///
/// # Errors
/// When the database fails.
pub async fn count_act(
    app: &App,
    work: &mut Work,
    person: &SignedIn,
    hands: Hands,
    always: Option<WhySecond>,
) -> Result<Option<WhySecond>, StorageError> {
    if hands == Hands::Two {
        return Ok(None);
    }
    if always.is_some() && app.settings.staff.two_person_bans {
        return Ok(always);
    }
    accounts::lock_account(&mut work.tx, person.account).await?;
    let since = work.now.minus(COUNTED_FOR);
    let count = store::count_harmful(&mut work.tx, person.account, since).await?;
    if count >= i64::from(app.settings.staff.destructive_per_10_minutes) && !app.is_unlimited {
        return Ok(Some(WhySecond::Many));
    }
    let (id, now) = (work.mint(), work.now);
    store::insert_harmful(&mut work.tx, id, person.account, now).await?;
    Ok(None)
}

/// Deletes acts that no longer count; answers how many.
///
/// # Errors
/// When the database cannot be written.
pub async fn forget_acts(work: &mut Work) -> Result<u64, StorageError> {
    let before = work.now.minus(COUNTED_FOR);
    store::delete_harmful_before(&mut work.tx, before).await
}
