//! `belowline rules status`, `rules show` and `rules diff`: how the rules of a title stand.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::bail;
use serde_json::json;

use super::counted;
use crate::app::App;
use crate::cli::house_rules::read;
use crate::cli::start::{begin_logging, open};
use crate::cli::{Global, Report};
use crate::kernel::{Actor, TitleId};
use crate::rulebook::history::{self, Change, Line};
use crate::rulebook::{self, Overview};
use crate::titles;

/// How many lines around a change are shown.
const CONTEXT_LINES: usize = 3;

/// Show a title's rules: how far each has come and how often it fired.
///
/// A live rule that fired too often is suspended: it is on trial until the rules are published again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline rules status --title harbour-post")]
pub(in crate::cli) struct Status {
    /// Whose they are.
    #[arg(long, value_name = "SHORT-NAME")]
    title: TitleId,
}

/// Print the file of rules in force for a title, to be changed and pushed again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline rules show --title harbour-post > rules.toml")]
pub(in crate::cli) struct Show {
    /// Whose they are.
    #[arg(long, value_name = "SHORT-NAME")]
    title: TitleId,
}

/// Show how a file of rules differs from the rules in force for a title.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline rules diff rules.toml --title harbour-post")]
pub(in crate::cli) struct Diff {
    /// The rules, in TOML.
    file: PathBuf,
    /// Whose they would be.
    #[arg(long, value_name = "SHORT-NAME")]
    title: TitleId,
}

pub(super) async fn status(global: &Global, args: &Status) -> anyhow::Result<Report> {
    let overview = overview_of(global, &args.title).await?;
    let mut json = json!(overview);
    if let Some(fields) = json.as_object_mut() {
        fields.remove("source");
    }
    Ok(Report::new(in_words(&args.title, &overview), json))
}

pub(super) async fn show(global: &Global, args: &Show) -> anyhow::Result<Report> {
    let overview = overview_of(global, &args.title).await?;
    let json = json!({
        "title": args.title, "version": overview.version, "published_at": overview.published_at,
        "source": overview.source,
    });
    Ok(Report::new(overview.source, json))
}

pub(super) async fn diff(global: &Global, args: &Diff) -> anyhow::Result<Report> {
    let source = read(&args.file)?;
    let overview = overview_of(global, &args.title).await?;
    let lines = history::diff(&overview.source, &source);
    let (added, removed) = history::changes(&lines);
    let pieces = history::with_context(&lines, CONTEXT_LINES);
    let json = json!({
        "title": args.title, "version": overview.version, "added": added, "removed": removed,
        "lines": lines.iter().filter(|line| line.change != Change::Same).map(|line| json!({
            "change": line.change.as_str(), "from_line": line.from_line, "to_line": line.to_line, "text": line.text,
        })).collect::<Vec<_>>(),
    });
    if pieces.is_empty() {
        return Ok(Report::new(format!("{} is what is in force for {}.", args.file.display(), args.title), json));
    }
    let in_force = match overview.version {
        0 => "the starter rules".to_owned(),
        version => format!("version {version}"),
    };
    let mut text = format!("--- {} in force, {in_force}\n+++ {}\n", args.title, args.file.display());
    for piece in &pieces {
        let first = |number: fn(&Line) -> Option<usize>| piece.iter().find_map(number).unwrap_or(0);
        let _ = writeln!(text, "@@ line {} -> {} @@", first(|line| line.from_line), first(|line| line.to_line));
        for line in piece {
            let sign = match line.change {
                Change::Same => ' ',
                Change::Added => '+',
                Change::Removed => '-',
            };
            let _ = writeln!(text, "{sign}{}", line.text);
        }
    }
    let _ = write!(text, "\n{} added, {removed} removed.", counted(added, "line"));
    Ok(Report::new(text, json))
}

async fn overview_of(global: &Global, title: &TitleId) -> anyhow::Result<Overview> {
    let settings = global.load()?;
    begin_logging(&settings)?;
    let app: App = open(settings, false).await?;
    let mut work = app.read(Actor::Operator).await?;
    if titles::find(&mut work.tx, title).await?.is_none() {
        bail!("there is no title `{title}`");
    }
    drop(work);
    let overview = rulebook::overview(&app, Actor::Operator, title).await?;
    app.db.close().await;
    Ok(overview)
}

fn in_words(title: &TitleId, overview: &Overview) -> String {
    let mut text = match overview.published_at {
        Some(at) => format!("Rules of {title}, version {}, published {at}.\n\n", overview.version),
        None => format!("{title} has published no rules: the starter rules are in force.\n\n"),
    };
    if overview.rules.is_empty() {
        text += "There are no rules in it.";
        return text;
    }
    let width = overview.rules.iter().map(|rule| rule.id.chars().count()).max().unwrap_or(4).max(4);
    let _ = writeln!(
        text,
        "{:width$}  {:9}  {:9}  {:>8}  {:>8}  {:>11}",
        "rule", "mode", "leads to", "24 hours", "7 days", "subscribers"
    );
    for rule in &overview.rules {
        let mode = if rule.suspended.is_some() { "suspended" } else { rule.mode.as_str() };
        let _ = writeln!(
            text,
            "{:width$}  {mode:9}  {:9}  {:>8}  {:>8}  {:>11}",
            rule.id, rule.then, rule.day, rule.week, rule.week_subscribers
        );
    }
    let nudges = &overview.nudges;
    if nudges.shown > 0 {
        let _ = write!(
            text,
            "\nAuthors were asked {} to reconsider in 7 days: {} posted the same text all the same, {} another.",
            counted(usize::try_from(nudges.shown).unwrap_or(0), "time"),
            nudges.kept,
            nudges.changed
        );
    }
    for rule in &overview.rules {
        let why = match rule.suspended {
            Some("daily_cap") => "it fired more often than its daily cap",
            Some(_) => "it suddenly fired for many subscribers",
            None => continue,
        };
        let _ = write!(text, "\n`{}` is suspended: {why}. Publish the rules again to put it in force.", rule.id);
    }
    text
}
