//! The queue: what waits for a moderator, the longest waiting first.

use super::card::{Accused, accused};
use crate::app::Work;
use crate::comments::{self, Comment, Status, StoredVerdict};
use crate::kernel::{Actor, Cursor, Limit, Page, Role, Scope, SignedIn, TitleId};
use crate::reports::{self, Report};
use crate::storage::{StorageError, Tx};
use crate::titles;

/// Why a comment waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A rule held it.
    Held,
    /// Readers reported it.
    Reported,
}

impl Kind {
    /// The kind as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Reported => "reported",
        }
    }
}

/// A comment with what a moderator needs to decide on it.
#[derive(Clone, Debug)]
pub struct Item {
    /// Why it waits.
    pub kind: Kind,
    /// The comment.
    pub comment: Comment,
    /// Its author's record and bans.
    pub author: Accused,
    /// Its reports, the open ones first.
    pub reports: Vec<Report>,
    /// What the rules saw in the text that stands.
    pub verdict: StoredVerdict,
}

/// Why the queue cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// There is no such title.
    #[error("there is no such title")]
    NotFound,
    /// The person does not moderate there.
    #[error("the person does not moderate there")]
    Forbidden,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// The titles that `person` moderates, by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn titles_of(tx: &mut Tx, person: &SignedIn) -> Result<Vec<titles::Title>, StorageError> {
    let scopes: Vec<&Scope> = person.roles.scopes_with(Role::Moderator).collect();
    let all = titles::list(tx).await?;
    Ok(all.into_iter().filter(|title| scopes.iter().any(|scope| scope.covers(&title.id))).collect())
}

/// What waits in `title`, or in every title that the person moderates; `after` is exclusive.
///
/// # Errors
/// When the title is not there or not the person's to moderate.
pub async fn queue(
    work: &mut Work,
    person: &SignedIn,
    title: Option<&TitleId>,
    after: Option<Cursor>,
    limit: Limit,
) -> Result<Page<Item>, QueueError> {
    if person.roles.highest() < Role::Moderator {
        return Err(QueueError::Forbidden);
    }
    let titles = match title {
        None => titles_of(&mut work.tx, person).await?.into_iter().map(|title| title.id).collect(),
        Some(title) => {
            titles::find(&mut work.tx, title).await?.ok_or(QueueError::NotFound)?;
            if !Actor::from(person.clone()).has_role(Role::Moderator, title) {
                return Err(QueueError::Forbidden);
            }
            vec![title.clone()]
        }
    };
    let page = comments::queue(&mut work.tx, &titles, after, limit).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for comment in page.items {
        items.push(item_of(work, comment).await?);
    }
    Ok(Page { items, next: page.next })
}

/// A comment as a moderator needs to see it.
///
/// # Errors
/// When the database cannot be read.
pub async fn item_of(work: &mut Work, comment: Comment) -> Result<Item, StorageError> {
    Ok(Item {
        kind: if comment.status == Status::Held { Kind::Held } else { Kind::Reported },
        author: accused(work, comment.subscriber, &comment.title).await?,
        reports: reports::list_on(&mut work.tx, comment.id).await?,
        verdict: comments::latest_verdict(&mut work.tx, comment.verdict).await?,
        comment,
    })
}
