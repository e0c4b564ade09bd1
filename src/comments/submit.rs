//! Taking a new comment.

use super::draft::{BodyLength, Draft, check_length};
use super::firings::note_firings;
use super::judge::{Question, judge, store_verdict};
use super::nudge::{self, Step};
use super::record::{RecordChange, paced, record_of};
use super::tell::tell_of_verdict;
use super::{Author, Comment, Status, store};
use crate::accounts;
use crate::app::{App, Work};
use crate::gate::{self, Privilege};
use crate::idempotency::{self, Earlier, Request};
use crate::kernel::{CommentId, SignedIn, StoryId, Timestamp};
use crate::rules::{Finding, Outcome, Verdict};
use crate::storage::StorageError;
use crate::stories::{self, Story};

/// What became of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submitted {
    /// The comment as it stands now.
    pub comment: Comment,
    /// What was answered when it was first taken: a repeated request is told the same.
    pub outcome: Outcome,
    /// What the rules saw.
    pub findings: Vec<Finding>,
}

/// Why a comment is not taken.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// There is no such story.
    #[error("there is no such story")]
    NotFound,
    /// The gate is closed.
    #[error(transparent)]
    Refused(#[from] gate::Refusal),
    /// The thread takes no comments any more.
    #[error("the story's thread is closed")]
    StoryClosed,
    /// A rule lets the author comment only so often.
    #[error("slowed down until {until}")]
    SlowDown {
        /// When the next comment may come.
        until: Timestamp,
    },
    /// The comment to answer is not published any more.
    #[error("the comment to answer is not published")]
    ParentGone,
    /// There is no such comment to answer under this story.
    #[error("there is no such comment to answer under this story")]
    UnknownParent,
    /// The text is empty or too long.
    #[error(transparent)]
    BodyLength(#[from] BodyLength),
    /// The author is posting too fast.
    #[error("too fast: again at {until}")]
    TooFast {
        /// When the next comment may come.
        until: Timestamp,
    },
    /// The author is asked to reconsider; nothing is stored.
    #[error("the author is asked to reconsider")]
    Nudged {
        /// What to send along with the same or another text, so as not to be asked again.
        nudge: String,
        /// What the rules saw.
        findings: Vec<Finding>,
    },
    /// The key came with another request.
    #[error("the idempotency key came with another request")]
    KeyMismatch,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Takes a comment: judged first, then, in one transaction, let through the gate and stored.
///
/// # Errors
/// The first reason that it cannot be taken, in the order of [`SubmitError`] after a repeated key.
pub async fn submit(app: &App, person: &SignedIn, request: &Request, draft: Draft) -> Result<Submitted, SubmitError> {
    let mut reading = app.read(person.clone()).await?;
    if let Some(earlier) = replayed(&mut reading, person, request).await? {
        return Ok(earlier);
    }
    let story = admitted(app, &mut reading, person, &draft).await?;
    let question = Question { person, story: &story, body: &draft.body, edits: None };
    let judged = judge(app, &mut reading, question).await?;
    drop(reading);

    let mut work = app.write(person.clone()).await?;
    accounts::lock_subscriber(&mut work.tx, person.subscriber).await?;
    if let Some(earlier) = replayed(&mut work, person, request).await? {
        return Ok(earlier);
    }
    let story = admitted(app, &mut work, person, &draft).await?;
    let parent = parent_of(&mut work, &draft).await?;
    let pace_until = pace(app, &mut work, person, &story).await?;
    let question = Question { story: &story, ..question };
    let mut judged = judged.renewed(app, &mut work, question).await?;

    let heeded = draft
        .nudge
        .as_deref()
        .and_then(|token| nudge::heeded(&app.keys, person.account, story.id, token, &draft.body, work.now));
    if judged.verdict.outcome == Outcome::Nudge && heeded.is_none() {
        let nudge = nudge::offer(&app.keys, person.account, story.id, &draft.body, work.now);
        nudge::count(&mut work, &story.title, Step::Shown).await?;
        note_firings(&mut work, &story.title, person.subscriber, &judged.verdict).await?;
        work.commit().await?;
        return Err(SubmitError::Nudged { nudge, findings: judged.verdict.findings });
    }
    let status = Status::from(judged.verdict.outcome);
    let Some((seq, story_status)) = stories::bump_if_open(&mut work.tx, story.id, status.counted(), work.now).await?
    else {
        return Err(SubmitError::StoryClosed);
    };
    if story_status != story.status {
        // An editor changed the thread's mode in this very moment: the story's row is locked now, so this is the last.
        let story = Story { status: story_status, ..story.clone() };
        judged = judged.renewed(app, &mut work, Question { story: &story, ..question }).await?;
        let corrected = Status::from(judged.verdict.outcome).counted() - status.counted();
        if corrected != 0 {
            stories::bump(&mut work.tx, story.id, corrected).await?;
        }
    }
    let id: CommentId = work.mint();
    let verdict = store_verdict(&mut work, &story.title, id, &judged).await?;
    let root = parent.map(|parent| parent.root.unwrap_or(parent.id));
    let comment = new_comment(&work, person, &story, &draft, root, (id, seq, verdict), judged.verdict.outcome);
    store_comment(&mut work, &comment, &judged.verdict, pace_until).await?;
    let outcome = judged.verdict.outcome.heeded();
    let answer = outcome.as_str();
    if !idempotency::remember(&mut work, person.account, request, answer, id).await? {
        return Err(SubmitError::KeyMismatch);
    }
    if let Some(step) = heeded {
        nudge::count(&mut work, &story.title, step).await?;
    }
    work.commit().await?;
    Ok(Submitted { comment, outcome, findings: judged.verdict.findings })
}

/// Whether a comment on `story`, or a reply there, could be taken at all, whatever its text: asked when the rest of a
/// form cannot be read, so that the first reason is told first.
///
/// # Errors
/// As for [`submit`], as far as they do not depend on the form.
pub async fn may_submit(
    app: &App,
    person: &SignedIn,
    request: &Request,
    story: StoryId,
    is_reply: bool,
) -> Result<(), SubmitError> {
    let mut work = app.read(person.clone()).await?;
    replayed(&mut work, person, request).await?;
    open_story(app, &mut work, person, story, is_reply).await?;
    Ok(())
}

async fn replayed(work: &mut Work, person: &SignedIn, request: &Request) -> Result<Option<Submitted>, SubmitError> {
    let made = match idempotency::find(&mut work.tx, person.account, request).await? {
        None => return Ok(None),
        Some(Earlier::Other) => return Err(SubmitError::KeyMismatch),
        Some(Earlier::Same(made)) => made,
    };
    let id: CommentId = made.made.parse().map_err(|_| StorageError::corrupt("idempotency_keys", &made.made))?;
    let outcome = Outcome::parse(&made.answer).ok_or_else(|| StorageError::corrupt("idempotency_keys", &made.made))?;
    let comment = store::find(&mut work.tx, id).await?.ok_or_else(|| StorageError::corrupt("comments", &made.made))?;
    let findings = store::get_first_verdict(&mut work.tx, id).await?.findings;
    Ok(Some(Submitted { comment, outcome, findings }))
}

/// The story, if the gate and the thread are open and no rule lets the author wait.
async fn open_story(
    app: &App,
    work: &mut Work,
    person: &SignedIn,
    story: StoryId,
    is_reply: bool,
) -> Result<Story, SubmitError> {
    let story = stories::find(&mut work.tx, story).await?.ok_or(SubmitError::NotFound)?;
    let privilege = if is_reply { Privilege::Reply } else { Privilege::Comment };
    let standing = gate::standing_of(app, &mut work.tx, person, work.now).await?;
    gate::may(privilege, &standing, &story.title, work.now)?;
    if !story.is_open(work.now) {
        return Err(SubmitError::StoryClosed);
    }
    let record = record_of(&mut work.tx, person.subscriber, &story.title).await?;
    let until = Timestamp::from_millis(record.slow_until);
    if work.now < until { Err(SubmitError::SlowDown { until }) } else { Ok(story) }
}

/// Asks everything that may refuse the draft, in the order in which reasons are given.
async fn admitted(app: &App, work: &mut Work, person: &SignedIn, draft: &Draft) -> Result<Story, SubmitError> {
    let story = open_story(app, work, person, draft.story, draft.parent.is_some()).await?;
    if let Some(parent) = draft.parent {
        let parent = store::find(&mut work.tx, parent).await?.filter(|parent| parent.story == story.id);
        if parent.ok_or(SubmitError::UnknownParent)?.status != Status::Published {
            return Err(SubmitError::ParentGone);
        }
    }
    check_length(&draft.body, app.settings.comments.max_chars)?;
    Ok(story)
}

/// The comment to answer, locked and still published.
async fn parent_of(work: &mut Work, draft: &Draft) -> Result<Option<Comment>, SubmitError> {
    let Some(parent) = draft.parent else { return Ok(None) };
    store::lock(&mut work.tx, parent, None).await?;
    let parent = store::find(&mut work.tx, parent).await?.ok_or(SubmitError::UnknownParent)?;
    if parent.status == Status::Published { Ok(Some(parent)) } else { Err(SubmitError::ParentGone) }
}

async fn pace(app: &App, work: &mut Work, person: &SignedIn, story: &Story) -> Result<Option<i64>, SubmitError> {
    if app.is_unlimited {
        return Ok(None);
    }
    let record = record_of(&mut work.tx, person.subscriber, &story.title).await?;
    let interval = i64::from(app.settings.comments.seconds_per_comment) * 1_000;
    let burst = i64::from(app.settings.comments.burst);
    match paced(record.pace_until, work.now.as_millis(), interval, burst) {
        Ok(pace_until) => Ok(Some(pace_until)),
        Err(until) => Err(SubmitError::TooFast { until: Timestamp::from_millis(until) }),
    }
}

pub(super) fn new_comment(
    work: &Work,
    person: &SignedIn,
    story: &Story,
    draft: &Draft,
    root: Option<CommentId>,
    (id, seq, verdict): (CommentId, i64, crate::kernel::VerdictId),
    outcome: Outcome,
) -> Comment {
    let status = Status::from(outcome);
    Comment {
        id,
        title: story.title.clone(),
        story: story.id,
        parent: draft.parent,
        root,
        subscriber: person.subscriber,
        author: Author {
            id: person.account,
            name: person.name.clone(),
            is_staff: person.roles.is_staff_in(&story.title),
        },
        seq,
        revision: 1,
        status,
        was_published: status == Status::Published,
        body: draft.body.clone(),
        verdict,
        created_at: work.now,
        edited_at: None,
        recommendation_count: 0,
        reply_count: 0,
        open_report_count: 0,
        queued_at: (status == Status::Held).then_some(work.now),
    }
}

pub(super) async fn store_comment(
    work: &mut Work,
    comment: &Comment,
    verdict: &Verdict,
    pace_until: Option<i64>,
) -> Result<(), StorageError> {
    store::insert(&mut work.tx, comment).await?;
    store::insert_text(&mut work.tx, comment).await?;
    if let Some(parent) = comment.parent {
        store::add_replies(&mut work.tx, parent, comment.status.counted(), comment.seq).await?;
    }
    note_firings(work, &comment.title, comment.subscriber, verdict).await?;
    let slow_until = verdict.pause().map(|pause| comment.created_at.plus(pause).as_millis());
    let change =
        RecordChange { published: comment.status.counted(), pace_until, slow_until, ..RecordChange::default() };
    store::change_record(&mut work.tx, comment.subscriber, &comment.title, change).await?;
    tell_of_verdict(work, &comment.title, comment.author.id, comment.id, &comment.body, verdict).await
}
