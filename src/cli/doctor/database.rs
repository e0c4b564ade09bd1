//! The database: does it answer, is it ours, does it take writes, and does it live in the same time.

use std::time::Duration;

use secrecy::ExposeSecret as _;

use super::super::start::{fingerprint_key, open_db, other_key};
use super::Findings;
use crate::accounts;
use crate::audit;
use crate::kernel::{Clock as _, Ids, SystemClock, Timestamp};
use crate::secrets::Keys;
use crate::settings::{DatabaseUrl, Engine, Settings};
use crate::storage::{Db, Schema, StorageError, installation, is_behind_pooler};
use crate::titles;

/// How far two clocks may be apart before somebody should look.
const APART: Duration = Duration::from_secs(2);

/// How far apart they may be before sessions and bans end at wrong times.
const FAR_APART: Duration = Duration::from_secs(60);

/// Checks everything about the database that `settings` name.
pub(super) async fn check(settings: &Settings, findings: &mut Findings) {
    let url = settings.database_url();
    if let Engine::Sqlite(path) = url.engine()
        && !path.exists()
    {
        return findings.look("database", format!("{url} does not exist yet"), "nothing: the first start makes it");
    }
    if !check_pooler(settings, findings).await {
        return;
    }
    let db = match open_db(settings).await {
        Ok(db) => db,
        Err(error) => return findings.broken("database", format!("{error:#}"), remedy(&url)),
    };
    if let Err(error) = look_inside(&db, settings, findings).await {
        findings.broken("database", format!("{url}: {error}"), remedy(&url));
    }
    db.close().await;
}

/// What to do about a database that does not answer.
fn remedy(url: &DatabaseUrl) -> &'static str {
    if url.is_postgres() {
        "check that the server runs, that the URL is right, and that the user may connect"
    } else {
        "check that the file is ours to read and write, and that the disk has room"
    }
}

async fn look_inside(db: &Db, settings: &Settings, findings: &mut Findings) -> Result<(), StorageError> {
    let url = settings.database_url();
    let about = db.about().await?;
    let name = if url.is_postgres() { "PostgreSQL" } else { "SQLite" };
    findings.fine("database", format!("{url} answers: {name} {}", about.version));
    match db.schema().await? {
        Schema::Current => findings.fine("schema", "is this program's"),
        Schema::Empty => {
            findings.look("schema", "there are no tables yet", "run `belowline migrate`");
            return Ok(());
        }
        Schema::Behind { at, wanted } => {
            let says = format!("the database is at {at}, this program needs {wanted}");
            findings.broken("schema", says, "stop every node, make a backup, run `belowline migrate`");
            return Ok(());
        }
        Schema::Ahead { at } => {
            findings.broken("schema", format!("a newer Belowline made {at}"), "run that version");
            return Ok(());
        }
    }
    match db.try_writing().await {
        Ok(()) => findings.fine("writing", "works"),
        Err(error) => findings.broken(
            "writing",
            error.to_string(),
            "look at the rights, at the room on the disk, and whether the server is a standby",
        ),
    }
    check_keys(db, settings, findings).await?;
    check_clock(db, about.clock, findings).await?;
    check_people(db, findings).await
}

/// Whether a pooler mixes up the answers of prepared statements. Answers false when there is no use in going on.
async fn check_pooler(settings: &Settings, findings: &mut Findings) -> bool {
    let url = settings.database_url();
    let Engine::Postgres(secret) = url.engine() else { return true };
    match (is_behind_pooler(secret.expose_secret()).await, settings.database.is_pooled) {
        (Ok(true), false) => {
            findings.broken(
                "pooler",
                "the database is behind a pooler in transaction mode, where answers get mixed up",
                "set database.is_pooled = true",
            );
            false
        }
        (Ok(true), true) => {
            findings.fine("pooler", "statements are sent in the way that it needs");
            true
        }
        (Ok(false), true) => {
            findings.look("pooler", "none was seen", "set database.is_pooled = false if there is none");
            true
        }
        (Ok(false), false) => true,
        (Err(error), _) => {
            findings.broken("database", format!("{url}: {error}"), remedy(&url));
            false
        }
    }
}

/// Whether the keys are the ones that the installation began with. Keys that nobody has made yet cannot be others.
async fn check_keys(db: &Db, settings: &Settings, findings: &mut Findings) -> Result<(), StorageError> {
    let is_given = settings.secrets.signing_key.is_some() && settings.secrets.identity_key.is_some();
    if !is_given && !settings.data.dir.join("secrets.toml").exists() {
        return Ok(());
    }
    let Ok(keys) = Keys::load(settings, &Ids::system()) else { return Ok(()) };
    let mut tx = db.read().await?;
    for (name, fingerprint) in keys.fingerprints() {
        match installation::find(&mut tx, &fingerprint_key(name)).await? {
            Some(stored) if stored != fingerprint && !keys.is_former(name, &stored) => {
                findings.broken(
                    "secrets",
                    format!("secrets.{name} is another key"),
                    other_key(name, &settings.data.dir),
                );
            }
            _ => {}
        }
    }
    Ok(())
}

async fn check_clock(db: &Db, server: Option<Timestamp>, findings: &mut Findings) -> Result<(), StorageError> {
    let now = SystemClock.now();
    let newest = audit::newest_at(&mut db.read().await?).await?;
    if let Some(newest) = newest.filter(|newest| *newest > now) {
        let says = format!("it is {now} here, but the newest row of the audit log is of {newest}");
        let remedy = "set this machine's clock; let it be kept right by NTP";
        if now.until(newest) > APART {
            findings.broken("clock", says, remedy)
        } else {
            findings.look("clock", says, remedy)
        }
    } else if let Some(server) = server.filter(|server| now.until(*server).max(server.until(now)) > APART) {
        let says = format!("it is {now} here and {server} on the database server");
        let apart = now.until(server).max(server.until(now));
        let remedy = "set both clocks; let them be kept right by NTP";
        if apart > FAR_APART { findings.broken("clock", says, remedy) } else { findings.look("clock", says, remedy) }
    } else {
        findings.fine("clock", format!("it is {now}"));
    }
    Ok(())
}

async fn check_people(db: &Db, findings: &mut Findings) -> Result<(), StorageError> {
    let mut tx = db.read().await?;
    let titles = titles::list(&mut tx).await?;
    if titles.is_empty() {
        findings.look(
            "titles",
            "there is none yet",
            "belowline title create SHORT-NAME --name NAME --subscribe-url URL --contact ADDRESS",
        );
    } else {
        findings.fine("titles", titles.iter().map(|title| title.id.to_string()).collect::<Vec<_>>().join(", "));
    }
    for title in &titles {
        if titles::find_house_rules(&mut tx, &title.id).await?.is_none() {
            let says = format!("{} has none: nobody can report there or be banned", title.id);
            findings.look("house rules", says, format!("belowline house-rules publish FILE --title {}", title.id));
        }
    }
    match accounts::count_admins(&mut tx).await? {
        0 => findings.look(
            "admins",
            "there is none yet",
            "belowline account create --email ADDRESS --name NAME --role admin",
        ),
        count => findings.fine("admins", format!("there are {count}")),
    }
    Ok(())
}
