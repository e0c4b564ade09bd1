//! What the engine decided on a comment, in full and in words.

use super::desk::Desk;
use crate::app::Work;
use crate::http::pages::marked::words_of;
use crate::http::pages::views::{Chance, ClauseRef, FindingView, VerdictView};
use crate::kernel::{ClauseId, TitleId};
use crate::moderation::Item;
use crate::rules::{Fault, FaultCode, Finding, Outcome};
use crate::storage::StorageError;

/// The verdict on the text of `item` that stands.
pub(super) async fn verdict_of(desk: &mut Desk<'_>, work: &mut Work, item: &Item) -> Result<VerdictView, StorageError> {
    let (verdict, title) = (&item.verdict, &item.comment.title);
    let chances = verdict.probabilities.map(|scores| {
        vec![Chance::new("chance-abusive", scores.abusive), Chance::new("chance-hateful", scores.hateful)]
    });
    let arguments = [("engine", verdict.engine_version.into()), ("rules", verdict.rule_set_version.clone().into())];
    Ok(VerdictView {
        outcome_key: outcome_key(verdict.outcome),
        findings: findings_of(desk, work, title, &verdict.text, &verdict.findings).await?,
        faults: verdict.faults.iter().map(|fault| fault_of(desk, fault)).collect(),
        shadow: findings_of(desk, work, title, &verdict.text, &verdict.shadow).await?,
        chances: chances.unwrap_or_default(),
        judged_by: desk.app.words.with("verdict-judged-by", &arguments),
    })
}

async fn findings_of(
    desk: &mut Desk<'_>,
    work: &mut Work,
    title: &TitleId,
    text: &str,
    findings: &[Finding],
) -> Result<Vec<FindingView>, StorageError> {
    let mut views = Vec::with_capacity(findings.len());
    for finding in findings {
        let clause = match &finding.clause {
            Some(clause) => clause_of(desk, work, title, clause).await?,
            None => None,
        };
        views.push(FindingView {
            rule: finding.rule.to_string(),
            version: u64::from(finding.version),
            outcome_key: outcome_key(finding.outcome),
            clause,
            weight: finding.weight,
            text: desk.app.words.with(&finding.moderator_key(), &finding.arguments()),
            words: words_of(text, std::slice::from_ref(finding)),
        });
    }
    Ok(views)
}

/// The clause as the house rules have it now; nothing when they dropped it since.
async fn clause_of(
    desk: &mut Desk<'_>,
    work: &mut Work,
    title: &TitleId,
    clause: &ClauseId,
) -> Result<Option<ClauseRef>, StorageError> {
    let at = desk.title(work, title).await?;
    let known = at.clauses().into_iter().find(|known| known.is(clause.as_str()));
    let Some(known) = known else { return Ok(None) };
    Ok(Some(ClauseRef { id: known.id, title: title.to_string(), number: known.number, heading: known.heading }))
}

const fn outcome_key(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Publish => "then-publish",
        Outcome::Nudge => "then-nudge",
        Outcome::Hold => "then-hold",
        Outcome::Reject => "then-reject",
    }
}

fn fault_of(desk: &Desk<'_>, fault: &Fault) -> String {
    let key = match fault.code {
        FaultCode::TooLongToJudge => "fault-too-long",
        FaultCode::MissingSignal => "fault-missing-signal",
        FaultCode::DivisionByZero => "fault-division",
        FaultCode::Overflow => "fault-overflow",
        FaultCode::NoRules => "fault-no-rules",
    };
    desk.app.words.with(key, &[("rule", fault.rule.as_ref().into())])
}
