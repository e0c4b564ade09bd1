//! Recovery codes.

use super::give::{Given, Outcome, give};
use super::store;
use crate::app::{App, Work};
use crate::audit::{self, Action, Entry};
use crate::kernel::{AccountId, Actor, Id as _, Ids, SignedIn};
use crate::limits::RetryAfter;
use crate::secrets::KeyedHash;
use crate::storage::StorageError;

/// How many are given out together.
const COUNT: usize = 10;
/// Letters and digits that nobody takes for one another.
const ALPHABET: &[u8; 31] = b"23456789abcdefghjkmnpqrstuvwxyz";
const CHARS: usize = 12;
const PURPOSE: &str = "recovery-code";

/// Why no new codes are given out.
#[derive(Debug, thiserror::Error)]
pub enum RenewError {
    /// There is no second factor.
    #[error("there is no second factor")]
    NotEnrolled,
    /// The code is none of the app's.
    #[error("the code is wrong")]
    Wrong,
    /// Too many codes were tried.
    #[error(transparent)]
    TooMany(#[from] RetryAfter),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Gives out new recovery codes for a code of the app; those before are good no more.
///
/// # Errors
/// When there is no second factor, or the code is wrong.
pub async fn renew_recovery_codes(app: &App, person: &SignedIn, code: &str) -> Result<Vec<String>, RenewError> {
    let mut work = app.write(Actor::SignedIn(person.clone())).await?;
    match give(app, &mut work, person.account, Some(&Given::Code(code.to_owned()))).await? {
        Outcome::Good => {}
        Outcome::NotEnrolled => return Err(RenewError::NotEnrolled),
        Outcome::Missing | Outcome::Wrong => return Err(RenewError::Wrong),
        Outcome::TooMany(wait) => return Err(wait.into()),
    }
    let codes = give_out(app, &mut work, person.account).await?;
    audit::record(&mut work, Entry::new(Action::RecoveryCodesRenewed, person.account)).await?;
    work.commit().await?;
    Ok(codes)
}

/// Draws codes in the place of all others; they are told this once.
pub(super) async fn give_out(app: &App, work: &mut Work, account: AccountId) -> Result<Vec<String>, StorageError> {
    let codes: Vec<String> = (0..COUNT).map(|_| draw(work.ids())).collect();
    let hashes: Vec<Vec<u8>> = codes
        .iter()
        .filter_map(|code| hashes(app, account, code).first().map(|hash| hash.as_bytes().to_vec()))
        .collect();
    store::replace_codes(&mut work.tx, account, &hashes).await?;
    Ok(codes)
}

/// Uses up a recovery code; answers whether it was one.
pub(super) async fn take(app: &App, work: &mut Work, account: AccountId, code: &str) -> Result<bool, StorageError> {
    let now = work.now;
    for hash in hashes(app, account, code) {
        if store::use_code(&mut work.tx, account, hash.as_bytes(), now).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn draw(ids: &Ids) -> String {
    let drawn: Vec<char> = (0..CHARS)
        .map(|_| {
            let at = usize::try_from(ids.below(ALPHABET.len() as u64)).unwrap_or(0);
            char::from(ALPHABET.get(at).copied().unwrap_or(b'2'))
        })
        .collect();
    drawn.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// What stands for a code as it was typed: its letters in either case, with or without hyphens and blanks.
fn hashes(app: &App, account: AccountId, code: &str) -> Vec<KeyedHash> {
    let typed: String = code.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
    let bytes = [account.uuid().as_bytes().as_slice(), typed.to_ascii_lowercase().as_bytes()].concat();
    app.keys.keyed_hashes(PURPOSE, &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_long_enough_and_differ() {
        let ids = Ids::seeded(5);
        let codes: std::collections::HashSet<String> = (0..1_000).map(|_| draw(&ids)).collect();
        assert_eq!(codes.len(), 1_000);
        assert!(codes.iter().all(|code| code.len() == 14 && code.split('-').count() == 3), "{codes:?}");
        let signs: std::collections::HashSet<char> = codes.iter().flat_map(|code| code.chars()).collect();
        assert_eq!(signs.len(), 31 + 1);
        assert!(!signs.contains(&'i') && !signs.contains(&'l') && !signs.contains(&'o') && !signs.contains(&'0'));
    }
}
