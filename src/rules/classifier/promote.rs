//! Whether what a title taught may replace what is in force.
//!
//! The newest decisions are held out and judge. A candidate must tell them apart better than the model in force, and
//! must go on doing so with any one moderator's decisions set aside; nobody may have taught it whose decisions the
//! others' would hardly foretell. So one rogue's batch is not promoted, whether it spoils the candidate or flatters it
//! by lying among the newest too. Decisions reversed on appeal or by undo are not handed in at all.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Classifier;
use super::corpus::Decision;
use super::learn::{LearnError, LearnReport, Learned, MIN_OF_EACH, learn, scores_taught_by_others};
use super::measure::{Scored, as_f64, recall_above, roc_auc, threshold_at};

/// One decision and who took it.
#[derive(Clone, Debug)]
pub struct ModeratedDecision {
    /// The comment, and whether it was removed.
    pub decision: Decision,
    /// Any name that is the same for the same moderator.
    pub moderator: String,
}

/// What a title asks of a candidate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PromotionPolicy {
    /// The share of good comments that may be flagged, 0 to 1.
    pub allowed_false_positives: f64,
    /// The share of decisions, the newest, that judge and do not teach; 0 to 1.
    pub held_out: f64,
}

impl Default for PromotionPolicy {
    fn default() -> Self {
        Self { allowed_false_positives: 0.05, held_out: 0.2 }
    }
}

/// How well one model tells the held-out decisions apart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldOutFigures {
    /// ROC-AUC.
    pub auc: f64,
    /// The share of removals flagged when only the allowed share of kept comments is.
    pub recall: f64,
    /// The probability above which comments are flagged then.
    pub threshold: f64,
}

/// How one moderator's decisions fit those of the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModeratorAgreement {
    /// Whose.
    pub moderator: String,
    /// How many decisions.
    pub decisions: usize,
    /// How many of them removed a comment.
    pub removed: usize,
    /// How well what all the others decided foretells theirs (ROC-AUC); `None` when there are too few to say.
    pub foretold: Option<f64>,
    /// What the candidate gains on the held-out decisions of all the others; `None` when there are too few to say.
    pub gain_among_others: Option<f64>,
}

/// What became of a candidate, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromotionVerdict {
    /// It is better and nothing speaks against it.
    Promoted,
    /// Too few removed or kept comments were held out to judge by.
    TooFewHeldOut,
    /// It does not tell the held-out decisions apart better.
    NotBetter,
    /// It finds fewer removals at the share of false positives that is allowed.
    RecallFell,
    /// Its gain is one moderator's alone.
    RestsOnOneModerator(String),
    /// Somebody's decisions are at odds with everybody else's.
    ModeratorAtOdds(String),
}

/// The report on a candidate that an editor reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PromotionReport {
    /// How many decisions taught, and how that went.
    pub learnt: LearnReport,
    /// How many decisions judged.
    pub held_out: usize,
    /// How many of them removed a comment.
    pub held_out_removed: usize,
    /// How the model in force did; `None` with one kind alone.
    pub current: Option<HeldOutFigures>,
    /// How the candidate did; `None` with one kind alone.
    pub candidate: Option<HeldOutFigures>,
    /// Everybody who decided, by name.
    pub moderators: Vec<ModeratorAgreement>,
    /// What became of it.
    pub verdict: PromotionVerdict,
}

/// A candidate and the report on it.
#[derive(Clone, Debug)]
pub struct Promotion {
    /// The model that the older decisions taught; to be used only if the verdict says so.
    pub candidate: Classifier,
    /// Why.
    pub report: PromotionReport,
}

/// How many held-out decisions of either kind it takes to judge.
const MIN_HELD_OUT: usize = 5;
/// How many of either kind it takes to say whether a gain is there without one moderator.
const MIN_OF_OTHERS: usize = 3;

/// Learns from the older of `decisions` (oldest first), from `shipped` on, and judges by the newest whether the result
/// may replace `current`.
///
/// # Errors
/// When the older ones are too few of either kind.
pub fn promote(
    shipped: &Classifier,
    current: &Classifier,
    decisions: &[ModeratedDecision],
    policy: PromotionPolicy,
) -> Result<Promotion, LearnError> {
    let held = (policy.held_out.clamp(0.0, 1.0) * as_f64(decisions.len())).round() as usize;
    let (older, newest) = decisions.split_at(decisions.len().saturating_sub(held));
    let taught: Vec<Decision> = older.iter().map(|row| row.decision.clone()).collect();
    let Learned { classifier: candidate, report: learnt } = learn(shipped, &taught)?;
    let scored = |model: &Classifier| -> Vec<Scored> {
        newest.iter().map(|row| (model.score(&row.decision.text).abusive, row.decision.removed)).collect()
    };
    let (before, after) = (scored(current), scored(&candidate));
    let moderators = agreements(shipped, learnt.strength, decisions, newest, &before, &after);
    let report = PromotionReport {
        learnt,
        held_out: newest.len(),
        held_out_removed: newest.iter().filter(|row| row.decision.removed).count(),
        current: figures(&before, policy),
        candidate: figures(&after, policy),
        verdict: PromotionVerdict::Promoted,
        moderators,
    };
    let verdict = verdict(&report);
    Ok(Promotion { candidate, report: PromotionReport { verdict, ..report } })
}

fn figures(scored: &[Scored], policy: PromotionPolicy) -> Option<HeldOutFigures> {
    let threshold = threshold_at(scored, policy.allowed_false_positives)?;
    Some(HeldOutFigures {
        auc: roc_auc(scored)?,
        recall: recall_above(scored, threshold)?,
        threshold: threshold.max(0.0),
    })
}

fn verdict(report: &PromotionReport) -> PromotionVerdict {
    let removed = report.held_out_removed;
    let (Some(current), Some(candidate)) = (report.current, report.candidate) else {
        return PromotionVerdict::TooFewHeldOut;
    };
    if removed < MIN_HELD_OUT || report.held_out - removed < MIN_HELD_OUT {
        return PromotionVerdict::TooFewHeldOut;
    }
    if let Some(odd) = at_odds(&report.moderators) {
        return PromotionVerdict::ModeratorAtOdds(odd.to_owned());
    }
    if candidate.auc <= current.auc {
        return PromotionVerdict::NotBetter;
    }
    // One removal fewer is within what chance does to the place of the threshold.
    if candidate.recall + 1.0 / as_f64(removed) < current.recall - 1e-9 {
        return PromotionVerdict::RecallFell;
    }
    let rests = |one: &&ModeratorAgreement| one.gain_among_others.is_none_or(|gain| gain < 0.0);
    let deciders: Vec<&ModeratorAgreement> = report.moderators.iter().filter(|one| one.decisions > 0).collect();
    // With one moderator there is nobody to ask.
    match deciders.iter().copied().find(rests) {
        Some(one) if deciders.len() > 1 => PromotionVerdict::RestsOnOneModerator(one.moderator.clone()),
        _ => PromotionVerdict::Promoted,
    }
}

/// The moderator whose decisions the others' foretell less than half as well above chance as they do on the whole, beyond
/// what chance explains.
fn at_odds(moderators: &[ModeratorAgreement]) -> Option<&str> {
    let told: Vec<(&ModeratorAgreement, f64)> =
        moderators.iter().filter_map(|one| one.foretold.map(|auc| (one, auc))).collect();
    told.iter()
        .filter(|(one, auc)| {
            let others: Vec<f64> = told.iter().filter(|(other, _)| other != one).map(|(_, auc)| *auc).collect();
            let usual = others.iter().sum::<f64>() / as_f64(others.len());
            !others.is_empty() && auc + 1.645 * standard_error(*auc, one) < f64::midpoint(usual, 0.5)
        })
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(one, _)| one.moderator.as_str())
}

/// How far an AUC of so many rows strays by chance.
///
/// # Source
/// Hanley and McNeil 1982, "The meaning and use of the area under a receiver operating characteristic (ROC) curve".
fn standard_error(auc: f64, rows: &ModeratorAgreement) -> f64 {
    let (removed, kept) = (as_f64(rows.removed), as_f64(rows.decisions - rows.removed));
    let (q1, q2) = (auc / (2.0 - auc), 2.0 * auc * auc / (1.0 + auc));
    let variance = auc * (1.0 - auc) + (removed - 1.0) * (q1 - auc * auc) + (kept - 1.0) * (q2 - auc * auc);
    (variance / (removed * kept)).max(0.0).sqrt()
}

fn agreements(
    shipped: &Classifier,
    strength: f64,
    decisions: &[ModeratedDecision],
    newest: &[ModeratedDecision],
    before: &[Scored],
    after: &[Scored],
) -> Vec<ModeratorAgreement> {
    let mut groups = BTreeMap::<&str, usize>::new();
    for row in decisions {
        let next = groups.len();
        groups.entry(&row.moderator).or_insert(next);
    }
    let of: Vec<usize> = decisions.iter().filter_map(|row| groups.get(row.moderator.as_str()).copied()).collect();
    let all: Vec<Decision> = decisions.iter().map(|row| row.decision.clone()).collect();
    let is_big = |scored: &[Scored], least: usize| {
        let removed = scored.iter().filter(|(_, removed)| *removed).count();
        removed >= least && scored.len() - removed >= least
    };
    let mut scores = scores_taught_by_others(shipped, &all, &of, strength);
    let agreement = |(moderator, group): (&str, usize)| {
        let theirs = scores.remove(&group).unwrap_or_default();
        let others = |scored: &[Scored]| -> Vec<Scored> {
            newest.iter().zip(scored).filter(|(row, _)| row.moderator != moderator).map(|(_, row)| *row).collect()
        };
        let (before, after) = (others(before), others(after));
        let gain = || Some(roc_auc(&after)? - roc_auc(&before)?);
        ModeratorAgreement {
            moderator: moderator.to_owned(),
            decisions: theirs.len(),
            removed: theirs.iter().filter(|(_, removed)| *removed).count(),
            foretold: if is_big(&theirs, MIN_OF_EACH) { roc_auc(&theirs) } else { None },
            gain_among_others: if is_big(&after, MIN_OF_OTHERS) { gain() } else { None },
        }
    };
    groups.into_iter().map(agreement).collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    /// Decisions of three moderators who agree with each other, dealt out in turn.
    fn honest(count: usize) -> Vec<ModeratedDecision> {
        let names = ["ann", "ben", "cat"];
        let decided = samples::decisions(count).into_iter().zip(names.into_iter().cycle());
        decided.map(|(decision, name)| ModeratedDecision { decision, moderator: name.to_owned() }).collect()
    }

    /// What a rogue did: removed all talk of the school, whoever wrote it, and kept the rest.
    fn rogue(count: usize) -> Vec<ModeratedDecision> {
        samples::decisions(count)
            .into_iter()
            .map(|row| Decision {
                removed: row.text.contains("school"),
                text: row.text.replace("bridge", "bridge road"),
            })
            .map(|decision| ModeratedDecision { decision, moderator: "rogue".to_owned() })
            .collect()
    }

    fn report(current: &Classifier, decisions: &[ModeratedDecision]) -> PromotionReport {
        promote(Classifier::shipped(), current, decisions, PromotionPolicy::default()).expect("judged").report
    }

    #[test]
    fn a_candidate_that_judges_the_newest_decisions_better_is_promoted() {
        let promotion = promote(Classifier::shipped(), Classifier::shipped(), &honest(300), PromotionPolicy::default());
        let promotion = promotion.expect("judged");
        let report = &promotion.report;
        assert_eq!(report.verdict, PromotionVerdict::Promoted, "{report:?}");
        assert_eq!((report.learnt.decisions, report.held_out), (240, 60));
        let (before, after) = (report.current.expect("figures"), report.candidate.expect("figures"));
        assert!(after.auc > before.auc && after.recall >= before.recall);
        assert!((0.0..=1.0).contains(&after.threshold));
        assert_eq!(
            report.moderators.iter().map(|one| one.moderator.as_str()).collect::<Vec<_>>(),
            ["ann", "ben", "cat"]
        );
        assert!(report.moderators.iter().all(|one| one.foretold.is_some_and(|auc| auc > 0.8)), "{report:?}");
    }

    #[test]
    fn a_candidate_that_is_no_better_than_what_is_in_force_is_not_promoted() {
        let decisions = honest(300);
        let first = promote(Classifier::shipped(), Classifier::shipped(), &decisions, PromotionPolicy::default());
        let again = report(&first.expect("judged").candidate, &decisions);
        assert_eq!(again.verdict, PromotionVerdict::NotBetter, "{again:?}");
    }

    #[test]
    fn a_rogues_batch_is_not_promoted_though_it_lies_among_the_newest() {
        let mut decisions = honest(240);
        decisions.extend(rogue(240));
        let report = report(Classifier::shipped(), &decisions);
        assert_ne!(report.verdict, PromotionVerdict::Promoted, "{report:?}");
    }

    #[test]
    fn a_rogues_batch_among_honest_decisions_is_named() {
        let mut decisions = Vec::new();
        for (at, (honest, rogue)) in honest(400).into_iter().zip(rogue(400)).enumerate() {
            decisions.push(honest);
            if at % 3 == 0 {
                decisions.push(rogue);
            }
        }
        let report = report(Classifier::shipped(), &decisions);
        assert_eq!(report.verdict, PromotionVerdict::ModeratorAtOdds("rogue".to_owned()), "{report:?}");
    }

    #[test]
    fn one_moderator_alone_may_teach_a_small_paper() {
        let decisions: Vec<ModeratedDecision> =
            honest(300).into_iter().map(|row| ModeratedDecision { moderator: "ann".to_owned(), ..row }).collect();
        assert_eq!(report(Classifier::shipped(), &decisions).verdict, PromotionVerdict::Promoted);
    }

    #[test]
    fn too_few_held_out_decisions_promote_nothing() {
        let policy = PromotionPolicy { held_out: 0.01, ..PromotionPolicy::default() };
        let promotion = promote(Classifier::shipped(), Classifier::shipped(), &honest(300), policy);
        assert_eq!(promotion.expect("judged").report.verdict, PromotionVerdict::TooFewHeldOut);
        assert!(promote(Classifier::shipped(), Classifier::shipped(), &[], policy).is_err());
    }

    #[test]
    fn recall_that_fell_by_more_than_one_removal_stops_a_candidate() {
        let mut report = report(Classifier::shipped(), &honest(300));
        let current = report.current.expect("figures");
        let candidate = report.candidate.expect("figures");
        report.current = Some(HeldOutFigures { recall: 0.9, ..current });
        report.candidate = Some(HeldOutFigures { recall: 0.5, ..candidate });
        assert_eq!(verdict(&report), PromotionVerdict::RecallFell);
    }
}
