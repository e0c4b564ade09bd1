//! What editors might write: conditions, rule files and word lists, right ones with something wrong in them.

use std::fmt::Write as _;

use belowline::rules::WordListSource;
use belowline::rules::signals::{SIGNALS, Type};

use super::dice::Dice;
use super::texts::mutate;

const PIECES: [&str; 36] = [
    "&&",
    "||",
    "!",
    "==",
    "!=",
    "<",
    ">=",
    "+",
    "-",
    "*",
    "/",
    "%",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ".",
    "?",
    ":",
    "true",
    "null",
    "\"",
    "'",
    "\"\"\"",
    "r'",
    "\\u00e9",
    "duration(\"1h\")",
    "size(",
    ".exists(x, ",
    ".matches(\"(a+)+$\")",
    "has(",
    "9223372036854775807",
    "1e308",
];

pub(super) fn condition(dice: &mut Dice) -> String {
    let mut source = match dice.below(8) {
        0 => (0..dice.length(300)).map(|_| dice.char()).collect(),
        1 => (0..dice.length(80)).map(|_| scrap(dice)).collect::<Vec<_>>().join(" "),
        2 => nested(dice),
        3 => dice.pick(SIGNALS.as_slice()).example.to_owned(),
        _ => truth(dice, 4),
    };
    if dice.one_in(3) {
        mutate(dice, &mut source);
    }
    source
}

fn scrap(dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => dice.pick(SIGNALS.as_slice()).name.to_owned(),
        1 => dice.below(100).to_string(),
        _ => dice.pick(&PIECES).to_owned(),
    }
}

/// Brackets, signs and names within each other, deeper than any rule may be.
fn nested(dice: &mut Dice) -> String {
    let (open, close) = dice.pick(&[
        ("(", ")"),
        ("[", "]"),
        ("!", ""),
        ("-", ""),
        ("size(", ")"),
        ("a.", ""),
        ("1+", ""),
        ("a?a:", ""),
        ("{a:", "}"),
    ]);
    let depth = dice.length(4_000);
    format!("{}{}{}", open.repeat(depth), dice.pick(SIGNALS.as_slice()).name, close.repeat(depth))
}

/// A condition that is mostly of the right types.
fn truth(dice: &mut Dice, depth: u32) -> String {
    let compare = dice.pick(&["==", "!=", "<", "<=", ">", ">="]);
    match if depth == 0 { dice.below(4) } else { dice.below(8) } {
        0 => format!("{} {compare} {}", signal(dice, Type::Int), number(dice, depth)),
        1 => format!("{} {compare} 0.{}", signal(dice, Type::Double), dice.below(1_000)),
        2 => format!("{}.contains(\"{}\")", signal(dice, Type::String), dice.pick(&["a", "News", "é", "", "\\n"])),
        3 => format!("{}.exists(m, m.startsWith(\"{}\"))", signal(dice, Type::StringList), dice.below(9)),
        4 => format!("({} && {})", truth(dice, depth - 1), truth(dice, depth - 1)),
        5 => format!("({} || {})", truth(dice, depth - 1), truth(dice, depth - 1)),
        6 => format!("!({})", truth(dice, depth - 1)),
        _ => format!("({} ? {} : {})", truth(dice, depth - 1), truth(dice, depth - 1), truth(dice, depth - 1)),
    }
}

fn number(dice: &mut Dice, depth: u32) -> String {
    match if depth == 0 { 0 } else { dice.below(4) } {
        0 => dice.below(200).to_string(),
        1 => signal(dice, Type::Int).to_owned(),
        2 => format!("size({})", signal(dice, Type::StringList)),
        _ => {
            let operator = dice.pick(&["+", "-", "*", "/", "%"]);
            format!("({} {operator} {})", number(dice, depth - 1), number(dice, depth - 1))
        }
    }
}

fn signal(dice: &mut Dice, kind: Type) -> &'static str {
    let fitting: Vec<&str> = SIGNALS.iter().filter(|signal| signal.kind == kind).map(|signal| signal.name).collect();
    dice.pick(&fitting)
}

pub(super) fn rule_file(dice: &mut Dice) -> String {
    let mut file = String::new();
    for number in 0..dice.length(12) {
        let when = if dice.one_in(24) { condition(dice) } else { truth(dice, 1) };
        let is_wrong = dice.one_in(24);
        let then = match is_wrong {
            true => dice.pick(&["7", "\"burn\"", "{}", "{ tag = 1 }"]),
            false => dice.pick(&["\"hold\"", "\"reject\"", "\"nudge\"", "\"publish\"", "{ tag = \"x\" }"]),
        };
        let mode = if dice.one_in(24) { "lively" } else { dice.pick(&["draft", "shadow", "live"]) };
        let _ = writeln!(file, "[[rule]]\nid = \"r{number}\"\nwhen = '''{when}'''\nthen = {then}\nmode = \"{mode}\"");
        let extra = dice.pick(&[
            "",
            "clause = \"no-abuse\"\n",
            "daily_cap = 9\n",
            "message = \"Please wait.\"\n",
            "expires_at = \"2027-01-01T00:00:00Z\"\n",
        ]);
        file.push_str(extra);
        if dice.one_in(8) {
            file.push_str(dice.pick(&[
                "daily_cap = -9\n",
                "expires_at = 2027-01-01\n",
                "[[rule.test]]\ntext = \"Hello\"\nexpect = \"hold\"\n",
                "[[rule.test]]\ntext = \"x\"\nfacts = { \"author.published\" = 0 }\nexpect = \"no\"\n",
            ]));
        }
    }
    if dice.one_in(3) {
        mutate(dice, &mut file);
    }
    file
}

pub(super) fn word_list(dice: &mut Dice, known: &WordListSource) -> String {
    let mut file = "version = 1\n".to_owned();
    for _ in 0..dice.length(40) {
        let mut text = match dice.below(6) {
            0 => (0..dice.length(30)).map(|_| dice.char()).collect(),
            1 => ["aa "; 9][..dice.index(10)].concat(),
            _ => known.entries[dice.index(known.entries.len())].text.clone(),
        };
        if dice.one_in(4) {
            mutate(dice, &mut text);
        }
        let exception = if dice.one_in(3) { format!("old {text} farm") } else { "unrelated".to_owned() };
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let severity = dice.pick(&["mild", "strong", "severe", "rude"]);
        let _ = writeln!(file, "[[entry]]\ntext = {}\nseverity = \"{severity}\"", quoted(&text));
        if dice.one_in(3) {
            let _ = writeln!(file, "exceptions = [{}]", quoted(&exception));
        }
        if dice.one_in(5) {
            let _ = writeln!(file, "forms = [{}, {}]", quoted(&text.repeat(2)), quoted(&format!("{text}s")));
        }
    }
    if dice.one_in(4) {
        mutate(dice, &mut file);
    }
    file
}
