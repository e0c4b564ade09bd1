//! Trying rules on a title's latest comments when they are published: a rule that would have fired on every one of them
//! is a mistake, and one that would have fired on none may be.

use crate::comments::PastComment;
use crate::kernel::TitleId;
use crate::rules::language::{Complaint, ComplaintCode};
use crate::rules::rule_file::Checked;
use crate::rules::{Mode, Rule, RuleSet, Trial, evaluate_with};
use crate::storage::StorageError;

/// How many comments rules are tried on.
pub(super) const MOST: i64 = 1_000;

/// With fewer nothing is said: a new title has seen too little.
const FEWEST: usize = 100;

/// What rules would have done to the latest comments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Past {
    /// How many comments; 0 for too few.
    pub(super) examined: usize,
    /// What each rule would have done to them, in the file's order.
    counts: Vec<Counts>,
}

/// For how many comments a rule would have fired, and for how many it had no answer: facts of the time may lack what it
/// asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    fired: usize,
    faulted: usize,
}

impl Past {
    /// A complaint about each rule that is to act and would have fired on every comment, restricting its author.
    pub(super) fn complaints(&self, checked: &Checked) -> Vec<Complaint> {
        let each = self.counts.iter().zip(&checked.rules).zip(&checked.when_spans);
        let always = each.filter(|((counts, rule), _)| {
            self.examined > 0 && counts.fired == self.examined && rule.mode == Mode::Live && rule.then.is_restriction()
        });
        always
            .map(|((_, rule), span)| {
                let message = format!(
                    "it would have fired on each of the title's latest {} comments and led to {}",
                    self.examined,
                    rule.then.as_str()
                );
                Complaint::new(ComplaintCode::AlwaysTrue, span.clone(), message)
                    .hint("narrow it, or look at it with mode = \"shadow\" first")
            })
            .collect()
    }

    /// The rules, drafts apart, that would have fired on none.
    pub(super) fn never_fired(&self, rules: &[Rule]) -> Vec<String> {
        let never =
            self.counts.iter().zip(rules).filter(|(counts, rule)| {
                self.examined > 0 && **counts == Counts::default() && rule.mode != Mode::Draft
            });
        never.map(|(_, rule)| rule.id.to_string()).collect()
    }
}

/// Asks `rules` about `comments`, as they would be judged with the list and the model of `in_force`.
///
/// # Errors
/// When what is stored of a comment cannot be read.
pub(super) async fn try_on(
    in_force: Option<RuleSet>,
    rules: &[Rule],
    title: &TitleId,
    comments: Vec<PastComment>,
) -> Result<Past, StorageError> {
    let Some(in_force) = in_force.filter(|_| comments.len() >= FEWEST) else { return Ok(Past::default()) };
    let is_own: Vec<bool> = rules.iter().map(|rule| rule.is_for(title)).collect();
    let own: Vec<Rule> = rules.iter().filter(|rule| rule.is_for(title)).cloned().collect();
    // The file was checked as a whole, so its rules go together.
    let Ok(trial) = Trial::beside(&in_force, own) else { return Ok(Past::default()) };
    let judged = tokio::task::spawn_blocking(move || judge(&in_force, &trial, &comments));
    let (examined, counts) = judged.await.map_err(|error| StorageError::Conflict(error.to_string()))??;
    let mut counts = counts.into_iter();
    // A rule of another title has no answer here.
    let elsewhere = Counts { fired: 0, faulted: examined };
    let counts = is_own.into_iter().map(|own| if own { counts.next() } else { None }.unwrap_or(elsewhere)).collect();
    Ok(Past { examined, counts })
}

/// How many comments there were, and what each rule of the trial would have done to them.
fn judge(in_force: &RuleSet, trial: &Trial, comments: &[PastComment]) -> Result<(usize, Vec<Counts>), StorageError> {
    let mut counts = vec![Counts::default(); trial.rules().len()];
    let place = |rule: &str| trial.rules().iter().position(|tried| *tried.id == *rule);
    for comment in comments {
        let (_, said) = evaluate_with(in_force, trial, &comment.facts()?);
        for finding in &said.findings {
            if let Some(counts) = place(&finding.rule).and_then(|place| counts.get_mut(place)) {
                counts.fired += 1;
            }
        }
        for fault in &said.faults {
            if let Some(counts) = place(&fault.rule).and_then(|place| counts.get_mut(place)) {
                counts.faulted += 1;
            }
        }
    }
    Ok((comments.len(), counts))
}
