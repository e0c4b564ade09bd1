//! How the model that Belowline comes with is made from labelled collections.
//!
//! Collections mean different things by "not": those that judge hate leave rude texts among their zeros. A first fit
//! on the collections that judge abuse finds the suspicious zeros and leaves them out. Then each head is fitted to
//! convergence, with columns that tell the classes apart allowed to go further, and calibrated on every tenth text as
//! scored by a model that has not seen it. The same rows and seed give the same bytes.

use super::calibrate::Platt;
use super::corpus::{Row, Scope};
use super::features::BUCKETS;
use super::fit::{Example, Fitted, Problem};
use super::matrix::Matrix;
use super::measure::{Scored, as_f64};
use super::model::{Head, Model};
use super::text::word_hash;
use super::{Classifier, HeadName};

const FIRST_STRENGTH: f64 = 0.5;
const ABUSIVE_STRENGTH: f64 = 0.5;
const HATEFUL_STRENGTH: f64 = 0.3;
/// The share of zeros that is kept of each collection that does not judge abuse: those scored lowest.
const KEPT_ZEROS: f64 = 0.6;
/// What a row of such a collection weighs when abuse is learnt.
const HATE_ROW_WEIGHT: f64 = 0.5;
/// What a zero that was judged for abuse alone weighs when hate is learnt.
const PLAIN_ZERO_WEIGHT: f64 = 0.5;
const RUDE_ZERO_WEIGHT: f64 = 0.5;
const OFFENSIVE_ZERO_WEIGHT: f64 = 0.3;
/// One text in so many is kept back for calibration.
const CALIBRATION_ONE_IN: u64 = 10;
/// A collection with fewer positives than this share is taken to be as comments come.
const TRUE_RATE_BELOW: f64 = 0.1;

/// What the training is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading the texts.
    Reading,
    /// Finding suspicious zeros.
    Sifting,
    /// Fitting one head without the texts kept back.
    Calibrating(HeadName),
    /// Fitting one head.
    Fitting(HeadName),
}

/// How far the training is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What it is doing.
    pub stage: Stage,
    /// Which step of it is done, from 1; how many there will be is not known.
    pub step: usize,
}

/// Why nothing was trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrainError {
    /// A head has rows of one kind alone.
    #[error(
        "nothing to learn about {0:?}: {1} positive rows and {2} others; both kinds are needed, also among those kept back"
    )]
    OneKind(HeadName, usize, usize),
}

/// What was trained on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrainReport {
    /// How many rows there were.
    pub rows: usize,
    /// How many zeros were left out as suspicious.
    pub left_out: usize,
    /// How many rows calibrated the abusive head.
    pub calibrated_on: usize,
}

/// Trains a model on `rows`; `seed` decides which are kept back for calibration.
///
/// # Errors
/// When a head would have nothing to tell apart.
pub fn train(
    rows: &[Row],
    seed: u64,
    progress: &mut dyn FnMut(Progress),
) -> Result<(Classifier, TrainReport), TrainError> {
    progress(Progress { stage: Stage::Reading, step: 0 });
    let matrix = Matrix::of(rows.iter().map(|row| row.text.as_str()));
    progress(Progress { stage: Stage::Reading, step: 1 });
    let is_kept_back: Vec<bool> = rows.iter().map(|row| is_kept_back(row, seed)).collect();
    let is_left_out = suspicious(rows, &matrix, progress)?;
    let mut trainer = Trainer { rows, matrix: &matrix, is_kept_back, calibrated_on: 0 };
    let abusive: Vec<Example> = (0..)
        .zip(rows)
        .zip(&is_left_out)
        .filter(|(_, is_left_out)| !**is_left_out)
        .map(|((at, row), _)| abusive_example(at, row))
        .collect();
    let hateful: Vec<Example> = (0..).zip(rows).filter_map(|(at, row)| hateful_example(at, row)).collect();
    let (first, first_weights) = trainer.head(HeadName::Abusive, &abusive, ABUSIVE_STRENGTH, progress)?;
    let calibrated_on = trainer.calibrated_on;
    let (second, second_weights) = trainer.head(HeadName::Hateful, &hateful, HATEFUL_STRENGTH, progress)?;
    let weights = first_weights.into_iter().zip(second_weights).map(|(first, second)| [first, second]).collect();
    let left_out = is_left_out.iter().filter(|is| **is).count();
    let report = TrainReport { rows: rows.len(), left_out, calibrated_on };
    Ok((Classifier { model: Model { heads: [first, second], weights } }, report))
}

#[derive(Debug)]
struct Trainer<'a> {
    rows: &'a [Row],
    matrix: &'a Matrix,
    is_kept_back: Vec<bool>,
    calibrated_on: usize,
}

impl Trainer<'_> {
    fn head(
        &mut self,
        name: HeadName,
        examples: &[Example],
        strength: f64,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(Head, Vec<i8>), TrainError> {
        let is_kept_back = |example: &Example| self.is_kept_back.get(example.row).copied().unwrap_or_default();
        let seen: Vec<Example> = examples.iter().filter(|example| !is_kept_back(example)).copied().collect();
        let kept_back: Vec<Example> = examples.iter().filter(|example| is_kept_back(example)).copied().collect();
        both_kinds(name, &seen)?;
        let blind = fit(self.matrix, &seen, strength, |step| {
            progress(Progress { stage: Stage::Calibrating(name), step });
        });
        let platt = self.calibrate(name, &blind, &kept_back)?;
        let fitted = fit(self.matrix, examples, strength, |step| {
            progress(Progress { stage: Stage::Fitting(name), step });
        });
        let mut weights = vec![0.0; BUCKETS];
        for (bucket, weight) in self.matrix.buckets.iter().zip(&fitted.weights) {
            if let Some(place) = weights.get_mut(*bucket as usize) {
                *place = *weight;
            }
        }
        let (scale, weights) = Head::rounded(&weights);
        Ok((Head { scale, intercept: fitted.intercept, platt }, weights))
    }

    /// Fits probabilities to the scores of rows that were not seen.
    ///
    /// Collections are rich in abuse, comments are not. A collection that has them as they come counts as much as all
    /// the others together, so that a low score promises as little as it should.
    fn calibrate(&mut self, name: HeadName, blind: &Fitted, rows: &[Example]) -> Result<Platt, TrainError> {
        let judges = |example: &&Example| {
            let scope = self.rows.get(example.row).map(|row| row.scope);
            name == HeadName::Hateful || scope.is_some_and(Scope::judges_abuse)
        };
        let rows: Vec<&Example> = rows.iter().filter(judges).collect();
        let is_true_rate: Vec<bool> = rows.iter().map(|row| self.is_at_true_rate(row.row)).collect();
        let total = |which: bool| -> f64 {
            rows.iter().zip(&is_true_rate).filter(|(_, is)| **is == which).map(|(row, _)| row.weight).sum()
        };
        let (rich, plain) = (total(false), total(true));
        let lift = if plain > 0.0 && rich > 0.0 { rich / plain } else { 1.0 };
        let scored: Vec<Scored> = rows.iter().map(|row| (blind.score(self.matrix, row.row), row.is_positive)).collect();
        let weights: Vec<f64> =
            rows.iter().zip(&is_true_rate).map(|(row, is)| if *is { lift * row.weight } else { row.weight }).collect();
        self.calibrated_on = rows.len();
        let positives = rows.iter().filter(|row| row.is_positive).count();
        Platt::fit(&scored, &weights).ok_or(TrainError::OneKind(name, positives, rows.len() - positives))
    }

    fn is_at_true_rate(&self, row: usize) -> bool {
        let Some(source) = self.rows.get(row).map(|row| row.source.as_str()) else { return false };
        let of_source = || self.rows.iter().filter(|row| row.source == source);
        let positives = of_source().filter(|row| row.is_positive()).count();
        as_f64(positives) < TRUE_RATE_BELOW * as_f64(of_source().count())
    }
}

/// Which zeros are left out: of each collection that does not judge abuse, those that a first fit scores highest.
fn suspicious(rows: &[Row], matrix: &Matrix, progress: &mut dyn FnMut(Progress)) -> Result<Vec<bool>, TrainError> {
    let mut is_left_out = vec![false; rows.len()];
    let judged: Vec<Example> =
        (0..).zip(rows).filter(|(_, row)| row.scope.judges_abuse()).map(|(at, row)| abusive_example(at, row)).collect();
    both_kinds(HeadName::Abusive, &judged)?;
    let mut zeros: Vec<(&str, usize)> = (0..)
        .zip(rows)
        .filter(|(_, row)| !row.scope.judges_abuse() && !row.is_positive())
        .map(|(at, row)| (row.source.as_str(), at))
        .collect();
    if zeros.is_empty() {
        return Ok(is_left_out);
    }
    let first = fit(matrix, &judged, FIRST_STRENGTH, |step| progress(Progress { stage: Stage::Sifting, step }));
    zeros.sort_unstable();
    for of_source in zeros.chunk_by(|a, b| a.0 == b.0) {
        let mut scored: Vec<(f64, usize)> = of_source.iter().map(|(_, at)| (first.score(matrix, *at), *at)).collect();
        scored.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let kept = (KEPT_ZEROS * as_f64(scored.len())).round() as usize;
        for (_, at) in scored.iter().skip(kept) {
            if let Some(place) = is_left_out.get_mut(*at) {
                *place = true;
            }
        }
    }
    Ok(is_left_out)
}

fn abusive_example(at: usize, row: &Row) -> Example {
    let weight = if row.scope.judges_abuse() { 1.0 } else { HATE_ROW_WEIGHT };
    Example { row: at, is_positive: row.is_positive(), weight }
}

/// What a row says about hate; `None` when it does not tell.
fn hateful_example(at: usize, row: &Row) -> Option<Example> {
    let (is_positive, weight) = match (row.scope.judges_abuse(), row.is_positive(), row.category.as_str()) {
        (false, is_positive, _) => (is_positive, 1.0),
        (true, true, "hate" | "identity" | "threat") => (true, 1.0),
        (true, true, "offensive") => (false, OFFENSIVE_ZERO_WEIGHT),
        (true, true, "insult" | "profanity" | "other") => (false, RUDE_ZERO_WEIGHT),
        (true, true, _) => return None,
        (true, false, _) => (false, PLAIN_ZERO_WEIGHT),
    };
    Some(Example { row: at, is_positive, weight })
}

/// Fits from nought, with the columns that tell the classes apart allowed to go further.
///
/// # Source
/// Wang and Manning 2012, "Baselines and bigrams": columns scaled by their naive Bayes log-count ratio.
fn fit(matrix: &Matrix, examples: &[Example], strength: f64, step: impl FnMut(usize)) -> Fitted {
    let columns = matrix.buckets.len();
    let (mut with, mut without) = (vec![1.0; columns], vec![1.0; columns]);
    let (mut positives, mut negatives) = (2.0, 2.0);
    for example in examples {
        let (held, rows) =
            if example.is_positive { (&mut with, &mut positives) } else { (&mut without, &mut negatives) };
        matrix.mark(example.row, held);
        *rows += 1.0;
    }
    let ratio = |(with, without): (&f64, &f64)| ((with / positives) / (without / negatives)).ln().abs() + 0.5;
    let units = with.iter().zip(&without).map(ratio).collect();
    Problem { matrix, examples, strength, units, start: vec![0.0; columns], start_intercept: 0.0 }.solve(step)
}

fn both_kinds(name: HeadName, examples: &[Example]) -> Result<(), TrainError> {
    let positives = examples.iter().filter(|example| example.is_positive).count();
    let others = examples.len() - positives;
    if positives == 0 || others == 0 { Err(TrainError::OneKind(name, positives, others)) } else { Ok(()) }
}

/// Whether a text is kept back for calibration: the same copies of it always are.
fn is_kept_back(row: &Row, seed: u64) -> bool {
    let hash = word_hash(row.text.chars()) ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    (mixed >> 32).is_multiple_of(CALIBRATION_ONE_IN)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{rows, text};
    use super::*;

    fn trained(rows: &[Row], seed: u64) -> Classifier {
        train(rows, seed, &mut |_| {}).expect("a model").0
    }

    #[test]
    fn the_same_rows_and_seed_make_the_same_bytes() {
        let rows = rows(160);
        let first = trained(&rows, 1).to_bytes();
        assert_eq!(first, trained(&rows, 1).to_bytes());
        assert_ne!(first, trained(&rows, 2).to_bytes(), "other rows calibrate with another seed");
    }

    #[test]
    fn what_was_learnt_is_known_of_new_texts() {
        let model = trained(&rows(160), 1);
        for at in 1_000..1_030 {
            let (text, is_rude) = text(at);
            assert_eq!(model.score(&text).abusive > 0.5, is_rude, "{text}");
        }
        let hateful = |text: &str| model.score(text).hateful;
        assert!(hateful("those weeds are vermin") > hateful("only a blithering fool, you clown"));
    }

    #[test]
    fn rude_zeros_of_collections_that_judge_hate_are_left_out() {
        let rows = rows(160);
        let matrix = Matrix::of(rows.iter().map(|row| row.text.as_str()));
        let left_out = suspicious(&rows, &matrix, &mut |_| {}).expect("sifted");
        let zeros = rows.iter().filter(|row| row.scope == Scope::Hate && !row.is_positive()).count();
        assert_eq!(left_out.iter().filter(|is| **is).count(), zeros * 2 / 5);
        let of = |word: &str| {
            let share = |is_rude: &bool| {
                rows.iter()
                    .zip(&left_out)
                    .filter(|(row, is)| {
                        row.scope == Scope::Hate && !row.is_positive() && **is == *is_rude && row.text.contains(word)
                    })
                    .count()
            };
            (share(&true), share(&false))
        };
        let (left, kept) = of("clown");
        assert!(left > 0 && kept == 0, "{left} rude zeros left out, {kept} kept");
    }

    #[test]
    fn only_positives_that_tell_about_hate_teach_it() {
        let row = |scope, label, category: &str| Row {
            text: String::new(),
            label,
            category: category.into(),
            source: String::new(),
            scope,
        };
        let of = |row: &Row| hateful_example(0, row).map(|example| (example.is_positive, example.weight));
        assert_eq!(of(&row(Scope::Sexism, 1, "2. derogation")), Some((true, 1.0)));
        assert_eq!(of(&row(Scope::Offence, 1, "hate")), Some((true, 1.0)));
        assert_eq!(of(&row(Scope::Offence, 1, "offensive")), Some((false, OFFENSIVE_ZERO_WEIGHT)));
        assert_eq!(of(&row(Scope::Toxicity, 1, "toxic")), None);
        assert_eq!(of(&row(Scope::Toxicity, 0, "")), Some((false, PLAIN_ZERO_WEIGHT)));
    }

    #[test]
    fn progress_goes_through_every_stage_in_order() {
        let mut stages = Vec::new();
        train(&rows(160), 1, &mut |progress| stages.push(progress.stage)).expect("a model");
        stages.dedup();
        assert_eq!(
            stages,
            [
                Stage::Reading,
                Stage::Sifting,
                Stage::Calibrating(HeadName::Abusive),
                Stage::Fitting(HeadName::Abusive),
                Stage::Calibrating(HeadName::Hateful),
                Stage::Fitting(HeadName::Hateful),
            ]
        );
    }

    #[test]
    fn rows_of_one_kind_teach_nothing() {
        let rows: Vec<Row> = rows(40).into_iter().filter(|row| !row.is_positive()).collect();
        let error = train(&rows, 1, &mut |_| {}).expect_err("nothing to learn");
        assert!(matches!(error, TrainError::OneKind(HeadName::Abusive, 0, _)), "{error}");
        assert!(train(&[], 1, &mut |_| {}).is_err());
    }
}
