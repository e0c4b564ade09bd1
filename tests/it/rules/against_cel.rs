//! What holds for every condition: it never panics, and where CEL has an answer ours is the same.

use belowline::kernel::Timestamp;
use belowline::rules::Facts;
use belowline::rules::language::{MAX_COST, compile};
use belowline::rules::rule_file::{check, no_engine};
use belowline::rules::signals::{SIGNALS, Signals, Slot, Sources, Type, Value};
use cel::{Context, Program as CelProgram, Value as CelValue};
use proptest::prelude::*;

fn facts(text: &str) -> Facts {
    Facts { text: text.to_owned(), ..Facts::nobody(Timestamp::from_millis(0)) }
}

/// Every signal of the catalogue that the generated conditions ask, and some that they may be given.
fn filled<'a>(facts: &'a Facts, numbers: &[i64; 3], share: f64) -> Signals<'a> {
    let slots: Vec<Slot> = SIGNALS.iter().filter_map(|signal| Slot::named(signal.name)).collect();
    let mut signals = Signals::of(Sources { facts, list: None, classifier: None }, &slots);
    let mut set = |name: &str, value| signals.set(Slot::named(name).unwrap(), value);
    set("author.published", Value::Int(numbers[0]));
    set("author.strikes", Value::Int(numbers[1]));
    set("story.comments", Value::Int(numbers[2]));
    set("classifier.abusive", Value::Double(share));
    set("story.section", Value::Text("News".into()));
    signals
}

/// The same signals for the `cel` crate: a map for each group.
fn context(signals: &Signals<'_>) -> Context<'static, 'static> {
    let mut context = Context::default();
    let mut groups: std::collections::BTreeMap<&str, std::collections::HashMap<String, CelValue>> =
        std::collections::BTreeMap::new();
    for signal in SIGNALS.iter() {
        let (group, name) = signal.name.split_once('.').unwrap();
        let value = match signals.value(Slot::named(signal.name).unwrap()) {
            Some(Value::Bool(value)) => CelValue::Bool(value),
            Some(Value::Int(value)) => CelValue::Int(value),
            Some(Value::Double(value)) => CelValue::Float(value),
            Some(Value::Text(value)) => CelValue::String(std::sync::Arc::new(value.into_owned())),
            Some(Value::Texts(values)) => {
                let texts = values.into_iter().map(|text| CelValue::String(std::sync::Arc::new(text.into_owned())));
                CelValue::List(std::sync::Arc::new(texts.collect()))
            }
            Some(Value::Duration(_)) | None => continue,
        };
        groups.entry(group).or_default().insert(name.to_owned(), value);
    }
    for (group, map) in groups {
        context.add_variable_from_value(group, map);
    }
    context
}

fn int() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("text.links".to_owned()),
        Just("text.words".to_owned()),
        Just("author.published".to_owned()),
        Just("author.strikes".to_owned()),
        Just("story.comments".to_owned()),
        Just("size(text.hosts)".to_owned()),
        Just("size(story.section)".to_owned()),
        (-4_i64..12).prop_map(|number| number.to_string()),
    ];
    leaf.prop_recursive(3, 12, 2, |inner| {
        prop_oneof![
            (inner.clone(), prop::sample::select(vec!["+", "-", "*", "/", "%"]), inner.clone())
                .prop_map(|(left, operator, right)| format!("({left} {operator} {right})")),
            inner.prop_map(|inner| format!("(-{inner})")),
        ]
    })
}

fn double() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("classifier.abusive".to_owned()),
        Just("text.capitals".to_owned()),
        prop::sample::select(vec!["0.0", "0.25", "0.5", "1.0", "2.5"]).prop_map(str::to_owned),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        (inner.clone(), prop::sample::select(vec!["+", "-", "*"]), inner)
            .prop_map(|(left, operator, right)| format!("({left} {operator} {right})"))
    })
}

fn condition() -> impl Strategy<Value = String> {
    let compare = || prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]);
    let section = prop::sample::select(vec!["News", "Sport", "N"]);
    let leaf = prop_oneof![
        4 => (int(), compare(), int()).prop_map(|(left, compare, right)| format!("({left} {compare} {right})")),
        2 => (double(), compare(), double()).prop_map(|(left, compare, right)| format!("({left} {compare} {right})")),
        1 => (int(), compare(), double()).prop_map(|(left, compare, right)| format!("({left} {compare} {right})")),
        1 => section.clone().prop_map(|section| format!("(story.section == \"{section}\")")),
        1 => section.clone().prop_map(|section| format!("story.section.startsWith('{section}')")),
        1 => section.prop_map(|section| format!("(story.section in [\"{section}\", \"Courts\"])")),
        1 => (int(), 0_i64..4).prop_map(|(left, member)| format!("({left} in [{member}, 7])")),
        1 => Just("text.hosts.exists(h, h.endsWith(\".example\"))".to_owned()),
        1 => Just("text.hosts.all(h, h.contains(\"a\") || author.strikes > 1)".to_owned()),
        1 => Just("(\"a.example\" in text.hosts)".to_owned()),
        1 => Just("text.content.contains(\"now\")".to_owned()),
        1 => Just("author.is_staff".to_owned()),
        1 => Just("author.first_comment".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(left, right)| format!("({left} && {right})")),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| format!("({left} || {right})")),
            inner.clone().prop_map(|inner| format!("!{inner}")),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
        ]
    })
}

/// Pieces of the language, in any order.
fn scraps() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "text.links",
        "text.hosts",
        "author.is_staff",
        "story.age",
        "duration(\"1h\")",
        "&&",
        "||",
        "!",
        "==",
        "<",
        ">=",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        "?",
        ":",
        ".",
        "+",
        "-",
        "*",
        "/",
        "%",
        "in",
        "1",
        "0",
        "2.5",
        "1e400",
        "\"a\"",
        "'",
        "\"",
        "\\",
        "exists",
        "all",
        "map",
        "h",
        "size",
        "matches",
        "\"(?i)a+\"",
        "has",
        "null",
        "true",
        "u",
        "\n",
        "//",
        "é",
        "\u{202e}",
        "💥",
        "`",
        "$",
        "9223372036854775807",
        "-9223372036854775808",
        "[0]",
        "dyn",
        "type",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #[test]
    fn any_source_is_compiled_or_refused_with_places_in_it(
        source in prop_oneof![any::<String>(), scraps(), condition(), "[a-z.()&|!<>= \"'0-9\\[\\]?:,+*/%-]{0,200}"],
        text in any::<String>(),
    ) {
        match compile(&source) {
            Ok(program) => {
                prop_assert!(program.cost() <= MAX_COST);
                let facts = facts(&text);
                let signals = filled(&facts, &[1, 2, 3], 0.5);
                let _ = program.ask(&signals);
                for span in program.places(&signals) {
                    prop_assert!(text.get(span.start..span.end).is_some_and(|marked| !marked.is_empty()));
                }
            }
            Err(complaints) => {
                prop_assert!(!complaints.is_empty());
                for complaint in complaints {
                    prop_assert!(source.get(complaint.span.clone()).is_some(), "{complaint:?}");
                }
            }
        }
    }

    #[test]
    fn any_file_is_read_or_refused(
        file in prop_oneof![
            any::<String>(),
            scraps().prop_map(|when| format!("[[rule]]\nid = 'a'\nclause = 'b'\nwhen = '''{when}'''\nthen = 'hold'\nmode = 'live'\n")),
            "(\\[\\[rule\\]\\]\n|\\[\\[rule.test\\]\\]\n|(id|when|then|mode|text|facts|expect|tag|every) = (\"[a-z.>0 ]{0,9}\"|3|\\{ a.b = 1 \\}|\\[\\])\n){0,12}",
        ],
    ) {
        if let Err(complaints) = check(&file, &no_engine) {
            for complaint in complaints {
                let picture = belowline::rules::rule_file::picture("f", &file, &complaint);
                prop_assert!(picture.contains('^'));
            }
        }
    }

    #[test]
    fn every_answer_is_the_one_of_cel(
        condition in condition(),
        numbers in [0_i64..9, 0_i64..4, 0_i64..30],
        share in prop::sample::select(vec![0.0, 0.3, 0.5, 0.9, 1.0]),
        text in prop::sample::select(vec![
            "", "now", "see https://a.example now", "SEE www.b.example AND http://c.test/x", "plain words, no capitals",
        ]),
    ) {
        let facts = facts(text);
        let signals = filled(&facts, &numbers, share);
        // What can only turn out one way is refused here, and needs no answer.
        if let Ok(program) = compile(&condition)
            && let Ok(CelValue::Bool(theirs)) = CelProgram::compile(&condition).unwrap().execute(&context(&signals))
        {
            // Where ours faults and CEL's does not, it divided a fraction by nought.
            prop_assert_eq!(program.ask(&signals), Ok(theirs), "{}", condition);
        } else if let Err(complaints) = compile(&condition) {
            for complaint in complaints {
                let code = complaint.code.as_str();
                let is_sense = matches!(
                    code.as_str(),
                    "always_true" | "never_true" | "division_by_zero" | "overflow" | "too_costly" | "too_deep"
                );
                prop_assert!(is_sense, "{condition}: {code} {}", complaint.message);
                prop_assert!(is_true_of_cel(&code, &condition[complaint.span.clone()], &signals), "{condition}: {code}");
            }
        }
    }
}

/// Whether CEL agrees that a part can only turn out one way; what it cannot answer is let pass.
fn is_true_of_cel(code: &str, part: &str, signals: &Signals<'_>) -> bool {
    let Ok(program) = CelProgram::compile(part) else { return true };
    match (code, program.execute(&context(signals))) {
        ("always_true", Ok(CelValue::Bool(answer))) => answer,
        ("never_true", Ok(CelValue::Bool(answer))) => !answer,
        _ => true,
    }
}

#[test]
fn signals_of_every_type_are_asked() {
    for kind in [Type::Bool, Type::Int, Type::Double, Type::String, Type::StringList, Type::Duration] {
        assert!(SIGNALS.iter().any(|signal| signal.kind == kind), "{kind}");
    }
}
