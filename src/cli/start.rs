//! From settings to a running [`App`]: logging, keys, database, schema, fingerprints, mail, rules.
//!
//! Whatever is not as it should be stops the start with words that say what to do.

use std::fs::{DirBuilder, OpenOptions};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use secrecy::ExposeSecret as _;

use crate::app::{App, Parts};
use crate::egress::{FileMailer, Mailer, SmtpMailer};
use crate::kernel::{Clock, Ids, SystemClock, Words};
use crate::limits::Limits;
use crate::live::Live;
use crate::rulebook;
use crate::rules::RuleSets;
use crate::secrets::{Keys, Passwords};
use crate::settings::{DatabaseUrl, Engine, LogFormat, Settings};
use crate::storage::{Db, Options, Schema, installation};

/// Begins to write logs to standard error, in the form and from the level that `settings` say.
///
/// # Errors
/// When the level cannot be understood.
pub fn begin_logging(settings: &Settings) -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(&settings.log.level)
        .map_err(|error| anyhow!("log.level cannot be understood: {error}; write for example info"))?;
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let begun = match settings.log.format {
        LogFormat::Text => logs.with_ansi(false).try_init(),
        LogFormat::Json => logs.json().try_init(),
    };
    begun.map_err(|error| anyhow!("logging cannot begin: {error}"))
}

/// Starts everything but the server and the jobs. On SQLite the schema is made when there is none yet.
///
/// # Errors
/// When anything is not as it should be: keys, database, schema or mail.
pub async fn open(settings: Settings, is_unlimited: bool) -> anyhow::Result<App> {
    let keys = Keys::load(&settings, &Ids::system())?;
    open_at(settings, Arc::new(SystemClock), keys, is_unlimited).await
}

/// The keys of a demo: given, or drawn at the first start whatever the database is.
pub(super) fn demo_keys(settings: &Settings) -> anyhow::Result<Keys> {
    Ok(Keys::load_or_draw(settings, &Ids::system())?)
}

/// Opens everything, with the time from `clock`.
pub(super) async fn open_at(
    settings: Settings,
    clock: Arc<dyn Clock>,
    keys: Keys,
    is_unlimited: bool,
) -> anyhow::Result<App> {
    let ids = Arc::new(Ids::system());
    let url = settings.database_url();
    let db = open_db(&settings).await?;
    check_schema(&db, &url).await?;
    check_fingerprints(&db, &keys, &settings).await?;
    let limits = if is_unlimited { Limits::off() } else { Limits::new(&settings, &clock, &ids) };
    let mailer = mailer(&settings, &clock)?;
    let live = Live::new(&ids, clock.now());
    let app = App::new(Parts {
        provider_keys: crate::egress::ProviderKeys::new(crate::egress::HttpClient::new(), Arc::clone(&clock)),
        db,
        clock,
        ids,
        settings,
        rules: RuleSets::default(),
        live,
        keys,
        passwords: Passwords::new(),
        limits,
        mailer,
        words: Arc::new(Words::british()),
        is_unlimited,
    });
    rulebook::load_all(&app).await.context("the rules of the titles cannot be read")?;
    Ok(app)
}

/// Opens the database that `settings` name, in a folder that is made if need be and that only its owner can read.
///
/// # Errors
/// When an SQLite file can be neither opened nor made. PostgreSQL is first spoken to later.
pub async fn open_db(settings: &Settings) -> anyhow::Result<Db> {
    let url = settings.database_url();
    if let Engine::Sqlite(path) = url.engine()
        && let Some(dir) = path.parent()
    {
        // The folder of a bare file name is the one we are in, and there.
        let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .with_context(|| format!("the folder {} cannot be made", dir.display()))?;
        make_private(path).with_context(|| format!("the file {} cannot be made", path.display()))?;
    }
    let options = Options {
        is_pooled: settings.database.is_pooled,
        max_connections: settings.database.max_connections,
        ..Options::default()
    };
    Db::open(&connection_url(&url), &options).await.with_context(|| format!("the database {url} cannot be opened"))
}

/// Makes the file unless it is there: SQLite would let others read it, and gives the files beside it the same mode.
fn make_private(path: &Path) -> std::io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(|_| ()),
    }
}

/// The URL as the driver reads it: in the path of a file `%` and `?` mean nothing special to us.
pub(super) fn connection_url(url: &DatabaseUrl) -> String {
    match url.engine() {
        Engine::Sqlite(path) => {
            format!("sqlite:{}", path.display().to_string().replace('%', "%25").replace('?', "%3F"))
        }
        Engine::Postgres(url) => url.expose_secret().to_owned(),
    }
}

async fn check_schema(db: &Db, url: &DatabaseUrl) -> anyhow::Result<()> {
    let schema = db.schema().await.with_context(|| no_answer(url))?;
    match schema {
        Schema::Current => Ok(()),
        Schema::Empty if !url.is_postgres() => db.migrate().await.context("the database's tables cannot be made"),
        Schema::Empty => bail!("the database {url} has no tables yet; run `belowline migrate` once, then this again"),
        Schema::Behind { at, wanted } => bail!(
            "the database {url} is at schema {at} and this program needs {wanted}; stop every node, make a backup, \
             and run `belowline migrate`"
        ),
        Schema::Ahead { at } => bail!(
            "the database {url} is at schema {at}, which a newer Belowline made; run that version, or restore the \
             backup from before it"
        ),
    }
}

/// What to say of a database that cannot be spoken to.
pub(super) fn no_answer(url: &DatabaseUrl) -> String {
    if url.is_postgres() {
        format!("the database {url} does not answer as it should; `belowline doctor` says more")
    } else {
        format!("the database {url} cannot be read; check that the file is ours and the disk has room")
    }
}

/// Compares the keys with the fingerprints of those that the installation began with, which the first start stores.
async fn check_fingerprints(db: &Db, keys: &Keys, settings: &Settings) -> anyhow::Result<()> {
    let url = settings.database_url();
    let mut tx = db.write().await.with_context(|| no_answer(&url))?;
    for (name, fingerprint) in keys.fingerprints() {
        let stored = installation::get_or_insert(&mut tx, &fingerprint_key(name), &fingerprint).await;
        let stored = stored.with_context(|| no_answer(&url))?;
        if keys.is_former(name, &stored) {
            installation::set(&mut tx, &fingerprint_key(name), &fingerprint).await.with_context(|| no_answer(&url))?;
        } else if stored != fingerprint {
            bail!("{}", other_key(name, &settings.data.dir));
        }
    }
    tx.commit().await.with_context(|| no_answer(&url))
}

/// Where the fingerprint of the key `name` is stored.
pub(super) fn fingerprint_key(name: &str) -> String {
    format!("fingerprint.{name}")
}

/// What to say of a key that is not the one that the installation began with.
pub(super) fn other_key(name: &str, data_dir: &Path) -> String {
    format!(
        "secrets.{name} is another key than this installation's other starts had; give this node the same key, or put \
         the backup of {} back. To change the key on purpose, run \
         `belowline settings accept-keys` with the new one; of identity_key also give the one before in \
         secrets.former_identity_keys, which suffices",
        data_dir.join("secrets.toml").display()
    )
}

fn mailer(settings: &Settings, clock: &Arc<dyn Clock>) -> anyhow::Result<Arc<dyn Mailer>> {
    Ok(match &settings.mail.smtp_url {
        Some(url) => {
            install_tls();
            Arc::new(SmtpMailer::new(url, &settings.mail, Arc::clone(clock))?)
        }
        None => Arc::new(FileMailer::new(settings, Arc::clone(clock))),
    })
}

/// Chooses the one implementation of TLS's mathematics for the whole process.
pub(super) fn install_tls() {
    // It fails only when it was chosen before, by us.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
