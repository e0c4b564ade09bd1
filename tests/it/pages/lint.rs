//! What no template may do.

use std::fs;
use std::path::{Path, PathBuf};

/// Every template, with its path below `templates/`.
pub(super) fn templates() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    files(&root)
        .into_iter()
        .map(|path| (path.strip_prefix(&root).unwrap().display().to_string(), fs::read_to_string(&path).unwrap()))
        .collect()
}

/// Every file in `folder` and below it, by name.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// The template without what the engine takes out: expressions, statements, remarks.
fn markup(template: &str) -> String {
    let mut rest = template;
    let mut kept = String::new();
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        kept.push_str(before);
        let end = match from.get(..2) {
            Some("{{") => from.find("}}"),
            Some("{%") => from.find("%}"),
            Some("{#") => from.find("#}"),
            _ => panic!("a lone brace in {template}"),
        };
        kept.push('\u{1}');
        rest = from.get(end.unwrap() + 2..).unwrap();
    }
    kept.push_str(rest);
    kept
}

/// What is wrong with `template`; nothing when it is as it should be.
fn complaints(template: &str) -> Vec<String> {
    let mut found = Vec::new();
    if template.replace(' ', "").contains("|safe")
        || template.contains("escape \"none\"")
        || template.contains("{% filter")
    {
        found.push("something goes past escaping".to_owned());
    }
    let markup = markup(template);
    let mut text = markup.as_str();
    while let Some(at) = text.find('<') {
        visible(text.get(..at).unwrap(), &mut found);
        if text.get(at..).unwrap().starts_with("<kbd>") {
            // What stands on a key is the same in every language.
            text = text.split_once("</kbd>").unwrap().1;
            continue;
        }
        let end = text.get(at..).unwrap().find('>').unwrap_or_else(|| panic!("an open tag in {text}")) + at;
        tag(text.get(at + 1..end).unwrap(), &mut found);
        text = text.get(end + 1..).unwrap();
    }
    visible(text, &mut found);
    found
}

/// Text between tags may hold no word: words come from Fluent.
fn visible(text: &str, found: &mut Vec<String>) {
    if text.trim_matches(|c: char| c.is_whitespace() || c == '\u{1}').starts_with("aria-") {
        // A macro that writes a part of a tag.
        tag(&format!("input{text}"), found);
    } else if text.chars().any(char::is_alphabetic) {
        found.push(format!("a word of its own: {}", text.trim()));
    }
}

/// The attributes of a tag, with their values; a value without quotes is a complaint.
fn attributes<'a>(tag: &'a str, found: &mut Vec<String>) -> Vec<(&'a str, &'a str)> {
    let mut pairs = Vec::new();
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once('=') {
        let name = before.rsplit([' ', '\n', '\u{1}']).next().unwrap_or_default();
        let Some((value, next)) = after.strip_prefix('"').and_then(|after| after.split_once('"')) else {
            found.push(format!("{name}= without quotes in <{tag}>"));
            break;
        };
        pairs.push((name, value));
        rest = next;
    }
    pairs
}

fn tag(tag: &str, found: &mut Vec<String>) {
    let name = tag.split(|c: char| c.is_whitespace()).next().unwrap_or_default();
    if name == "style" || name == "base" || (name == "script" && !tag.contains(" src=\"/static/")) {
        found.push(format!("<{tag}> is not let in by the content security policy"));
    }
    for (attribute, value) in attributes(tag, found) {
        if attribute == "style" || (attribute.starts_with("on") && attribute.len() > 2) {
            found.push(format!("{attribute}= in <{name}>"));
        }
        let is_read = ["aria-label", "title", "placeholder", "alt", "data-words"].contains(&attribute);
        if is_read && value.chars().any(char::is_alphabetic) {
            found.push(format!("a word of its own in {attribute}={value}"));
        }
    }
    if tag.contains("javascript:") || tag.contains("data:") || tag.contains("//") {
        found.push(format!("<{tag}> leads out of the site"));
    }
}

#[test]
fn no_template_goes_past_escaping_or_the_content_security_policy_or_fluent() {
    let found: Vec<String> = templates()
        .iter()
        .flat_map(|(name, text)| complaints(text).into_iter().map(move |complaint| format!("{name}: {complaint}")))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_lint_sees_each_thing_that_it_forbids() {
    for bad in [
        "<p>{{ name|safe }}</p>",
        "<p>{{ name | safe }}</p>",
        "<p style=\"color:red\">{{ x }}</p>",
        "<a href=\"/\" onclick=\"x()\">{{ x }}</a>",
        "<script>{{ x }}</script>",
        "<script src=\"https://cdn.example/x.js\"></script>",
        "<p>Hello {{ name }}</p>",
        "<button aria-label=\"Close\">{{ x }}</button>",
        "<a href={{ x }}>{{ x }}</a>",
        "<a href=\"javascript:x\">{{ x }}</a>",
    ] {
        assert!(!complaints(bad).is_empty(), "{bad}");
    }
    assert!(complaints("<p class=\"a\">{{ frame.t(\"x\") }} <b>·</b></p>").is_empty());
}

#[test]
fn the_style_sheet_and_the_script_are_small_and_fetch_nothing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("static");
    for (file, most) in [("belowline.css", 25_000), ("belowline.js", 8_000)] {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        assert!(text.len() < most, "{file} has {} bytes", text.len());
        for forbidden in ["url(", "@import", "http:", "https:", "innerHTML", "insertAdjacentHTML", "eval("] {
            assert!(!text.contains(forbidden), "{file} has {forbidden}");
        }
    }
}
