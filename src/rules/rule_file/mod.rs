//! Rules as an editor writes them: a TOML file of `[[rule]]` tables, each with its tests.
//!
//! ```toml
//! [[rule]]
//! id = "newcomers-links"
//! clause = "no-spam"
//! when = "text.links > 0 && author.published < 3"
//! then = "hold"
//! mode = "shadow"
//!
//! [[rule.test]]
//! text = "Cheap tickets at https://tickets.example!"
//! facts = { "author.published" = 0 }
//! expect = "hold"
//! ```
//!
//! [`check`] reads a file, compiles its conditions and runs its tests; whatever is wrong is a [`Complaint`] about a place.

mod keys;
mod picture;
mod read;
mod run_tests;
mod text_map;

use std::ops::Range;
use std::sync::Arc;

use super::classifier::Scores;
use super::language::{Complaint, ComplaintCode};
use super::rule::Rule;
use super::rule_book::{BookFault, RuleBook, clashes};
use super::signals::ListFacts;

pub use picture::{Place, as_json, picture, place_of};

/// The most bytes of a file, and the most rules in it.
const MAX_BYTES: usize = 1024 * 1024;
const MAX_RULES: usize = 1_000;

/// The most complaints that are made about one file.
const MAX_COMPLAINTS: usize = 100;

/// What the list and the classifier say of a test's text; `None` for what is not at hand.
pub type Engine<'e> = dyn Fn(&str) -> (Option<ListFacts>, Option<Scores>) + 'e;

/// An engine that has neither list nor classifier: tests must give those signals as facts.
#[must_use]
pub fn no_engine(_: &str) -> (Option<ListFacts>, Option<Scores>) {
    (None, None)
}

/// A file that is right.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The rules in the file's order, each as version 1.
    pub rules: Vec<Rule>,
    /// For each rule how many tests were run.
    pub test_counts: Vec<usize>,
    /// Where the condition of each rule stands in the file.
    pub when_spans: Vec<Range<usize>>,
}

impl Checked {
    /// How many tests were run.
    #[must_use]
    pub fn test_count(&self) -> usize {
        self.test_counts.iter().sum()
    }
}

/// Reads `source`, checks every rule by itself and all together, and runs their tests with `engine`.
///
/// # Errors
/// Every complaint, in the order of the file; tests are run of the rules that are right.
pub fn check(source: &str, engine: &Engine<'_>) -> Result<Checked, Vec<Complaint>> {
    if source.len() > MAX_BYTES {
        let message = "the file is larger than a megabyte";
        return Err(vec![Complaint::new(ComplaintCode::Toml, 0..0, message)]);
    }
    let mut complaints = Vec::new();
    let read = read::file(source, &mut complaints);
    if read.len() > MAX_RULES {
        let span = read.get(MAX_RULES).map_or(0..0, |rule| rule.header.clone());
        let message = format!("a file has at most {MAX_RULES} rules");
        complaints.push(Complaint::new(ComplaintCode::BadValue, span, message).hint("make several files of it"));
    }
    for read in &read {
        complaints.extend(run_tests::run(read, engine).into_iter().flatten());
    }
    let test_counts = read.iter().map(|read| read.tests.len()).collect();
    let headers: Vec<_> = read.iter().map(|read| (read.header.clone(), read.when_span.clone())).collect();
    let rules: Vec<Rule> = read.into_iter().map(|read| read.rule).collect();
    together(&rules, &headers, &mut complaints);
    if complaints.is_empty() {
        let when_spans = headers.into_iter().map(|(_, when)| when).collect();
        return Ok(Checked { rules, test_counts, when_spans });
    }
    complaints.sort_by_key(|complaint| (complaint.span.start, complaint.code));
    complaints.truncate(MAX_COMPLAINTS);
    Err(complaints)
}

/// A test that was run.
#[derive(Clone, Debug)]
pub struct TestRun {
    /// The rule beside which it stands.
    pub rule: Arc<str>,
    /// Its text.
    pub text: String,
    /// Whether the rule had to fire.
    pub must_fire: bool,
    /// What went wrong.
    pub complaint: Option<Complaint>,
}

/// Runs the tests of a file, each of which is told of, in its order.
///
/// # Errors
/// Every complaint about the rules themselves; no test is run then.
pub fn run_tests(source: &str, engine: &Engine<'_>) -> Result<Vec<TestRun>, Vec<Complaint>> {
    let mut complaints = Vec::new();
    let read = read::file(source, &mut complaints);
    if !complaints.is_empty() {
        return Err(complaints);
    }
    let runs = read.iter().flat_map(|read| {
        let outcomes = run_tests::run(read, engine);
        read.tests.iter().zip(outcomes).map(|(test, complaint)| TestRun {
            rule: read.rule.id.clone(),
            text: test.text.clone(),
            must_fire: test.must_fire,
            complaint,
        })
    });
    Ok(runs.collect())
}

/// The rules of a file that [`check`] has found right, without running their tests again.
///
/// # Errors
/// Every complaint, as when another release of Belowline found it right.
pub fn read(source: &str) -> Result<Vec<Rule>, Vec<Complaint>> {
    let mut complaints = Vec::new();
    let read = read::file(source, &mut complaints);
    if complaints.is_empty() { Ok(read.into_iter().map(|read| read.rule).collect()) } else { Err(complaints) }
}

/// What is wrong between rules that are right by themselves.
fn together(rules: &[Rule], spans: &[(Range<usize>, Range<usize>)], complaints: &mut Vec<Complaint>) {
    for clash in clashes(rules) {
        let (Some(first), Some((_, span))) = (rules.get(clash.first), spans.get(clash.second)) else { continue };
        let Some(second) = rules.get(clash.second) else { continue };
        complaints.push(if clash.is_contradiction {
            let (one, other) = (first.then.as_str(), second.then.as_str());
            let message = format!("`{}` asks the same and leads to {one}, this leads to {other}", first.id);
            Complaint::new(ComplaintCode::ContradictingRules, span.clone(), message)
                .hint("the stronger always wins: keep one of them")
        } else {
            let message = format!("`{}` asks the same and leads to the same", first.id);
            Complaint::new(ComplaintCode::DuplicateRule, span.clone(), message).hint("keep one of them")
        });
    }
    match RuleBook::of_all(rules.iter().cloned()) {
        Ok(_) => {}
        Err(BookFault::DuplicateId(id)) => {
            let twice = rules.iter().zip(spans).filter(|(rule, _)| rule.id == id).nth(1);
            let span = twice.map_or(0..0, |(_, (header, _))| header.clone());
            let message = format!("another rule is called `{id}` already");
            complaints
                .push(Complaint::new(ComplaintCode::DuplicateId, span, message).hint("give it a name of its own"));
        }
        Err(fault @ BookFault::TooCostly { .. }) => {
            let dearest = rules.iter().zip(spans).max_by_key(|(rule, _)| rule.when.cost());
            let span = dearest.map_or(0..0, |(_, (_, when))| when.clone());
            complaints.push(Complaint::new(ComplaintCode::BookTooCostly, span, fault.to_string()));
        }
    }
}
