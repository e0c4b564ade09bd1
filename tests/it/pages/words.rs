//! Every word that a page asks for is there, and none lies about unused.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use belowline::kernel::Words;

use super::lint::{files, templates};

/// Keys in `text` behind one of `calls`.
fn keys_behind<'a>(text: &'a str, calls: &[&str]) -> BTreeSet<&'a str> {
    calls.iter().flat_map(|call| text.split(call).skip(1).filter_map(|rest| rest.split('"').next())).collect()
}

/// String literals in a Rust file that are shaped like keys, its tests left out.
fn literals(source: &str) -> BTreeSet<&str> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    code.split('"').skip(1).step_by(2).filter(|text| is_key(text)).collect()
}

fn is_key(text: &str) -> bool {
    text.contains('-')
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

fn sources(below: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(below);
    files(&folder).iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

const RULES: [&str; 7] = ["length", "links", "repeat", "premoderation", "linked-to-banned", "word-list", "fault"];

const CALLS: &[&str] = &["frame.t(\"", "frame.n(\"", "frame.with(\"", "frame.with2(\"", "action_label(frame, \""];

#[test]
fn every_word_that_a_page_asks_for_is_there() {
    let words = Words::british();
    for (name, text) in templates() {
        for key in keys_behind(&text, CALLS) {
            assert!(words.has(key), "{name} asks for {key}");
        }
    }
    for source in sources("src/http/pages/views").iter().chain(&sources("src/http/pages")) {
        for key in literals(source) {
            assert!(words.has(key), "a view asks for {key}");
        }
    }
}

#[test]
fn no_word_lies_about_unused() {
    let (templates, sources) = (templates(), sources("src/http"));
    let mut used: BTreeSet<&str> = templates.iter().flat_map(|(_, text)| keys_behind(text, CALLS)).collect();
    used.extend(sources.iter().flat_map(|source| literals(source)));
    // What a finding says is asked for by the name of its rule.
    let findings: Vec<String> =
        RULES.iter().flat_map(|rule| [format!("finding-{rule}"), format!("finding-{rule}-moderator")]).collect();
    used.extend(findings.iter().map(String::as_str));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales/en-GB/pages.ftl");
    let file = fs::read_to_string(file).unwrap();
    let unused: Vec<&str> = file
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(key, _)| key)
        .filter(|key| is_key(key) && !used.contains(key))
        // Named after the rules that find something, and asked for by those names.
        .filter(|key| !key.starts_with("finding-"))
        .collect();
    assert!(unused.is_empty(), "{unused:?}");
}
