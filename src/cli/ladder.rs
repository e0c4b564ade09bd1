//! `belowline ladder`: what moderators are proposed for whoever breaks the house rules again.

use std::path::PathBuf;

use anyhow::anyhow;
use serde_json::json;

use super::house_rules::read;
use super::start::{begin_logging, open};
use super::{Global, Report};
use crate::bans::{self, LadderError};
use crate::kernel::{Actor, TitleId};

/// Show, check or set a title's ladder of proposals.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Ladder {
    /// Show the ladder in force: the title's own, else the built-in one.
    #[command(after_help = "Example:\n  belowline ladder show harbour-post > ladder.toml")]
    Show {
        /// Whose.
        title: TitleId,
    },
    /// Check a ladder without setting it.
    #[command(after_help = "Example:\n  belowline ladder check harbour-post ladder.toml")]
    Check(File),
    /// Set a title's ladder, as its newest version. The same again changes nothing.
    #[command(after_help = "Example:\n  belowline ladder set harbour-post ladder.toml")]
    Set(File),
}

/// A title and a file.
#[derive(Debug, clap::Args)]
pub(super) struct File {
    /// Whose.
    title: TitleId,
    /// The ladder, in TOML.
    file: PathBuf,
}

pub(super) async fn run(global: &Global, command: &Ladder) -> anyhow::Result<Report> {
    let source = match command {
        Ladder::Show { .. } => String::new(),
        Ladder::Check(args) | Ladder::Set(args) => read(&args.file)?,
    };
    let settings = global.load()?;
    begin_logging(&settings)?;
    let app = open(settings, false).await?;
    let report = match command {
        Ladder::Show { title } => {
            let mut work = app.read(Actor::Operator).await?;
            crate::titles::find(&mut work.tx, title).await?.ok_or_else(|| anyhow!("there is no title `{title}`"))?;
            let own = bans::find_ladder(&mut work.tx, title).await?;
            let (version, source) =
                own.map_or((0, bans::DEFAULT_LADDER.to_owned()), |file| (file.version, file.source));
            Report::new(source.trim_end().to_owned(), json!({ "title": title, "version": version, "source": source }))
        }
        Ladder::Check(File { title, file }) => {
            let mut work = app.read(Actor::Operator).await?;
            bans::check_ladder(&mut work, title, &source).await.map_err(|error| told(&error, file))?;
            Report::new(format!("{} is a ladder for {title}.", file.display()), json!({ "title": title }))
        }
        Ladder::Set(File { title, file }) => {
            let mut work = app.write(Actor::Operator).await?;
            let version = bans::publish_ladder(&mut work, title, &source).await.map_err(|error| told(&error, file))?;
            work.commit().await?;
            let text = format!("The ladder of {title} is version {version}.");
            Report::new(text, json!({ "title": title, "version": version }))
        }
    };
    app.db.close().await;
    Ok(report)
}

fn told(error: &LadderError, file: &std::path::Path) -> anyhow::Error {
    match error {
        LadderError::Invalid(faults) => anyhow!("{} is no ladder:\n  {}", file.display(), faults.join("\n  ")),
        other => anyhow!("{other}"),
    }
}
