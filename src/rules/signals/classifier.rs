//! `classifier.*`: what the model inside the binary thinks.

use super::catalogue::{Read, Signal};
use super::value::Type;

const SHARE: Option<(f64, f64)> = Some((0.0, 1.0));

pub(super) static SIGNALS: &[Signal] = &[
    Signal {
        name: "classifier.abusive",
        kind: Type::Double,
        unit: "probability, 0 to 1",
        help: "How probable the classifier thinks it that the comment is abusive.",
        example: "classifier.abusive > 0.9",
        bounds: SHARE,
        read: Read::Classifier(|probabilities| probabilities.abusive),
        places: None,
        samples: &[("unpleasant", "0.8"), ("", "missing")],
    },
    Signal {
        name: "classifier.hateful",
        kind: Type::Double,
        unit: "probability, 0 to 1",
        help: "How probable the classifier thinks it that the comment is hateful or threatening.",
        example: "classifier.hateful > 0.6 && author.days_subscribed < 30",
        bounds: SHARE,
        read: Read::Classifier(|probabilities| probabilities.hateful),
        places: None,
        samples: &[("unpleasant", "0.1"), ("", "missing")],
    },
    Signal {
        name: "classifier.threshold",
        kind: Type::Double,
        unit: "probability, 0 to 1",
        help: "Above which probability of abuse the title's own moderators would remove comments, as the title's model \
               learnt from their decisions, with the share of good comments among them that the title allows; 1 until \
               the title has a model of its own.",
        example: "classifier.abusive > classifier.threshold",
        bounds: SHARE,
        read: Read::Classifier(|probabilities| probabilities.threshold),
        places: None,
        samples: &[("unpleasant", "0.6"), ("", "missing")],
    },
];

#[cfg(test)]
pub(super) fn sample(sample: &str) -> Option<crate::rules::classifier::Scores> {
    (sample == "unpleasant").then_some(crate::rules::classifier::Scores { abusive: 0.8, hateful: 0.1, threshold: 0.6 })
}
