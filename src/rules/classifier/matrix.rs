//! Comments as rows of a sparse matrix, packed so that a hundred thousand of them fit in a few hundred megabytes.

use super::features::{BUCKETS, CHAR_SHARE, Counter, MAX_COUNT, count_value};

/// Column in the high bits, hits (at most [`MAX_COUNT`]) in the low ones.
const HITS_BITS: u32 = 8;

#[derive(Clone, Copy, Debug)]
struct Row {
    start: usize,
    words_end: usize,
    end: usize,
    word_scale: f64,
    char_scale: f64,
}

/// Rows of n-grams; a column for every bucket that any row holds.
#[derive(Debug)]
pub(super) struct Matrix {
    entries: Vec<u32>,
    rows: Vec<Row>,
    /// The bucket of each column, ascending.
    pub(super) buckets: Vec<u32>,
    values: Vec<f64>,
}

impl Matrix {
    /// Counts the n-grams of `texts`, one row each, in their order.
    pub(super) fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let values: Vec<f64> = std::iter::once(0.0).chain((1..=MAX_COUNT).map(count_value)).collect();
        let mut counter = Counter::default();
        let (mut entries, mut rows) = (Vec::new(), Vec::new());
        let mut is_held = vec![false; BUCKETS];
        for text in texts {
            let [words, chars] = counter.count(text);
            let start = entries.len();
            let words_end = start + words.len();
            let scale = |grams: &[(u32, usize)]| -> f64 {
                let square: f64 = grams.iter().map(|(_, hits)| count_value(*hits).powi(2)).sum();
                if square > 0.0 { 1.0 / square.sqrt() } else { 0.0 }
            };
            let (word_scale, char_scale) = (scale(&words), CHAR_SHARE * scale(&chars));
            for (bucket, hits) in words.into_iter().chain(chars) {
                entries.push((bucket << HITS_BITS) | hits.min(MAX_COUNT) as u32);
                if let Some(held) = is_held.get_mut(bucket as usize) {
                    *held = true;
                }
            }
            rows.push(Row { start, words_end, end: entries.len(), word_scale, char_scale });
        }
        let mut matrix = Self { entries, rows, buckets: Vec::new(), values };
        matrix.number_columns(&is_held);
        matrix
    }

    /// Numbers the held buckets in their order and writes the numbers into the entries.
    fn number_columns(&mut self, is_held: &[bool]) {
        let mut columns = vec![0; is_held.len()];
        for ((bucket, is_held), column) in (0..).zip(is_held).zip(&mut columns) {
            if *is_held {
                *column = self.buckets.len() as u32;
                self.buckets.push(bucket);
            }
        }
        for entry in &mut self.entries {
            let column = columns.get((*entry >> HITS_BITS) as usize).copied().unwrap_or_default();
            *entry = (column << HITS_BITS) | (*entry & ((1 << HITS_BITS) - 1));
        }
    }

    /// How many entries there are in all rows.
    pub(super) fn entry_count(&self) -> usize {
        self.entries.len()
    }

    /// The sum of value times weight over one row; `weights` has one for each column.
    #[inline]
    pub(super) fn dot(&self, row: usize, weights: &[f64]) -> f64 {
        let Some(row) = self.rows.get(row) else { return 0.0 };
        let sum = |from: usize, to: usize| -> f64 {
            let entries = self.entries.get(from..to).unwrap_or_default();
            entries.iter().map(|entry| self.value(*entry) * weight(weights, *entry)).sum()
        };
        row.word_scale * sum(row.start, row.words_end) + row.char_scale * sum(row.words_end, row.end)
    }

    /// Adds `factor` times one row to `to`, which has one place for each column.
    #[inline]
    pub(super) fn add(&self, row: usize, factor: f64, to: &mut [f64]) {
        let Some(row) = self.rows.get(row) else { return };
        let blocks = [(row.start, row.words_end, row.word_scale), (row.words_end, row.end, row.char_scale)];
        for (from, end, scale) in blocks {
            let scaled = factor * scale;
            for entry in self.entries.get(from..end).unwrap_or_default() {
                let value = scaled * self.value(*entry);
                if let Some(place) = to.get_mut((*entry >> HITS_BITS) as usize) {
                    *place += value;
                }
            }
        }
    }

    /// Adds one to `to` at each column that the row holds.
    pub(super) fn mark(&self, row: usize, to: &mut [f64]) {
        let Some(row) = self.rows.get(row) else { return };
        for entry in self.entries.get(row.start..row.end).unwrap_or_default() {
            if let Some(place) = to.get_mut((*entry >> HITS_BITS) as usize) {
                *place += 1.0;
            }
        }
    }

    #[inline]
    fn value(&self, entry: u32) -> f64 {
        self.values.get((entry & ((1 << HITS_BITS) - 1)) as usize).copied().unwrap_or_default()
    }
}

#[inline]
fn weight(weights: &[f64], entry: u32) -> f64 {
    weights.get((entry >> HITS_BITS) as usize).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_dots_as_much_as_it_adds() {
        let matrix = Matrix::of(["you fool, you FOOL", "", "kind words"]);
        let columns = matrix.buckets.len();
        let weights: Vec<f64> = (0..columns).map(|at| f64::from(u8::try_from(at % 7).unwrap()) - 3.0).collect();
        for row in 0..matrix.rows.len() {
            let mut dense = vec![0.0; columns];
            matrix.add(row, 2.0, &mut dense);
            let product: f64 = dense.iter().zip(&weights).map(|(value, weight)| value * weight).sum();
            assert!((product - 2.0 * matrix.dot(row, &weights)).abs() < 1e-9);
        }
        assert!(matrix.dot(1, &weights).abs() < 1e-12, "nothing is in an empty text");
        assert!(matrix.buckets.is_sorted());
    }

    #[test]
    fn words_have_length_one_and_characters_length_two() {
        let matrix = Matrix::of(["one two two three"]);
        let mut dense = vec![0.0; matrix.buckets.len()];
        matrix.add(0, 1.0, &mut dense);
        let square: f64 = dense.iter().map(|value| value * value).sum();
        assert!((square - 5.0).abs() < 0.2, "1 + 4 but for shared buckets: {square}");
    }
}
