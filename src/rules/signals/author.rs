//! `author.*`: the author's record in the title.

use super::catalogue::{Read, Signal};
use super::value::{Type, Value, share};

const COUNT: Option<(f64, f64)> = Some((0.0, f64::MAX));
const SHARE: Option<(f64, f64)> = Some((0.0, 1.0));

fn int(number: u32) -> Value<'static> {
    Value::Int(i64::from(number))
}

pub(super) static SIGNALS: &[Signal] = &[
    Signal {
        name: "author.days_subscribed",
        kind: Type::Int,
        unit: "days",
        help: "How long the author has been a subscriber.",
        example: "author.days_subscribed < 7",
        bounds: COUNT,
        read: Read::Facts(|facts| facts.author.days_subscribed.map(int)),
        places: None,
        samples: &[("record", "400"), ("", "missing")],
    },
    Signal {
        name: "author.published",
        kind: Type::Int,
        unit: "comments",
        help: "How many of the author's comments stand published.",
        example: "author.published < 3",
        bounds: COUNT,
        read: Read::Facts(|facts| Some(int(facts.author.published_count))),
        places: None,
        samples: &[("record", "30"), ("", "0")],
    },
    Signal {
        name: "author.removed",
        kind: Type::Int,
        unit: "comments",
        help: "How many of the author's comments a decision removed.",
        example: "author.removed > 2",
        bounds: COUNT,
        read: Read::Facts(|facts| Some(int(facts.author.removed_count))),
        places: None,
        samples: &[("record", "10"), ("", "0")],
    },
    Signal {
        name: "author.removed_share",
        kind: Type::Double,
        unit: "share of comments, 0 to 1",
        help: "How many of the comments that stand or were removed were removed.",
        example: "author.removed_share > 0.2 && author.removed > 3",
        bounds: SHARE,
        read: Read::Facts(|facts| {
            let (published, removed) = (facts.author.published_count, facts.author.removed_count);
            Some(Value::Double(share(removed, published.saturating_add(removed))))
        }),
        places: None,
        samples: &[("record", "0.25"), ("", "0")],
    },
    Signal {
        name: "author.upheld_reports",
        kind: Type::Int,
        unit: "reports",
        help: "How many reports against the author a moderator upheld.",
        example: "author.upheld_reports > 0",
        bounds: COUNT,
        read: Read::Facts(|facts| Some(int(facts.author.upheld_report_count))),
        places: None,
        samples: &[("record", "4"), ("", "0")],
    },
    Signal {
        name: "author.strikes",
        kind: Type::Int,
        unit: "points",
        help: "How many points of strikes have not faded, of every account and subscription of the author's person.",
        example: "author.strikes >= 2",
        bounds: COUNT,
        read: Read::Facts(|facts| facts.author.strike_count.map(int)),
        places: None,
        samples: &[("record", "1"), ("", "missing")],
    },
    Signal {
        name: "author.first_comment",
        kind: Type::Bool,
        unit: "true or false",
        help: "Whether nothing by the author was published or removed before.",
        example: "author.first_comment && text.links > 0",
        bounds: None,
        read: Read::Facts(|facts| {
            let (published, removed) = (facts.author.published_count, facts.author.removed_count);
            Some(Value::Bool(published == 0 && removed == 0))
        }),
        places: None,
        samples: &[("record", "false"), ("", "true")],
    },
    Signal {
        name: "author.name_lookalike",
        kind: Type::Bool,
        unit: "true or false",
        help: "Whether the author's name looks like another account's.",
        example: "author.name_lookalike",
        bounds: None,
        read: Read::Facts(|facts| facts.author.has_lookalike_name.map(Value::Bool)),
        places: None,
        samples: &[("record", "true"), ("", "missing")],
    },
    Signal {
        name: "author.is_staff",
        kind: Type::Bool,
        unit: "true or false",
        help: "Whether the author is staff in the title.",
        example: "!author.is_staff",
        bounds: None,
        read: Read::Facts(|facts| Some(Value::Bool(facts.author.is_staff))),
        places: None,
        samples: &[("record", "true"), ("", "false")],
    },
];

#[cfg(test)]
pub(super) fn sample(sample: &str, facts: &mut crate::rules::facts::Facts) {
    if sample == "record" {
        facts.author.days_subscribed = Some(400);
        facts.author.published_count = 30;
        facts.author.removed_count = 10;
        facts.author.upheld_report_count = 4;
        facts.author.strike_count = Some(1);
        facts.author.has_lookalike_name = Some(true);
        facts.author.is_staff = true;
    }
}
