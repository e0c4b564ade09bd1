//! Stored pictures of wrong rules, and what the command says of them.
//!
//! Every `golden/*.toml` is wrong in one way; `.txt` beside it is what its author reads, `.json` what a program does.
//! `UPDATE_GOLDEN=1` writes them anew.

use std::path::{Path, PathBuf};

use belowline::rules::classifier::Scores;
use belowline::rules::rule_file::{as_json, check, no_engine, picture};
use belowline::rules::signals::ListFacts;
use serde_json::json;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/rules").join(name)
}

/// What is wrong with the picture at `path`, if it is not `actual`.
fn difference(path: &Path, actual: &str) -> Option<String> {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, actual).unwrap();
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    (expected != actual).then(|| format!("{}:\n{actual}\ninstead of\n{expected}", path.display()))
}

#[test]
fn every_wrong_rule_is_refused_as_in_its_picture() {
    let mut files: Vec<_> = std::fs::read_dir(folder("golden")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    assert!(files.len() >= 40, "only {} wrong rules", files.len());
    let mut wrong = Vec::new();
    for path in files {
        let source = std::fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let complaints = check(&source, &no_engine).expect_err(name);
        let pictures: Vec<_> = complaints.iter().map(|complaint| picture(name, &source, complaint)).collect();
        let data: Vec<_> = complaints.iter().map(|complaint| as_json(&source, complaint)).collect();
        wrong.extend(difference(&path.with_extension("txt"), &pictures.join("\n")));
        let data = serde_json::to_string_pretty(&data).unwrap() + "\n";
        wrong.extend(difference(&path.with_extension("json"), &data));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn rules_that_are_right_pass_with_their_tests() {
    let source = std::fs::read_to_string(folder("right/everything.toml")).unwrap();
    let checked = check(&source, &no_engine).unwrap_or_else(|complaints| {
        let pictures: Vec<_> =
            complaints.iter().map(|complaint| picture("everything.toml", &source, complaint)).collect();
        panic!("{}", pictures.join("\n"))
    });
    assert_eq!((checked.rules.len(), checked.test_count()), (6, 10));
    let ids: Vec<_> = checked.rules.iter().map(|rule| &*rule.id).collect();
    assert_eq!(ids, ["newcomers-links", "shouting", "courts", "campaign", "too-fast", "list-and-model"]);
}

#[test]
fn tests_are_judged_by_the_list_and_the_classifier_at_hand() {
    let source = r#"
[[rule]]
id = "a"
clause = "no-abuse"
when = "list.strong > 0 || classifier.abusive > 0.9"
then = "hold"
mode = "live"

[[rule.test]]
text = "what a numpty"
expect = "hold"

[[rule.test]]
text = "what a day"
expect = "nothing"
"#;
    let engine = |text: &str| {
        let list = ListFacts { strong_count: u32::from(text.contains("numpty")), ..ListFacts::default() };
        (Some(list), Some(Scores { abusive: 0.1, hateful: 0.0, threshold: 1.0 }))
    };
    assert_eq!(check(source, &engine).unwrap().test_count(), 2);
    assert_eq!(check(source, &no_engine).unwrap_err().len(), 2);
}

#[test]
fn complaints_are_data_with_a_place() {
    let source = "[[rule]]\nid = \"a\"\nclause = \"c\"\nwhen = 'text.lenght > 5'\nthen = \"hold\"\nmode = \"live\"\n";
    let complaints = check(source, &no_engine).unwrap_err();
    let expected = json!([{
        "code": "unknown_signal",
        "message": "there is no signal `text.lenght`",
        "line": 4,
        "column": 9,
        "hint": "did you mean `text.length`?",
    }]);
    assert_eq!(json!(complaints.iter().map(|it| as_json(source, it)).collect::<Vec<_>>()), expected);
}
