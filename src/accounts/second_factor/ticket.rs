//! What a browser brings back between the two steps of signing in: that the password was right a moment ago.
//!
//! It opens nothing by itself, and ends with the password that it stands for.

use std::time::Duration;

use crate::accounts::store::Credentials;
use crate::app::App;
use crate::kernel::{AccountId, Id as _, Timestamp};

/// How long somebody may look for their telephone.
const GOOD_FOR: Duration = Duration::from_secs(600);

/// A ticket for `account`, whose password was right at `now`.
pub(in crate::accounts) fn ticket_for(app: &App, account: &Credentials, now: Timestamp) -> String {
    let token = app.keys.form_token(&holder(account, now), &app.ids);
    format!("{}.{}.{token}", account.id, now.as_millis())
}

/// The account that `ticket` names and when it was given out, if its form is right: nothing is checked yet.
pub(in crate::accounts) fn open_ticket(ticket: &str) -> Option<Ticket<'_>> {
    let mut parts = ticket.splitn(3, '.');
    let account = parts.next()?.parse().ok()?;
    let at = Timestamp::from_millis(parts.next()?.parse().ok()?);
    Some(Ticket { account, at, token: parts.next()? })
}

/// A ticket that has been read.
pub(in crate::accounts) struct Ticket<'a> {
    pub(in crate::accounts) account: AccountId,
    at: Timestamp,
    token: &'a str,
}

impl Ticket<'_> {
    /// Whether we gave it out for `account` and its password of now, not long before `now`.
    pub(in crate::accounts) fn is_good(&self, app: &App, account: &Credentials, now: Timestamp) -> bool {
        self.at <= now && self.at.until(now) < GOOD_FOR && app.keys.is_form_token(&holder(account, self.at), self.token)
    }
}

fn holder(account: &Credentials, at: Timestamp) -> Vec<u8> {
    let password = account.password_hash.as_deref().unwrap_or_default();
    let parts = format!("second-step {} {} {password}", account.id.uuid(), at.as_millis());
    digest(&parts)
}

/// A digest, since what is signed shall not be as long as a hash of a password is.
fn digest(text: &str) -> Vec<u8> {
    use sha2::{Digest as _, Sha256};
    Sha256::digest(text.as_bytes()).to_vec()
}
