//! `belowline settings`: what is in force, and changing keys on purpose.

use std::sync::Arc;

use anyhow::bail;
use serde_json::json;

use super::start::{begin_logging, fingerprint_key, no_answer, open_db};
use super::{Global, Report};
use crate::app::Work;
use crate::audit::{self, Action, Entry};
use crate::kernel::{Actor, Clock as _, Ids, SystemClock};
use crate::live::Live;
use crate::secrets::Keys;
use crate::storage::{Schema, installation};

/// Show settings, and change the installation's keys.
#[derive(Debug, clap::Subcommand)]
pub(super) enum SettingsCommand {
    Show(Show),
    AcceptKeys(AcceptKeys),
}

/// Print every setting in force with where it came from, as a settings file. Secrets are shown as ***.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline settings show --settings belowline.toml")]
pub(super) struct Show {}

/// Declare the keys that are given now this installation's own, in place of the ones it had.
///
/// With another signing key every open form expires. With another identity key the records of removed addresses become
/// useless, so bans may no longer recognise them. Stop every node first, and give all of them the new keys.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  BELOWLINE__SECRETS__SIGNING_KEY_FILE=/run/secrets/signing-2 belowline settings accept-keys --yes"
)]
pub(super) struct AcceptKeys {
    /// Yes, really.
    #[arg(long)]
    yes: bool,
}

pub(super) async fn run(global: &Global, command: &SettingsCommand) -> anyhow::Result<Report> {
    match command {
        SettingsCommand::Show(_) => {
            let settings = global.load()?;
            let shown = settings.show();
            let json = shown.parse::<toml::Table>().ok().and_then(|table| serde_json::to_value(table).ok());
            Ok(Report::new(shown, json.unwrap_or_default()))
        }
        SettingsCommand::AcceptKeys(args) => accept_keys(global, args.yes).await,
    }
}

async fn accept_keys(global: &Global, is_meant: bool) -> anyhow::Result<Report> {
    if !is_meant {
        bail!(
            "this cannot be taken back without the old keys; read `belowline settings accept-keys --help`, then add --yes"
        );
    }
    let settings = global.load()?;
    begin_logging(&settings)?;
    let url = settings.database_url();
    let ids = Arc::new(Ids::system());
    let keys = Keys::load(&settings, &ids)?;
    let db = open_db(&settings).await?;
    if db.schema().await.map_err(|error| anyhow::Error::from(error).context(no_answer(&url)))? != Schema::Current {
        bail!("the database {url} is not at this program's schema; run `belowline migrate`");
    }
    let now = SystemClock.now();
    let live = Live::new(&ids, now);
    let mut work = Work::begin(db.write().await?, now, Actor::Operator, ids, live);
    let mut changed = Vec::new();
    for (name, fingerprint) in keys.fingerprints() {
        let key = fingerprint_key(name);
        if installation::find(&mut work.tx, &key).await?.as_ref() != Some(&fingerprint) {
            installation::set(&mut work.tx, &key, &fingerprint).await?;
            changed.push(name);
        }
    }
    if !changed.is_empty() {
        let entry = Entry::new(Action::KeysAccepted, "installation").details(json!({ "keys": changed }));
        audit::record(&mut work, entry).await?;
    }
    work.commit().await?;
    db.close().await;
    let text = if changed.is_empty() {
        "The keys were this installation's already: nothing is changed.".to_owned()
    } else {
        format!("These keys are this installation's now: {}.", changed.join(", "))
    };
    Ok(Report::new(text, json!({ "changed": changed })))
}
