//! `belowline story`: stories that carry a thread.

use anyhow::bail;
use serde_json::json;

use super::start::{begin_logging, open};
use super::{Global, Report};
use crate::kernel::{Actor, Timestamp, TitleId};
use crate::stories::{self, PutError, StoryForm};

/// Add stories. The newspaper's CMS does the same over the API.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Story {
    Add(Add),
}

/// Add a story, or change what is known of it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline story add --title harbour-post --key 2026-ferry \\\n    \
    --url https://harbourpost.example/news/ferry --headline 'Ferry to sail again' --section News")]
pub(super) struct Add {
    /// The title it appeared in.
    #[arg(long, value_name = "SHORT-NAME")]
    title: TitleId,
    /// The CMS's own id of it, unique in the title.
    #[arg(long)]
    key: String,
    /// Where it can be read.
    #[arg(long)]
    url: String,
    /// Its headline.
    #[arg(long)]
    headline: String,
    /// The section it stands in.
    #[arg(long)]
    section: String,
    /// When it was published, as 2026-01-31T12:00:00Z; unless told, now.
    #[arg(long, value_name = "TIME")]
    published_at: Option<Timestamp>,
}

pub(super) async fn run(global: &Global, Story::Add(args): Story) -> anyhow::Result<Report> {
    let settings = global.load()?;
    begin_logging(&settings)?;
    let app = open(settings, false).await?;
    let mut work = app.write(Actor::Operator).await?;
    let published_at = args.published_at.unwrap_or(work.now);
    let form = StoryForm { url: args.url, headline: args.headline, section: args.section, published_at };
    let (story, is_new) = match stories::put(&mut work, &args.title, &args.key, &form).await {
        Ok(put) => put,
        Err(PutError::NoTitle) => bail!("there is no title `{}`", args.title),
        Err(PutError::Invalid(faults)) => {
            let faults: Vec<_> = faults.iter().map(|(field, code)| fault(field, code)).collect();
            bail!("the story cannot be added:\n  {}", faults.join("\n  "));
        }
        Err(error @ PutError::Storage(_)) => return Err(error.into()),
    };
    work.commit().await?;
    let page = format!("{}/stories/{}", app.settings.public_url().as_str(), story.id);
    app.db.close().await;
    let what = if is_new { "added" } else { "changed" };
    let text = format!("The story {} is {what} as {}; its thread is at {page}.", story.key, story.id);
    let json = json!({ "id": story.id, "key": story.key, "url": story.url, "page": page, "is_new": is_new });
    Ok(Report::new(text, json))
}

fn fault(field: &str, code: &str) -> String {
    match code {
        "length" => format!("--{field} must have 1 to 255 characters on one line"),
        "url" => format!("--{field} must begin with https:// or http:// and have at most 2,000 characters"),
        other => format!("--{field}: {other}"),
    }
}
