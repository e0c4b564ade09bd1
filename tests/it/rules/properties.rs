//! What holds for every text.

use std::time::Duration;

use belowline::rules::{
    FaultCode, Outcome, RecentText, RuleSet, RuleSetSource, Severity, Verdict, WordListEntry, WordListSource, evaluate,
    text_fingerprint,
};
use proptest::prelude::*;

use super::{facts, rules, source};

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "(tw[i1]t|d\u{200b}ick|a55hat|https://a\\.b|you.?re fini[sѕ]hed|twoo|[ .\n]|é|🅰|\\PC){0,40}",
        "[a-z@$0-9 ]{0,420}",
    ]
}

proptest! {
    #[test]
    fn every_text_gets_a_verdict_whose_spans_lie_in_it(text in texts(), is_premoderated: bool) {
        let mut facts = facts(&text);
        facts.story.is_premoderated = is_premoderated;
        let verdict = evaluate(&rules(), &facts);
        let mut strongest = if verdict.faults.is_empty() { Outcome::Publish } else { Outcome::Hold };
        for finding in &verdict.findings {
            strongest = strongest.max(finding.outcome);
            let mut before = 0;
            for span in &finding.spans {
                prop_assert!(text.get(span.start..span.end).is_some_and(|marked| !marked.is_empty()));
                prop_assert!(span.start >= before);
                before = span.end;
            }
        }
        prop_assert_eq!(verdict.outcome, strongest);
        prop_assert_eq!(evaluate(&rules(), &facts), verdict);
    }

    #[test]
    fn more_entries_never_make_the_outcome_milder(text in texts(), extra in "[a-z]{2,6}", at in 0_usize..100) {
        let words: Vec<&str> = text.split_whitespace().collect();
        let known = words.get(at.checked_rem(words.len()).unwrap_or(0)).copied().unwrap_or(&extra).to_owned();
        let mut more = source();
        more.word_list.entries.push(WordListEntry::new(known, Severity::Severe));
        if let Ok(more) = RuleSet::compile(more) {
            let facts = facts(&text);
            let (before, after) = (evaluate(&rules(), &facts), evaluate(&more, &facts));
            prop_assert!(after.outcome >= before.outcome);
        }
    }

    #[test]
    fn a_verdict_and_its_facts_can_be_stored_and_read_again(text in texts()) {
        let mut facts = facts(&text);
        let at = facts.now.minus(Duration::from_secs(5));
        facts.author.recent_texts.push(RecentText { fingerprint: text_fingerprint(&text), at });
        let verdict = evaluate(&rules(), &facts);
        let stored = serde_json::to_string(&(&facts, &verdict)).unwrap();
        let (facts_again, verdict_again): (belowline::rules::Facts, Verdict) = serde_json::from_str(&stored).unwrap();
        prop_assert_eq!(&verdict_again, &verdict);
        prop_assert_eq!(evaluate(&rules(), &facts_again), verdict);
    }
}

#[test]
fn a_rule_that_faults_holds_and_is_named() {
    let rules = RuleSet::compile(RuleSetSource { max_judged_chars: 10, ..source() }).unwrap();
    let verdict = evaluate(&rules, &facts("Perfectly innocent."));
    assert_eq!(verdict.outcome, Outcome::Hold);
    assert!(verdict.findings.is_empty());
    let faults: Vec<_> = verdict.faults.iter().map(|fault| (fault.rule.as_ref(), fault.code)).collect();
    assert_eq!(faults, ["links", "repeat", "word-list"].map(|rule| (rule, FaultCode::TooLongToJudge)));
}

#[test]
fn a_fault_does_not_soften_a_rejection() {
    let rules = RuleSet::compile(RuleSetSource { max_judged_chars: 10, ..source() }).unwrap();
    let verdict = evaluate(&rules, &facts(&"x".repeat(201)));
    assert_eq!(verdict.outcome, Outcome::Reject);
    assert_eq!(verdict.faults.len(), 3);
}

#[test]
fn the_version_follows_the_content_and_nothing_else() {
    assert_eq!(rules().version(), rules().version());
    let mut moved = source();
    moved.word_list = WordListSource::from_toml(&format!("# moved down\n{}", super::WORD_LIST)).unwrap();
    assert_eq!(RuleSet::compile(moved).unwrap().version(), rules().version());
    let other = RuleSetSource { max_judged_chars: 401, ..source() };
    assert_ne!(RuleSet::compile(other).unwrap().version(), rules().version());
}

#[test]
fn findings_are_written_as_the_contract_says() {
    let verdict = evaluate(&rules(), &facts("What a tw1t!"));
    let json = serde_json::to_value(&verdict).unwrap();
    assert_eq!(json["outcome"], "hold");
    assert_eq!(json["findings"][0]["rule"], "word-list");
    assert_eq!(json["findings"][0]["version"], 3);
    assert_eq!(json["findings"][0]["clause"], "no-abuse");
    assert_eq!(json["findings"][0]["spans"], serde_json::json!([[7, 11]]));
    assert_eq!(json["faults"], serde_json::json!([]));
}

/// Ten thousand entries, many with the same first word, against texts made to be slow: a bound on the work, since a
/// quadratic search would take minutes.
#[test]
fn a_long_list_and_a_hostile_text_stay_cheap() {
    let entry = |text: String| WordListEntry {
        exceptions: vec![format!("aa {text}"), format!("{text} aa")],
        ..WordListEntry::new(text, Severity::Strong)
    };
    let mut entries: Vec<_> = (0..5_000).map(|n| entry(format!("aa bb{n}"))).collect();
    entries.extend((1..=7).map(|n| entry(["aa"; 7][..n].join(" "))));
    entries.extend((0..4_993).map(|n| entry(format!("qq{n}"))));
    let word_list = WordListSource { version: 1, entries };
    let rules = RuleSet::compile(RuleSetSource { word_list, ..RuleSetSource::default() }).unwrap();
    for text in ["aa ".repeat(6_666), "aa bb1 ".repeat(2_800), "1".repeat(20_000), "@ ".repeat(10_000)] {
        let verdict = evaluate(&rules, &facts(&text));
        assert!(verdict.faults.is_empty());
    }
}
