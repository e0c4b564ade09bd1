//! How good scores are: pure figures over scores and what was true.

/// A score, and whether what it scores was positive.
pub type Scored = (f64, bool);

/// How many bins the calibration error is read in.
const BINS: usize = 15;

/// The chance that a positive scores above a negative, ties counting half; `None` with one kind alone.
#[must_use]
pub fn roc_auc(scored: &[Scored]) -> Option<f64> {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut wins) = (0.0, 0.0);
    for tied in sorted.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let positives = count(tied, true);
        let negatives = count(tied, false);
        wins += positives * (below + negatives / 2.0);
        below += negatives;
    }
    let positives = count(scored, true);
    (positives > 0.0 && below > 0.0).then(|| wins / (positives * below))
}

/// The lowest score above which at most `share` of the negatives lie; scores above it (not at it) are flagged.
///
/// `None` without negatives.
#[must_use]
pub fn threshold_at(scored: &[Scored], share: f64) -> Option<f64> {
    let mut negatives: Vec<f64> = scored.iter().filter(|(_, is)| !is).map(|(score, _)| *score).collect();
    negatives.sort_by(|a, b| b.total_cmp(a));
    let allowed = as_index(share.clamp(0.0, 1.0) * as_f64(negatives.len()));
    match negatives.get(allowed) {
        Some(score) => Some(*score),
        None => negatives.last().map(|_| f64::NEG_INFINITY),
    }
}

/// The share of positives flagged when at most `share` of the negatives are; `None` with one kind alone.
#[must_use]
pub fn recall_at(scored: &[Scored], share: f64) -> Option<f64> {
    let threshold = threshold_at(scored, share)?;
    recall_above(scored, threshold)
}

/// The share of positives that score above `threshold`; `None` without positives.
#[must_use]
pub fn recall_above(scored: &[Scored], threshold: f64) -> Option<f64> {
    let positives = count(scored, true);
    let found = as_f64(scored.iter().filter(|(score, is)| *is && *score > threshold).count());
    (positives > 0.0).then(|| found / positives)
}

/// The mean distance of what probabilities promise from what came true, in 15 bins of equal width, weighed by rows.
///
/// `None` without rows.
#[must_use]
pub fn calibration_error(scored: &[Scored]) -> Option<f64> {
    let mut bins = [(0.0_f64, 0.0_f64); BINS];
    for (probability, is_positive) in scored {
        let at = as_index(probability * as_f64(BINS)).min(BINS - 1);
        if let Some((promised, came)) = bins.get_mut(at) {
            *promised += probability;
            *came += f64::from(u8::from(*is_positive));
        }
    }
    let distance: f64 = bins.iter().map(|(promised, came)| (promised - came).abs()).sum();
    (!scored.is_empty()).then(|| distance / as_f64(scored.len()))
}

fn count(scored: &[Scored], which: bool) -> f64 {
    as_f64(scored.iter().filter(|(_, is)| *is == which).count())
}

pub(super) fn as_f64(count: usize) -> f64 {
    count as f64
}

fn as_index(value: f64) -> usize {
    value as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_counts_pairs_in_order_and_half_of_the_ties() {
        assert_eq!(roc_auc(&[(0.1, false), (0.2, true), (0.3, false), (0.4, true)]), Some(0.75));
        assert_eq!(roc_auc(&[(0.5, false), (0.5, true)]), Some(0.5));
        assert_eq!(roc_auc(&[(0.5, true)]), None);
        assert_eq!(roc_auc(&[]), None);
    }

    #[test]
    fn a_threshold_lets_no_more_than_the_share_of_negatives_through() {
        let rows: Vec<Scored> = (0..100).map(|at| (as_f64(at) / 100.0, at % 10 == 9)).collect();
        let threshold = threshold_at(&rows, 0.05).expect("a threshold");
        let flagged = rows.iter().filter(|(score, is)| !is && *score > threshold).count();
        assert_eq!(flagged, 4, "5 % of 90, rounded down");
        assert_eq!(recall_at(&rows, 1.0), Some(1.0));
        assert_eq!(recall_at(&rows, 0.0), Some(0.1), "only the positive above every negative");
        assert_eq!(threshold_at(&[(0.5, true)], 0.05), None);
    }

    #[test]
    fn ties_at_the_threshold_are_not_flagged() {
        let rows = [(0.9, false), (0.9, false), (0.9, true), (0.1, false)];
        assert_eq!(recall_at(&rows, 0.34), Some(0.0));
    }

    #[test]
    fn probabilities_that_come_true_have_no_error() {
        let honest: Vec<Scored> = (0..100).map(|at| (0.3, at < 30)).collect();
        assert!(calibration_error(&honest).expect("rows") < 1e-9);
        let boastful: Vec<Scored> = (0..100).map(|at| (0.8, at < 30)).collect();
        assert!((calibration_error(&boastful).expect("rows") - 0.5).abs() < 1e-9);
        assert!(calibration_error(&[(1.0, true), (0.0, false)]).expect("rows") < 1e-9);
    }
}
