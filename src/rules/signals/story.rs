//! `story.*`: where the comment is to appear.

use std::borrow::Cow;

use super::catalogue::{Read, Signal};
use super::value::{Type, Value};

const COUNT: Option<(f64, f64)> = Some((0.0, f64::MAX));

pub(super) static SIGNALS: &[Signal] = &[
    Signal {
        name: "story.section",
        kind: Type::String,
        unit: "the section's name",
        help: "The section of the newspaper that the story stands in.",
        example: r#"story.section in ["Politics", "Courts"]"#,
        bounds: None,
        read: Read::Facts(|facts| facts.story.section.as_deref().map(|section| Value::Text(Cow::Borrowed(section)))),
        places: None,
        samples: &[("old and hot", "\"Courts\""), ("", "missing")],
    },
    Signal {
        name: "story.age",
        kind: Type::Duration,
        unit: "since the thread was opened",
        help: "How old the story's thread is.",
        example: r#"story.age > duration("48h")"#,
        bounds: COUNT,
        read: Read::Facts(|facts| {
            let age = facts.story.opened_at?.until(facts.now);
            Some(Value::Duration(i64::try_from(age.as_millis()).unwrap_or(i64::MAX)))
        }),
        places: None,
        samples: &[("old and hot", "7200s"), ("", "missing")],
    },
    Signal {
        name: "story.comments",
        kind: Type::Int,
        unit: "comments",
        help: "How many comments its thread has.",
        example: "story.comments > 500",
        bounds: COUNT,
        read: Read::Facts(|facts| facts.story.comment_count.map(|count| Value::Int(i64::from(count)))),
        places: None,
        samples: &[("old and hot", "640"), ("", "missing")],
    },
    Signal {
        name: "story.heat",
        kind: Type::Int,
        unit: "comments in the last hour",
        help: "How busy its thread is now.",
        example: "story.heat > 100 && author.first_comment",
        bounds: COUNT,
        read: Read::Facts(|facts| facts.story.in_hour_count.map(|count| Value::Int(i64::from(count)))),
        places: None,
        samples: &[("old and hot", "90"), ("", "missing")],
    },
    Signal {
        name: "story.is_premoderated",
        kind: Type::Bool,
        unit: "true or false",
        help: "Whether every comment on it waits for a moderator.",
        example: "!story.is_premoderated && text.links > 0",
        bounds: None,
        read: Read::Facts(|facts| Some(Value::Bool(facts.story.is_premoderated))),
        places: None,
        samples: &[("old and hot", "true"), ("", "false")],
    },
];

#[cfg(test)]
pub(super) fn sample(sample: &str, facts: &mut crate::rules::facts::Facts) {
    if sample == "old and hot" {
        facts.story.section = Some("Courts".to_owned());
        facts.story.opened_at = Some(crate::kernel::Timestamp::from_millis(0));
        facts.story.comment_count = Some(640);
        facts.story.in_hour_count = Some(90);
        facts.story.is_premoderated = true;
    }
}
