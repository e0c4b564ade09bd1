//! Moderators say who is one person.

use super::ban::{BanError, check_ban, may_lift_in};
use super::second_person::{Hands, count_act};
use crate::accounts::{self, ReorderError};
use crate::app::{App, Work};
use crate::bans;
use crate::kernel::{AccountId, MoveId, Role, Scope, SignedIn, SubscriberId};
use crate::storage::StorageError;

/// Why nothing is joined, separated, undone or renamed.
#[derive(Debug, thiserror::Error)]
pub enum PersonError {
    /// There is no such subscriber, account or act.
    #[error("there is no such subscriber, account or act")]
    NotFound,
    /// The person does not moderate, it is about themselves, or it would free somebody from a ban that is not theirs to lift.
    #[error("not this person's to say")]
    Forbidden,
    /// One of them works for the paper.
    #[error("staff are joined with nobody while they hold a role")]
    IsStaff,
    /// The person did as much harm as one may in ten minutes.
    #[error("too many acts that do harm")]
    TooMany,
    /// The persons are not as it was asked for: one already, two already, or changed since.
    #[error("the persons are not as it was asked for")]
    Unchanged,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<ReorderError> for PersonError {
    fn from(error: ReorderError) -> Self {
        match error {
            ReorderError::NotFound => Self::NotFound,
            ReorderError::Unchanged => Self::Unchanged,
            ReorderError::Storage(error) => Self::Storage(error),
        }
    }
}

impl From<BanError> for PersonError {
    fn from(error: BanError) -> Self {
        match error {
            BanError::NotFound => Self::NotFound,
            BanError::Storage(error) => Self::Storage(error),
            _ => Self::Forbidden,
        }
    }
}

/// Says that two subscribers are one person. It counts among the acts that do harm: a ban of either is one of both. Answers
/// the act, for undoing it.
///
/// # Errors
/// When the person may not, either is unknown or staff, they are one already, or the person did too much harm lately.
pub async fn join_subscribers(
    app: &App,
    person: &SignedIn,
    (one, other): (SubscriberId, SubscriberId),
    reason: &str,
) -> Result<MoveId, PersonError> {
    let mut work = app.write(person.clone()).await?;
    let person = accounts::renewed(&mut work.tx, person).await?;
    check_ban(&mut work.tx, &person, one).await?;
    check_ban(&mut work.tx, &person, other).await?;
    let act = accounts::join(&mut work, one, other, reason).await?;
    // They are one person now, locked, and whoever of them is staff is all of theirs.
    if accounts::is_staff_within(&mut work.tx, one, &Scope::All).await? {
        return Err(PersonError::IsStaff);
    }
    if count_act(app, &mut work, &person, Hands::One, None).await?.is_some() {
        return Err(PersonError::TooMany);
    }
    work.commit().await?;
    Ok(act)
}

/// Says that `subscriber` is a person of their own. Answers the act, for undoing it.
///
/// # Errors
/// When the person may not, the subscriber is unknown, or alone already, or a ban holds that the person may not lift.
pub async fn separate_subscriber(
    app: &App,
    person: &SignedIn,
    subscriber: SubscriberId,
    reason: &str,
) -> Result<MoveId, PersonError> {
    let mut work = app.write(person.clone()).await?;
    let person = accounts::renewed(&mut work.tx, person).await?;
    check_ban(&mut work.tx, &person, subscriber).await?;
    accounts::lock_subscriber(&mut work.tx, subscriber).await?;
    check_bans(&mut work, &person, subscriber).await?;
    let act = accounts::separate(&mut work, subscriber, reason).await?;
    work.commit().await?;
    Ok(act)
}

/// Refuses whoever would free somebody from a ban that they may not lift: on their own, it would hold no more.
async fn check_bans(work: &mut Work, person: &SignedIn, subscriber: SubscriberId) -> Result<(), PersonError> {
    let bans = bans::in_force(&mut work.tx, subscriber, work.now).await?;
    if bans.iter().all(|ban| may_lift_in(person, &ban.scope)) { Ok(()) } else { Err(PersonError::Forbidden) }
}

/// Takes a join or a separation back.
///
/// # Errors
/// When the person may not, there is no such act, somebody has moved since, or a ban holds that the person may not lift.
pub async fn undo_person_move(app: &App, person: &SignedIn, act: MoveId) -> Result<(), PersonError> {
    let mut work = app.write(person.clone()).await?;
    let person = accounts::renewed(&mut work.tx, person).await?;
    if person.roles.highest() < Role::Moderator {
        return Err(PersonError::Forbidden);
    }
    for subscriber in accounts::list_moved(&mut work.tx, act).await? {
        accounts::lock_subscriber(&mut work.tx, subscriber).await?;
        check_ban(&mut work.tx, &person, subscriber).await?;
        check_bans(&mut work, &person, subscriber).await?;
    }
    accounts::undo_reorder(&mut work, act).await?;
    work.commit().await?;
    Ok(())
}

/// Takes an account's name away, which counts among the acts that do harm; answers what it is called until its owner chooses
/// again.
///
/// # Errors
/// When the person may not, there is no such account, or the person did too much harm lately.
pub async fn remove_account_name(
    app: &App,
    person: &SignedIn,
    account: AccountId,
    reason: &str,
) -> Result<String, PersonError> {
    let mut work = app.write(person.clone()).await?;
    let person = accounts::renewed(&mut work.tx, person).await?;
    let profile = accounts::get_profile(&mut work.tx, account).await?.ok_or(PersonError::NotFound)?;
    check_ban(&mut work.tx, &person, profile.subscriber).await?;
    if profile.roles.highest() > Role::Reader && !person.roles.is_admin() {
        return Err(PersonError::Forbidden);
    }
    if count_act(app, &mut work, &person, Hands::One, None).await?.is_some() {
        return Err(PersonError::TooMany);
    }
    let name = accounts::remove_name(app, &mut work, account, reason).await.map_err(|error| match error {
        accounts::RenameError::Storage(error) => PersonError::Storage(error),
        _ => PersonError::NotFound,
    })?;
    work.commit().await?;
    Ok(name)
}
