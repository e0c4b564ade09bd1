//! `belowline audit`: the log that proves it was not edited.

use anyhow::bail;
use serde_json::json;

use super::start::{begin_logging, open};
use super::{Global, Report};
use crate::audit;

/// Look after the audit log.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Audit {
    Verify(Verify),
}

/// Read the whole audit log and compare it with its seals. Exits with 1 and names the first row that is not as written.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline audit verify")]
pub(super) struct Verify {}

pub(super) async fn run(global: &Global, Audit::Verify(_): &Audit) -> anyhow::Result<Report> {
    let settings = global.load()?;
    begin_logging(&settings)?;
    let app = open(settings, false).await?;
    let verdict = audit::verify(&app).await?;
    app.db.close().await;
    match verdict {
        Ok(rows) => Ok(Report::new(
            format!("The audit log is whole: {rows} rows are sealed, and each is as it was written."),
            json!({ "rows": rows }),
        )),
        Err(broken) => bail!("the audit log is not as it was written: {broken}"),
    }
}
