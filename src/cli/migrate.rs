//! `belowline migrate`: brings the database's tables up to date.

use anyhow::{Context as _, bail};
use serde_json::json;

use super::start::{begin_logging, no_answer, open_db};
use super::{Global, Report};
use crate::storage::Schema;

/// Make the database's tables, or bring them up to date.
///
/// Does nothing when they are. Make a backup and stop every node first. With PostgreSQL behind a pooler, name the server
/// itself: migrating holds a lock that a pooler does not keep.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  DATABASE_URL=postgres://belowline@db.example.org/belowline belowline migrate")]
pub(super) struct Migrate {}

pub(super) async fn run(global: &Global) -> anyhow::Result<Report> {
    let settings = global.load()?;
    begin_logging(&settings)?;
    let url = settings.database_url();
    if url.is_postgres() && settings.database.is_pooled {
        bail!(
            "a pooler does not keep the lock that migrating holds; run this with --database and the URL of the server \
             itself, and --set database.is_pooled=false"
        );
    }
    let db = open_db(&settings).await?;
    let before = db.schema().await.with_context(|| no_answer(&url))?;
    if let Schema::Ahead { at } = before {
        bail!("the database {url} is at schema {at}, which a newer Belowline made; run that version");
    }
    db.migrate().await.context("the tables are as they were before the migration that failed")?;
    db.close().await;
    let text = match before {
        Schema::Current => format!("The database {url} was up to date."),
        Schema::Behind { at, wanted } => format!("The database {url} went from schema {at} to {wanted}."),
        Schema::Empty | Schema::Ahead { .. } => format!("The tables of the database {url} are made."),
    };
    Ok(Report::new(text, json!({ "database": url.to_string(), "changed": before != Schema::Current })))
}
