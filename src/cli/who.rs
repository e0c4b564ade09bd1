//! Whom a command is about: an account, or the subscriber behind it.

use anyhow::{anyhow, bail};

use crate::accounts;
use crate::kernel::{AccountId, SubscriberId};
use crate::storage::Tx;

/// An account, by id or by address.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct Who {
    /// The account's id, acct_….
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
    /// The account's e-mail address.
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
}

impl Who {
    /// The account that is meant.
    pub(super) async fn find(&self, tx: &mut Tx) -> anyhow::Result<AccountId> {
        match (&self.account, &self.email) {
            (Some(account), _) => Ok(*account),
            (None, Some(email)) => by_email(tx, email).await,
            (None, None) => bail!("give --account or --email"),
        }
    }
}

/// A subscriber, by id or by the address of one of their accounts.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct WhoPays {
    /// The subscriber's id, sub_….
    #[arg(long, value_name = "ID")]
    subscriber: Option<SubscriberId>,
    /// The e-mail address of an account that acts for the subscriber.
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
}

impl WhoPays {
    /// The subscriber who is meant.
    pub(super) async fn find(&self, tx: &mut Tx) -> anyhow::Result<SubscriberId> {
        match (&self.subscriber, &self.email) {
            (Some(subscriber), _) => Ok(*subscriber),
            (None, Some(email)) => {
                let account = by_email(tx, email).await?;
                let profile = accounts::get_profile(tx, account).await?;
                Ok(profile.ok_or_else(|| anyhow!("there is no account {account}"))?.subscriber)
            }
            (None, None) => bail!("give --subscriber or --email"),
        }
    }
}

async fn by_email(tx: &mut Tx, email: &str) -> anyhow::Result<AccountId> {
    accounts::find_by_email(tx, email).await?.ok_or_else(|| anyhow!("there is no account with the address {email}"))
}
