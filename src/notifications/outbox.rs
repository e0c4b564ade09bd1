//! Mail on its way out.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::store;
use crate::app::Work;
use crate::kernel::{AccountId, OutboxId, StatementId, Timestamp, TitleId};
use crate::storage::{StorageError, Tx};

/// How often a mail is tried before it counts as undeliverable.
const MAX_ATTEMPTS: i64 = 12;

/// A mail, by what it is about.
///
/// INVARIANT: a link's token stands here, unhashed, only until the mail is sent: sending empties the row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mail", rename_all = "snake_case")]
pub enum Mail {
    /// Please confirm your address.
    ConfirmEmail {
        /// The token of the link.
        token: String,
    },
    /// Somebody, perhaps you, signed up with an address that has an account already.
    AlreadySignedUp,
    /// Set a new password.
    ResetPassword {
        /// The token of the link.
        token: String,
    },
    /// Your password was changed.
    PasswordChanged,
    /// Please confirm the address that you change to; sent there.
    ConfirmNewAddress {
        /// The token of the link.
        token: String,
        /// The new address.
        to: String,
    },
    /// Somebody, perhaps you, asked to change the address of an account to yours, which has one already.
    AddressTaken,
    /// A change of your address was asked for.
    AddressChangeAsked,
    /// Your address was changed; sent to the one before.
    AddressChanged {
        /// The address before.
        to: String,
    },
    /// Your account was deleted; sent to the address that it had.
    AccountDeleted {
        /// The address.
        to: String,
    },
    /// A live rule of a title that you edit fires too often and is on trial.
    RuleSuspended {
        /// The title.
        title: TitleId,
        /// The rule.
        rule: String,
        /// Why: `daily_cap` or `sudden`.
        cause: String,
        /// How often it had fired.
        firing_count: i64,
    },
    /// A second factor was enrolled.
    SecondFactorSet,
    /// A second factor was removed.
    SecondFactorRemoved,
    /// A passkey was added.
    PasskeyAdded,
    /// Somebody signed in from where the account was not seen lately.
    SignedInElsewhere {
        /// What the browser or program calls itself.
        device: String,
        /// The network.
        network: String,
        /// When.
        at: Timestamp,
    },
    /// A statement of reasons.
    Statement {
        /// Which.
        statement: StatementId,
    },
    /// Statements of reasons that waited to be told together.
    Digest {
        /// Which, oldest first.
        statements: Vec<StatementId>,
    },
}

/// A mail that waits to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    /// Its id, and part of its Message-ID: the same each time it is tried.
    pub id: OutboxId,
    /// To whom.
    pub account: AccountId,
    /// What about.
    pub mail: Mail,
    /// How often it has been tried.
    pub attempts: i64,
}

/// Puts `mail` to `account` into the outbox, in the transaction that gives the reason to write.
///
/// # Errors
/// When it cannot be stored.
pub async fn enqueue(work: &mut Work, account: AccountId, mail: &Mail) -> Result<(), StorageError> {
    let id = work.mint();
    store::insert_mail(&mut work.tx, id, account, mail, work.now).await
}

/// Takes up to `limit` mails that are due, oldest first, and puts them off for `lease`, so that no other node sends
/// them meanwhile and a crash only delays them.
///
/// # Errors
/// When the database cannot be written.
pub async fn deliveries_due(work: &mut Work, limit: i64, lease: Duration) -> Result<Vec<Queued>, StorageError> {
    store::claim_due(&mut work.tx, work.now, work.now.plus(lease), limit).await
}

/// The mail was handed over; what it said is forgotten.
///
/// # Errors
/// When the database cannot be written.
pub async fn mark_sent(tx: &mut Tx, id: OutboxId, now: Timestamp) -> Result<(), StorageError> {
    store::set_sent(tx, id, now).await
}

/// The mail could not be handed over now: later, each time twice as late, and one day no more.
///
/// # Errors
/// When the database cannot be written.
pub async fn mark_later(tx: &mut Tx, queued: &Queued, now: Timestamp) -> Result<(), StorageError> {
    let attempts = queued.attempts + 1;
    if attempts >= MAX_ATTEMPTS {
        return mark_failed(tx, queued.id, now).await;
    }
    let shift = u32::try_from(attempts.min(10)).unwrap_or(10);
    let pause = Duration::from_secs(30 * 2u64.saturating_pow(shift));
    store::set_later(tx, queued.id, attempts, now.plus(pause)).await
}

/// The mail cannot be delivered at all.
///
/// # Errors
/// When the database cannot be written.
pub async fn mark_failed(tx: &mut Tx, id: OutboxId, now: Timestamp) -> Result<(), StorageError> {
    store::set_failed(tx, id, now).await
}
