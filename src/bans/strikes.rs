//! Strikes: points for removed comments, given, taken back and counted.

use super::Ladder;
use super::ladder::Weighed;
use super::store::{ladders, strikes as store};
use crate::app::Work;
use crate::kernel::{ClauseId, DecisionId, StrikeId, SubscriberId, Timestamp, TitleId};
use crate::storage::{StorageError, Tx};

/// Points given for a removed comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strike {
    /// Its id.
    pub id: StrikeId,
    /// Whose comment was removed.
    pub subscriber: SubscriberId,
    /// In which title.
    pub title: TitleId,
    /// Under which clause.
    pub clause: ClauseId,
    /// In which version of the house rules.
    pub clause_version: i64,
    /// How many points.
    pub points: i64,
    /// By which decision.
    pub decision: DecisionId,
    /// When.
    pub created_at: Timestamp,
    /// When it was taken back, if it was.
    pub taken_back_at: Option<Timestamp>,
}

impl Strike {
    /// What the ladder counts of it.
    #[must_use]
    pub const fn weighed(&self) -> Weighed {
        Weighed { points: self.points, at: self.created_at }
    }
}

/// Gives `subscriber` a strike for what `decision` removed under `clause`, as heavy as the title's ladder says. The caller
/// has locked the subscriber.
///
/// # Errors
/// When the database cannot be written.
pub async fn strike(
    work: &mut Work,
    subscriber: SubscriberId,
    title: &TitleId,
    (clause, clause_version): (&ClauseId, i64),
    decision: DecisionId,
) -> Result<(), StorageError> {
    let points = ladder_of(&mut work.tx, title).await?.weight(clause);
    let strike = Strike {
        id: work.mint(),
        subscriber,
        title: title.clone(),
        clause: clause.clone(),
        clause_version,
        points,
        decision,
        created_at: work.now,
        taken_back_at: None,
    };
    store::insert(&mut work.tx, &strike).await
}

/// Takes back the strike that `decision` gave, if it gave one. The caller has locked the subscriber.
///
/// # Errors
/// When the database cannot be written.
pub async fn take_back(work: &mut Work, decision: DecisionId) -> Result<(), StorageError> {
    store::set_taken_back(&mut work.tx, decision, Some(work.now)).await
}

/// Makes the strike of `decision` stand again as it was, if there was one. The caller has locked the subscriber.
///
/// # Errors
/// When the database cannot be written.
pub async fn give_again(work: &mut Work, decision: DecisionId) -> Result<(), StorageError> {
    store::set_taken_back(&mut work.tx, decision, None).await
}

/// The ladder of `title`: its own, else the built-in one.
///
/// # Errors
/// When the database cannot be read, or what it holds is no ladder.
pub async fn ladder_of(tx: &mut Tx, title: &TitleId) -> Result<Ladder, StorageError> {
    match ladders::find(tx, title).await? {
        None => Ok(Ladder::built_in().clone()),
        Some(file) => Ladder::parse(&file.source).map_err(|_| StorageError::corrupt("ladders", title)),
    }
}

/// How many points the person of `subscriber` has in `title` at `now`.
///
/// # Errors
/// When the database cannot be read.
pub async fn points_of(
    tx: &mut Tx,
    subscriber: SubscriberId,
    title: &TitleId,
    now: Timestamp,
) -> Result<i64, StorageError> {
    let standing = store::list_standing(tx, subscriber, title).await?;
    if standing.is_empty() {
        return Ok(0);
    }
    let strikes: Vec<Weighed> = standing.iter().map(Strike::weighed).collect();
    Ok(ladder_of(tx, title).await?.points(&strikes, now))
}
