//! What becomes of the comments of whoever is banned, and putting them back.

use serde_json::json;

use super::undo::take_back;
use super::{Action, Decision, store};
use crate::app::Work;
use crate::audit::{self, Entry};
use crate::bans::{self, Ban, Fate};
use crate::comments::{self, Change, Comment, Status, Waiting};
use crate::kernel::{CommentId, DecisionId, SignedIn};
use crate::reports;
use crate::storage::StorageError;

/// The most comments that one ban takes along, the newest of them: all of it is one transaction.
const MAX_COMMENTS: i64 = 1_000;

/// Does with the comments what `ban` says, as decisions that cite its clause; answers how many were removed, and how many
/// more there are. The caller has locked the subscriber.
pub(super) async fn follow(work: &mut Work, person: &SignedIn, ban: &Ban) -> Result<(i64, i64), StorageError> {
    let is_held_only = match ban.comments {
        Fate::Keep => return Ok((0, 0)),
        Fate::Remove => false,
        Fate::RemoveHeld => true,
    };
    let title = ban.scope.title();
    let all = comments::list_standing(&mut work.tx, ban.subscriber, title, is_held_only, i64::MAX).await?;
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let total = count(all.len());
    let taken: Vec<CommentId> = all.into_iter().take(usize::try_from(MAX_COMMENTS).unwrap_or(0)).collect();
    for comment in locked(work, &taken).await? {
        if matches!(comment.status, Status::Held | Status::Published) {
            remove(work, person, ban, &comment).await?;
        }
    }
    let (removed, left) = (count(taken.len()), total - count(taken.len()));
    bans::set_comment_counts(&mut work.tx, ban.id, removed, left).await?;
    Ok((removed, left))
}

/// The comments as they are under the lock, story by story, so that acts that meet take the stories in one order.
async fn locked(work: &mut Work, ids: &[CommentId]) -> Result<Vec<Comment>, StorageError> {
    comments::lock_all(&mut work.tx, ids).await?;
    let mut found = comments::find_many(&mut work.tx, ids).await?;
    found.sort_by_key(|comment| (comment.story, comment.seq));
    Ok(found)
}

async fn remove(work: &mut Work, person: &SignedIn, ban: &Ban, comment: &Comment) -> Result<(), StorageError> {
    let id: DecisionId = work.mint();
    let upheld_reports = reports::close_open(work, comment.id, id, reports::Outcome::Upheld).await?;
    let change = Change { status: Some(Status::Removed), closes_reports: true, upheld_reports, ..Change::default() };
    let moved = comments::move_to(work, comment, change).await?;
    let decision = Decision {
        id,
        title: comment.title.clone(),
        comment: comment.id,
        judged_revision: comment.revision,
        made_revision: moved.revision,
        action: Action::Remove,
        from: comment.status,
        to: Status::Removed,
        clause: Some((ban.clause.clone(), ban.clause_version)),
        note: None,
        moderator: person.account,
        moderator_name: person.name.clone(),
        created_at: work.now,
        waited: Some(Waiting { queued_at: comment.queued_at, open_report_count: comment.open_report_count }),
        ban: Some(ban.id),
        undone_at: None,
    };
    store::insert(&mut work.tx, &decision).await?;
    let details = json!({ "decision": id, "ban": ban.id, "from": comment.status.as_str(), "to": "removed" });
    let entry = Entry::new(audit::Action::CommentRemoved, comment.id)
        .within(&comment.title)
        .citing(&ban.clause, ban.clause_version)
        .details(details);
    audit::record(work, entry).await?;
    Ok(())
}

/// Puts back exactly the comments that `ban` removed and nobody has moved since; answers how many. The caller has locked
/// the subscriber.
pub(super) async fn put_back(work: &mut Work, ban: &Ban) -> Result<i64, StorageError> {
    let decisions = store::list_of_ban(&mut work.tx, ban.id).await?;
    let ids: Vec<CommentId> = decisions.iter().map(|decision| decision.comment).collect();
    let mut count = 0;
    for comment in locked(work, &ids).await? {
        let made = decisions.iter().find(|one| one.comment == comment.id && one.made_revision == comment.revision);
        if let Some(decision) = made
            && take_back(work, &comment, decision).await?
        {
            count += 1;
        }
    }
    Ok(count)
}
