//! `belowline subscription waiting`: what billing told of nobody who is known yet.

use std::fmt::Write as _;

use serde_json::json;

use crate::app::App;
use crate::cli::Report;
use crate::http::api::billing::WaitingView;
use crate::kernel::{Actor, KeyId, Limit};
use crate::subscriptions::billing;

/// List what billing systems told of customers and subscriptions that nobody is known for yet, newest first.
///
/// They wait until an event ties the customer or the subscription to a login, by `issuer` and `subject` in the metadata,
/// and count from then on. Subscriptions and customers are shown as marks that stand for them.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline subscription waiting --print json")]
pub(in crate::cli) struct Waiting {
    /// How many at most.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

pub(super) async fn run(app: &App, args: &Waiting) -> anyhow::Result<Report> {
    let mut work = app.read(Actor::Operator).await?;
    let wanted = usize::try_from(args.limit)?;
    let (mut events, mut after) = (Vec::new(), None);
    loop {
        let left = u16::try_from(wanted - events.len()).unwrap_or(u16::MAX);
        let limit = Limit::new(left.min(Limit::MAX)).unwrap_or_default();
        let page = billing::list_waiting(&mut work.tx, after, limit).await?;
        events.extend(page.items);
        after = page.next;
        if after.is_none() || events.len() >= wanted {
            break;
        }
    }
    let mut text = String::new();
    for event in &events {
        let mark = |mark: Option<KeyId>| mark.map_or_else(|| "-".to_owned(), |mark| mark.to_string());
        let _ = writeln!(
            text,
            "{}  {:8} {:12} customer {}  subscription {}",
            event.at,
            event.source.as_str(),
            event.fact,
            mark(event.customer),
            mark(event.subscription)
        );
    }
    text += &match (events.len(), after.is_some()) {
        (0, _) => "Nothing waits.".to_owned(),
        (count, true) => format!("The newest {count}; more wait."),
        (count, false) => format!("{count} wait."),
    };
    let items: Vec<_> = events.into_iter().map(WaitingView::from).collect();
    Ok(Report::new(text, json!({ "items": items, "more": after.is_some() })))
}
