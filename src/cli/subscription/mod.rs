//! `belowline subscription`: who may comment because they pay.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{anyhow, bail};
use serde_json::json;

use super::start::{begin_logging, open};
use super::who::WhoPays;
use super::{Global, Report};

mod import;
mod waiting;

use crate::app::App;
use crate::kernel::{Actor, Timestamp};
use crate::subscriptions::{self, SetError, Status};

/// Grant and revoke subscriptions by hand, take them over from a file, and see what billing told of nobody yet.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Subscription {
    Grant(Grant),
    Revoke(Revoke),
    Import(import::Import),
    Waiting(waiting::Waiting),
}

/// Grant a subscription, or change the one granted by hand.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline subscription grant --email ann@example.org --days 365")]
pub(super) struct Grant {
    #[command(flatten)]
    who: WhoPays,
    /// active, grace, past_due, paused, lapsed, refunded or charged_back; which let one comment is the paper's policy.
    #[arg(long, value_parser = status, default_value = "active")]
    status: Status,
    /// Until this moment, as 2026-12-31T23:59:59Z; unless told, until it is changed.
    #[arg(long, value_name = "TIME", conflicts_with = "days")]
    until: Option<Timestamp>,
    /// For so many days from now.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=36_500))]
    days: Option<u64>,
}

/// End what was granted by hand, at once.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline subscription revoke --email ann@example.org")]
pub(super) struct Revoke {
    #[command(flatten)]
    who: WhoPays,
}

fn status(text: &str) -> Result<Status, String> {
    Status::parse(text)
        .ok_or_else(|| "write active, grace, past_due, paused, lapsed, refunded or charged_back".to_owned())
}

/// So many days.
pub(super) fn days(count: u64) -> Duration {
    Duration::from_secs(count.saturating_mul(24 * 3600))
}

pub(super) async fn run(global: &Global, command: Subscription) -> anyhow::Result<ExitCode> {
    let settings = global.load()?;
    begin_logging(&settings)?;
    let app = open(settings, false).await?;
    let report = match command {
        Subscription::Grant(args) => grant(&app, &args).await,
        Subscription::Revoke(args) => revoke(&app, &args).await,
        Subscription::Waiting(args) => waiting::run(&app, &args).await,
        Subscription::Import(args) => return import::run(&app, &args, global.print).await,
    }?;
    app.db.close().await;
    report.print(global.print)?;
    Ok(ExitCode::SUCCESS)
}

async fn grant(app: &App, args: &Grant) -> anyhow::Result<Report> {
    let mut work = app.write(Actor::Operator).await?;
    let subscriber = args.who.find(&mut work.tx).await?;
    let until = args.until.or_else(|| args.days.map(|count| work.now.plus(days(count))));
    if until.is_some_and(|until| until <= work.now) && matches!(args.status, Status::Active | Status::Grace) {
        bail!("the subscription would be over already: give a later --until, or use `subscription revoke`");
    }
    let set = subscriptions::set(&mut work, subscriber, args.status, until).await;
    let subscription = set.map_err(|error| explained(error, subscriber))?;
    work.commit().await?;
    let end = until.map_or_else(|| "until it is changed".to_owned(), |until| format!("until {until}"));
    let text = format!(
        "The subscription {} of the subscriber {subscriber} is {} {end}.",
        subscription.id,
        subscription.status.as_str()
    );
    let json = json!({
        "subscription": subscription.id, "subscriber": subscriber,
        "status": subscription.status.as_str(), "valid_until": until,
    });
    Ok(Report::new(text, json))
}

async fn revoke(app: &App, args: &Revoke) -> anyhow::Result<Report> {
    let mut work = app.write(Actor::Operator).await?;
    let subscriber = args.who.find(&mut work.tx).await?;
    let revoked = subscriptions::revoke(&mut work, subscriber).await;
    let revoked = revoked.map_err(|error| explained(error, subscriber))?;
    work.commit().await?;
    let text = match &revoked {
        Some(one) => format!("The subscription {} of the subscriber {subscriber} has ended.", one.id),
        None => format!("The subscriber {subscriber} has no subscription granted by hand: nothing to revoke."),
    };
    let json = json!({ "subscriber": subscriber, "subscription": revoked.map(|one| one.id) });
    Ok(Report::new(text, json))
}

fn explained(error: SetError, subscriber: crate::kernel::SubscriberId) -> anyhow::Error {
    match error {
        SetError::NotFound => anyhow!("there is no subscriber {subscriber}"),
        other => other.into(),
    }
}
