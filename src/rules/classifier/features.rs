//! The n-grams of a comment: which there are, where they fall, and what they weigh together.
//!
//! Words one and two at a time, and two to five characters of each token with the space around it, each hashed to one
//! of [`BUCKETS`] places. A place that was hit `n` times counts 1 + ln n; words and characters are brought to length
//! one each and the characters count [`CHAR_SHARE`] times as much. Sums are of whole numbers, so that a score is the
//! same to the last bit on every machine.

use super::text::{GROUP, LINK, MENTION, Reading};

/// Base two logarithm of [`BUCKETS`].
pub(super) const BUCKET_BITS: u32 = 18;
/// How many places there are for n-grams.
pub(super) const BUCKETS: usize = 1 << BUCKET_BITS;
/// How much more the characters count than the words.
pub(super) const CHAR_SHARE: f64 = 2.0;
/// A place hit more often counts as one hit so often.
pub(super) const MAX_COUNT: usize = 64;

const CODE_BITS: u32 = 12;
const SPACE: u64 = b' ' as u64;
const WORD_SALT: u64 = 0x9fb2_1c65_1e98_df25;
const PAIR_SALT: u64 = 0xd6e8_feb8_6659_fd93;

/// What one more hit adds to the value (in 1/1024) and to the squared value (in 1/1024²) of a place.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    value: i32,
    square: i32,
}

/// The step for each number of hits before, up to all that a byte can say; nothing from [`MAX_COUNT`] on.
fn steps() -> [Step; 256] {
    let mut steps = [Step::default(); 256];
    let mut before = 0;
    for (count, step) in (1..).zip(steps.iter_mut().take(MAX_COUNT)) {
        let now = fixed(count_value(count));
        *step = Step { value: now - before, square: now * now - before * before };
        before = now;
    }
    steps
}

/// The value of a place that was hit `count` times.
pub(super) fn count_value(count: usize) -> f64 {
    let count = count.min(MAX_COUNT) as f64;
    1.0 + count.ln()
}

fn fixed(value: f64) -> i32 {
    (value * 1024.0).round() as i32
}

/// What a text's n-grams weigh: for each head the sum of value times weight, and the length of the values, per block.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Sums {
    pub(super) words: Block,
    pub(super) chars: Block,
}

/// The same for one block.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Block {
    heads: [i64; 2],
    square: i64,
}

impl Sums {
    /// The two blocks, each by its length, added up; times the scale of the weights it is the score.
    pub(super) fn total(&self, head: usize) -> f64 {
        self.words.normalised(head) + CHAR_SHARE * self.chars.normalised(head)
    }
}

impl Block {
    fn normalised(&self, head: usize) -> f64 {
        if self.square == 0 {
            return 0.0;
        }
        self.heads.get(head).copied().unwrap_or_default() as f64 / (self.square as f64).sqrt()
    }
}

/// Finds and counts n-grams; made once and used for one text after another, so that counting allocates nothing.
#[derive(Debug)]
pub(super) struct Counter {
    pub(super) reading: Reading,
    grams: Vec<u32>,
    /// How often each bucket was hit in the block at hand; all 0 between texts.
    hits: Vec<u8>,
    steps: [Step; 256],
}

/// Scratch beyond this is given back after an unusually long text.
const KEPT_GRAMS: usize = 1 << 16;

impl Default for Counter {
    fn default() -> Self {
        Self { reading: Reading::default(), grams: Vec::new(), hits: Vec::new(), steps: steps() }
    }
}

impl Counter {
    /// What the n-grams of `text` weigh by `weights`, one pair for each bucket.
    pub(super) fn weigh(&mut self, text: &str, weights: &[[i8; 2]]) -> Sums {
        self.reading.read(text);
        self.grams.clear();
        word_grams(&self.reading, |bucket, _, _| self.grams.push(bucket));
        let words = self.weigh_block(weights);
        // All four are written each time and the superfluous ones written over: dearer stores, but no branch to miss.
        self.grams.clear();
        self.grams.resize(4 * self.reading.chars.len(), 0);
        let mut found = 0;
        char_grams(&self.reading, |buckets, count, _| {
            if let Some(places) = self.grams.get_mut(found..found + 4) {
                places.copy_from_slice(&buckets);
            }
            found += count;
        });
        self.grams.truncate(found);
        let chars = self.weigh_block(weights);
        if self.grams.len() > KEPT_GRAMS {
            self.grams = Vec::new();
            self.reading = Reading::default();
        }
        Sums { words, chars }
    }

    fn weigh_block(&mut self, weights: &[[i8; 2]]) -> Block {
        self.hits.resize(BUCKETS, 0);
        let mut block = Block::default();
        // INVARIANT: a model has a pair for each bucket. Arrays of known size, so that no bucket needs to be checked.
        let (Some(weights), Some(all_hits)) =
            (weights.first_chunk::<BUCKETS>(), self.hits.first_chunk_mut::<BUCKETS>())
        else {
            return block;
        };
        let [mut first_sum, mut second_sum] = [0, 0];
        for bucket in &self.grams {
            let bucket = *bucket as usize % BUCKETS;
            let (Some(hits), Some([first, second])) = (all_hits.get_mut(bucket), weights.get(bucket)) else { continue };
            let step = self.steps.get(usize::from(*hits)).copied().unwrap_or_default();
            *hits = hits.saturating_add(1);
            first_sum += i64::from(step.value * i32::from(*first));
            second_sum += i64::from(step.value * i32::from(*second));
            block.square += i64::from(step.square);
        }
        block.heads = [first_sum, second_sum];
        for bucket in &self.grams {
            if let Some(hits) = all_hits.get_mut(*bucket as usize % BUCKETS) {
                *hits = 0;
            }
        }
        block
    }

    /// The buckets of `text` with their hits, words before characters, ascending in each.
    pub(super) fn count(&mut self, text: &str) -> [Vec<(u32, usize)>; 2] {
        self.reading.read(text);
        let mut words = Vec::new();
        word_grams(&self.reading, |bucket, _, _| words.push(bucket));
        let mut chars = Vec::new();
        char_grams(&self.reading, |buckets, count, _| chars.extend(buckets.iter().take(count)));
        [words, chars].map(|mut grams| {
            grams.sort_unstable();
            grams.chunk_by(|a, b| a == b).filter_map(|run| run.first().map(|bucket| (*bucket, run.len()))).collect()
        })
    }
}

/// Calls `each` with the bucket of every word and pair of words, and from where to where it lies in the reading.
#[inline]
pub(super) fn word_grams(reading: &Reading, mut each: impl FnMut(u32, usize, usize)) {
    let (mut before, mut before_start) = (0, None);
    for token in &reading.tokens {
        each(bucket_of(mixed(token.hash)), token.start, token.end);
        let pair = (before ^ PAIR_SALT).wrapping_mul(WORD_SALT).rotate_left(29) ^ token.hash;
        each(bucket_of(mixed(pair)), before_start.unwrap_or(token.start - 1), token.end);
        (before, before_start) = (token.hash, Some(token.start));
    }
}

/// Calls `each` for every character with the buckets of the two, three, four and five characters that end with it, how
/// many of these four lie within its token and the space around it, and where the character lies in the reading.
#[inline]
pub(super) fn char_grams(reading: &Reading, mut each: impl FnMut([u32; 4], usize, usize)) {
    let mut window = SPACE;
    let mut length = 0;
    for (at, c) in reading.chars.iter().enumerate().skip(1) {
        window = ((window << CODE_BITS) | code(*c)) & mask(5);
        length += 1;
        // Codes are never 0, so that n-grams of different sizes differ.
        let buckets = [mask(2), mask(3), mask(4), mask(5)].map(|mask| bucket_of(window & mask));
        each(buckets, length.min(4), at);
        if *c == ' ' {
            (window, length) = (SPACE, 0);
        }
    }
}

/// Hashes of words differ in high bits alone when their last characters do: this brings them down.
#[inline]
fn mixed(hash: u64) -> u64 {
    (hash ^ (hash >> 29)).wrapping_mul(WORD_SALT) ^ hash.rotate_left(17)
}

const fn mask(codes: u32) -> u64 {
    (1 << (CODE_BITS * codes)) - 1
}

/// A number for each character: its own for ASCII and our signs, a shared one of some 3,900 for the others.
#[inline]
fn code(c: char) -> u64 {
    if c.is_ascii() {
        return u64::from(u32::from(c));
    }
    match c {
        LINK => 128,
        MENTION => 129,
        GROUP => 130,
        _ => 131 + (u64::from(u32::from(c)).wrapping_mul(WORD_SALT) >> 40) % (4096 - 131),
    }
}

#[inline]
fn bucket_of(key: u64) -> u32 {
    (key.wrapping_mul(PAIR_SALT) >> (64 - BUCKET_BITS)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights() -> Vec<[i8; 2]> {
        (0..BUCKETS).map(|at| [(at % 251) as u8 as i8, (at % 127) as i8 - 63]).collect()
    }

    /// The total by the slow way: sorted counts and floating point.
    fn slowly(text: &str, weights: &[[i8; 2]], head: usize) -> f64 {
        let blocks = Counter::default().count(text);
        let block = |grams: &[(u32, usize)]| {
            let square: f64 = grams.iter().map(|(_, hits)| count_value(*hits).powi(2)).sum();
            let sum: f64 =
                grams.iter().map(|(at, hits)| count_value(*hits) * f64::from(weights[*at as usize][head])).sum();
            if square > 0.0 { sum / square.sqrt() } else { 0.0 }
        };
        block(&blocks[0]) + CHAR_SHARE * block(&blocks[1])
    }

    #[test]
    fn weighing_at_speed_is_weighing_slowly() {
        let weights = weights();
        let mut counter = Counter::default();
        let long = "over and over again ".repeat(700);
        for text in ["", "!", "a fool and a FOOL", "\u{1F480} caf\u{e9} \u{4e00}\u{4e8c}", &long] {
            let sums = counter.weigh(text, &weights);
            for head in [0, 1] {
                let (fast, slow) = (sums.total(head), slowly(text, &weights, head));
                assert!((fast - slow).abs() < 0.2, "{fast} {slow} {text:.20}");
            }
        }
    }

    #[test]
    fn a_text_weighs_the_same_after_another_text() {
        let weights = weights();
        let mut used = Counter::default();
        used.weigh(&"quite another text ".repeat(5_000), &weights);
        assert_eq!(used.weigh("a fool", &weights), Counter::default().weigh("a fool", &weights));
    }

    #[test]
    fn the_ngrams_are_words_pairs_and_two_to_five_characters() {
        let mut reading = Reading::default();
        reading.read("go now");
        let of = |start: usize, end: usize| reading.chars[start..end].iter().collect::<String>();
        let (mut words, mut chars) = (Vec::new(), Vec::new());
        word_grams(&reading, |_, start, end| words.push(of(start, end)));
        char_grams(&reading, |_, count, at| chars.extend((2..2 + count).map(|size| of(at + 1 - size, at + 1))));
        assert_eq!(words, ["go", " go", "now", "go now"]);
        chars.sort();
        let mut expected = vec![
            " g", "go", "o ", " go", "go ", " go ", " n", "no", "ow", "w ", " no", "now", "ow ", " now", "now ",
            " now ",
        ];
        expected.sort_unstable();
        assert_eq!(chars, expected);
    }

    #[test]
    fn buckets_are_spread_evenly() {
        let mut hits = vec![0_u32; BUCKETS];
        let mut keys = 0_u32;
        let letters = || 'a'..='z';
        let mut reading = Reading::default();
        for (a, b) in letters().flat_map(|a| letters().map(move |b| (a, b))) {
            for c in letters() {
                reading.read(&format!("{a}{b}{c}z"));
                let mut last = 0;
                char_grams(&reading, |[.., five], _, _| last = five);
                hits[last as usize] += 1;
                keys += 1;
            }
        }
        let shared: u32 = hits.iter().map(|hits| hits.saturating_sub(1)).sum();
        // By chance keys² / (2 * buckets) of them share a bucket, which is 589.
        assert!(keys == 17_576 && shared < 800, "{shared} of {keys}");
    }
}
