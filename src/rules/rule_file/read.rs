//! From TOML to rules and their tests.

use std::borrow::Cow;
use std::ops::Range;
use std::time::Duration;

use toml::de::{DeTable, DeValue};

use super::keys::{Found, Table, fraction, whole};
use super::text_map::in_source;
use crate::kernel::{ClauseId, TitleId};
use crate::rules::is_built_in;
use crate::rules::language::{self, Complaint, ComplaintCode, millis, nearest};
use crate::rules::rule::{Mode, Rule, THENS, Then};
use crate::rules::signals::{SIGNALS, Slot, Type, Value};

const RULE_KEYS: [&str; 13] = [
    "id",
    "clause",
    "when",
    "then",
    "mode",
    "message",
    "title",
    "section",
    "daily_cap",
    "expires_at",
    "tag",
    "every",
    "test",
];
const TEST_KEYS: [&str; 3] = ["text", "facts", "expect"];

/// What every id, clause, title and tag must be.
const SLUG: &str = "a short name: 1 to 40 of a to z, digits, and hyphens between them";

/// The most characters of what the author is told, and of a test's text.
const MAX_MESSAGE_CHARS: usize = 500;
const MAX_TEXT_CHARS: usize = 20_000;

/// The longest time between two comments that a rule may ask for.
const MAX_EVERY: i64 = 7 * 86_400_000;

/// A rule that is right by itself.
pub(super) struct Read {
    pub(super) rule: Rule,
    /// Its id in the file.
    pub(super) header: Range<usize>,
    pub(super) when_span: Range<usize>,
    pub(super) tests: Vec<Test>,
}

/// One test of a rule.
pub(super) struct Test {
    pub(super) text: String,
    pub(super) facts: Vec<(Slot, Value<'static>)>,
    /// Whether the rule must fire.
    pub(super) must_fire: bool,
    /// What it expects, in the file.
    pub(super) expect_span: Range<usize>,
}

/// Every rule of a file that is right; what is wrong with the others goes to `complaints`.
pub(super) fn file(source: &str, complaints: &mut Vec<Complaint>) -> Vec<Read> {
    let document = match DeTable::parse(source) {
        Ok(document) => document,
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            let message = format!("the file is not TOML: {}", error.message().trim());
            complaints.push(Complaint::new(ComplaintCode::Toml, span, message));
            return Vec::new();
        }
    };
    let mut table = Table { table: document.get_ref(), header: 0..0, complaints };
    table.only(&["rule"]);
    let Some(rules) = table.value("rule") else {
        table.missing("rule", "begin each rule with a line `[[rule]]`");
        return Vec::new();
    };
    let span = rules.span();
    let Some(rules) = rules.get_ref().as_array() else {
        table.complain(
            ComplaintCode::BadValue,
            &span,
            "`rule` must be a list of tables".to_owned(),
            Some("begin each rule with a line `[[rule]]`, in two brackets".to_owned()),
        );
        return Vec::new();
    };
    let mut read = Vec::new();
    for value in rules.iter() {
        match value.get_ref().as_table() {
            Some(inner) => {
                let table = Table { table: inner, header: value.span(), complaints: &mut *table.complaints };
                read.extend(rule(source, table));
            }
            None => table.wrong_type("rule", "a table", &value.span()),
        }
    }
    read
}

fn rule(source: &str, mut table: Table<'_, '_>) -> Option<Read> {
    table.header = header(source, &table.header);
    table.only(&RULE_KEYS);
    let before = table.complaints.len();
    let id = slug(&mut table, "id");
    match &id {
        Some((id, span)) => {
            if is_built_in(id) {
                let message = format!("every title has a rule called `{id}`");
                table.complain(ComplaintCode::BadValue, span, message, Some("choose another name".to_owned()));
            }
            table.header = span.clone();
        }
        None if !table.has("id") => table.missing("id", "give the rule a name of its own, as in `id = \"new-links\"`"),
        None => {}
    }
    let when = when(source, &mut table);
    let then = then(&mut table);
    let clause = table.parsed::<ClauseId>("clause", SLUG);
    if !table.has("clause") && then.as_ref().is_none_or(Then::is_restriction) {
        table
            .missing("clause", "a rule that takes something from an author names the clause of the house rules for it");
    }
    let mode = one_of(&mut table, "mode", &Mode::ALL.map(Mode::as_str), "`mode = \"draft\"` to begin with");
    let mode = mode.and_then(|(mode, _)| Mode::ALL.into_iter().find(|known| known.as_str() == mode));
    let message = table.text("message", MAX_MESSAGE_CHARS);
    let title = table.parsed::<TitleId>("title", SLUG);
    let section = table.text("section", 100);
    let daily_cap = table.number("daily_cap", 1..=1_000_000);
    let expires_at = table.moment("expires_at");
    let tests = tests(source, &mut table, then.as_ref());
    // Keys that mean nothing do not change what the rule does; anything else would.
    let is_right = table.complaints.get(before..).is_some_and(<[_]>::is_empty);
    let ((program, text, when_span), (id, _), then, mode) = (when?, id?, then?, mode?);
    is_right.then(|| Read {
        rule: Rule {
            id: id.into(),
            version: 1,
            clause: clause.map(|(clause, _)| clause),
            source: text,
            when: program,
            then,
            mode,
            message: message.map(|(message, _)| message),
            title: title.map(|(title, _)| title),
            section: section.map(|(section, _)| section),
            daily_cap: daily_cap.and_then(|cap| u32::try_from(cap).ok()),
            expires_at,
        },
        header: table.header.clone(),
        when_span,
        tests,
    })
}

/// The first line of a table, which TOML gives no span of its own.
fn header(source: &str, table: &Range<usize>) -> Range<usize> {
    let text = source.get(table.clone()).unwrap_or_default();
    let line = text.lines().next().unwrap_or_default().trim_end();
    table.start..table.start + line.len()
}

fn slug(table: &mut Table<'_, '_>, key: &str) -> Option<Found<String>> {
    let (slug, span) = table.parsed::<ClauseId>(key, SLUG)?;
    Some((slug.to_string(), span))
}

/// The text at `key`, which must be there and be one of `known`.
fn one_of(table: &mut Table<'_, '_>, key: &str, known: &[&str], hint: &str) -> Option<Found<String>> {
    if !table.has(key) {
        table.missing(key, &format!("write {hint}"));
        return None;
    }
    let (written, span) = table.text(key, 200)?;
    if known.contains(&written.as_str()) {
        return Some((written, span));
    }
    let hint = nearest(&written, known.iter().copied())
        .map_or_else(|| format!("it can be {}", known.join(", ")), |near| format!("did you mean `{near}`?"));
    table.complain(ComplaintCode::BadValue, &span, format!("`{written}` is not a `{key}`"), Some(hint));
    None
}

fn when(source: &str, table: &mut Table<'_, '_>) -> Option<(language::Program, String, Range<usize>)> {
    if !table.has("when") {
        table.missing("when", "say when the rule fires, as in `when = \"text.links > 2\"`");
        return None;
    }
    let (text, span) = table.text("when", 100_000)?;
    match language::compile(&text) {
        Ok(program) => Some((program, text, span)),
        Err(complaints) => {
            let in_file =
                |complaint: Complaint| Complaint { span: in_source(source, &span, &complaint.span), ..complaint };
            table.complaints.extend(complaints.into_iter().map(in_file));
            None
        }
    }
}

fn then(table: &mut Table<'_, '_>) -> Option<Then> {
    let (written, span) = one_of(table, "then", &THENS, "what follows, as in `then = \"hold\"`")?;
    for (key, owner) in [("tag", "tag"), ("every", "slow_down")] {
        if written != owner
            && let Some(value) = table.value(key)
        {
            let span = value.span();
            let hint = Some(format!("leave it out, or write `then = \"{owner}\"`"));
            table.complain(
                ComplaintCode::UnknownKey,
                &span,
                format!("`{key}` means nothing with `then = \"{written}\"`"),
                hint,
            );
        }
    }
    Some(match written.as_str() {
        "tag" => match slug(table, "tag") {
            Some((tag, _)) => Then::Tag { tag },
            None if table.has("tag") => return None,
            None => return without(table, "tag", &span, "say which, as in `tag = \"local-knowledge\"`"),
        },
        "slow_down" => match table.text("every", 40) {
            Some((every, span)) => Then::SlowDown { every: every_of(table, &every, &span)? },
            None if table.has("every") => return None,
            None => return without(table, "every", &span, "say how often, as in `every = \"10m\"`"),
        },
        "nudge" => Then::Nudge,
        "hold" => Then::Hold,
        "reject" => Then::Reject,
        _ => Then::Publish,
    })
}

fn without(table: &mut Table<'_, '_>, key: &str, span: &Range<usize>, hint: &str) -> Option<Then> {
    table.complain(ComplaintCode::MissingKey, span, format!("`{key}` is missing"), Some(hint.to_owned()));
    None
}

fn every_of(table: &mut Table<'_, '_>, written: &str, span: &Range<usize>) -> Option<Duration> {
    let every =
        millis(written).filter(|every| (1_000..=MAX_EVERY).contains(every)).and_then(|every| u64::try_from(every).ok());
    if every.is_none() {
        let message = format!("`{written}` is not a span of time from a second to seven days");
        table.complain(ComplaintCode::BadValue, span, message, Some("write it as in `every = \"10m\"`".to_owned()));
    }
    every.map(Duration::from_millis)
}

fn tests(source: &str, table: &mut Table<'_, '_>, then: Option<&Then>) -> Vec<Test> {
    let Some(value) = table.value("test") else { return Vec::new() };
    let span = value.span();
    let Some(array) = value.get_ref().as_array() else {
        table.wrong_type("test", "a list of tables, each begun with a line `[[rule.test]]`", &span);
        return Vec::new();
    };
    let inner: Vec<(Option<&DeTable<'_>>, Range<usize>)> =
        array.iter().map(|value| (value.get_ref().as_table(), value.span())).collect();
    let mut tests = Vec::new();
    for (inner, span) in inner {
        match inner {
            Some(inner) => {
                let table = Table { table: inner, header: header(source, &span), complaints: &mut *table.complaints };
                tests.extend(test(table, then));
            }
            None => table.wrong_type("test", "a table", &span),
        }
    }
    tests
}

fn test(mut table: Table<'_, '_>, then: Option<&Then>) -> Option<Test> {
    table.only(&TEST_KEYS);
    if !table.has("text") {
        table.missing("text", "a test has the text of a comment");
    }
    let text = table.text("text", MAX_TEXT_CHARS);
    let expected: Vec<&str> = THENS.into_iter().chain(["nothing"]).collect();
    let hint = "what the rule does with it, as in `expect = \"hold\"`, or `\"nothing\"`";
    let expect = one_of(&mut table, "expect", &expected, hint);
    let facts = facts(&mut table);
    let ((text, _), (expect, expect_span), facts, then) = (text?, expect?, facts?, then?);
    let own = then.as_str();
    let must_fire = match expect.as_str() {
        expect if expect == own => true,
        "nothing" => false,
        // A comment that no rule holds is published.
        "publish" => false,
        _ => {
            let message = format!("this rule leads to {own} or to nothing, never to {expect}");
            let hint = Some(format!("expect \"{own}\" or \"nothing\""));
            table.complain(ComplaintCode::ImpossibleTest, &expect_span, message, hint);
            return None;
        }
    };
    Some(Test { text, facts, must_fire, expect_span })
}

/// Signals by name; `None` when one of them is wrong.
fn facts(table: &mut Table<'_, '_>) -> Option<Vec<(Slot, Value<'static>)>> {
    let Some(value) = table.value("facts") else { return Some(Vec::new()) };
    let span = value.span();
    let Some(inner) = value.get_ref().as_table() else {
        table.wrong_type("facts", "a table of signals, as in `{ \"author.published\" = 3 }`", &span);
        return None;
    };
    let mut flat = Vec::new();
    flatten(inner, "", &mut flat);
    let before = table.complaints.len();
    let mut facts = Vec::new();
    for (name, key_span, value, value_span) in flat {
        let Some(slot) = Slot::named(&name) else {
            let near = nearest(&name, SIGNALS.iter().map(|signal| signal.name));
            let hint = near.map(|near| format!("did you mean `{near}`?"));
            table.complain(ComplaintCode::UnknownSignal, &key_span, format!("there is no signal `{name}`"), hint);
            continue;
        };
        if name == "text.content" {
            let hint = Some("write it as the test's `text`".to_owned());
            table.complain(ComplaintCode::BadValue, &key_span, "the text is no fact".to_owned(), hint);
            continue;
        }
        match given(slot.signal().kind, value) {
            Some(value) => facts.push((slot, value)),
            None => {
                let kind = slot.signal().kind;
                let message = format!("`{name}` is of type {kind}");
                let hint = Some(format!("write it as in `\"{name}\" = {}`", example(kind)));
                table.complain(ComplaintCode::BadValue, &value_span, message, hint);
            }
        }
    }
    (table.complaints.len() == before).then_some(facts)
}

type Flat<'t> = (String, Range<usize>, &'t DeValue<'t>, Range<usize>);

/// `{ "a.b" = 1 }` and `{ a.b = 1 }` are the same.
fn flatten<'t>(table: &'t DeTable<'t>, prefix: &str, flat: &mut Vec<Flat<'t>>) {
    for (key, value) in table {
        let name = if prefix.is_empty() { key.get_ref().to_string() } else { format!("{prefix}.{}", key.get_ref()) };
        match value.get_ref() {
            DeValue::Table(inner) => flatten(inner, &name, flat),
            other => flat.push((name, key.span(), other, value.span())),
        }
    }
}

/// How a fact of a type is written.
pub(super) const fn example(kind: Type) -> &'static str {
    match kind {
        Type::Bool => "true",
        Type::Int => "1",
        Type::Double => "0.9",
        Type::String => "\"…\"",
        Type::Duration => "\"36h\"",
        Type::StringList => "[\"…\"]",
    }
}

/// A fact as the signal's type; `None` when it is of another.
fn given(kind: Type, value: &DeValue<'_>) -> Option<Value<'static>> {
    match kind {
        Type::Bool => value.as_bool().map(Value::Bool),
        Type::Int => whole(value).map(Value::Int),
        Type::Double => fraction(value).map(Value::Double),
        Type::String => value.as_str().map(|text| Value::Text(Cow::Owned(text.to_owned()))),
        Type::Duration => value.as_str().and_then(millis).map(Value::Duration),
        Type::StringList => {
            let members =
                value.as_array()?.iter().map(|member| Some(Cow::Owned(member.get_ref().as_str()?.to_owned())));
            members.collect::<Option<Vec<_>>>().map(Value::Texts)
        }
    }
}
