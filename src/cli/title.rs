//! `belowline title`: the newspapers of this installation.

use serde_json::json;

use super::start::{begin_logging, open};
use super::{Global, Report};
use crate::kernel::{Actor, TitleId};
use crate::titles;

/// Make and list titles: the newspapers of this installation.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Title {
    Create(Create),
    List(List),
}

/// Make a title.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline title create harbour-post --name 'Harbour Post' \\\n    \
    --subscribe-url https://harbourpost.example/subscribe --contact editor@harbourpost.example")]
pub(super) struct Create {
    /// Its short name, the same for good: letters a to z, digits, hyphens between them.
    #[arg(value_name = "SHORT-NAME")]
    id: TitleId,
    /// Its name as readers know it.
    #[arg(long)]
    name: String,
    /// Where one subscribes.
    #[arg(long, value_name = "URL")]
    subscribe_url: String,
    /// Why the comment box is for subscribers, in the paper's own words.
    #[arg(long, value_name = "TEXT", default_value = "Comments are for subscribers.")]
    subscribe_text: String,
    /// Where an author can object to a decision: an e-mail address or a page.
    #[arg(long, value_name = "ADDRESS")]
    contact: String,
    /// The time zone that its times are shown in.
    #[arg(long, value_name = "ZONE", default_value = "Europe/London")]
    time_zone: String,
    /// Its language.
    #[arg(long, value_name = "TAG", default_value = "en-GB")]
    language: String,
    /// Close a story's thread by itself after so many days; unless told, never.
    #[arg(long, value_name = "N")]
    closes_after_days: Option<i64>,
}

/// List every title.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline title list --print json")]
pub(super) struct List {}

pub(super) async fn run(global: &Global, command: Title) -> anyhow::Result<Report> {
    match command {
        Title::Create(args) => create(global, args).await,
        Title::List(_) => list(global).await,
    }
}

async fn create(global: &Global, args: Create) -> anyhow::Result<Report> {
    let settings = global.load()?;
    begin_logging(&settings)?;
    let app = open(settings, false).await?;
    let mut work = app.write(Actor::Operator).await?;
    let title = titles::Title {
        id: args.id,
        name: args.name,
        language: args.language,
        time_zone: args.time_zone,
        subscribe_url: args.subscribe_url,
        subscribe_text: args.subscribe_text,
        contact: args.contact,
        closes_after_days: args.closes_after_days,
        created_at: work.now,
    };
    titles::create(&mut work, &title).await?;
    work.commit().await?;
    app.db.close().await;
    let text = format!(
        "The title {} ({}) is made. Next: belowline house-rules publish FILE --title {}",
        title.id, title.name, title.id
    );
    Ok(Report::new(text, json!({ "title": title.id, "name": title.name })))
}

async fn list(global: &Global) -> anyhow::Result<Report> {
    let settings = global.load()?;
    begin_logging(&settings)?;
    let app = open(settings, false).await?;
    let mut work = app.read(Actor::Operator).await?;
    let titles = titles::list(&mut work.tx).await?;
    drop(work);
    app.db.close().await;
    let text = if titles.is_empty() {
        "There is no title yet.".to_owned()
    } else {
        titles.iter().map(|title| format!("{}  {}", title.id, title.name)).collect::<Vec<_>>().join("\n")
    };
    let json: Vec<_> = titles.iter().map(|title| json!({ "title": title.id, "name": title.name })).collect();
    Ok(Report::new(text, json!({ "titles": json })))
}
