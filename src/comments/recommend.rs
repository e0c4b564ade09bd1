//! Recommending a comment, once per person.

use super::{Status, Viewer, store};
use crate::accounts;
use crate::app::{App, Work};
use crate::gate::{self, Privilege};
use crate::kernel::{Actor, CommentId, SignedIn};
use crate::storage::StorageError;
use crate::stories;

/// Why a recommendation cannot be given or taken back.
#[derive(Debug, thiserror::Error)]
pub enum RecommendError {
    /// There is no such published comment.
    #[error("there is no such published comment")]
    NotFound,
    /// It is the person's own.
    #[error("nobody recommends their own comment")]
    OwnComment,
    /// The gate is closed.
    #[error(transparent)]
    Refused(#[from] gate::Refusal),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Recommends a comment; again, it changes nothing. Answers how many recommend it.
///
/// # Errors
/// When the comment is not published or one's own, or the gate is closed.
pub async fn recommend(app: &App, person: &SignedIn, id: CommentId) -> Result<i64, RecommendError> {
    change(app, person, id, true).await
}

/// Takes a recommendation back; again, it changes nothing. Answers how many recommend it.
///
/// # Errors
/// As for [`recommend`].
pub async fn unrecommend(app: &App, person: &SignedIn, id: CommentId) -> Result<i64, RecommendError> {
    change(app, person, id, false).await
}

async fn change(app: &App, person: &SignedIn, id: CommentId, is_given: bool) -> Result<i64, RecommendError> {
    let mut work = app.write(person.clone()).await?;
    accounts::lock_subscriber(&mut work.tx, person.subscriber).await?;
    store::lock(&mut work.tx, id, None).await?;
    let story = allowed(app, &mut work, person, id).await?;
    let delta = if is_given {
        store::insert_recommendation(&mut work.tx, id, story, person, work.now).await?
    } else {
        -store::delete_recommendation(&mut work.tx, id, person.subscriber).await?
    };
    let count = store::add_recommendations(&mut work.tx, id, delta, work.now).await?;
    work.commit().await?;
    Ok(count)
}

async fn allowed(
    app: &App,
    work: &mut Work,
    person: &SignedIn,
    id: CommentId,
) -> Result<crate::kernel::StoryId, RecommendError> {
    let actor = Actor::from(person.clone());
    let comment = store::find(&mut work.tx, id)
        .await?
        .filter(|comment| Viewer::new(&actor).knows_of(comment))
        .ok_or(RecommendError::NotFound)?;
    if accounts::is_one_person(&mut work.tx, comment.subscriber, person.subscriber).await? {
        return Err(RecommendError::OwnComment);
    }
    if comment.status != Status::Published {
        return Err(RecommendError::NotFound);
    }
    let standing = gate::standing_of(app, &mut work.tx, person, work.now).await?;
    gate::may(Privilege::Recommend, &standing, &comment.title, work.now)?;
    Ok(comment.story)
}

/// Has the threads of everybody who is called something else since noticed by [`tell_stories`]; answers how many people
/// that were.
///
/// # Errors
/// When the database cannot be written.
pub async fn tell_of_names(app: &App) -> Result<u64, StorageError> {
    const BATCH: i64 = 20;
    let mut reading = app.read(Actor::Job("renames")).await?;
    let renamed = accounts::list_renamed(&mut reading.tx, BATCH).await?;
    drop(reading);
    for account in &renamed {
        let mut work = app.write(Actor::Job("renames")).await?;
        let now = work.now;
        accounts::lock_account(&mut work.tx, *account).await?;
        store::set_moved(&mut work.tx, *account, now).await?;
        accounts::set_told(&mut work.tx, *account).await?;
        work.commit().await?;
    }
    Ok(u64::try_from(renamed.len()).unwrap_or(0))
}

/// Gives every story whose comments were recommended since one new revision, so that readers' pages notice; answers how
/// many stories that were. A recommendation itself does not touch the story: a popular thread would wait for it.
///
/// # Errors
/// When the database cannot be written.
pub async fn tell_stories(app: &App) -> Result<u64, StorageError> {
    let mut told = 0;
    loop {
        let mut work = app.write(Actor::Job("recommendations")).await?;
        let Some(story) = store::find_story_moved(&mut work.tx).await? else { return Ok(told) };
        let ids = store::lock_moved(&mut work.tx, story).await?;
        let revision = stories::bump(&mut work.tx, story, 0).await?;
        store::clear_moved(&mut work.tx, story, &ids, revision).await?;
        work.commit().await?;
        told += 1;
    }
}
