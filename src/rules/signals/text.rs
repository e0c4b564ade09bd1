//! `text.*`: what can be read from the text itself.

use std::borrow::Cow;

use super::catalogue::{MAX_LIST, Read, Signal};
use super::reading::Reading;
use super::value::{Type, Value, count, share};
use crate::rules::verdict::Span;

const COUNT: Option<(f64, f64)> = Some((0.0, f64::MAX));
const SHARE: Option<(f64, f64)> = Some((0.0, 1.0));

fn int(number: u32) -> Value<'static> {
    Value::Int(i64::from(number))
}

/// The hosts that a text links to: lower case, each once, in the text's order, without `www.` and port.
fn hosts<'a>(reading: &Reading<'a>) -> Vec<Cow<'a, str>> {
    let mut hosts: Vec<Cow<'a, str>> = Vec::new();
    for link in reading.links() {
        let address = reading.text.get(link.start..link.end).unwrap_or_default();
        let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
        let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default().trim_end_matches('.');
        let is_plain = !host.bytes().any(|b| b.is_ascii_uppercase()) && host.is_ascii();
        let host = if is_plain { Cow::Borrowed(host) } else { Cow::Owned(host.to_lowercase()) };
        let host = match host {
            Cow::Borrowed(host) => Cow::Borrowed(host.strip_prefix("www.").unwrap_or(host)),
            Cow::Owned(host) => Cow::Owned(host.strip_prefix("www.").unwrap_or(&host).to_owned()),
        };
        if !host.is_empty() && hosts.len() < MAX_LIST && !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    hosts
}

#[expect(clippy::unnecessary_wraps, reason = "the form that the catalogue's entries have")]
const fn marks(places: fn(&Reading<'_>) -> Vec<Span>) -> Option<fn(&Reading<'_>) -> Vec<Span>> {
    Some(places)
}

pub(super) static SIGNALS: &[Signal] = &[
    Signal {
        name: "text.content",
        kind: Type::String,
        unit: "the text",
        help: "The comment as its author typed it.",
        example: r#"text.content.matches("(?i)first!+$")"#,
        bounds: None,
        read: Read::Text(|reading| Value::Text(Cow::Borrowed(reading.text))),
        places: None,
        samples: &[("First!", "\"First!\"")],
    },
    Signal {
        name: "text.length",
        kind: Type::Int,
        unit: "characters",
        help: "How long the comment is.",
        example: "text.length > 2000",
        bounds: COUNT,
        read: Read::Text(|reading| int(reading.shape().chars)),
        places: None,
        samples: &[("", "0"), ("Åsa 👍", "5"), ("a\nb", "3")],
    },
    Signal {
        name: "text.words",
        kind: Type::Int,
        unit: "words",
        help: "How many words it has; web addresses are none.",
        example: "text.words < 3",
        bounds: COUNT,
        read: Read::Text(|reading| int(reading.shape().words)),
        places: None,
        samples: &[("It's a well-known fact.", "4"), ("See https://example.org/a-b", "1")],
    },
    Signal {
        name: "text.lines",
        kind: Type::Int,
        unit: "lines",
        help: "How many lines of it are not empty.",
        example: "text.lines > 40",
        bounds: COUNT,
        read: Read::Text(|reading| int(reading.shape().lines)),
        places: None,
        samples: &[("", "0"), ("one\n\n  \ntwo", "2")],
    },
    Signal {
        name: "text.longest_word",
        kind: Type::Int,
        unit: "characters",
        help: "How long its longest word is; web addresses are none.",
        example: "text.longest_word > 45",
        bounds: COUNT,
        read: Read::Text(|reading| int(reading.shape().longest_word)),
        places: None,
        samples: &[("gulls over the breakwater", "10")],
    },
    Signal {
        name: "text.capitals",
        kind: Type::Double,
        unit: "share of letters, 0 to 1",
        help: "How much of it is in capitals.",
        example: "text.capitals > 0.7 && text.length > 40",
        bounds: SHARE,
        read: Read::Text(|reading| Value::Double(share(reading.shape().capitals, reading.shape().letters))),
        places: marks(|reading| reading.shape().places.capitals.clone()),
        samples: &[("", "0"), ("LOUD", "1"), ("Half HALF", "0.625"), ("123!", "0")],
    },
    Signal {
        name: "text.capital_words",
        kind: Type::Int,
        unit: "words",
        help: "How many words of three letters or more are all in capitals.",
        example: "text.capital_words >= 5",
        bounds: COUNT,
        read: Read::Text(|reading| count(reading.shape().places.capitals.len())),
        places: marks(|reading| reading.shape().places.capitals.clone()),
        samples: &[("The NHS and the UK are NOT FOR SALE", "4")],
    },
    Signal {
        name: "text.digits",
        kind: Type::Double,
        unit: "share of characters, 0 to 1",
        help: "How much of it is digits.",
        example: "text.digits > 0.3",
        bounds: SHARE,
        read: Read::Text(|reading| Value::Double(share(reading.shape().digits, reading.shape().chars))),
        places: None,
        samples: &[("abc1", "0.25"), ("", "0")],
    },
    Signal {
        name: "text.links",
        kind: Type::Int,
        unit: "links",
        help: "How many web addresses it has.",
        example: "text.links > 2 && author.published < 5",
        bounds: COUNT,
        read: Read::Text(|reading| count(reading.links().len())),
        places: marks(|reading| reading.links().to_vec()),
        samples: &[("none", "0"), ("https://a.example, www.b.example", "2")],
    },
    Signal {
        name: "text.hosts",
        kind: Type::StringList,
        unit: "host names, lower case, without www.",
        help: "Where its links lead, each host once; at most 50.",
        example: r#"text.hosts.exists(host, host.endsWith(".example"))"#,
        bounds: None,
        read: Read::Text(|reading| Value::Texts(hosts(reading))),
        places: marks(|reading| reading.links().to_vec()),
        samples: &[
            ("none", "[]"),
            ("http://ann@WWW.A.example:80/x www.a.example https://b.example?q", r#"["a.example", "b.example"]"#),
        ],
    },
    Signal {
        name: "text.emoji",
        kind: Type::Int,
        unit: "emoji",
        help: "How many emoji it has; one of several parts counts once.",
        example: "text.emoji > 5",
        bounds: COUNT,
        read: Read::Text(|reading| int(reading.shape().emoji)),
        places: marks(|reading| reading.shape().places.emoji.clone()),
        samples: &[("plain", "0"), ("👍🏽👩‍🚀!", "2")],
    },
    Signal {
        name: "text.punctuation_run",
        kind: Type::Int,
        unit: "characters",
        help: "The longest run of exclamation and question marks; runs of three or more are marked.",
        example: "text.punctuation_run >= 4",
        bounds: COUNT,
        read: Read::Text(|reading| int(reading.shape().punctuation)),
        places: marks(|reading| reading.shape().places.punctuation.clone()),
        samples: &[("What?!?! No!", "4"), ("No.", "0")],
    },
    Signal {
        name: "text.letter_run",
        kind: Type::Int,
        unit: "letters",
        help: "The longest run of one letter; runs of three or more are marked.",
        example: "text.letter_run > 6",
        bounds: COUNT,
        read: Read::Text(|reading| int(reading.shape().same_letter)),
        places: marks(|reading| reading.shape().places.same_letter.clone()),
        samples: &[("Noooo", "4"), ("coffee", "2")],
    },
    Signal {
        name: "text.quoted",
        kind: Type::Double,
        unit: "share of characters, 0 to 1",
        help: "How much of it stands in quoted lines, which begin with >.",
        example: "text.quoted > 0.8",
        bounds: SHARE,
        read: Read::Text(|reading| Value::Double(share(reading.shape().quoted, reading.shape().chars))),
        places: marks(|reading| reading.shape().places.quoted.clone()),
        samples: &[("> ab\nabc", "0.5"), ("a > b", "0")],
    },
    Signal {
        name: "text.language",
        kind: Type::String,
        unit: "ISO 639-1 code, or \"und\"",
        help: "The language its first 160 characters are written in; \"und\" when that cannot be told.",
        example: r#"!(text.language in ["en", "und"])"#,
        bounds: None,
        read: Read::Late,
        places: None,
        samples: &[("Nobody told us when the next ferry would sail.", "\"en\""), ("Ok", "\"und\"")],
    },
    Signal {
        name: "text.phones",
        kind: Type::Int,
        unit: "telephone numbers",
        help: "How many telephone numbers it gives.",
        example: "text.phones > 0",
        bounds: COUNT,
        read: Read::Text(|reading| count(reading.personal().phones.len())),
        places: marks(|reading| reading.personal().phones.clone()),
        samples: &[("0131 496 0000 or +44 131 496 0001", "2"), ("in 2026", "0")],
    },
    Signal {
        name: "text.emails",
        kind: Type::Int,
        unit: "e-mail addresses",
        help: "How many e-mail addresses it gives.",
        example: "text.emails > 0",
        bounds: COUNT,
        read: Read::Text(|reading| count(reading.personal().emails.len())),
        places: marks(|reading| reading.personal().emails.clone()),
        samples: &[("a.b@mail.example", "1"), ("@ann", "0")],
    },
    Signal {
        name: "text.addresses",
        kind: Type::Int,
        unit: "addresses",
        help: "How many house addresses and British postcodes it gives.",
        example: "text.addresses > 0",
        bounds: COUNT,
        read: Read::Text(|reading| count(reading.personal().addresses.len())),
        places: marks(|reading| reading.personal().addresses.clone()),
        samples: &[("12 Harbour Street", "1"), ("EH99 1SP", "1"), ("on the high street", "0")],
    },
    Signal {
        name: "text.cards",
        kind: Type::Int,
        unit: "card numbers",
        help: "How many numbers it has that could be a payment card's, check digit included.",
        example: "text.cards > 0",
        bounds: COUNT,
        read: Read::Text(|reading| count(reading.personal().cards.len())),
        places: marks(|reading| reading.personal().cards.clone()),
        samples: &[("4111-1111-1111-1111", "1"), ("4111-1111-1111-1112", "0")],
    },
    Signal {
        name: "text.personal_data",
        kind: Type::Int,
        unit: "particulars",
        help: "Telephone numbers, e-mail addresses, addresses and cards together.",
        example: "text.personal_data > 0 && !author.is_staff",
        bounds: COUNT,
        read: Read::Text(|reading| count(reading.personal().all().len())),
        places: marks(|reading| reading.personal().all()),
        samples: &[("12 Harbour Street, a.b@mail.example", "2"), ("", "0")],
    },
    Signal {
        name: "text.is_edit",
        kind: Type::Bool,
        unit: "true or false",
        help: "Whether it replaces the text of a comment that exists already.",
        example: "text.is_edit && text.links > 0",
        bounds: None,
        read: Read::Facts(|facts| Some(Value::Bool(facts.is_edit))),
        places: None,
        samples: &[("edit", "true"), ("", "false")],
    },
];

#[cfg(test)]
pub(super) fn sample(sample: &str, facts: &mut crate::rules::facts::Facts) {
    facts.is_edit = sample == "edit";
}
