//! What a sweep would hold, without holding anything.

use std::collections::HashMap;
use std::time::Duration;

use super::{MAX_AGE, SweepError, SweepForm};
use crate::app::App;
use crate::comments::{self, Comment, PastComment, Period, Status};
use crate::kernel::{Actor, CommentId, Timestamp};
use crate::moderation;
use crate::rulebook::publication::may_edit;
use crate::rulebook::rule_set::read_rule_set;
use crate::rules::{Facts, Finding, Outcome, RuleSet, Verdict, evaluate};
use crate::storage::{StorageError, Tx};
use crate::titles;

/// How many comments are read at a time.
const PART: i64 = 1_000;

/// A published comment that the rules in force would not publish now.
#[derive(Clone, Debug)]
pub struct Caught {
    /// The comment as it stands.
    pub comment: Comment,
    /// What the rules that were asked for saw.
    pub findings: Vec<Finding>,
    pub(super) facts: Facts,
    pub(super) verdict: Verdict,
}

/// What a sweep would come to.
#[derive(Clone, Debug, Default)]
pub struct Examined {
    /// How many comments were judged.
    pub examined: u64,
    /// What would be held, oldest first.
    pub caught: Vec<Caught>,
    /// How many would be, had a moderator not decided on them.
    pub decided: u64,
}

/// Judges what `form` asks for.
///
/// # Errors
/// When there is nothing to judge by, or the database cannot be read.
pub async fn examine(app: &App, actor: impl Into<Actor>, form: &SweepForm) -> Result<Examined, SweepError> {
    let actor = actor.into();
    let mut work = app.read(actor.clone()).await?;
    let period = Period { since: form.since, until: work.now.plus(Duration::from_millis(1)) };
    if titles::find(&mut work.tx, &form.title).await?.is_none() {
        return Err(SweepError::NoTitle(form.title.clone()));
    }
    if !may_edit(&mut work.tx, &work.actor, &form.title).await? {
        return Err(SweepError::Forbidden);
    }
    if form.since.until(work.now) > MAX_AGE || form.since >= work.now {
        return Err(SweepError::TooOld);
    }
    let rules = read_rule_set(app, &mut work.tx, &form.title).await?;
    if let Some(unknown) = form.rules.iter().find(|id| !rules.may_hold(id)) {
        return Err(SweepError::NoRule(unknown.clone()));
    }
    drop(work);
    let mut said = Examined::default();
    let mut after: Option<(Timestamp, CommentId)> = None;
    loop {
        let mut work = app.read(actor.clone()).await?;
        let past = comments::past_comments(&mut work.tx, &form.title, period, after, PART).await?;
        let Some(last) = past.last() else { return Ok(said) };
        after = Some((last.created_at, last.id));
        said.examined += u64::try_from(past.len()).unwrap_or(0);
        let seen = judge(&rules, form, &past)?;
        sort_in(&mut work.tx, seen, &mut said).await?;
    }
}

/// What was seen in a comment, before anybody asks how the comment stands.
struct Seen {
    id: CommentId,
    facts: Facts,
    verdict: Verdict,
    findings: Vec<Finding>,
}

fn judge(rules: &RuleSet, form: &SweepForm, past: &[PastComment]) -> Result<Vec<Seen>, StorageError> {
    let mut seen = Vec::new();
    for comment in past {
        let facts = comment.facts()?;
        let verdict = evaluate(rules, &facts);
        let counts = |finding: &&Finding| {
            finding.outcome >= Outcome::Hold
                && rules.may_hold(&finding.rule)
                && (form.rules.is_empty() || form.rules.iter().any(|id| *id == *finding.rule))
        };
        let findings: Vec<Finding> = verdict.findings.iter().filter(counts).cloned().collect();
        if !findings.is_empty() {
            seen.push(Seen { id: comment.id, facts, verdict, findings });
        }
    }
    Ok(seen)
}

/// Keeps what readers see and no moderator has decided.
async fn sort_in(tx: &mut Tx, seen: Vec<Seen>, said: &mut Examined) -> Result<(), StorageError> {
    if seen.is_empty() {
        return Ok(());
    }
    let ids: Vec<CommentId> = seen.iter().map(|seen| seen.id).collect();
    let mut standing: HashMap<CommentId, Comment> =
        comments::find_many(tx, &ids).await?.into_iter().map(|comment| (comment.id, comment)).collect();
    let acts = moderation::acts_on(tx, &ids).await?;
    let decided: HashMap<CommentId, Timestamp> = acts.into_iter().map(|(comment, _, at)| (comment, at)).collect();
    for Seen { id, facts, verdict, findings } in seen {
        let Some(comment) = standing.remove(&id).filter(|comment| comment.status == Status::Published) else {
            continue;
        };
        if is_decided(&comment, decided.get(&id)) {
            said.decided += 1;
        } else {
            said.caught.push(Caught { comment, findings, facts, verdict });
        }
    }
    Ok(())
}

/// Whether the latest decision, made at `at`, was about the text that stands.
pub(super) fn is_decided(comment: &Comment, at: Option<&Timestamp>) -> bool {
    at.is_some_and(|at| comment.edited_at.is_none_or(|edited| edited <= *at))
}
