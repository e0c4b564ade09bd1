//! `velocity.*`: how fast the author has been writing in the title. The comment that is judged does not count.

use super::catalogue::{Read, Signal};
use super::value::{Type, Value, share};
use crate::rules::facts::{Facts, VelocityFacts};

const COUNT: Option<(f64, f64)> = Some((0.0, f64::MAX));
const SHARE: Option<(f64, f64)> = Some((0.0, 1.0));

fn velocity(facts: &Facts, number: fn(VelocityFacts) -> u32) -> Option<Value<'_>> {
    facts.velocity.map(|velocity| Value::Int(i64::from(number(velocity))))
}

pub(super) static SIGNALS: &[Signal] = &[
    Signal {
        name: "velocity.in_story",
        kind: Type::Int,
        unit: "comments",
        help: "How many comments the author has written on this story.",
        example: "velocity.in_story > 20",
        bounds: COUNT,
        read: Read::Facts(|facts| velocity(facts, |velocity| velocity.in_story_count)),
        places: None,
        samples: &[("busy", "6"), ("", "missing")],
    },
    Signal {
        name: "velocity.in_10_minutes",
        kind: Type::Int,
        unit: "comments",
        help: "How many comments the author has written in the last ten minutes.",
        example: "velocity.in_10_minutes >= 5",
        bounds: COUNT,
        read: Read::Facts(|facts| velocity(facts, |velocity| velocity.in_10_minutes_count)),
        places: None,
        samples: &[("busy", "2"), ("", "missing")],
    },
    Signal {
        name: "velocity.in_hour",
        kind: Type::Int,
        unit: "comments",
        help: "How many comments the author has written in the last hour.",
        example: "velocity.in_hour > 12",
        bounds: COUNT,
        read: Read::Facts(|facts| velocity(facts, |velocity| velocity.in_hour_count)),
        places: None,
        samples: &[("busy", "8"), ("", "missing")],
    },
    Signal {
        name: "velocity.thread_share",
        kind: Type::Double,
        unit: "share of comments, 0 to 1",
        help: "How much of the story's thread the author has written; 0 while it is empty.",
        example: "velocity.thread_share > 0.3 && velocity.in_story > 10",
        bounds: SHARE,
        read: Read::Facts(|facts| {
            let written = facts.velocity?.in_story_count;
            let all = facts.story.comment_count?;
            Some(Value::Double(share(written.min(all), all)))
        }),
        places: None,
        samples: &[("busy", "0.5"), ("", "missing")],
    },
];

#[cfg(test)]
pub(super) fn sample(sample: &str, facts: &mut Facts) {
    if sample == "busy" {
        facts.velocity = Some(VelocityFacts { in_story_count: 6, in_10_minutes_count: 2, in_hour_count: 8 });
        facts.story.comment_count = Some(12);
    }
}
