//! Logistic regression to convergence, by limited-memory BFGS.
//!
//! Minimised is the weighted logistic loss times `strength`, plus half the squared distance of each weight from where
//! it starts, measured in that column's own unit. The intercept is free. Rows are summed in a fixed number of parts,
//! one after another, so that the result is the same however many cores worked on it.

use std::collections::VecDeque;

use super::calibrate::{sigmoid, softplus};
use super::matrix::Matrix;

const PARTS: usize = 4;
/// Below this many entries threads cost more than they bring.
const ENTRIES_WORTH_THREADS: usize = 2_000_000;
const MEMORY: usize = 10;
const MAX_STEPS: usize = 300;
/// Finished when the loss falls by less than this share of itself, over [`PATIENCE`] steps.
const LEAST_GAIN: f64 = 1e-5;
const PATIENCE: usize = 5;

/// A row that is learnt from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Example {
    /// Its number in the matrix.
    pub(super) row: usize,
    pub(super) is_positive: bool,
    pub(super) weight: f64,
}

/// What to fit, and from where.
#[derive(Debug)]
pub(super) struct Problem<'a> {
    pub(super) matrix: &'a Matrix,
    pub(super) examples: &'a [Example],
    pub(super) strength: f64,
    /// The unit of each column: a column of unit 2 may go twice as far at the same price.
    pub(super) units: Vec<f64>,
    /// Where the weight of each column starts, and what distance is measured from.
    pub(super) start: Vec<f64>,
    pub(super) start_intercept: f64,
}

/// Weights by column, and the intercept.
#[derive(Clone, Debug)]
pub(super) struct Fitted {
    pub(super) weights: Vec<f64>,
    pub(super) intercept: f64,
}

impl Fitted {
    /// The score of a row.
    pub(super) fn score(&self, matrix: &Matrix, row: usize) -> f64 {
        matrix.dot(row, &self.weights) + self.intercept
    }
}

impl Problem<'_> {
    /// The weights that minimise it; `step` is called with the number of each step taken.
    pub(super) fn solve(&self, mut step: impl FnMut(usize)) -> Fitted {
        let columns = self.matrix.buckets.len();
        let mut point = vec![0.0; columns];
        point.push(self.start_intercept);
        let (mut loss, mut gradient) = self.at(&point);
        let mut memory = VecDeque::with_capacity(MEMORY);
        let mut losses = VecDeque::from([loss]);
        for number in 1..=MAX_STEPS {
            let mut direction = two_loops(&gradient, &memory);
            let mut slope = dot(&direction, &gradient);
            if slope >= 0.0 {
                memory.clear();
                direction = gradient.iter().map(|g| -g).collect();
                slope = dot(&direction, &gradient);
            }
            let first = if memory.is_empty() { 1.0 / dot(&gradient, &gradient).sqrt().max(1.0) } else { 1.0 };
            let Some((next, next_loss, next_gradient)) = self.search(&point, loss, &direction, slope, first) else {
                break;
            };
            remember(&mut memory, &point, &next, &gradient, &next_gradient);
            (point, loss, gradient) = (next, next_loss, next_gradient);
            step(number);
            losses.push_back(loss);
            if losses.len() > PATIENCE {
                let before = losses.pop_front().unwrap_or(loss);
                if before - loss < LEAST_GAIN * loss.abs() {
                    break;
                }
            }
        }
        self.unfold(&point)
    }

    /// Halves the step until the loss falls enough.
    fn search(
        &self,
        point: &[f64],
        loss: f64,
        direction: &[f64],
        slope: f64,
        first: f64,
    ) -> Option<(Vec<f64>, f64, Vec<f64>)> {
        let mut share = first;
        for _ in 0..30 {
            let next: Vec<f64> = point.iter().zip(direction).map(|(at, by)| at + share * by).collect();
            let (next_loss, next_gradient) = self.at(&next);
            if next_loss <= loss + 1e-4 * share * slope {
                return Some((next, next_loss, next_gradient));
            }
            share /= 2.0;
        }
        None
    }

    fn unfold(&self, point: &[f64]) -> Fitted {
        let weights = self.start.iter().zip(&self.units).zip(point).map(|((start, unit), at)| start + unit * at);
        Fitted { weights: weights.collect(), intercept: point.last().copied().unwrap_or_default() }
    }

    /// The loss and its gradient at a point in units, the intercept last.
    fn at(&self, point: &[f64]) -> (f64, Vec<f64>) {
        let fitted = self.unfold(point);
        let size = self.examples.len().div_ceil(PARTS).max(1);
        let parts: Vec<(f64, f64, Vec<f64>)> = if self.matrix.entry_count() < ENTRIES_WORTH_THREADS {
            self.examples.chunks(size).map(|part| self.sum(part, &fitted)).collect()
        } else {
            std::thread::scope(|scope| {
                let fitted = &fitted;
                let running: Vec<_> =
                    self.examples.chunks(size).map(|part| scope.spawn(move || self.sum(part, fitted))).collect();
                running
                    .into_iter()
                    .map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                    .collect()
            })
        };
        let columns = self.matrix.buckets.len();
        let mut gradient = point.to_vec();
        let mut loss = gradient.iter().take(columns).map(|at| at * at).sum::<f64>() / 2.0;
        let mut by_intercept = 0.0;
        for (part_loss, part_intercept, part_gradient) in parts {
            loss += self.strength * part_loss;
            by_intercept += self.strength * part_intercept;
            for ((to, from), unit) in gradient.iter_mut().zip(&part_gradient).zip(&self.units) {
                *to += self.strength * unit * from;
            }
        }
        if let Some(last) = gradient.last_mut() {
            *last = by_intercept;
        }
        (loss, gradient)
    }

    fn sum(&self, part: &[Example], fitted: &Fitted) -> (f64, f64, Vec<f64>) {
        let mut gradient = vec![0.0; self.matrix.buckets.len()];
        let (mut loss, mut by_intercept) = (0.0, 0.0);
        for example in part {
            let score = fitted.score(self.matrix, example.row);
            let truth = f64::from(u8::from(example.is_positive));
            loss += example.weight * (softplus(score) - truth * score);
            let miss = example.weight * (sigmoid(score) - truth);
            by_intercept += miss;
            self.matrix.add(example.row, miss, &mut gradient);
        }
        (loss, by_intercept, gradient)
    }
}

/// One past step: how far it went, how much the gradient turned, and one by their product.
#[derive(Debug)]
struct Step {
    went: Vec<f64>,
    turned: Vec<f64>,
    inverse: f64,
}

fn remember(memory: &mut VecDeque<Step>, from: &[f64], to: &[f64], before: &[f64], after: &[f64]) {
    let went: Vec<f64> = to.iter().zip(from).map(|(to, from)| to - from).collect();
    let turned: Vec<f64> = after.iter().zip(before).map(|(after, before)| after - before).collect();
    let product = dot(&went, &turned);
    // A step along which the loss does not curve upwards teaches nothing.
    if product > 1e-12 * dot(&turned, &turned) {
        if memory.len() == MEMORY {
            memory.pop_front();
        }
        memory.push_back(Step { went, turned, inverse: 1.0 / product });
    }
}

/// The direction of quasi-Newton descent.
///
/// # Source
/// Nocedal 1980, "Updating quasi-Newton matrices with limited storage": the two-loop recursion.
fn two_loops(gradient: &[f64], memory: &VecDeque<Step>) -> Vec<f64> {
    let mut direction: Vec<f64> = gradient.iter().map(|g| -g).collect();
    let mut shares = Vec::with_capacity(memory.len());
    for step in memory.iter().rev() {
        let share = step.inverse * dot(&step.went, &direction);
        add(&mut direction, -share, &step.turned);
        shares.push(share);
    }
    if let Some(step) = memory.back() {
        let scale = 1.0 / (step.inverse * dot(&step.turned, &step.turned));
        direction.iter_mut().for_each(|d| *d *= scale);
    }
    for (step, share) in memory.iter().zip(shares.into_iter().rev()) {
        let back = step.inverse * dot(&step.turned, &direction);
        add(&mut direction, share - back, &step.went);
    }
    direction
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add(to: &mut [f64], factor: f64, from: &[f64]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += factor * from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn examples(labels: &[bool]) -> Vec<Example> {
        labels.iter().enumerate().map(|(row, is)| Example { row, is_positive: *is, weight: 1.0 }).collect()
    }

    fn problem<'a>(matrix: &'a Matrix, examples: &'a [Example], strength: f64) -> Problem<'a> {
        let columns = matrix.buckets.len();
        Problem {
            matrix,
            examples,
            strength,
            units: vec![1.0; columns],
            start: vec![0.0; columns],
            start_intercept: 0.0,
        }
    }

    #[test]
    fn the_gradient_is_nought_where_the_fit_ends() {
        let matrix = Matrix::of(["a rude fool", "such a fool", "a kind friend", "what a day", "fool of a friend"]);
        let examples = examples(&[true, true, false, false, true]);
        let problem = problem(&matrix, &examples, 1.0);
        let fitted = problem.solve(|_| {});
        let mut point = fitted.weights.clone();
        point.push(fitted.intercept);
        let (_, gradient) = problem.at(&point);
        assert!(gradient.iter().all(|g| g.abs() < 0.02), "{:?}", gradient.iter().copied().fold(0.0, f64::max));
        let scores: Vec<f64> = (0..5).map(|row| fitted.score(&matrix, row)).collect();
        assert!(scores[0] > scores[2] && scores[1] > scores[3]);
    }

    #[test]
    fn the_gradient_agrees_with_differences_of_the_loss() {
        let matrix = Matrix::of(["one two", "two three", "three one"]);
        let examples = examples(&[true, false, true]);
        let mut problem = problem(&matrix, &examples, 0.7);
        problem.units.iter_mut().step_by(2).for_each(|unit| *unit = 1.7);
        let mut point = vec![0.1; matrix.buckets.len() + 1];
        let (_, gradient) = problem.at(&point);
        for at in [0, 3, 5, matrix.buckets.len()] {
            point[at] += 1e-5;
            let above = problem.at(&point).0;
            point[at] -= 2e-5;
            let below = problem.at(&point).0;
            point[at] += 1e-5;
            assert!(((above - below) / 2e-5 - gradient[at]).abs() < 1e-6);
        }
    }

    #[test]
    fn a_fit_of_no_strength_stays_where_it_started() {
        let matrix = Matrix::of(["one two", "two three"]);
        let examples = examples(&[true, false]);
        let mut problem = problem(&matrix, &examples, 0.0);
        problem.start = vec![0.25; matrix.buckets.len()];
        assert!(problem.solve(|_| {}).weights.iter().all(|weight| (weight - 0.25).abs() < 1e-12));
    }
}
