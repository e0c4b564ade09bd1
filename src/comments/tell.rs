//! Telling an author, and the log, that a rule restricted a comment.

use serde_json::json;

use super::store;
use crate::app::Work;
use crate::audit::{self, Action, Entry};
use crate::kernel::{AccountId, CommentId, TitleId};
use crate::notifications::{self, Kind, Restriction, Statement};
use crate::rules::{Outcome, Verdict};
use crate::storage::StorageError;
use crate::stories;
use crate::titles;

/// How the story of `comment` is headed; nothing for a text that was not taken.
async fn headline(work: &mut Work, comment: CommentId) -> Result<Option<String>, StorageError> {
    let Some(comment) = store::find(&mut work.tx, comment).await? else { return Ok(None) };
    Ok(stories::find(&mut work.tx, comment.story).await?.map(|story| story.headline))
}

/// Writes the audit row and the statement of reasons when `verdict` holds or rejects; nothing when it publishes.
pub(super) async fn tell_of_verdict(
    work: &mut Work,
    title: &TitleId,
    author: AccountId,
    comment: CommentId,
    text: &str,
    verdict: &Verdict,
) -> Result<(), StorageError> {
    let kind = match verdict.outcome {
        Outcome::Publish | Outcome::Nudge => return Ok(()),
        Outcome::Hold => Kind::Held,
        Outcome::Reject => Kind::Rejected,
    };
    let deciding = verdict.findings.iter().filter(|finding| finding.outcome >= verdict.outcome);
    let mut clause = None;
    for id in deciding.clone().filter_map(|finding| finding.clause.as_ref()) {
        if let Some(cited) = titles::locate_clause(&mut work.tx, id).await?.filter(|cited| cited.title == *title) {
            clause = Some((cited.id, cited.version));
            break;
        }
    }
    let rules: Vec<String> = deciding.clone().map(|finding| finding.rule.to_string()).collect();
    let mut words: Vec<String> = deciding
        .flat_map(|finding| &finding.spans)
        .filter_map(|span| text.get(span.start..span.end).map(str::to_owned))
        .collect();
    words.dedup();
    let details = json!({
        "outcome": kind.as_str(),
        "rules": rules,
        "faults": verdict.faults.len(),
        "rule_set": verdict.rule_set_version,
        "engine": verdict.engine_version,
    });
    let mut entry = Entry::new(Action::CommentRestricted, comment).within(title).details(details);
    if let Some((clause, version)) = &clause {
        entry = entry.citing(clause, *version);
    }
    audit::record(work, entry).await?;
    let statement = Statement {
        id: work.mint(),
        title: title.clone(),
        account: author,
        kind,
        comment: Some(comment),
        decision: None,
        ban: None,
        clause,
        is_automatic: true,
        restriction: Restriction {
            text: Some(text.to_owned()),
            words,
            rules,
            was_detected_by_rules: true,
            headline: headline(work, comment).await?,
            ..Restriction::default()
        },
        created_at: work.now,
        taken_back_at: None,
    };
    notifications::restrict(work, &statement).await
}
