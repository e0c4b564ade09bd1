//! What a title's own decisions teach: the weights move from where they are only as far as the decisions pull them.
//!
//! Logistic loss on the decisions plus the squared distance from the weights in force (a maximum a posteriori fit, with
//! those as the prior). How strongly decisions pull is chosen by cross-validation, and one of the choices is not at
//! all. Probabilities are fitted to scores of decisions that were not learnt from, as often removed as they are in the
//! title. Only the abusive head learns: a removal does not say that a comment was hateful.

use serde::{Deserialize, Serialize};

use std::collections::BTreeMap;

use super::Classifier;
use super::calibrate::{Platt, softplus};
use super::corpus::Decision;
use super::features::BUCKETS;
use super::fit::{Example, Fitted, Problem};
use super::matrix::Matrix;
use super::measure::{Scored, as_f64, calibration_error, roc_auc};
use super::model::Head;

/// How many of either kind there must be to learn from.
pub const MIN_OF_EACH: usize = 10;
const FOLDS: usize = 5;
/// How strongly decisions may pull.
const STRENGTHS: [f64; 7] = [0.1, 0.2, 0.4, 0.8, 1.6, 4.0, 10.0];

/// Why nothing was learnt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LearnError {
    /// There is too little to learn from.
    #[error("{removed} removed and {kept} kept comments teach too little: at least {MIN_OF_EACH} of each are needed")]
    TooFew {
        /// How many were removed.
        removed: usize,
        /// How many were not.
        kept: usize,
    },
}

/// What was learnt, and how well it did on decisions that it had not seen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearnReport {
    /// How many decisions there were.
    pub decisions: usize,
    /// How many of them removed a comment.
    pub removed: usize,
    /// How strongly decisions pull; 0 when the weights were left alone and only the probabilities changed.
    pub strength: f64,
    /// ROC-AUC of the model learnt from.
    pub auc_before: f64,
    /// ROC-AUC after, each fifth of the decisions judged by what the other four taught.
    pub auc_after: f64,
    /// Calibration error before, in 15 bins.
    pub calibration_error_before: f64,
    /// The same after, each fifth of the decisions by probabilities fitted to the other four.
    pub calibration_error_after: f64,
}

/// A model that has taken in decisions.
#[derive(Clone, Debug)]
pub struct Learned {
    /// The model.
    pub classifier: Classifier,
    /// How it was found.
    pub report: LearnReport,
}

/// Learns from `decisions`, from `prior` on; the same decisions in the same order teach the same bytes.
///
/// # Errors
/// When there are too few of either kind.
pub fn learn(prior: &Classifier, decisions: &[Decision]) -> Result<Learned, LearnError> {
    let removed = decisions.iter().filter(|decision| decision.removed).count();
    let kept = decisions.len() - removed;
    if removed < MIN_OF_EACH || kept < MIN_OF_EACH {
        return Err(LearnError::TooFew { removed, kept });
    }
    let school = School::new(prior, decisions);
    let before: Vec<f64> = (0..decisions.len()).map(|row| school.start.score(&school.matrix, row)).collect();
    let mut best = (0.0, before.clone(), school.likelihood_loss(&before));
    for strength in STRENGTHS {
        let scores = school.cross_fitted(strength);
        let loss = school.likelihood_loss(&scores);
        if loss < best.2 {
            best = (strength, scores, loss);
        }
    }
    let (strength, scores, _) = best;
    let fitted = if strength > 0.0 { school.fit(&school.examples, strength) } else { school.start.clone() };
    let platt = school.platt(&scores, |_| true);
    let auc = |scores: &[f64]| roc_auc(&school.scored(scores)).unwrap_or(0.5);
    let promised: Vec<Scored> = decisions.iter().map(|row| (prior.score(&row.text).abusive, row.removed)).collect();
    let report = LearnReport {
        decisions: decisions.len(),
        removed,
        strength,
        auc_before: auc(&before),
        auc_after: auc(&scores),
        calibration_error_before: calibration_error(&promised).unwrap_or_default(),
        calibration_error_after: calibration_error(&school.cross_calibrated(&scores)).unwrap_or_default(),
    };
    Ok(Learned { classifier: school.graduate(prior, strength, &fitted, platt), report })
}

/// The decisions as rows, and where their weights start.
#[derive(Debug)]
struct School {
    matrix: Matrix,
    examples: Vec<Example>,
    /// Which fifth each decision is in, removals and others dealt out evenly.
    folds: Vec<usize>,
    start: Fitted,
    /// How the prior's scores were stretched and moved to get there.
    line: Platt,
}

impl School {
    fn new(prior: &Classifier, decisions: &[Decision]) -> Self {
        let matrix = Matrix::of(decisions.iter().map(|decision| decision.text.as_str()));
        let examples: Vec<Example> = (0..)
            .zip(decisions)
            .map(|(row, decision)| Example { row, is_positive: decision.removed, weight: 1.0 })
            .collect();
        let mut dealt = [0; 2];
        let folds = decisions
            .iter()
            .map(|decision| {
                let [kept, removed] = &mut dealt;
                let dealt = if decision.removed { removed } else { kept };
                *dealt += 1;
                *dealt % FOLDS
            })
            .collect();
        let [head, _] = &prior.model.heads;
        let weight = |bucket: &u32| {
            let [abusive, _] = prior.model.weights.get(*bucket as usize).copied().unwrap_or_default();
            head.scale * f64::from(abusive)
        };
        let weights = matrix.buckets.iter().map(weight).collect();
        let start = Fitted { weights, intercept: head.intercept };
        let mut school = Self { matrix, examples, folds, start, line: head.platt };
        school.stretch();
        school
    }

    /// Brings the prior to log-odds of this title.
    ///
    /// The model that Belowline comes with learnt from comments that are easier to tell apart and more often abusive. Left
    /// as sure of itself as it is, most of what decisions teach would go into making it less so.
    fn stretch(&mut self) {
        let scores: Vec<f64> = (0..self.examples.len()).map(|row| self.start.score(&self.matrix, row)).collect();
        let line = self.platt(&scores, |_| true);
        // A prior that is no better than chance here is taken as it promises.
        if line.slope > 0.0 {
            self.line = line;
        } else if self.line.slope <= 0.0 {
            self.line = Platt::IDENTITY;
        }
        self.start.weights.iter_mut().for_each(|weight| *weight *= self.line.slope);
        self.start.intercept = self.line.slope * self.start.intercept + self.line.offset;
    }

    fn fit(&self, examples: &[Example], strength: f64) -> Fitted {
        Problem {
            matrix: &self.matrix,
            examples,
            strength,
            units: vec![1.0; self.matrix.buckets.len()],
            start: self.start.weights.clone(),
            start_intercept: self.start.intercept,
        }
        .solve(|_| {})
    }

    /// The score of each decision by what the other folds taught.
    fn cross_fitted(&self, strength: f64) -> Vec<f64> {
        let mut scores = vec![0.0; self.examples.len()];
        for fold in 0..FOLDS {
            let others: Vec<Example> =
                self.examples.iter().zip(&self.folds).filter(|(_, of)| **of != fold).map(|(row, _)| *row).collect();
            let fitted = self.fit(&others, strength);
            for ((row, score), _) in (0..).zip(&mut scores).zip(&self.folds).filter(|(_, of)| **of == fold) {
                *score = fitted.score(&self.matrix, row);
            }
        }
        scores
    }

    fn scored(&self, scores: &[f64]) -> Vec<Scored> {
        scores.iter().copied().zip(self.examples.iter().map(|example| example.is_positive)).collect()
    }

    /// Probabilities fitted to the decisions whose fold `counts`.
    fn platt(&self, scores: &[f64], counts: impl Fn(usize) -> bool) -> Platt {
        let scored = self.scored(scores);
        let weights: Vec<f64> = self.folds.iter().map(|fold| f64::from(u8::from(counts(*fold)))).collect();
        let counted = || scored.iter().zip(&self.folds).filter(|(_, fold)| counts(**fold));
        let positives = counted().filter(|((_, is), _)| *is).count();
        Platt::fit(&scored, &weights).unwrap_or_else(|| Platt::constant(positives, counted().count()))
    }

    /// The probability of each decision, fitted to the other folds.
    fn cross_calibrated(&self, scores: &[f64]) -> Vec<Scored> {
        let lines: Vec<Platt> = (0..FOLDS).map(|fold| self.platt(scores, |of| of != fold)).collect();
        self.scored(scores)
            .into_iter()
            .zip(&self.folds)
            .map(|((score, is), fold)| (lines.get(*fold).map_or(0.5, |line| line.probability(score)), is))
            .collect()
    }

    /// How badly the scores tell what happens, once they are calibrated.
    fn likelihood_loss(&self, scores: &[f64]) -> f64 {
        let line = self.platt(scores, |_| true);
        let loss = |(score, is): (f64, bool)| {
            let odds = line.slope * score + line.offset;
            softplus(odds) - if is { odds } else { 0.0 }
        };
        self.scored(scores).into_iter().map(loss).sum::<f64>() / as_f64(scores.len())
    }

    /// The prior with the abusive head replaced.
    fn graduate(&self, prior: &Classifier, strength: f64, fitted: &Fitted, platt: Platt) -> Classifier {
        let mut model = prior.model.clone();
        let [head, _] = &mut model.heads;
        let Platt { slope, offset } = self.line;
        if strength == 0.0 {
            // The line was fitted to scores that were stretched and moved already.
            head.platt = Platt { slope: platt.slope * slope, offset: platt.slope * offset + platt.offset };
            return Classifier { model };
        }
        let mut weights: Vec<f64> =
            model.weights.iter().map(|[abusive, _]| slope * head.scale * f64::from(*abusive)).collect();
        weights.resize(BUCKETS, 0.0);
        for (bucket, weight) in self.matrix.buckets.iter().zip(&fitted.weights) {
            if let Some(place) = weights.get_mut(*bucket as usize) {
                *place = *weight;
            }
        }
        let (scale, steps) = Head::rounded(&weights);
        *head = Head { scale, intercept: fitted.intercept, platt };
        for ([abusive, _], step) in model.weights.iter_mut().zip(steps) {
            *abusive = step;
        }
        Classifier { model }
    }
}

/// For each group, its decisions with the score that the decisions of all other groups teach.
pub(super) fn scores_taught_by_others(
    prior: &Classifier,
    decisions: &[Decision],
    groups: &[usize],
    strength: f64,
) -> BTreeMap<usize, Vec<Scored>> {
    let school = School::new(prior, decisions);
    let mut scored = BTreeMap::<usize, Vec<Scored>>::new();
    let mut distinct = groups.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    for group in distinct {
        let others: Vec<Example> =
            school.examples.iter().zip(groups).filter(|(_, of)| **of != group).map(|(row, _)| *row).collect();
        let fitted = school.fit(&others, strength);
        let theirs = school.examples.iter().zip(groups).filter(|(_, of)| **of == group).map(|(row, _)| row);
        let theirs = theirs.map(|row| (fitted.score(&school.matrix, row.row), row.is_positive)).collect();
        scored.insert(group, theirs);
    }
    scored
}

#[cfg(test)]
mod tests {
    use super::super::samples::{decisions, text};
    use super::super::text::word_hash;
    use super::*;

    #[test]
    fn a_title_is_judged_better_by_what_its_moderators_decided() {
        let learned = learn(Classifier::shipped(), &decisions(160)).expect("learnt");
        let report = learned.report;
        assert!(report.auc_after > report.auc_before + 0.1, "{report:?}");
        assert!(report.strength > 0.0 && report.calibration_error_after < 0.1, "{report:?}");
        let of = |word: &str| {
            let texts = (3_000..3_200).map(|at| text(at).0).filter(|text| text.contains(word));
            texts.map(|text| learned.classifier.score(&text).abusive).fold(0.0, f64::max)
        };
        assert!(of("bridge") > of("library"));
    }

    #[test]
    fn the_same_decisions_teach_the_same_bytes_and_leave_hate_alone() {
        let decisions = decisions(120);
        let first = learn(Classifier::shipped(), &decisions).expect("learnt").classifier;
        let second = learn(Classifier::shipped(), &decisions).expect("learnt").classifier;
        assert_eq!(first.to_bytes(), second.to_bytes());
        let shipped = Classifier::shipped().score("All of them are vermin").hateful;
        assert!((first.score("All of them are vermin").hateful - shipped).abs() < 1e-12);
    }

    #[test]
    fn probabilities_follow_how_often_a_title_removes() {
        let rare: Vec<Decision> = decisions(600)
            .into_iter()
            .enumerate()
            .filter(|(at, row)| !row.removed || at % 3 == 0)
            .map(|(_, row)| row)
            .collect();
        let removed = rare.iter().filter(|row| row.removed).count();
        let learned = learn(Classifier::shipped(), &rare).expect("learnt").classifier;
        let promised: f64 = rare.iter().map(|row| learned.score(&row.text).abusive).sum();
        assert!((promised / as_f64(removed) - 1.0).abs() < 0.3, "{promised} promised, {removed} removed");
    }

    #[test]
    fn decisions_without_sense_leave_the_weights_alone() {
        let noise: Vec<Decision> = (0..240)
            .map(|at| Decision {
                text: text(at).0,
                removed: word_hash(at.to_string().chars()).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 61 == 0,
            })
            .collect();
        let report = learn(Classifier::shipped(), &noise).expect("learnt").report;
        assert!(report.strength <= 0.3, "{report:?}");
        assert!(report.calibration_error_after < 0.1, "{report:?}");
    }

    #[test]
    fn too_little_teaches_nothing() {
        let few = learn(Classifier::shipped(), &decisions(12)).expect_err("too few");
        assert!(few.to_string().contains("at least 10"), "{few}");
        let one_kind: Vec<Decision> = decisions(200).into_iter().filter(|row| !row.removed).collect();
        let kept = one_kind.len();
        let error = learn(Classifier::shipped(), &one_kind).expect_err("one kind");
        assert_eq!(error, LearnError::TooFew { removed: 0, kept });
        assert!(learn(Classifier::shipped(), &[]).is_err());
    }
}
