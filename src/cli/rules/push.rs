//! `belowline rules push`: rules for a title.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::json;

use super::{counted, unusable};
use crate::cli::house_rules::read;
use crate::cli::start::{begin_logging, open};
use crate::cli::{Global, Report};
use crate::kernel::{Actor, TitleId};
use crate::rulebook::{self, Publication, PublishRulesError};

/// Publish a file of rules as the title's newest version.
///
/// The file is checked as `rules check` does, and its tests are run with the title's list and classifier. Every running
/// node judges by it within a few seconds; the same file again changes nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline rules push rules.toml --title harbour-post --dry-run")]
pub(in crate::cli) struct Push {
    /// The rules, in TOML.
    file: PathBuf,
    /// Whose they are.
    #[arg(long, value_name = "SHORT-NAME")]
    title: TitleId,
    /// Check everything and publish nothing.
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn run(global: &Global, args: &Push) -> anyhow::Result<Report> {
    let source = read(&args.file)?;
    let settings = global.load()?;
    begin_logging(&settings)?;
    let app = open(settings, false).await?;
    let publication = Publication::new(&args.title, &source);
    let outcome = if args.dry_run {
        rulebook::check_rules(&app, Actor::Operator, publication).await
    } else {
        rulebook::publish_rules(&app, Actor::Operator, publication).await
    };
    let published = outcome.map_err(|error| match error {
        PublishRulesError::Invalid(complaints) => unusable(&args.file, &source, &complaints),
        other => other.into(),
    })?;
    app.db.close().await;
    let what = match (args.dry_run, published.is_new) {
        (true, true) => "would be published as",
        (false, true) => "are published as",
        (_, false) => "are already published: they are",
    };
    let mut text = format!(
        "The rules of {} {what} version {}: {} live, {} on trial, {} in draft; {} passed.",
        args.title,
        published.version,
        published.live_count,
        published.shadow_count,
        published.draft_count,
        counted(published.test_count, "test")
    );
    for rule in &published.never_fired {
        let _ =
            write!(text, "\nNote: `{rule}` would have fired on none of the last {} comments.", published.tried_count);
    }
    let json = json!({
        "title": args.title, "version": published.version, "live": published.live_count,
        "shadow": published.shadow_count, "draft": published.draft_count, "tests": published.test_count,
        "is_new": published.is_new, "dry_run": args.dry_run,
        "tried_on": published.tried_count, "never_fired": published.never_fired,
    });
    Ok(Report::new(text, json))
}
