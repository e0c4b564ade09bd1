//! `belowline word-list`: the words that a title's comments are judged by.

use std::path::PathBuf;

use anyhow::anyhow;
use serde_json::json;

use super::house_rules::read;
use super::start::{begin_logging, open};
use super::{Global, Report};
use crate::kernel::{Actor, TitleId};
use crate::rulebook::{self, Publication, PublishWordListError};

/// Publish a title's word list.
#[derive(Debug, clap::Subcommand)]
pub(super) enum WordList {
    Publish(Publish),
}

/// Publish a word list as the title's newest version.
///
/// The file is TOML: `version = 1`, then an [[entry]] table with `text`, `outcome` (hold or reject), `clause` and
/// `exceptions` for each word or phrase. It is checked as a whole first; every running node judges by it within a few
/// seconds. The same list again changes nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline word-list publish words.toml --title harbour-post")]
pub(super) struct Publish {
    /// The word list, in TOML.
    file: PathBuf,
    /// Whose it is.
    #[arg(long, value_name = "SHORT-NAME")]
    title: TitleId,
}

pub(super) async fn run(global: &Global, WordList::Publish(args): &WordList) -> anyhow::Result<Report> {
    let source = read(&args.file)?;
    let settings = global.load()?;
    begin_logging(&settings)?;
    let app = open(settings, false).await?;
    let publication = Publication::new(&args.title, &source);
    let outcome = rulebook::publish_word_list(&app, Actor::Operator, publication).await;
    let published = outcome.map_err(|error| match error {
        PublishWordListError::Invalid(faults) => {
            let name = args.file.display().to_string();
            let pictures: Vec<_> = faults.iter().map(|fault| rulebook::picture(&name, &source, fault)).collect();
            anyhow!("{name} cannot be published:\n\n{}", pictures.join("\n\n"))
        }
        other => other.into(),
    })?;
    app.db.close().await;
    let what = if published.is_new { "is published as" } else { "is already published: it is" };
    let text = format!(
        "The word list of {} {what} version {}, with {} entries.",
        args.title, published.version, published.entry_count
    );
    let json = json!({
        "title": args.title,
        "version": published.version,
        "entries": published.entry_count,
        "is_new": published.is_new,
    });
    Ok(Report::new(text, json))
}
