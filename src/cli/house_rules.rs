//! `belowline house-rules`: what a paper publishes about how to comment.

use std::path::PathBuf;

use anyhow::{Context as _, anyhow};
use serde_json::json;

use super::start::{begin_logging, open};
use super::{Global, Report};
use crate::kernel::{Actor, TitleId};
use crate::titles::{self, HouseRulesFile};

/// Publish a title's house rules.
#[derive(Debug, clap::Subcommand)]
pub(super) enum HouseRules {
    Publish(Publish),
}

/// Publish house rules as the title's newest version.
///
/// The file is TOML: `introduction`, then a [[clause]] table with `id`, `heading` and `body` for each clause. Clause ids
/// are unique in the installation and stay the same over versions. The same rules again change nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline house-rules publish rules.toml --title harbour-post")]
pub(super) struct Publish {
    /// The house rules, in TOML.
    file: PathBuf,
    /// Whose they are.
    #[arg(long, value_name = "SHORT-NAME")]
    title: TitleId,
}

pub(super) async fn run(global: &Global, HouseRules::Publish(args): &HouseRules) -> anyhow::Result<Report> {
    let name = args.file.display();
    let text = read(&args.file)?;
    let file: HouseRulesFile =
        toml::from_str(&text).map_err(|error| anyhow!("{name} cannot be published:\n{error}"))?;
    let settings = global.load()?;
    begin_logging(&settings)?;
    let app = open(settings, false).await?;
    let mut work = app.write(Actor::Operator).await?;
    let started = work.now;
    let rules = titles::publish(&mut work, &args.title, file).await;
    let rules = rules.with_context(|| format!("{name} cannot be published"))?;
    work.commit().await?;
    app.db.close().await;
    let is_new = rules.published_at == started;
    let what = if is_new { "are published as" } else { "are already published: they are" };
    let text = format!(
        "The house rules of {} {what} version {}, with {} clauses.",
        args.title,
        rules.version,
        rules.clauses.len()
    );
    let json =
        json!({ "title": args.title, "version": rules.version, "clauses": rules.clauses.len(), "is_new": is_new });
    Ok(Report::new(text, json))
}

/// Reads a file that somebody wrote.
pub(super) fn read(path: &std::path::Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}
