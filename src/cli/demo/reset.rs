//! Starting afresh, only where a demo was: nobody's real installation is ever deleted.

use std::path::Path;

use anyhow::{Context as _, bail};

use super::super::start;
use crate::settings::{Engine, Settings};
use crate::storage::{Schema, installation};

/// The file that says that a folder is a demo's.
const MARK: &str = ".belowline-demo";
/// The key that says that a database is a demo's.
const KEY: &str = "demo";

/// Marks folder and database as a demo's; refuses those of a real installation.
pub(super) async fn mark(settings: &Settings) -> anyhow::Result<()> {
    let dir = &settings.data.dir;
    let db = start::open_db(settings).await?;
    let is_new = db.schema().await? == Schema::Empty;
    if !is_new && installation::find(&mut db.read().await?, KEY).await?.is_none() {
        bail!("{} holds an installation that is no demo; name another place", settings.database_url());
    }
    db.migrate().await?;
    if is_new {
        let mut tx = db.write().await?;
        installation::set(&mut tx, KEY, "yes").await?;
        tx.commit().await?;
    }
    db.close().await;
    std::fs::create_dir_all(dir).with_context(|| format!("the folder {} cannot be made", dir.display()))?;
    std::fs::write(dir.join(MARK), "").with_context(|| format!("{} cannot be written to", dir.display()))?;
    Ok(())
}

/// Deletes what a demo kept.
pub(super) async fn reset(settings: &Settings) -> anyhow::Result<()> {
    let url = settings.database_url();
    let is_there = match url.engine() {
        Engine::Postgres(_) => true,
        Engine::Sqlite(path) => path.exists(),
    };
    if is_there {
        // The database itself says whether it is a demo's; the folder that a demo keeps its files in says nothing of it.
        let db = start::open_db(settings).await?;
        if db.schema().await? != Schema::Empty {
            let mut tx = db.read().await?;
            if installation::find(&mut tx, KEY).await?.is_none() {
                bail!("{url} holds an installation that is no demo, which --reset does not delete");
            }
            drop(tx);
            if matches!(url.engine(), Engine::Postgres(_)) {
                db.wipe().await?;
            }
        }
        db.close().await;
    }
    if let Engine::Sqlite(path) = url.engine() {
        for ending in ["", "-wal", "-shm"] {
            remove(Path::new(&format!("{}{ending}", path.display())))?;
        }
    }
    if settings.data.dir.join(MARK).exists() {
        remove(&settings.data.dir.join("secrets.toml"))?;
        let mail = settings.data.dir.join("mail");
        if mail.exists() {
            std::fs::remove_dir_all(&mail).with_context(|| format!("{} cannot be deleted", mail.display()))?;
        }
    }
    Ok(())
}

fn remove(file: &Path) -> anyhow::Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be deleted", file.display()))
        }
        _ => Ok(()),
    }
}
