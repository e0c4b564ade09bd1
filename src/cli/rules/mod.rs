//! `belowline rules`: the rules that editors write, and what they say of texts.

mod backtest;
mod engine;
mod explain;
mod judge;
mod marked;
mod push;
mod status;
mod sweep;
mod test;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::anyhow;
use serde_json::json;

use super::house_rules::read;
use super::{Global, Print, Report};
use crate::rulebook;
use crate::rules::language::Complaint;
use crate::rules::rule_file;
use crate::rules::signals::SIGNALS;

/// Judge texts, check and publish rules, show what they can ask.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Rules {
    Judge(judge::Judge),
    Explain(explain::Explain),
    Check(Check),
    Test(test::Test),
    Backtest(backtest::Backtest),
    Push(push::Push),
    Status(status::Status),
    Show(status::Show),
    Diff(status::Diff),
    Sweep(sweep::Sweep),
    Signals(Signals),
}

/// Check a file of rules and run the tests in it.
///
/// The file is TOML: a [[rule]] table for each rule, with `id`, `clause`, `when`, `then` and `mode`, and its tests as
/// [[rule.test]] with `text`, `facts` and `expect`. Everything that is wrong is shown with its place and, where it can be
/// told, what to do about it. The exit code is 1 when anything is.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline rules check rules.toml")]
pub(super) struct Check {
    /// The rules, in TOML.
    file: PathBuf,
}

/// Show every signal that a rule can ask.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline rules signals --print json")]
pub(super) struct Signals {}

pub(super) async fn run(global: &Global, args: &Rules) -> anyhow::Result<ExitCode> {
    match args {
        Rules::Judge(args) => {
            judge::run(global, args).await?;
            Ok(ExitCode::SUCCESS)
        }
        Rules::Explain(args) => {
            explain::run(global, args).await?.print(global.print)?;
            Ok(ExitCode::SUCCESS)
        }
        Rules::Backtest(args) => {
            backtest::run(global, args).await?.print(global.print)?;
            Ok(ExitCode::SUCCESS)
        }
        Rules::Sweep(args) => {
            sweep::run(global, args).await?.print(global.print)?;
            Ok(ExitCode::SUCCESS)
        }
        Rules::Push(args) => {
            push::run(global, args).await?.print(global.print)?;
            Ok(ExitCode::SUCCESS)
        }
        Rules::Check(args) => check(global, &args.file),
        Rules::Test(args) => test::run(global, args).await,
        Rules::Status(args) => {
            status::status(global, args).await?.print(global.print)?;
            Ok(ExitCode::SUCCESS)
        }
        Rules::Diff(args) => {
            status::diff(global, args).await?.print(global.print)?;
            Ok(ExitCode::SUCCESS)
        }
        Rules::Show(args) => {
            status::show(global, args).await?.print(global.print)?;
            Ok(ExitCode::SUCCESS)
        }
        Rules::Signals(_) => {
            Report::new(signals(), json!(*SIGNALS)).print(global.print)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn check(global: &Global, file: &Path) -> anyhow::Result<ExitCode> {
    let source = read(file)?;
    let shipped = rulebook::shipped().ok();
    match rule_file::check(&source, &|text| rulebook::engine_of(shipped.as_ref(), text)) {
        Ok(checked) => {
            let (rules, tests) = (checked.rules.len(), checked.test_count());
            let text =
                format!("{}: {} and {} are right.", file.display(), counted(rules, "rule"), counted(tests, "test"));
            Report::new(text, json!([])).print(global.print)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(complaints) => {
            complain(global.print, file, &source, &complaints)?;
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Complaints go to standard error as pictures, or to standard output as data.
fn complain(print: Print, file: &Path, source: &str, complaints: &[Complaint]) -> anyhow::Result<()> {
    if print == Print::Json {
        let all: Vec<_> = complaints.iter().map(|complaint| rule_file::as_json(source, complaint)).collect();
        Report::new("", json!(all)).print(print)?;
        return Ok(());
    }
    // With standard error gone the exit code has to say it alone.
    let _ = writeln!(
        std::io::stderr(),
        "{}\n{}",
        pictures_of(file, source, complaints),
        counted(complaints.len(), "complaint")
    );
    Ok(())
}

/// Each complaint with its place in the file, one below the other.
fn pictures_of(file: &Path, source: &str, complaints: &[Complaint]) -> String {
    let name = file.display().to_string();
    let pictures: Vec<_> = complaints.iter().map(|complaint| rule_file::picture(&name, source, complaint)).collect();
    pictures.join("\n")
}

/// Why a file of rules cannot be used.
fn unusable(file: &Path, source: &str, complaints: &[Complaint]) -> anyhow::Error {
    anyhow!("{} has mistakes:\n\n{}", file.display(), pictures_of(file, source, complaints))
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn signals() -> String {
    let mut text = String::new();
    for signal in SIGNALS.iter() {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{} ({}, {})\n  {}\n  {}",
            signal.name, signal.kind, signal.unit, signal.help, signal.example
        );
    }
    text
}
