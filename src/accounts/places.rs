//! Where somebody signs in from: whoever does so from a device and a network that were not seen lately is told by mail.

use std::time::Duration;

use super::{Client, check, store};
use crate::app::{App, Work};
use crate::kernel::{AccountId, Id as _};
use crate::notifications::{self, Mail};
use crate::storage::{StorageError, Tx};

/// How long a place is remembered after it was last seen.
const KEPT_FOR: Duration = Duration::from_secs(90 * 24 * 3600);

/// Notes that `account` signed in from there, in the transaction that does; from a new place its owner is told, unless it is
/// the very first or they were told too often.
pub(super) async fn note(app: &App, work: &mut Work, account: AccountId, from: &Client) -> Result<(), StorageError> {
    let device = from.device.as_deref().unwrap_or(&from.user_agent);
    let network = from.network();
    let text = [account.uuid().as_bytes().as_slice(), network.as_bytes(), b" ", device.as_bytes()].concat();
    let places = app.keys.keyed_hashes("sign-in-place", &text);
    let (now, since) = (work.now, work.now.minus(KEPT_FOR));
    let mut is_known = false;
    for place in &places {
        is_known |= store::is_place_seen(&mut work.tx, account, place.as_bytes(), since).await?;
    }
    let is_first = !store::has_places(&mut work.tx, account).await?;
    if let Some(place) = places.first() {
        store::put_place(&mut work.tx, account, place.as_bytes(), now).await?;
    }
    // Counted apart from the mails that somebody else can ask for, so that neither uses up the other.
    if is_known || is_first || !check::may_mail(app, &format!("sign-in {account}")) {
        return Ok(());
    }
    let mail = Mail::SignedInElsewhere { device: from.user_agent.clone(), network, at: now };
    notifications::enqueue(work, account, &mail).await
}

/// Deletes what is known of `account`.
pub(super) async fn forget(tx: &mut Tx, account: AccountId) -> Result<(), StorageError> {
    store::delete_places(tx, account).await
}

/// Deletes places that were not seen for so long that they count as new; answers how many.
pub(super) async fn forget_old(work: &mut Work) -> Result<u64, StorageError> {
    let before = work.now.minus(KEPT_FOR);
    store::delete_places_before(&mut work.tx, before).await
}
