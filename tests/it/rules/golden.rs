//! Stored pictures of verdicts: every `cases/*.in` has its `.out` beside it.
//!
//! A case begins with lines of facts (`story: pre-moderated`, `minutes ago 3: text`), then `---`, then the text, in
//! which `\u{…}` stands for what an editor would not show. `UPDATE_GOLDEN=1` writes the pictures anew.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use belowline::kernel::Words;
use belowline::rules::{Facts, RecentText, RuleSet, RuleSetSource, SourceFault, Verdict, WordListSource, evaluate};

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\u{") {
        let (hex, after) = after.split_once('}').expect("a closed escape");
        out.push_str(before);
        out.push(char::from_u32(u32::from_str_radix(hex, 16).expect("a number")).expect("a character"));
        rest = after;
    }
    out + rest
}

fn facts_of(case: &str) -> Facts {
    let (head, text) = case.split_once("---\n").expect("facts, three hyphens, text");
    let mut facts = super::facts(&unescaped(text.trim_end_matches('\n')));
    for line in head.lines() {
        if line == "story: pre-moderated" {
            facts.story.is_premoderated = true;
        } else if let Some((minutes, text)) = line.strip_prefix("minutes ago ").and_then(|rest| rest.split_once(": ")) {
            let minutes: u64 = minutes.parse().expect("minutes");
            let at = facts.now.minus(Duration::from_secs(minutes * 60));
            facts.author.recent_texts.push(RecentText { fingerprint: belowline::rules::text_fingerprint(text), at });
        } else {
            panic!("not a fact: {line}");
        }
    }
    facts
}

fn picture(facts: &Facts, verdict: &Verdict) -> String {
    let words = Words::british();
    let mut out = format!("{:?}\n", verdict.outcome).to_lowercase();
    for finding in &verdict.findings {
        let clause = finding.clause.as_ref().map_or("no clause", |clause| clause.as_str());
        let outcome = format!("{:?}", finding.outcome).to_lowercase();
        writeln!(out, "\n{}@{} {outcome} {} {clause}", finding.rule, finding.version, finding.weight).unwrap();
        for span in &finding.spans {
            let marked = facts.text.get(span.start..span.end).expect("a span between characters");
            writeln!(out, "  {}..{} {:?}", span.start, span.end, marked.chars().take(40).collect::<String>()).unwrap();
        }
        for key in [finding.author_key(), finding.moderator_key()] {
            assert!(words.has(&key), "{key} is not in the Fluent files");
            writeln!(out, "  {}", words.with(&key, &finding.arguments())).unwrap();
        }
    }
    for fault in &verdict.faults {
        writeln!(out, "\nfault {} {:?}", fault.rule, fault.code).unwrap();
    }
    out
}

fn compare(input: &Path, actual: &str) -> Result<(), String> {
    let output = input.with_extension("out");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&output, actual).expect("the picture can be written");
    }
    let expected = std::fs::read_to_string(&output).unwrap_or_default();
    if expected == actual { Ok(()) } else { Err(format!("{}:\n{actual}\ninstead of\n{expected}", input.display())) }
}

fn each_case(folder: &str, minimum: usize, picture_of: impl Fn(&str) -> String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/rules").join(folder);
    let mut cases: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.extension().is_some_and(|extension| extension == "in"));
    cases.sort();
    assert!(cases.len() >= minimum, "only {} cases", cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|path| compare(path, &picture_of(&std::fs::read_to_string(path).unwrap())).err())
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_verdict_looks_like_its_picture() {
    let rules = super::rules();
    each_case("cases", 20, |case| {
        let facts = facts_of(case);
        picture(&facts, &evaluate(&rules, &facts))
    });
}

#[test]
fn every_wrong_list_is_refused_as_in_its_picture() {
    each_case("wrong", 6, |case| {
        let faults = WordListSource::from_toml(case)
            .and_then(|word_list| RuleSet::compile(RuleSetSource { word_list, ..RuleSetSource::default() }).map(drop))
            .expect_err("a wrong list");
        faults.iter().map(|fault: &SourceFault| format!("{:?} {fault}\n", fault.code)).collect()
    });
}
