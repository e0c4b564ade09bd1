//! Platt scaling: from a score to a probability, by a straight line through the logistic function.

use super::measure::{Scored, as_f64};

const MAX_STEPS: usize = 200;

/// The line: the log-odds are `slope` times the score plus `offset`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Platt {
    pub(super) slope: f64,
    pub(super) offset: f64,
}

impl Platt {
    /// Scores are log-odds already.
    pub(super) const IDENTITY: Self = Self { slope: 1.0, offset: 0.0 };

    /// The probability of a score, between 0 and 1; total.
    pub(super) fn probability(&self, score: f64) -> f64 {
        sigmoid(self.slope * score + self.offset)
    }

    /// The line that makes `scored` likeliest, each row counting its weight.
    ///
    /// Truths are drawn in a little as Platt did, so that a split without errors does not send the slope to infinity.
    /// `None` unless there are positives and negatives, and a higher score is likelier positive.
    pub(super) fn fit(scored: &[Scored], weights: &[f64]) -> Option<Self> {
        let total = |which: bool| -> f64 {
            scored.iter().zip(weights).filter(|((_, is), _)| *is == which).map(|(_, weight)| weight).sum()
        };
        let (positives, negatives) = (total(true), total(false));
        if positives <= 0.0 || negatives <= 0.0 {
            return None;
        }
        let (high, low) = ((positives + 1.0) / (positives + 2.0), 1.0 / (negatives + 2.0));
        let rows: Vec<(f64, f64, f64)> = scored
            .iter()
            .zip(weights)
            .map(|((score, is), weight)| (*score, if *is { high } else { low }, *weight))
            .collect();
        let mut line = Self { slope: 0.0, offset: (positives / negatives).ln() };
        let mut loss = line.loss(&rows);
        for _ in 0..MAX_STEPS {
            let (by_slope, by_offset) = line.newton_step(&rows);
            let mut share = 1.0;
            let next = loop {
                let tried = Self { slope: line.slope - share * by_slope, offset: line.offset - share * by_offset };
                let tried_loss = tried.loss(&rows);
                if tried_loss < loss {
                    break Some((tried, tried_loss));
                }
                share /= 2.0;
                if share < 1e-6 {
                    break None;
                }
            };
            let Some((better, better_loss)) = next else { break };
            let gain = loss - better_loss;
            (line, loss) = (better, better_loss);
            if gain < 1e-9 * loss {
                break;
            }
        }
        (line.slope > 0.0 && line.slope.is_finite() && line.offset.is_finite()).then_some(line)
    }

    /// The line of slope nought that promises everybody the same `positives` of `rows`.
    pub(super) fn constant(positives: usize, rows: usize) -> Self {
        let share = (as_f64(positives) + 1.0) / (as_f64(rows) + 2.0);
        Self { slope: 0.0, offset: (share / (1.0 - share)).ln() }
    }

    fn loss(&self, rows: &[(f64, f64, f64)]) -> f64 {
        rows.iter()
            .map(|(score, truth, weight)| {
                let odds = self.slope * score + self.offset;
                weight * (softplus(odds) - truth * odds)
            })
            .sum()
    }

    fn newton_step(&self, rows: &[(f64, f64, f64)]) -> (f64, f64) {
        let (mut g1, mut g2, mut h11, mut h12, mut h22) = (0.0, 0.0, 1e-9, 0.0, 1e-9);
        for (score, truth, weight) in rows {
            let promised = self.probability(*score);
            let (miss, curve) = (weight * (promised - truth), weight * promised * (1.0 - promised));
            g1 += miss * score;
            g2 += miss;
            h11 += curve * score * score;
            h12 += curve * score;
            h22 += curve;
        }
        let determinant = h11 * h22 - h12 * h12;
        ((h22 * g1 - h12 * g2) / determinant, (h11 * g2 - h12 * g1) / determinant)
    }
}

/// 1 / (1 + e^-x).
pub(super) fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// ln(1 + e^x), without overflow.
pub(super) fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::super::measure::calibration_error;
    use super::*;

    /// 2,000 rows whose log-odds are 2 score - 1, by a fixed sequence.
    fn rows() -> Vec<Scored> {
        let mut state = 7_u64;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            as_f64((state >> 40) as usize) / as_f64(1 << 24)
        };
        (0..2_000)
            .map(|_| {
                let score = 6.0 * next() - 3.0;
                (score, next() < sigmoid(2.0 * score - 1.0))
            })
            .collect()
    }

    #[test]
    fn the_line_that_made_the_rows_is_found_again() {
        let rows = rows();
        let line = Platt::fit(&rows, &vec![1.0; rows.len()]).expect("a line");
        assert!((line.slope - 2.0).abs() < 0.3 && (line.offset + 1.0).abs() < 0.3, "{line:?}");
        let promised: Vec<Scored> = rows.iter().map(|(score, is)| (line.probability(*score), *is)).collect();
        assert!(calibration_error(&promised).expect("rows") < 0.03);
    }

    #[test]
    fn nothing_is_fitted_to_one_kind_alone_or_to_scores_the_wrong_way_round() {
        assert_eq!(Platt::fit(&[(0.1, true), (0.2, true)], &[1.0; 2]), None);
        assert_eq!(Platt::fit(&[], &[]), None);
        let wrong: Vec<Scored> = rows().iter().map(|(score, is)| (-score, *is)).collect();
        assert_eq!(Platt::fit(&wrong, &vec![1.0; wrong.len()]), None);
    }

    #[test]
    fn rows_that_are_split_without_errors_keep_the_slope_finite() {
        let split: Vec<Scored> = (0..100).map(|at| (as_f64(at), at >= 50)).collect();
        let line = Platt::fit(&split, &[1.0; 100]).expect("a line");
        assert!(line.slope < 100.0 && line.probability(99.0) > 0.9 && line.probability(0.0) < 0.1, "{line:?}");
    }

    #[test]
    fn probabilities_stay_between_nought_and_one() {
        for score in [f64::MIN, -1e9, 0.0, 1e9, f64::MAX] {
            assert!((0.0..=1.0).contains(&Platt::IDENTITY.probability(score)));
        }
    }
}
