//! Judging past comments anew: the facts of the time as they were stored, text, lists and model as they are now.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::tally::{Ruling, Seen};
use crate::comments::PastComment;
use crate::kernel::TitleId;
use crate::rules::{BookFault, Outcome, Rule, RuleSet, Trial, evaluate_with};
use crate::storage::StorageError;

/// How many comments a thread takes at a time.
const SHARE: usize = 64;

/// The rules of one title, and those to try beside them.
#[derive(Debug)]
pub(super) struct Lab {
    pub(super) title: TitleId,
    rules: RuleSet,
    trial: Trial,
    /// The place of each tried rule among all of the file.
    places: HashMap<String, usize>,
}

/// A comment with what a moderator made of it.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) comment: PastComment,
    pub(super) ruling: Option<Ruling>,
}

impl Lab {
    pub(super) fn new(title: TitleId, rules: RuleSet, drafts: &[Rule]) -> Result<Self, BookFault> {
        let own = || drafts.iter().enumerate().filter(|(_, rule)| rule.is_for(&title));
        let trial = Trial::beside(&rules, own().map(|(_, rule)| rule.clone()))?;
        let places = own().map(|(place, rule)| (rule.id.to_string(), place)).collect();
        Ok(Self { title, rules, trial, places })
    }

    /// What the cases are judged by, as a mark that changes with it.
    pub(super) fn version(&self) -> &str {
        self.rules.version()
    }

    /// Judges every case, in order, on so many threads.
    pub(super) fn judge(&self, cases: &[Case], threads: NonZeroUsize) -> Result<Vec<Seen>, StorageError> {
        let shares: Vec<&[Case]> = cases.chunks(SHARE).collect();
        let next = AtomicUsize::new(0);
        let done = Mutex::new(Vec::with_capacity(shares.len()));
        let work = || {
            while let Some((number, share)) = take(&shares, &next) {
                let seen: Result<Vec<Seen>, StorageError> = share.iter().map(|case| self.judge_one(case)).collect();
                done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((number, seen));
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads.get().min(shares.len()) {
                scope.spawn(work);
            }
            work();
        });
        let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        done.sort_unstable_by_key(|(number, _)| *number);
        let mut all = Vec::with_capacity(cases.len());
        for (_, seen) in done {
            all.extend(seen?);
        }
        Ok(all)
    }

    fn judge_one(&self, case: &Case) -> Result<Seen, StorageError> {
        let comment = &case.comment;
        let facts = comment.facts()?;
        let (verdict, said) = evaluate_with(&self.rules, &self.trial, &facts);
        let place = |rule: &str| self.places.get(rule).copied();
        let fired: Vec<_> =
            said.findings.into_iter().filter_map(|finding| Some((place(&finding.rule)?, finding.spans))).collect();
        let recorded: Vec<_> = comment
            .shadow()?
            .into_iter()
            .map(|finding| (format!("{}@{}", finding.rule, finding.version), finding.spans))
            .collect();
        let is_shown = !fired.is_empty() || !recorded.is_empty();
        Ok(Seen {
            comment: comment.id,
            subscriber: comment.subscriber,
            created_at: comment.created_at,
            ruling: case.ruling,
            text: if is_shown { facts.text } else { String::new() },
            fired,
            faulted: said.faults.iter().filter_map(|fault| place(&fault.rule)).collect(),
            is_caught: verdict.outcome != Outcome::Publish,
            recorded,
        })
    }
}

/// The next share that nobody has taken.
fn take<'a>(shares: &[&'a [Case]], next: &AtomicUsize) -> Option<(usize, &'a [Case])> {
    let number = next.fetch_add(1, Ordering::Relaxed);
    Some((number, *shares.get(number)?))
}
