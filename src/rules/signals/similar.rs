//! `similar.*`: how much the text is like the author's own recent comments and like other subscribers'.

use super::catalogue::{Read, Signal};
use super::simhash::{SimilarFacts, similarity};
use super::value::{Type, Value};
use crate::rules::facts::Facts;

const COUNT: Option<(f64, f64)> = Some((0.0, f64::MAX));
const SHARE: Option<(f64, f64)> = Some((0.0, 1.0));

fn similar(facts: &Facts, number: fn(SimilarFacts) -> u32) -> Option<Value<'_>> {
    facts.similar.map(|similar| Value::Int(i64::from(number(similar))))
}

fn best(facts: &Facts, bits: fn(SimilarFacts) -> u32) -> Option<Value<'_>> {
    facts.similar.map(|similar| Value::Double(similarity(bits(similar))))
}

pub(super) static SIGNALS: &[Signal] = &[
    Signal {
        name: "similar.own_best",
        kind: Type::Double,
        unit: "similarity, 0 to 1",
        help: "How much it is like the most similar recent comment of the author's own; 0 for texts under six words.",
        example: "similar.own_best > 0.9",
        bounds: SHARE,
        read: Read::Facts(|facts| best(facts, |similar| similar.own_bits)),
        places: None,
        samples: &[("own 2 of 48 bits", "0.5"), ("", "missing")],
    },
    Signal {
        name: "similar.own_count",
        kind: Type::Int,
        unit: "comments",
        help: "How many recent comments of the author's own are nearly the same.",
        example: "similar.own_count >= 2",
        bounds: COUNT,
        read: Read::Facts(|facts| similar(facts, |similar| similar.own_count)),
        places: None,
        samples: &[("own 2 of 48 bits", "2"), ("", "missing")],
    },
    Signal {
        name: "similar.others_best",
        kind: Type::Double,
        unit: "similarity, 0 to 1",
        help: "How much it is like the most similar recent comment of somebody else in the title.",
        example: "similar.others_best > 0.9 && text.words > 20",
        bounds: SHARE,
        read: Read::Facts(|facts| best(facts, |similar| similar.others_bits)),
        places: None,
        samples: &[("others 3 of 64 bits by 2", "1"), ("", "missing")],
    },
    Signal {
        name: "similar.others_count",
        kind: Type::Int,
        unit: "comments",
        help: "How many recent comments of others in the title are nearly the same.",
        example: "similar.others_count > 3",
        bounds: COUNT,
        read: Read::Facts(|facts| similar(facts, |similar| similar.others_count)),
        places: None,
        samples: &[("others 3 of 64 bits by 2", "3"), ("", "missing")],
    },
    Signal {
        name: "similar.others_subscribers",
        kind: Type::Int,
        unit: "subscribers",
        help: "How many others wrote nearly the same: a campaign has many.",
        example: "similar.others_subscribers >= 3",
        bounds: COUNT,
        read: Read::Facts(|facts| similar(facts, |similar| similar.others_subscriber_count)),
        places: None,
        samples: &[("others 3 of 64 bits by 2", "2"), ("", "missing")],
    },
];

#[cfg(test)]
pub(super) fn sample(sample: &str, facts: &mut Facts) {
    facts.similar = match sample {
        "own 2 of 48 bits" => Some(SimilarFacts { own_bits: 48, own_count: 2, ..SimilarFacts::default() }),
        "others 3 of 64 bits by 2" => Some(SimilarFacts {
            others_bits: 64,
            others_count: 3,
            others_subscriber_count: 2,
            ..SimilarFacts::default()
        }),
        _ => None,
    };
}
