//! What the newspaper's engineer may set, checked whole before anything starts.
//!
//! A value comes from the defaults, then the settings file, then the environment, then the command line; the later
//! wins. Whatever is wrong, in any of them, is reported at once, each fault with its place and what to write instead.
//! An unknown key is a fault: a misspelt throttle would otherwise be no throttle.
//!
//! The structs and the catalogue, [`KEYS`], come from one table in `sections.rs`; `docs/settings.md` is made from it.

mod fault;
mod given;
mod host_token;
mod key;
mod lists;
mod load;
mod oidc;
mod reference;
mod sections;
mod serve;
#[cfg(test)]
mod tests;
mod values;

pub use fault::{Fault, Faults, Origin};
pub use host_token::{HostToken, HostTokens};
pub use key::{SecretKey, SecretKeys};
pub use lists::{Names, Secrets, WebhookSecrets};
pub use load::Sources;
pub use oidc::{OidcProvider, OidcProviders};
pub use reference::reference;
pub use sections::*;
pub use values::{DatabaseUrl, Engine, LogFormat, Networks, PublicUrl, Sender, SmtpUrl};

use std::time::Duration;

/// The bytes behind base 64 of either alphabet, with or without padding.
#[must_use]
pub fn decode_base64(text: &str) -> Option<Vec<u8>> {
    key::decode_base64(text)
}

/// Whether an address names this machine itself.
#[must_use]
pub fn is_loopback(url: &url::Url) -> bool {
    host_token::is_loopback(url)
}

/// So many minutes.
const fn minutes(count: u32) -> Duration {
    Duration::from_secs(count as u64 * 60)
}

impl Settings {
    /// Where people reach this installation: `server.public_url`, else the address that it listens on.
    #[must_use]
    pub fn public_url(&self) -> PublicUrl {
        self.server.public_url.clone().unwrap_or_else(|| PublicUrl::of_listener(self.server.listen))
    }

    /// Which database holds everything: `database.url`, else a file in `data.dir`.
    #[must_use]
    pub fn database_url(&self) -> DatabaseUrl {
        self.database.url.clone().unwrap_or_else(|| DatabaseUrl::in_data_dir(&self.data.dir))
    }

    /// What is in force, as a settings file, each line with where its value came from. Secrets are `***`.
    #[must_use]
    pub fn show(&self) -> String {
        reference::show(&self.in_force)
    }
}

impl Staff {
    /// How long after they showed who they are somebody may ban, export and give roles.
    #[must_use]
    pub const fn proven_for(&self) -> Duration {
        minutes(self.reauthenticate_minutes)
    }
}

impl Accounts {
    /// How long a reader's session lives unused.
    #[must_use]
    pub const fn session_idle_for(&self) -> Duration {
        minutes(self.session_idle_days * 24 * 60)
    }

    /// How long a reader's session lives at most.
    #[must_use]
    pub const fn session_absolute_for(&self) -> Duration {
        minutes(self.session_absolute_days * 24 * 60)
    }

    /// How long a session of somebody with a role lives unused.
    #[must_use]
    pub const fn staff_idle_for(&self) -> Duration {
        minutes(self.staff_idle_minutes)
    }

    /// How long a session of somebody with a role lives at most.
    #[must_use]
    pub const fn staff_absolute_for(&self) -> Duration {
        minutes(self.staff_absolute_hours * 60)
    }

    /// How long a mailed link sets a new password.
    #[must_use]
    pub const fn reset_for(&self) -> Duration {
        minutes(self.reset_minutes)
    }

    /// How long a mailed link confirms an address.
    #[must_use]
    pub const fn confirm_for(&self) -> Duration {
        minutes(self.confirm_hours * 60)
    }
}
