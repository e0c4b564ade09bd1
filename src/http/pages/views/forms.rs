//! What forms have in common: mistakes, clauses to choose from, addresses.

use super::moderation::Segment;
use std::borrow::Borrow;
use std::fmt;

/// One mistake in a form.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The field's name, which is also its id on the page; `None` when it is about the form as a whole.
    pub field: Option<&'static str>,
    /// What is wrong and what to do, in words.
    pub message: String,
}

/// Every mistake in a form, in the order of its fields.
#[derive(Clone, Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// The mistakes in `list`.
    #[must_use]
    pub fn new(list: Vec<Problem>) -> Self {
        Self(list)
    }

    /// Whether the form is as it should be.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        u64::try_from(self.0.len()).unwrap_or(u64::MAX)
    }

    /// One after the other.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    /// Whether something is wrong with `field`.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.0.iter().any(|problem| problem.field == Some(field))
    }

    /// What is wrong with `field`.
    pub fn of<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a Problem> {
        self.0.iter().filter(move |problem| problem.field == Some(field))
    }

    /// The ids that describe `field`: its hint, its counter and, when there are any, its mistakes.
    #[must_use]
    pub fn described_by(&self, field: &str, has_hint: impl Borrow<bool>, has_counter: impl Borrow<bool>) -> String {
        let parts = [(*has_hint.borrow(), "hint"), (*has_counter.borrow(), "left"), (self.has(field), "problem")];
        let ids: Vec<String> =
            parts.iter().filter(|(is_there, _)| *is_there).map(|(_, part)| format!("{field}-{part}")).collect();
        ids.join(" ")
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A clause of the house rules that a form offers.
#[derive(Clone, Debug)]
pub struct ClauseChoice {
    /// Its id, which the form sends.
    pub id: String,
    /// Its number in the house rules, such as "3".
    pub number: String,
    /// Its heading.
    pub heading: String,
    /// What it asks, in a sentence.
    pub summary: String,
}

impl ClauseChoice {
    /// Whether it is the one called `id`.
    #[must_use]
    pub fn is(&self, id: &str) -> bool {
        self.id == id
    }
}

/// A box to write a comment in.
#[derive(Clone, Debug)]
pub struct Compose {
    /// What has been typed so far.
    pub text: String,
    /// The most characters a comment may have.
    pub max_chars: u64,
    /// Whether a moderator reads every comment here before others do.
    pub is_premoderated: bool,
    /// What was wrong with it.
    pub problems: Problems,
    /// What its author is asked to reconsider.
    pub nudge: Option<Nudge>,
}

/// A comment whose author is asked to reconsider, before anything is stored.
#[derive(Clone, Debug)]
pub struct Nudge {
    /// What says, sent along, that the author has been asked.
    pub token: String,
    /// The comment in pieces, in order: what a rule saw is marked.
    pub segments: Vec<Segment>,
    /// Why, in the words of the rules.
    pub reasons: Vec<String>,
}

/// An address that comes from a setting or from the newspaper's CMS and is safe to follow: http, https or a path of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Href(String);

impl Href {
    /// Takes an address of the web.
    ///
    /// Anything but http and https is refused: an administrator's setting gets the same treatment as a stranger's.
    #[must_use]
    pub fn to_web(address: &str) -> Option<Self> {
        let url = url::Url::parse(address).ok()?;
        matches!(url.scheme(), "http" | "https").then(|| Self(url.into()))
    }

    /// Takes a path of this site, with its query.
    ///
    /// "//host" and "/\host" lead elsewhere and are refused.
    #[must_use]
    pub fn to_path(path: &str) -> Option<Self> {
        let is_ours = path.starts_with('/')
            && !path.starts_with("//")
            && !path.contains('\\')
            && !path.chars().any(|c| c.is_control() || c.is_whitespace());
        is_ours.then(|| Self(path.to_owned()))
    }
}

impl fmt::Display for Href {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_web_and_our_own_paths_are_addresses() {
        assert!(Href::to_web("https://paper.example/a?b=c#d").is_some());
        for bad in ["javascript:alert(1)", " \u{1}javascript:alert(1)", "data:text/html,x", "/path", "mailto:a@b.c", ""]
        {
            assert_eq!(Href::to_web(bad), None, "{bad}");
        }
        assert!(Href::to_path("/stories/sto_1?after=x#cmt_1").is_some());
        for bad in
            ["//evil.example", "/\\evil.example", "/a\\b", "https://evil.example", "", "/a\nb", "/\t/evil.example"]
        {
            assert_eq!(Href::to_path(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_field_names_what_describes_it() {
        let problems = Problems::new(vec![Problem { field: Some("body"), message: "Too long.".into() }]);
        assert_eq!(problems.described_by("body", true, true), "body-hint body-left body-problem");
        assert_eq!(problems.described_by("note", true, false), "note-hint");
        assert_eq!(problems.described_by("note", false, false), "");
    }
}
