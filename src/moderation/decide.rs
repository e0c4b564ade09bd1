//! Deciding on a comment.

use serde_json::json;

use super::second_person::{Hands, WhySecond, count_act};
use super::{Action, Decision, Winner, store};
use crate::accounts;
use crate::app::{App, Work};
use crate::audit::{self, Entry};
use crate::bans;
use crate::comments::{self, Change, Comment, Status, Viewer, Waiting};
use crate::idempotency::{self, Earlier, Request};
use crate::kernel::{Actor, ClauseId, CommentId, DecisionId, SignedIn};
use crate::notifications::{self, About, Kind, Restriction, Statement};
use crate::reports;
use crate::rules::Outcome;
use crate::storage::{StorageError, Tx};
use crate::stories;
use crate::titles::{self, CitedClause};

/// The decision to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecideForm {
    /// What to do.
    pub action: Action,
    /// The clause broken; needed to remove.
    pub clause: Option<ClauseId>,
    /// A note for the other moderators.
    pub note: Option<String>,
    /// The revision that was judged.
    pub revision: i64,
}

/// Why a decision cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// There is no such comment that the person may know of.
    #[error("there is no such comment")]
    NotFound,
    /// The person does not moderate there, or the comment or a report of it is their own.
    #[error("not this person's to decide")]
    Forbidden,
    /// The comment is not as it was judged, or such a decision cannot be made on it.
    #[error("the comment is not as it was judged")]
    Stale {
        /// Who decided meanwhile; nothing when its author moved it.
        winner: Option<Winner>,
        /// The comment as it stands.
        comment: Box<Comment>,
    },
    /// Removing needs a clause.
    #[error("removing needs a clause")]
    ClauseMissing,
    /// The title's house rules have no such clause.
    #[error("the house rules have no such clause")]
    UnknownClause,
    /// A second person has to approve it.
    #[error("a second person is needed")]
    SecondPersonNeeded(WhySecond),
    /// The key came with another request.
    #[error("the idempotency key came with another request")]
    KeyMismatch,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Whether `person` may decide on the comment at all.
///
/// # Errors
/// `NotFound` or `Forbidden`.
pub async fn check_decision(tx: &mut Tx, person: &SignedIn, id: CommentId) -> Result<Comment, DecideError> {
    let actor = Actor::from(person.clone());
    let viewer = Viewer::new(&actor);
    let comment = comments::find_visible(tx, viewer, id).await?.ok_or(DecideError::NotFound)?;
    if !viewer.is_staff(&comment) || accounts::is_one_person(tx, comment.subscriber, person.subscriber).await? {
        return Err(DecideError::Forbidden);
    }
    if reports::is_reported_by(tx, id, person.subscriber, true).await? {
        return Err(DecideError::Forbidden);
    }
    Ok(comment)
}

/// Makes a decision: the comment moves, its reports close, the author's record follows, and the author of a removed
/// comment is told why.
///
/// # Errors
/// The first reason why not, in the order of [`DecideError`] after a repeated key.
pub async fn decide(
    app: &App,
    person: &SignedIn,
    request: Option<&Request>,
    id: CommentId,
    form: DecideForm,
) -> Result<Decision, DecideError> {
    let mut work = app.write(person.clone()).await?;
    let decision = decide_in(app, &mut work, person, (request, Hands::One), id, form).await?;
    work.commit().await?;
    Ok(decision)
}

/// The same within `work`, which its caller commits.
///
/// # Errors
/// As for [`decide`].
pub async fn decide_in(
    app: &App,
    work: &mut Work,
    person: &SignedIn,
    (request, hands): (Option<&Request>, Hands),
    id: CommentId,
    form: DecideForm,
) -> Result<Decision, DecideError> {
    if let Some(decision) = replayed(work, person, request).await? {
        return Ok(decision);
    }
    let seen = comments::find(&mut work.tx, id).await?.ok_or(DecideError::NotFound)?;
    accounts::lock_subscriber(&mut work.tx, seen.subscriber).await?;
    if form.action == Action::Remove {
        accounts::lock_account(&mut work.tx, person.account).await?;
    }
    comments::lock(&mut work.tx, id, seen.parent).await?;
    // The same request may have been on its way twice, and the role may have been taken, while we waited for the locks.
    if let Some(decision) = replayed(work, person, request).await? {
        return Ok(decision);
    }
    let person = &accounts::renewed(&mut work.tx, person).await?;
    let comment = check_decision(&mut work.tx, person, id).await?;
    let to = acceptable(work, &comment, &form).await?;
    let clause = cited(work, &comment, &form).await?;

    // Turning away what waits for a moderator is their daily work; taking down what stands is not.
    if form.action == Action::Remove
        && comment.status == Status::Published
        && let Some(why) = count_act(app, work, person, hands, None).await?
    {
        return Err(DecideError::SecondPersonNeeded(why));
    }

    let decision_id: DecisionId = work.mint();
    let upheld_reports = match form.action {
        Action::Approve => {
            reports::close_open(work, id, decision_id, reports::Outcome::Dismissed).await?;
            0
        }
        Action::Remove => reports::close_open(work, id, decision_id, reports::Outcome::Upheld).await?,
        Action::Restore => -reports::reverse_upheld(work, id, decision_id).await?,
    };
    strike(work, &comment, &form, (decision_id, clause.as_ref())).await?;
    let change = Change { status: Some(to), closes_reports: true, upheld_reports, ..Change::default() };
    let moved = comments::move_to(work, &comment, change).await?;
    let decision = Decision {
        id: decision_id,
        title: comment.title.clone(),
        comment: id,
        judged_revision: comment.revision,
        made_revision: moved.revision,
        action: form.action,
        from: comment.status,
        to,
        clause: clause.map(|clause| (clause.id, clause.version)),
        note: form.note,
        moderator: person.account,
        moderator_name: person.name.clone(),
        created_at: work.now,
        waited: Some(Waiting { queued_at: comment.queued_at, open_report_count: comment.open_report_count }),
        ban: None,
        undone_at: None,
    };
    store::insert(&mut work.tx, &decision).await?;
    tell(work, &comment, &decision).await?;
    if let Some(request) = request
        && !idempotency::remember(work, person.account, request, "decided", decision.id).await?
    {
        return Err(DecideError::KeyMismatch);
    }
    Ok(decision)
}

/// Whether a decision on the revision could be made at all, whatever it is: asked when the rest of a form cannot be read.
///
/// # Errors
/// As for [`decide`], as far as they do not depend on the form.
pub async fn may_decide(
    app: &App,
    person: &SignedIn,
    request: Option<&Request>,
    id: CommentId,
    revision: Option<i64>,
) -> Result<(), DecideError> {
    let mut work = app.read(person.clone()).await?;
    replayed(&mut work, person, request).await?;
    let comment = check_decision(&mut work.tx, person, id).await?;
    if revision.is_none_or(|revision| revision == comment.revision) {
        return Ok(());
    }
    let winner = winner(&mut work, &comment).await?;
    Err(DecideError::Stale { winner, comment: Box::new(comment) })
}

/// What the author of a removed comment is told of it: the text, the words that rules had marked in it, and where it stood.
pub(super) async fn facts(work: &mut Work, comment: &Comment) -> Result<Restriction, StorageError> {
    let verdict = comments::latest_verdict(&mut work.tx, comment.verdict).await?;
    let restricts = verdict.findings.iter().filter(|finding| finding.outcome >= Outcome::Hold);
    let mut words: Vec<String> = restricts
        .clone()
        .flat_map(|finding| &finding.spans)
        .filter_map(|span| comment.body.get(span.start..span.end).map(str::to_owned))
        .collect();
    words.dedup();
    Ok(Restriction {
        text: Some(comment.body.clone()),
        words,
        rules: restricts.map(|finding| finding.rule.to_string()).collect(),
        was_detected_by_rules: verdict.outcome >= Outcome::Hold,
        headline: stories::find(&mut work.tx, comment.story).await?.map(|story| story.headline),
        ..Restriction::default()
    })
}

/// A removal gives a strike; restoring takes back the one that the removal gave.
async fn strike(
    work: &mut Work,
    comment: &Comment,
    form: &DecideForm,
    (decision, clause): (DecisionId, Option<&CitedClause>),
) -> Result<(), StorageError> {
    match (form.action, clause) {
        (Action::Remove, Some(clause)) => {
            bans::strike(work, comment.subscriber, &comment.title, (&clause.id, clause.version), decision).await
        }
        (Action::Restore, _) => match store::find_removal(&mut work.tx, comment.id, comment.revision).await? {
            Some(removal) => {
                notifications::take_back(work, About::Decision(removal)).await?;
                bans::take_back(work, removal).await
            }
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

pub(super) async fn replayed(
    work: &mut Work,
    person: &SignedIn,
    request: Option<&Request>,
) -> Result<Option<Decision>, DecideError> {
    let Some(request) = request else { return Ok(None) };
    match idempotency::find(&mut work.tx, person.account, request).await? {
        None => Ok(None),
        Some(Earlier::Other) => Err(DecideError::KeyMismatch),
        Some(Earlier::Same(made)) => {
            let corrupt = || StorageError::corrupt("idempotency_keys", &made.made);
            let id: DecisionId = made.made.parse().map_err(|_| corrupt())?;
            Ok(Some(store::find(&mut work.tx, id).await?.ok_or_else(corrupt)?))
        }
    }
}

/// What the decision makes of the comment, if it is as it was judged.
async fn acceptable(work: &mut Work, comment: &Comment, form: &DecideForm) -> Result<Status, DecideError> {
    let to = form.action.leads_to(comment.status).filter(|_| comment.revision == form.revision);
    if let Some(to) = to {
        return Ok(to);
    }
    let winner = winner(work, comment).await?;
    Err(DecideError::Stale { winner, comment: Box::new(comment.clone()) })
}

/// Who decided on `comment` last, when it was a decision that made it what it is.
///
/// # Errors
/// When the database cannot be read.
pub async fn winner_of(app: &App, comment: &Comment) -> Result<Option<Winner>, StorageError> {
    winner(&mut app.read(Actor::Anonymous).await?, comment).await
}

pub(super) async fn winner(work: &mut Work, comment: &Comment) -> Result<Option<Winner>, StorageError> {
    let maker = store::find_maker(&mut work.tx, comment.id, comment.revision).await?;
    Ok(maker.map(|decision| Winner { name: decision.moderator_name, action: decision.action }))
}

async fn cited(work: &mut Work, comment: &Comment, form: &DecideForm) -> Result<Option<CitedClause>, DecideError> {
    let Some(clause) = &form.clause else {
        return if form.action == Action::Remove { Err(DecideError::ClauseMissing) } else { Ok(None) };
    };
    let cited = titles::locate_clause(&mut work.tx, clause).await?.filter(|cited| cited.title == comment.title);
    cited.map(Some).ok_or(DecideError::UnknownClause)
}

async fn tell(work: &mut Work, comment: &Comment, decision: &Decision) -> Result<(), StorageError> {
    let action = match decision.action {
        Action::Approve => audit::Action::CommentApproved,
        Action::Remove => audit::Action::CommentRemoved,
        Action::Restore => audit::Action::CommentRestored,
    };
    let details = json!({
        "decision": decision.id,
        "revision": decision.judged_revision,
        "from": decision.from.as_str(),
        "to": decision.to.as_str(),
    });
    let mut entry = Entry::new(action, comment.id).within(&comment.title).details(details);
    if let Some((clause, version)) = &decision.clause {
        entry = entry.citing(clause, *version);
    }
    audit::record(work, entry.private(json!({ "note": decision.note }))).await?;
    if decision.action != Action::Remove {
        return Ok(());
    }
    let statement = Statement {
        id: work.mint(),
        title: comment.title.clone(),
        account: comment.author.id,
        kind: Kind::Removed,
        comment: Some(comment.id),
        decision: Some(decision.id),
        ban: None,
        clause: decision.clause.clone(),
        is_automatic: false,
        restriction: facts(work, comment).await?,
        created_at: work.now,
        taken_back_at: None,
    };
    notifications::restrict(work, &statement).await
}
