//! `list.*`: what the title's word list found, every disguise seen through.

use std::borrow::Cow;

use super::catalogue::{MAX_LIST, Read, Signal};
use super::value::{Type, Value};
use crate::rules::verdict::Span;

const COUNT: Option<(f64, f64)> = Some((0.0, f64::MAX));

/// What the list found in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFacts {
    /// How many mild entries were found, each place for itself.
    pub mild_count: u32,
    /// How many strong ones.
    pub strong_count: u32,
    /// How many severe ones.
    pub severe_count: u32,
    /// The clauses that the entries stand for, each once.
    pub clauses: Vec<String>,
    /// The entries as the list writes them, each once.
    pub entries: Vec<String>,
    /// Where they were found, in order and apart.
    pub places: Vec<Span>,
}

fn int(number: u32) -> Value<'static> {
    Value::Int(i64::from(number))
}

fn texts(texts: &[String]) -> Value<'_> {
    Value::Texts(texts.iter().take(MAX_LIST).map(|text| Cow::Borrowed(text.as_str())).collect())
}

pub(super) static SIGNALS: &[Signal] = &[
    Signal {
        name: "list.worst",
        kind: Type::Int,
        unit: "0 none, 1 mild, 2 strong, 3 severe",
        help: "The severity of the worst entry of the word list that was found.",
        example: "list.worst >= 2",
        bounds: Some((0.0, 3.0)),
        read: Read::List(|list| match list {
            ListFacts { severe_count: 1.., .. } => Value::Int(3),
            ListFacts { strong_count: 1.., .. } => Value::Int(2),
            ListFacts { mild_count: 1.., .. } => Value::Int(1),
            _ => Value::Int(0),
        }),
        places: None,
        samples: &[("mild and strong", "2"), ("nothing", "0"), ("", "missing")],
    },
    Signal {
        name: "list.hits",
        kind: Type::Int,
        unit: "places",
        help: "In how many places an entry of the word list was found.",
        example: "list.hits > 3",
        bounds: COUNT,
        read: Read::List(|list| {
            int(list.mild_count.saturating_add(list.strong_count).saturating_add(list.severe_count))
        }),
        places: None,
        samples: &[("mild and strong", "3"), ("nothing", "0"), ("", "missing")],
    },
    Signal {
        name: "list.mild",
        kind: Type::Int,
        unit: "places",
        help: "In how many places a mild entry was found.",
        example: "list.mild >= 2 && author.removed > 0",
        bounds: COUNT,
        read: Read::List(|list| int(list.mild_count)),
        places: None,
        samples: &[("mild and strong", "2"), ("", "missing")],
    },
    Signal {
        name: "list.strong",
        kind: Type::Int,
        unit: "places",
        help: "In how many places a strong entry was found.",
        example: "list.strong > 0 && author.strikes > 0",
        bounds: COUNT,
        read: Read::List(|list| int(list.strong_count)),
        places: None,
        samples: &[("mild and strong", "1"), ("", "missing")],
    },
    Signal {
        name: "list.severe",
        kind: Type::Int,
        unit: "places",
        help: "In how many places a severe entry was found.",
        example: "list.severe > 0",
        bounds: COUNT,
        read: Read::List(|list| int(list.severe_count)),
        places: None,
        samples: &[("mild and strong", "0"), ("", "missing")],
    },
    Signal {
        name: "list.clauses",
        kind: Type::StringList,
        unit: "clauses of the house rules",
        help: "Which clauses the entries that were found stand for; at most 50.",
        example: r#""no-threats" in list.clauses"#,
        bounds: None,
        read: Read::List(|list| texts(&list.clauses)),
        places: None,
        samples: &[("mild and strong", r#"["no-abuse"]"#), ("nothing", "[]"), ("", "missing")],
    },
    Signal {
        name: "list.entries",
        kind: Type::StringList,
        unit: "entries",
        help: "The entries that were found, as the list writes them; at most 50.",
        example: r#"list.entries.exists(entry, entry.startsWith("buy "))"#,
        bounds: None,
        read: Read::List(|list| texts(&list.entries)),
        places: None,
        samples: &[("mild and strong", r#"["twit", "numpty"]"#), ("", "missing")],
    },
];

#[cfg(test)]
pub(super) fn sample(sample: &str) -> Option<ListFacts> {
    match sample {
        "mild and strong" => Some(ListFacts {
            mild_count: 2,
            strong_count: 1,
            clauses: vec!["no-abuse".to_owned()],
            entries: vec!["twit".to_owned(), "numpty".to_owned()],
            ..ListFacts::default()
        }),
        "nothing" => Some(ListFacts::default()),
        _ => None,
    }
}
