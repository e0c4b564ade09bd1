//! A signed-in browser or program.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use super::{LinkKey, store};
use crate::app::Work;
use crate::kernel::{AccountId, Role, Roles, SessionId, Timestamp, shortened};
use crate::secrets::{Keys, Token};
use crate::settings::Accounts;
use crate::storage::{StorageError, Tx};

/// The most characters of what a browser calls itself that are kept.
const MAX_USER_AGENT_CHARS: usize = 200;

/// Where a request comes from, as far as it matters to accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The address of whoever asks.
    pub address: IpAddr,
    /// What the browser or program calls itself.
    pub user_agent: String,
    /// What the browser's own cookie holds, by which it is known again.
    pub device: Option<String>,
}

impl Client {
    /// What whoever comes from there can be known by.
    pub(super) fn links(&self, keys: &Keys) -> Vec<LinkKey> {
        let device = self.device.as_deref().map(|device| LinkKey::device(keys, device));
        // Everybody behind a proxy that was not declared comes from this machine: that says nothing of anybody.
        let address = Some(self.address.to_canonical()).filter(|address| !address.is_loopback());
        let network = address.map(|address| LinkKey::network(keys, address));
        network.into_iter().chain(device).collect()
    }

    /// The network that a person may recognise as theirs, as `192.0.2.0/24` or `2001:db8::/64`.
    #[must_use]
    pub fn network(&self) -> String {
        match self.address.to_canonical() {
            IpAddr::V4(address) => format!("{}/24", Ipv4Addr::from_bits(address.to_bits() >> 8 << 8)),
            IpAddr::V6(address) => format!("{}/64", Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        }
    }
}

/// A session, as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// What the browser or program called itself at sign-in.
    pub user_agent: String,
    /// The network it signed in from.
    pub network: String,
    /// When it signed in.
    pub created_at: Timestamp,
    /// When it was last used, at most a few minutes behind.
    pub seen_at: Timestamp,
    /// When it ends unless used before.
    pub idles_at: Timestamp,
    /// When it ends in any case.
    pub expires_at: Timestamp,
}

/// How long a session lives, and how exactly its use is noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lifetime {
    pub(super) idle_for: Duration,
    pub(super) absolute_for: Duration,
    pub(super) noted_every: Duration,
}

impl Lifetime {
    /// Whoever holds any role anywhere can do harm with a stolen session, and so has a shorter one.
    pub(super) fn of(settings: &Accounts, roles: &Roles) -> Self {
        let is_staff = roles.highest() > Role::Reader;
        let (idle_for, absolute_for, noted_every) = if is_staff {
            (settings.staff_idle_for(), settings.staff_absolute_for(), Duration::from_secs(60))
        } else {
            (settings.session_idle_for(), settings.session_absolute_for(), Duration::from_secs(600))
        };
        // However short the idle time, a session in use does not run out between two notes.
        Self { idle_for, absolute_for, noted_every: noted_every.min(idle_for / 4) }
    }
}

/// Opens a session under an id and a token of its own, whatever the browser came with.
pub(super) async fn open(
    work: &mut Work,
    settings: &Accounts,
    account: AccountId,
    roles: &Roles,
    client: (&str, &str),
) -> Result<(Token, Session), StorageError> {
    let lifetime = Lifetime::of(settings, roles);
    let (network, user_agent) = client;
    let token = Token::draw(work.ids());
    let session = Session {
        id: work.mint(),
        user_agent: shortened(&user_agent.replace('\0', ""), MAX_USER_AGENT_CHARS),
        network: network.to_owned(),
        created_at: work.now,
        seen_at: work.now,
        idles_at: work.now.plus(lifetime.idle_for),
        expires_at: work.now.plus(lifetime.absolute_for),
    };
    store::insert_session(&mut work.tx, account, &session, &token.hash()).await?;
    Ok((token, session))
}

/// The sessions of `account` that are alive at `now`, newest first, 100 at most.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_sessions(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<Vec<Session>, StorageError> {
    store::list_sessions(tx, account, now).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_shown_without_the_part_that_is_one_person() {
        let shown = |address: &str| {
            Client { address: address.parse().unwrap(), user_agent: String::new(), device: None }.network()
        };
        assert_eq!(shown("192.0.2.77"), "192.0.2.0/24");
        assert_eq!(shown("::ffff:192.0.2.77"), "192.0.2.0/24");
        assert_eq!(shown("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    }
}
