//! The classifier: how likely a comment is to be abusive, and to be hateful or threatening, by its words and letters.
//!
//! A linear model over hashed n-grams, small enough to lie in the program and to judge a comment in microseconds. It
//! is pure and total: the same text gets the same probabilities on every machine, and no text makes it panic or stall.
//! [`train()`] makes the model that Belowline comes with, [`learn()`] one that has taken in a title's own decisions,
//! and [`promote()`] says whether that one may replace what is in force. Where models are kept, and who asks for them
//! to be learnt, is the business of higher rooms.

mod calibrate;
mod corpus;
mod emoji;
mod explain;
mod features;
mod fit;
mod identity;
mod learn;
mod matrix;
pub mod measure;
mod model;
mod promote;
#[cfg(test)]
mod samples;
mod text;
mod train;

use std::cell::RefCell;
use std::sync::LazyLock;

pub use corpus::{Decision, LineError, Row, Scope};
pub use explain::{Contribution, Explanation, NgramKind};
pub use identity::groups_named;
pub use learn::{LearnError, LearnReport, Learned, MIN_OF_EACH, learn};
pub use model::{MAGIC, MODEL_BYTES, ModelError};
pub use promote::{
    HeldOutFigures, ModeratedDecision, ModeratorAgreement, Promotion, PromotionPolicy, PromotionReport,
    PromotionVerdict, promote,
};
pub use train::{Progress, Stage, TrainError, TrainReport, train};

use serde::{Deserialize, Serialize};

use features::Counter;
use model::Model;

/// The model that Belowline comes with.
static SHIPPED: &[u8] = include_bytes!("../../../data/classifier/shipped.model");

static SHIPPED_CLASSIFIER: LazyLock<Classifier> = LazyLock::new(|| {
    // INVARIANT: a test reads the embedded bytes, so that a build that passed it never answers from an empty model.
    Classifier::from_bytes(SHIPPED).unwrap_or_else(|_| Classifier::empty())
});

thread_local! {
    static COUNTER: RefCell<Counter> = RefCell::default();
}

/// Probabilities, each between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// That the comment is abusive.
    pub abusive: f64,
    /// That it is hateful or threatening.
    pub hateful: f64,
    /// The probability of abuse above which the title's own moderators would remove comments, as its model learnt; 1,
    /// which nothing exceeds, for a model that learnt from no title.
    #[serde(skip, default = "Scores::unreached")]
    pub threshold: f64,
}

impl Default for Scores {
    fn default() -> Self {
        Self { abusive: 0.0, hateful: 0.0, threshold: Self::unreached() }
    }
}

impl Scores {
    const fn unreached() -> f64 {
        1.0
    }
}

/// One of the two questions that a classifier answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadName {
    /// Is it abusive?
    Abusive,
    /// Is it hateful or threatening?
    Hateful,
}

/// A model, ready to judge.
#[derive(Clone, Debug, PartialEq)]
pub struct Classifier {
    model: Model,
}

impl Classifier {
    /// The model that Belowline comes with.
    #[must_use]
    pub fn shipped() -> &'static Self {
        &SHIPPED_CLASSIFIER
    }

    /// Reads a model file.
    ///
    /// # Errors
    /// What is wrong with it: a damaged, cut or foreign file, or one for another version of the features.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        Ok(Self { model: Model::from_bytes(bytes)? })
    }

    /// The model file; the same model always has the same bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.model.to_bytes()
    }

    /// Judges a comment, in time linear in its length.
    #[must_use]
    pub fn score(&self, text: &str) -> Scores {
        let [abusive, hateful] = self.raw(text);
        let probability = |head: usize, raw: f64| {
            self.model.heads.get(head).map(|head| head.platt.probability(raw)).unwrap_or_default()
        };
        Scores { abusive: probability(0, abusive), hateful: probability(1, hateful), ..Scores::default() }
    }

    /// The scores before they become probabilities.
    fn raw(&self, text: &str) -> [f64; 2] {
        let weights = &self.model.weights;
        let sums = COUNTER.with(|counter| match counter.try_borrow_mut() {
            Ok(mut counter) => counter.weigh(text, weights),
            Err(_) => Counter::default().weigh(text, weights),
        });
        let [abusive, hateful] = &self.model.heads;
        let raw = |head: &model::Head, at: usize| head.intercept + head.scale * sums.total(at);
        [raw(abusive, 0), raw(hateful, 1)]
    }

    /// A model that knows nothing and gives every text the same two probabilities of a half.
    fn empty() -> Self {
        let head = model::Head { scale: 1.0, intercept: 0.0, platt: calibrate::Platt::IDENTITY };
        Self { model: Model { heads: [head; 2], weights: vec![[0; 2]; features::BUCKETS] } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_model_is_whole_and_small() {
        let shipped = Classifier::from_bytes(SHIPPED).expect("a whole model");
        assert_eq!(&shipped, Classifier::shipped());
        assert_eq!(shipped.to_bytes(), SHIPPED);
        assert!(SHIPPED.len() < 4 << 20);
    }

    #[test]
    fn the_shipped_model_tells_abuse_from_disagreement() {
        let shipped = Classifier::shipped();
        let abusive = [
            "You are a pathetic idiot and a disgrace, shut your stupid mouth.",
            "What a bunch of morons, go to hell you scum.",
            "This writer is a fucking clown",
            "you're an ugly piece of shit and nobody likes you",
        ];
        let civil = [
            "I disagree with the council: the bridge was paid for by the county, as the minutes show.",
            "Thank you for this article. Could you say where the figures come from?",
            "Three people were killed and twelve hurt in the bombing, police said on Monday.",
            "My grandmother, a Muslim from Leeds, taught at that school for thirty years.",
        ];
        for rude in abusive {
            for calm in civil {
                assert!(shipped.score(rude).abusive > shipped.score(calm).abusive + 0.3, "{rude} / {calm}");
            }
        }
    }

    #[test]
    fn the_shipped_model_tells_threats_to_groups_from_rudeness() {
        let shipped = Classifier::shipped();
        let hateful = shipped.score("All immigrants are vermin and should be shot");
        let rude = shipped.score("What a shitty bus timetable, the council messed up again");
        assert!(hateful.hateful > rude.hateful + 0.2, "{hateful:?} {rude:?}");
    }

    #[test]
    fn naming_a_group_changes_nothing() {
        let shipped = Classifier::shipped();
        let scores = ["a Catholic", "a gay", "a deaf", "a Chinese"]
            .map(|who| shipped.score(&format!("The mayor, {who} lawyer, opened the library yesterday.")));
        assert!(scores.windows(2).all(|pair| pair[0] == pair[1]), "{scores:?}");
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_two_probabilities(text in "\\PC{0,80}") {
            let scores = Classifier::shipped().score(&text);
            proptest::prop_assert!((0.0..=1.0).contains(&scores.abusive) && (0.0..=1.0).contains(&scores.hateful));
        }
    }

    #[test]
    fn very_long_and_monotonous_texts_are_scored() {
        let shipped = Classifier::shipped();
        for text in ["a ".repeat(50_000), "x".repeat(100_000), "\u{301}".repeat(10_000), "!?*".repeat(10_000)] {
            assert!(shipped.score(&text).abusive.is_finite());
        }
    }
}
