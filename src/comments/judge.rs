//! Asking the rules engine, and keeping its verdict with everything that it judged.

use crate::app::{App, Work};
use crate::kernel::{CommentId, SignedIn, Timestamp, TitleId, VerdictId};
use crate::rules::classifier::Scores;
use crate::rules::{self, AuthorFacts, Facts, Fault, Finding, Outcome, Verdict};
use crate::storage::{StorageError, Tx};
use crate::stories::{self, Story};

use super::gather::{gather, story_facts};
use super::record::record_of;
use super::store;

/// Facts, the verdict on them, and how the author's record stood.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub(super) facts: Facts,
    pub(super) verdict: Verdict,
    record_version: i64,
}

/// What is to be judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question<'a> {
    pub(super) person: &'a SignedIn,
    pub(super) story: &'a Story,
    pub(super) body: &'a str,
    /// The comment that an edit would change.
    pub(super) edits: Option<CommentId>,
}

/// Gathers the facts and judges them.
pub(super) async fn judge(app: &App, work: &mut Work, question: Question<'_>) -> Result<Judged, StorageError> {
    let (facts, record_version) = gather(work, question).await?;
    let verdict = verdict_on(app, &question.story.title, &facts);
    Ok(Judged { facts, verdict, record_version })
}

impl Judged {
    /// Judges a text by an author without a record.
    pub(super) fn of_seed(app: &App, story: &Story, body: &str, at: Timestamp) -> Self {
        let facts = Facts {
            text: body.to_owned(),
            now: at,
            author: AuthorFacts::default(),
            story: story_facts(story),
            is_edit: false,
            velocity: None,
            similar: None,
        };
        let verdict = verdict_on(app, &story.title, &facts);
        Self { facts, verdict, record_version: 0 }
    }

    /// Judges anew when the author's record has moved since, as it does with every comment: no burst gets past a rule
    /// that counts.
    pub(super) async fn renewed(
        self,
        app: &App,
        work: &mut Work,
        question: Question<'_>,
    ) -> Result<Self, StorageError> {
        let record = record_of(&mut work.tx, question.person.subscriber, &question.story.title).await?;
        let is_premoderated = question.story.status == stories::Status::PreModerated;
        if record.version == self.record_version && is_premoderated == self.facts.story.is_premoderated {
            return Ok(self);
        }
        judge(app, work, question).await
    }
}

fn verdict_on(app: &App, title: &TitleId, facts: &Facts) -> Verdict {
    match app.rules.get(title) {
        Some(rules) => rules::evaluate(&rules, facts),
        // A title whose rules this node has not read yet: nothing is published unjudged.
        None => Verdict::without_rules(),
    }
}

/// Stores a verdict on `comment` and answers its id.
pub(super) async fn store_verdict(
    work: &mut Work,
    title: &TitleId,
    comment: CommentId,
    judged: &Judged,
) -> Result<VerdictId, StorageError> {
    store_verdict_on(work, title, comment, &judged.facts, &judged.verdict).await
}

/// Stores what was judged of `comment`, and the facts it was judged by; answers the verdict's id.
pub(super) async fn store_verdict_on(
    work: &mut Work,
    title: &TitleId,
    comment: CommentId,
    facts: &Facts,
    verdict: &Verdict,
) -> Result<VerdictId, StorageError> {
    let id = work.mint();
    store::insert_verdict(&mut work.tx, id, title, comment, facts, verdict).await?;
    Ok(id)
}

/// A verdict as a moderator reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredVerdict {
    /// The text it is about.
    pub text: String,
    /// What the rules made of it.
    pub outcome: Outcome,
    /// What the rules saw in it.
    pub findings: Vec<Finding>,
    /// Which rules failed.
    pub faults: Vec<Fault>,
    /// What rules on trial saw: it decided nothing.
    pub shadow: Vec<Finding>,
    /// What the classifier thought, when it was asked.
    pub probabilities: Option<Scores>,
    /// Which engine judged.
    pub engine_version: i64,
    /// Which rules judged.
    pub rule_set_version: String,
}

/// The verdict on the text of `comment` that stands.
///
/// # Errors
/// When it cannot be read.
pub async fn latest_verdict(tx: &mut Tx, id: VerdictId) -> Result<StoredVerdict, StorageError> {
    store::get_verdict(tx, id).await
}
