//! One comment with all that a moderator needs to decide on it.

use super::desk::{AtTitle, Desk};
use super::label::{action_of, count, outcome_of, state_of};
use super::verdict::verdict_of;
use crate::app::Work;
use crate::comments::{Status, StoredVerdict};
use crate::http::pages::marked::segments;
use crate::http::pages::views::{AuthorRecord, Barred, DecisionRow, Problems, QueueCard, ReportCard, WhyHere};
use crate::kernel::SignedIn;
use crate::moderation::{Decision, Item};
use crate::reports::Report;
use crate::rules::{Finding, Outcome};
use crate::storage::StorageError;

/// The most characters of a note or a reason.
pub(super) const MAX_NOTE_CHARS: u64 = 1_000;

/// The card of `item`, `decisions` being those made on it, newest first.
pub(super) async fn card_of(
    desk: &mut Desk<'_>,
    work: &mut Work,
    item: &Item,
    decisions: &[Decision],
) -> Result<QueueCard, StorageError> {
    let comment = &item.comment;
    let at = desk.title(work, &comment.title).await?;
    // What an author took back, nobody is shown again, nor the words that a rule saw in it.
    let is_gone = comment.status == Status::Withdrawn;
    let mut card = QueueCard {
        comment: comment.id.to_string(),
        revision: count(comment.revision),
        state: state_of(comment.status),
        story: desk.story(work, comment.story, &at).await?,
        posted: at.moments.moment(comment.created_at),
        segments: Vec::new(),
        why: why(item, decisions),
        verdict: None,
        reports: reports_of(desk, work, item, is_gone, &at).await?,
        author: author_of(desk, work, item, &at).await?,
        clauses: at.clauses(),
        chosen_clause: String::new(),
        note: String::new(),
        note_max_chars: MAX_NOTE_CHARS,
        barred: barred(desk.person, item),
        conflict: None,
        problems: Problems::default(),
    };
    if !is_gone {
        // The spans are about the text that was judged.
        let is_same = item.verdict.text == comment.body;
        card.segments = segments(&comment.body, if is_same { &item.verdict.findings } else { &[] });
        card.verdict = Some(verdict_of(desk, work, item).await?);
    }
    Ok(card)
}

/// The decisions of the past as rows, in the order given.
pub(super) async fn history(
    desk: &mut Desk<'_>,
    work: &mut Work,
    decisions: Vec<Decision>,
    (revision, may_decide): (i64, bool),
) -> Result<Vec<DecisionRow>, StorageError> {
    let mut rows = Vec::with_capacity(decisions.len());
    // The newest that stands can be undone, unless the comment has moved since or a ban did it.
    let newest = decisions.iter().find(|decision| decision.undone_at.is_none());
    let undoable = newest.filter(|newest| newest.ban.is_none() && newest.made_revision == revision && may_decide);
    let undoable = undoable.map(|newest| newest.id);
    for decision in decisions {
        let at = desk.title(work, &decision.title).await?;
        let clause = match &decision.clause {
            Some((clause, version)) => Some(desk.clause(work, &decision.title, clause, *version).await?),
            None => None,
        };
        rows.push(DecisionRow {
            action: action_of(decision.action),
            by: decision.moderator_name,
            at: at.moments.moment(decision.created_at),
            clause,
            note: decision.note.unwrap_or_default(),
            undone: decision.undone_at.map(|undone| at.moments.moment(undone)),
            may_undo: undoable == Some(decision.id),
            id: decision.id.to_string(),
        });
    }
    Ok(rows)
}

/// Why the comment is before a moderator.
fn why(item: &Item, decisions: &[Decision]) -> Vec<WhyHere> {
    let mut why = Vec::new();
    let StoredVerdict { findings, faults, .. } = &item.verdict;
    if item.comment.status == Status::Held {
        let holds = |finding: &&Finding| finding.outcome != Outcome::Publish;
        let is_premoderation = |finding: &Finding| finding.rule == "premoderation";
        if findings.iter().filter(holds).any(|finding| !is_premoderation(finding)) {
            why.push(WhyHere::HeldByRules);
        }
        if findings.iter().any(is_premoderation) {
            why.push(WhyHere::Premoderated);
        }
        if !faults.is_empty() {
            why.push(WhyHere::RuleFault);
        }
    }
    if item.reports.iter().any(|report| report.outcome.is_none()) {
        why.push(if decisions.is_empty() { WhyHere::Reported } else { WhyHere::ReportedAgain });
    }
    why
}

/// Why `person` may not decide on it, though they moderate there.
fn barred(person: &SignedIn, item: &Item) -> Option<Barred> {
    let is_own_report = |report: &Report| report.outcome.is_none() && report.subscriber == person.subscriber;
    if item.comment.subscriber == person.subscriber {
        Some(Barred::OwnComment)
    } else if item.reports.iter().any(is_own_report) {
        Some(Barred::OwnReport)
    } else {
        None
    }
}

async fn reports_of(
    desk: &mut Desk<'_>,
    work: &mut Work,
    item: &Item,
    is_gone: bool,
    at: &AtTitle,
) -> Result<Vec<ReportCard>, StorageError> {
    let mut cards = Vec::with_capacity(item.reports.len());
    for report in &item.reports {
        let is_other = is_gone || report.body != item.comment.body;
        cards.push(ReportCard {
            reporter: desk.name(work, Some(report.account)).await?,
            clause: desk.clause(work, &report.title, &report.clause, report.clause_version).await?,
            note: report.note.clone().unwrap_or_default(),
            sent: at.moments.moment(report.created_at),
            snapshot: is_other.then(|| report.body.clone()),
            outcome: outcome_of(report.outcome),
        });
    }
    Ok(cards)
}

async fn author_of(
    desk: &mut Desk<'_>,
    work: &mut Work,
    item: &Item,
    at: &AtTitle,
) -> Result<AuthorRecord, StorageError> {
    let author = &item.comment.author;
    let accounts = desk.accounts(work, item.comment.subscriber).await?;
    let profile = accounts.iter().find(|profile| profile.id == author.id);
    let record = item.author.record;
    Ok(AuthorRecord {
        name: author.name.clone(),
        subscriber: Some(item.comment.subscriber.to_string()),
        is_staff: accounts.iter().any(|profile| profile.roles.is_staff_in(&item.comment.title)),
        since: at.moments.day(profile.map_or(item.comment.created_at, |profile| profile.created_at)),
        published_count: count(record.published_count),
        removed_count: count(record.removed_count),
        upheld_count: count(record.upheld_report_count),
        ban_count: count(item.author.bans.len()),
    })
}
