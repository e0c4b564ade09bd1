//! Confirming an address.

use super::{LinkError, Purpose, store};
use crate::app::App;
use crate::audit::{self, Action, Entry};
use crate::kernel::Actor;
use crate::secrets::Token;

/// Confirms the address that the link with `token` was mailed to. Nobody is signed in by it.
///
/// # Errors
/// When the link is no longer good.
pub async fn confirm_email(app: &App, token: &Token) -> Result<(), LinkError> {
    let mut work = app.write(Actor::Anonymous).await?;
    let now = work.now;
    let found = store::find_token(&mut work.tx, &token.hash(), now).await?;
    let Some((account, Purpose::Confirm)) = found else { return Err(LinkError::Invalid) };
    store::lock_account(&mut work.tx, account).await?;
    if !store::use_token(&mut work.tx, &token.hash(), Purpose::Confirm, now).await? {
        return Err(LinkError::Invalid);
    }
    store::delete_tokens(&mut work.tx, account, Some(Purpose::Confirm)).await?;
    store::set_confirmed(&mut work.tx, account, now).await?;
    audit::record(&mut work, Entry::new(Action::EmailConfirmed, account)).await?;
    work.commit().await?;
    Ok(())
}
