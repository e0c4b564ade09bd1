//! What conditions mean.

use super::*;
use crate::kernel::Timestamp;
use crate::rules::facts::Facts;
use crate::rules::signals::{SIGNALS, Sources, Value};

fn facts(text: &str) -> Facts {
    Facts { text: text.to_owned(), ..Facts::nobody(Timestamp::from_millis(0)) }
}

fn signals<'a>(facts: &'a Facts, given: &[(&str, Value<'a>)]) -> Signals<'a> {
    let slots: Vec<Slot> = SIGNALS.iter().filter_map(|signal| Slot::named(signal.name)).collect();
    let mut signals = Signals::of(Sources { facts, list: None, classifier: None }, &slots);
    for (name, value) in given {
        signals.set(Slot::named(name).unwrap(), value.clone());
    }
    signals
}

fn asked(source: &str, text: &str, given: &[(&str, Value<'_>)]) -> Result<bool, RuleFault> {
    let facts = facts(text);
    let program = compile(source).unwrap_or_else(|complaints| panic!("{source}: {complaints:?}"));
    program.ask(&signals(&facts, given))
}

fn marked(source: &str, text: &str) -> Vec<String> {
    let facts = facts(text);
    let signals = signals(&facts, &[]);
    let program = compile(source).unwrap();
    assert_eq!(program.ask(&signals), Ok(true), "{source}");
    program.places(&signals).into_iter().map(|span| text[span.start..span.end].to_owned()).collect()
}

fn codes(source: &str) -> Vec<ComplaintCode> {
    compile(source).map_or_else(|complaints| complaints.into_iter().map(|it| it.code).collect(), |_| Vec::new())
}

#[test]
fn conditions_say_what_they_seem_to_say() {
    let text = "SEE https://a.example and http://b.example/x, now!!!";
    for (source, expected) in [
        ("text.links == 2 && text.punctuation_run >= 3", true),
        ("text.links > 2 || text.capitals > 0.9", false),
        ("!(text.links < 2)", true),
        ("text.links * 2 + 1 == 5 && text.links % 2 == 0 && text.links / 2 == 1 && -text.links < 0", true),
        ("text.links > 1.5 && text.capitals * 2 < text.links", true),
        (r#"text.hosts.exists(h, h.startsWith("b."))"#, true),
        (r#"text.hosts.all(h, h.endsWith(".example"))"#, true),
        (r#""a.example" in text.hosts && !("c.example" in text.hosts)"#, true),
        (r#"text.hosts.all(h, h in ["a.example"])"#, false),
        (r#"text.content.contains("now") && text.content.matches("(?i)^see\\b")"#, true),
        ("text.links in [1, 2] && size(text.hosts) == 2", true),
        ("(text.links > 1 ? text.words : 0) == 3", true),
        ("author.first_comment != author.is_staff", true),
        ("text.content.size() == text.length", true),
        (r#"["a.example", "z.example"].exists(wanted, wanted in text.hosts)"#, true),
        (r#"text.hosts.exists(h, text.hosts.exists(o, o != h && o.endsWith(".example")))"#, true),
    ] {
        assert_eq!(asked(source, text, &[]), Ok(expected), "{source}");
    }
}

#[test]
fn spans_of_time_are_compared_with_spans_of_time() {
    let age = [("story.age", Value::Duration(90 * 60_000))];
    assert_eq!(asked(r#"story.age > duration("1h") && story.age < duration("1h31m")"#, "", &age), Ok(true));
    assert_eq!(asked(r#"story.age - duration("30m") == duration("1h")"#, "", &age), Ok(true));
    assert_eq!(codes("story.age > 48"), [ComplaintCode::TypeMismatch]);
}

#[test]
fn a_missing_signal_faults_only_where_the_answer_depends_on_it() {
    let strikes = RuleFault::Missing(Slot::named("author.strikes").unwrap());
    assert_eq!(asked("author.strikes > 1 && text.links > 0", "no link", &[]), Ok(false));
    assert_eq!(asked("text.links > 0 && author.strikes > 1", "no link", &[]), Ok(false));
    assert_eq!(asked("author.strikes > 1 || text.words > 0", "a word", &[]), Ok(true));
    assert_eq!(asked("author.strikes > 1 || text.links > 0", "no link", &[]), Err(strikes));
    assert_eq!(asked("!(author.strikes > 1)", "no link", &[]), Err(strikes));
    let hosts = r#"text.hosts.exists(h, author.strikes > 1 || h == "a.example")"#;
    assert_eq!(asked(hosts, "www.b.example www.a.example", &[]), Ok(true));
    assert_eq!(asked(hosts, "www.b.example", &[]), Err(strikes));
    assert_eq!(asked(hosts, "no link", &[]), Ok(false));
}

#[test]
fn what_cannot_be_computed_is_a_fault() {
    assert_eq!(asked("10 / text.links > 1", "no link", &[]), Err(RuleFault::DivisionByZero));
    assert_eq!(asked("10 % text.links == 1", "no link", &[]), Err(RuleFault::DivisionByZero));
    assert_eq!(asked("1.0 / text.capitals > 2", "no capital", &[]), Err(RuleFault::DivisionByZero));
    assert_eq!(asked("9223372036854775807 + text.words > 0", "a word", &[]), Err(RuleFault::Overflow));
    assert_eq!(codes("text.links / 0 > 1"), [ComplaintCode::DivisionByZero]);
    assert_eq!(codes("text.links > 9223372036854775807 + 1"), [ComplaintCode::Overflow]);
}

#[test]
fn what_made_it_true_is_marked_and_nothing_else() {
    let text = "SEE https://a.example and http://b.example/x, now!!!";
    assert_eq!(marked("text.links > 1 || text.capitals > 0.9", text), ["https://a.example", "http://b.example/x"]);
    assert_eq!(marked("text.links > 1 && text.punctuation_run > 2", text).last().unwrap(), "!!!");
    assert_eq!(marked("text.links < 5", text), [""; 0]);
    assert_eq!(marked("!(text.links < 2)", text).len(), 2);
    assert_eq!(marked(r#"text.hosts.exists(h, h.startsWith("b"))"#, text), ["http://b.example/x"]);
    assert_eq!(marked(r#""a.example" in text.hosts"#, text), ["https://a.example"]);
    assert_eq!(marked(r#"text.content.matches("n[a-z]w") && text.content.contains("SEE")"#, text), ["SEE", "now"]);
    assert_eq!(marked("text.links + text.emails > 1", text).len(), 2);
    assert_eq!(marked("text.words > 1 && author.first_comment", text), [""; 0]);
}

#[test]
fn what_can_only_turn_out_one_way_is_refused() {
    use ComplaintCode::{AlwaysTrue, NeverTrue};
    for (source, expected) in [
        ("true", AlwaysTrue),
        ("1 > 2", NeverTrue),
        ("text.links > 5 && text.links < 3", NeverTrue),
        ("text.links > 5 && text.links < 6", NeverTrue),
        ("text.links > 5 || text.links < 6", AlwaysTrue),
        ("text.links >= 0", AlwaysTrue),
        ("text.capitals > 1", NeverTrue),
        ("text.capitals > 50", NeverTrue),
        ("author.is_staff && !author.is_staff", NeverTrue),
        (r#"story.section == "News" && story.section == "Sport""#, NeverTrue),
        (r#"story.section == "News" && story.section != "News""#, NeverTrue),
        (r#"story.section in ["A", "B"] && !(story.section in ["A", "B", "C"])"#, NeverTrue),
        ("text.links == 2 && text.links != 2", NeverTrue),
        ("text.words > 3 && (text.links > 5 && (text.links < 3 || text.links == 4))", NeverTrue),
        ("text.links > 1.2 && text.links < 1.9", NeverTrue),
        ("list.worst > 3", NeverTrue),
    ] {
        assert_eq!(codes(source), [expected], "{source}");
    }
    for source in [
        "text.links > 5 && text.links < 7",
        "text.capitals >= 1",
        "text.links > 5 || text.links < 5",
        r#"story.section == "News" || story.section == "Sport""#,
        "text.links == 0",
        "author.is_staff || text.links > 1",
    ] {
        assert_eq!(codes(source), [], "{source}");
    }
}

#[test]
fn a_number_below_nought_is_shown_with_its_sign() {
    for (source, shown) in
        [("-1 in [1, 7] || text.links > 0", "-1 in [1, 7]"), ("text.links > 0 || 2 < - 0.5", "2 < - 0.5")]
    {
        let complaints = compile(source).unwrap_err();
        assert_eq!(&source[complaints[0].span.clone()], shown, "{source}");
    }
}

#[test]
fn what_could_cost_too_much_is_refused() {
    let nested = r#"text.hosts.exists(a, text.hosts.exists(b, text.hosts.exists(c, a == b && b == c)))"#;
    assert_eq!(codes(nested), [ComplaintCode::TooCostly]);
    let deep = "text.content.matches(\"a+b+c\") || ".repeat(5) + "text.content.matches(\"d\")";
    assert_eq!(codes(&deep), [], "the same pattern is asked once");
    let many: Vec<String> = (0..6).map(|n| format!("text.content.matches(\"a{n}\")")).collect();
    assert_eq!(codes(&many.join(" || ")), [ComplaintCode::TooCostly]);
    assert_eq!(codes(r#"text.content.matches("((a{99}){99}){99}")"#), [ComplaintCode::BadPattern]);
    assert_eq!(codes(r#"text.hosts.exists(a, text.hosts.exists(b, a != b))"#), []);
}

#[test]
fn the_same_condition_written_otherwise_is_the_same() {
    let canonical = |source: &str| compile(source).unwrap().canonical();
    assert_eq!(
        canonical("text.links > 2 && author.first_comment"),
        canonical("author.first_comment && (2 < text.links)")
    );
    assert_ne!(canonical("text.links > 2"), canonical("text.links >= 2"));
}
