//! Flags that every command takes, and the settings they lead to.

use std::path::PathBuf;

use anyhow::{Context as _, anyhow, bail};

use super::Print;
use crate::settings::{KEYS, Settings, Sources};

/// Flags that every command takes.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Global {
    /// Read settings from this TOML file.
    #[arg(long, global = true, value_name = "FILE", help_heading = "Settings")]
    pub settings: Option<PathBuf>,
    /// Set one setting, as in `--set server.listen=127.0.0.1:9000`; may stand several times. Not for secrets: other
    /// users of the machine can read a command line.
    #[arg(long, global = true, value_name = "KEY=VALUE", help_heading = "Settings")]
    pub set: Vec<String>,
    /// Keep the database, keys and mail in this folder [setting: data.dir].
    #[arg(long, global = true, value_name = "DIR", help_heading = "Settings")]
    pub data_dir: Option<PathBuf>,
    /// Use this database, sqlite:PATH or postgres://…; a password in it is better given by the variable DATABASE_URL
    /// [setting: database.url].
    #[arg(long, global = true, value_name = "URL", help_heading = "Settings")]
    pub database: Option<String>,
    /// Say what was done in words for people or as JSON for programs.
    #[arg(long, global = true, value_enum, value_name = "HOW", default_value_t)]
    pub print: Print,
}

impl Global {
    /// The settings in force: defaults, file, environment and flags.
    ///
    /// # Errors
    /// Every fault in any of them.
    pub fn load(&self) -> anyhow::Result<Settings> {
        self.load_with(&[])
    }

    /// The same, with flags of one command's own, as dotted keys and values, before the general ones.
    ///
    /// # Errors
    /// Every fault in any of them.
    pub fn load_with(&self, own: &[(&str, String)]) -> anyhow::Result<Settings> {
        let mut flags: Vec<(String, String)> =
            own.iter().map(|(key, text)| ((*key).to_owned(), text.clone())).collect();
        if let Some(dir) = &self.data_dir {
            let dir = dir.to_str().ok_or_else(|| anyhow!("the path after --data-dir is not UTF-8"))?;
            flags.push(("data.dir".to_owned(), dir.to_owned()));
        }
        if let Some(url) = &self.database {
            flags.push(("database.url".to_owned(), url.clone()));
        }
        for pair in &self.set {
            let (key, text) = pair.split_once('=').context("after --set there must be KEY=VALUE")?;
            let is_secret = KEYS.iter().any(|known| known.dotted == key && known.is_secret);
            if is_secret {
                bail!("{key} is a secret and not for the command line, which others can read: use the environment");
            }
            flags.push((key.to_owned(), text.to_owned()));
        }
        let environment = std::env::vars_os().collect();
        Ok(Settings::load(&Sources { file: self.settings.clone(), environment, flags })?)
    }
}
