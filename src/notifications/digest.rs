//! Statements that are mailed together: as the reader chose, or because there are many.

use std::time::Duration;

use super::{Kind, Mail, enqueue, store};
use crate::app::Work;
use crate::kernel::{AccountId, Timestamp};
use crate::storage::{StorageError, Tx};

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);

/// The most mails with one statement each that somebody gets in an hour before removals are told together.
const MAX_SINGLE_PER_HOUR: i64 = 5;

/// The same for bans, reminders and warnings, which must not wait behind removals.
const MAX_URGENT_PER_HOUR: i64 = 10;

/// How an account wants to be told of removed comments. Bans and warnings come at once whatever the choice, up to ten in an
/// hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Digest {
    /// A mail for each.
    #[default]
    Each,
    /// An hour after the first, all since.
    Hourly,
    /// A day after the first, all since.
    Daily,
}

impl Digest {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Each, Self::Hourly, Self::Daily];

    /// The choice as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Each => "each",
            Self::Hourly => "hourly",
            Self::Daily => "daily",
        }
    }

    /// Reads a choice as it is written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == text)
    }
}

/// How `account` wants to be told.
///
/// # Errors
/// When the database cannot be read.
pub async fn digest_of(tx: &mut Tx, account: AccountId) -> Result<Digest, StorageError> {
    Ok(store::find_choice(tx, account).await?.unwrap_or_default())
}

/// Notes how `account` wants to be told from now on; what waits already is told when it was due.
///
/// # Errors
/// When the database cannot be written.
pub async fn choose(work: &mut Work, account: AccountId, digest: Digest) -> Result<(), StorageError> {
    store::set_choice(&mut work.tx, account, digest, work.now).await
}

/// Until when a statement of `kind` waits for others; nothing when it is mailed by itself.
pub(super) async fn put_off(
    work: &mut Work,
    account: AccountId,
    kind: Kind,
) -> Result<Option<Timestamp>, StorageError> {
    let (most, chosen) = match kind {
        Kind::Banned | Kind::Reminded | Kind::Warned => (MAX_URGENT_PER_HOUR, Digest::Each),
        Kind::Held | Kind::Rejected | Kind::Removed => (MAX_SINGLE_PER_HOUR, digest_of(&mut work.tx, account).await?),
    };
    let wait = match chosen {
        Digest::Each => {
            let count = store::count_single(&mut work.tx, account, work.now.minus(HOUR)).await?;
            (count >= most).then_some(HOUR)
        }
        Digest::Hourly => Some(HOUR),
        Digest::Daily => Some(DAY),
    };
    Ok(wait.map(|wait| work.now.plus(wait)))
}

/// Puts what is due to be told together into the outbox, one mail for each of at most `limit` accounts; answers how many.
///
/// # Errors
/// When the database cannot be written.
pub async fn gather_digests(work: &mut Work, limit: i64) -> Result<u64, StorageError> {
    let mut count = 0;
    for account in store::list_digests_due(&mut work.tx, work.now, limit).await? {
        let statements = store::take_waiting(&mut work.tx, account).await?;
        // Another node was quicker when there is none.
        if !statements.is_empty() {
            enqueue(work, account, &Mail::Digest { statements }).await?;
            count += 1;
        }
    }
    Ok(count)
}
