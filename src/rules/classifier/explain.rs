//! Which n-grams of a comment pulled which way.

use super::features::{self, CHAR_SHARE, count_value};
use super::text::{GROUP, LINK, MENTION, Reading};
use super::{Classifier, Scores};

/// Whether words or letters pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NgramKind {
    /// A word, or two.
    Words,
    /// Two to five characters of a token.
    Letters,
}

/// What one n-gram did to the score of each head.
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution {
    /// The n-gram as the classifier read it.
    pub ngram: String,
    /// Words or letters.
    pub kind: NgramKind,
    /// How often it stands in the text.
    pub count: usize,
    /// What it adds to the log-odds of being abusive.
    pub abusive: f64,
    /// What it adds to the log-odds of being hateful.
    pub hateful: f64,
}

/// Why a comment is scored as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The probabilities.
    pub scores: Scores,
    /// The log-odds of each head that a text without any n-gram has.
    pub base: [f64; 2],
    /// Every n-gram that the model knows something about, in the order of the text, words before letters.
    ///
    /// They and `base` add up to the log-odds of the probabilities. N-grams that share a bucket count as the first.
    pub contributions: Vec<Contribution>,
}

impl Classifier {
    /// Scores a comment and says what each n-gram did; slower than [`Classifier::score`].
    #[must_use]
    pub fn explain(&self, text: &str) -> Explanation {
        let mut reading = Reading::default();
        reading.read(text);
        let (mut words, mut letters) = (Found::default(), Found::default());
        features::word_grams(&reading, |bucket, start, end| words.add(bucket, start, end));
        features::char_grams(&reading, |buckets, count, at| {
            for (size, bucket) in (2..).zip(buckets).take(count) {
                letters.add(bucket, at + 1 - size, at + 1);
            }
        });
        let mut contributions = self.weigh(&reading, words, NgramKind::Words, 1.0);
        contributions.extend(self.weigh(&reading, letters, NgramKind::Letters, CHAR_SHARE));
        let base = self.model.heads.map(|head| head.platt.slope * head.intercept + head.platt.offset);
        Explanation { scores: self.score(text), base, contributions }
    }

    fn weigh(&self, reading: &Reading, found: Found, kind: NgramKind, share: f64) -> Vec<Contribution> {
        let square: f64 = found.places.iter().map(|place| count_value(place.count).powi(2)).sum();
        let contribution = |place: Place| {
            let weights = self.model.weights.get(place.bucket as usize).copied().unwrap_or_default();
            let value = share * count_value(place.count) / square.sqrt();
            let [first, second] = self.model.heads.map(|head| value * head.scale * head.platt.slope);
            let [abusive, hateful] = [first, second];
            let [of_abusive, of_hateful] = weights;
            Contribution {
                ngram: reading.chars.get(place.start..place.end).unwrap_or_default().iter().map(|c| show(*c)).collect(),
                kind,
                count: place.count,
                abusive: abusive * f64::from(of_abusive),
                hateful: hateful * f64::from(of_hateful),
            }
        };
        let is_known = |contribution: &Contribution| contribution.abusive != 0.0 || contribution.hateful != 0.0;
        found.places.into_iter().map(contribution).filter(is_known).collect()
    }
}

/// Our signs as a person can read them.
fn show(c: char) -> String {
    match c {
        LINK => "[link]".to_owned(),
        MENTION => "[name]".to_owned(),
        GROUP => "[group]".to_owned(),
        other => other.to_string(),
    }
}

#[derive(Clone, Copy, Debug)]
struct Place {
    bucket: u32,
    count: usize,
    start: usize,
    end: usize,
}

#[derive(Debug, Default)]
struct Found {
    places: Vec<Place>,
    numbers: std::collections::BTreeMap<u32, usize>,
}

impl Found {
    fn add(&mut self, bucket: u32, start: usize, end: usize) {
        let number = *self.numbers.entry(bucket).or_insert(self.places.len());
        match self.places.get_mut(number) {
            Some(place) => place.count += 1,
            None => self.places.push(Place { bucket, count: 1, start, end }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contributions_add_up_to_the_score() {
        let shipped = Classifier::shipped();
        for text in ["You utter fool, see https://a.example @you", "a fool and a fool and a fool", "", "\u{1F480}!!"] {
            let explanation = shipped.explain(text);
            let [base_abusive, base_hateful] = explanation.base;
            let sum = |pull: fn(&Contribution) -> f64| explanation.contributions.iter().map(pull).sum::<f64>();
            let odds = |probability: f64| (probability / (1.0 - probability)).ln();
            let abusive = base_abusive + sum(|one| one.abusive);
            let hateful = base_hateful + sum(|one| one.hateful);
            assert!((odds(explanation.scores.abusive) - abusive).abs() < 0.01, "{text}");
            assert!((odds(explanation.scores.hateful) - hateful).abs() < 0.01, "{text}");
        }
    }

    #[test]
    fn the_insult_is_what_pulls_hardest() {
        let explanation = Classifier::shipped().explain("The mayor is an idiot");
        let hardest = explanation.contributions.iter().max_by(|a, b| a.abusive.total_cmp(&b.abusive)).expect("some");
        assert!(hardest.ngram.contains("idi") || "idiot".contains(hardest.ngram.trim()), "{hardest:?}");
    }

    #[test]
    fn signs_are_shown_readably() {
        let explanation = Classifier::shipped().explain("@somebody saw a Muslim at www.a.example");
        let shown: Vec<&str> = explanation.contributions.iter().map(|one| one.ngram.as_str()).collect();
        for sign in ["[name]", "[group]", "[link]"] {
            assert!(shown.iter().any(|ngram| ngram.contains(sign)), "{sign} in {shown:?}");
        }
    }
}
