//! `belowline rules test`: the tests that stand beside rules, one by one.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use super::engine::By;
use super::{counted, unusable};
use crate::cli::house_rules::read;
use crate::cli::{Global, Report};
use crate::kernel::shortened;
use crate::rulebook;
use crate::rules::rule_file::{self, TestRun};

/// How much of a test's text is shown.
const SHOWN_CHARS: usize = 60;

/// Run the tests in a file of rules and show each.
///
/// A test asks its own rule alone, whatever its mode; list and classifier are those of --title, or else those that
/// Belowline comes with. The exit code is 1 when a test fails.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline rules test rules.toml --title harbour-post")]
pub(in crate::cli) struct Test {
    /// The rules, in TOML.
    file: PathBuf,
    #[command(flatten)]
    by: By,
}

pub(super) async fn run(global: &Global, args: &Test) -> anyhow::Result<ExitCode> {
    let source = read(&args.file)?;
    let engine = args.by.rule_set(global).await?;
    let runs = rule_file::run_tests(&source, &|text| rulebook::engine_of(Some(&engine), text));
    let runs = runs.map_err(|complaints| unusable(&args.file, &source, &complaints))?;
    let failed = runs.iter().filter(|run| run.complaint.is_some()).count();
    let json: Vec<_> = runs
        .iter()
        .map(|run| {
            json!({
                "rule": run.rule, "text": run.text, "expect": expected(run), "passed": run.complaint.is_none(),
                "complaint": run.complaint.as_ref().map(|complaint| rule_file::as_json(&source, complaint)),
            })
        })
        .collect();
    let report = Report::new(in_words(&source, args, &runs, failed), json!(json));
    report.print(global.print)?;
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

const fn expected(run: &TestRun) -> &'static str {
    if run.must_fire { "fires" } else { "does not fire" }
}

fn in_words(source: &str, args: &Test, runs: &[TestRun], failed: usize) -> String {
    if runs.is_empty() {
        return format!("{} has no tests: write them as [[rule.test]] below a rule.", args.file.display());
    }
    let mut text = String::new();
    let mut of_rule = "";
    for run in runs {
        if *run.rule != *of_rule {
            of_rule = &run.rule;
            let _ = writeln!(text, "{of_rule}");
        }
        let mark = if run.complaint.is_none() { "ok  " } else { "FAIL" };
        let shown = shortened(&run.text.replace(char::is_whitespace, " "), SHOWN_CHARS);
        let _ = writeln!(text, "  {mark}  {:14}{shown}", expected(run));
    }
    for complaint in runs.iter().filter_map(|run| run.complaint.as_ref()) {
        let _ = write!(text, "\n{}", rule_file::picture(&args.file.display().to_string(), source, complaint));
    }
    let passed = runs.len() - failed;
    let _ = write!(text, "\n{} passed, {failed} failed.", counted(passed, "test"));
    text
}
