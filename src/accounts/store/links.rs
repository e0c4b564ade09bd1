//! The table of mailed links.

use crate::accounts::{EmailAddress, Purpose};
use crate::kernel::{AccountId, Timestamp, TokenId};
use crate::secrets::TokenHash;
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_optional, text_column};

text_column! {
    Purpose: |purpose: &Purpose| purpose.as_str(), Purpose::parse;
}

/// A mailed link to be stored.
pub(in crate::accounts) struct NewToken<'a> {
    pub(in crate::accounts) id: TokenId,
    pub(in crate::accounts) hash: TokenHash,
    pub(in crate::accounts) account: AccountId,
    pub(in crate::accounts) purpose: Purpose,
    pub(in crate::accounts) address: Option<&'a EmailAddress>,
    pub(in crate::accounts) expires_at: Timestamp,
}

pub(in crate::accounts) async fn insert_token(
    tx: &mut Tx,
    row: &NewToken<'_>,
    now: Timestamp,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into account_tokens (id, token_hash, account, purpose, created_at, expires_at, email)
         values ($1, $2, $3, $4, $5, $6, $7)",
        row.id,
        row.hash.as_bytes().as_slice(),
        row.account,
        row.purpose,
        now,
        row.expires_at,
        row.address.map(ToString::to_string)
    )?;
    Ok(())
}

/// The address that the link with `token` was mailed to, when it is one to change to it.
pub(in crate::accounts) async fn find_new_address(
    tx: &mut Tx,
    token: &TokenHash,
) -> Result<Option<String>, StorageError> {
    let sql = "select email from account_tokens where token_hash = $1";
    let row = fetch_optional!(tx, (Option<String>,), sql, token.as_bytes().as_slice())?;
    Ok(row.and_then(|(email,)| email))
}

pub(in crate::accounts) async fn find_token(
    tx: &mut Tx,
    token: &TokenHash,
    now: Timestamp,
) -> Result<Option<(AccountId, Purpose)>, StorageError> {
    fetch_optional!(
        tx,
        (AccountId, Purpose),
        "select account, purpose from account_tokens where token_hash = $1 and used_at is null and expires_at > $2",
        token.as_bytes().as_slice(),
        now
    )
}

/// Uses a link up; answers false when it was used, or is over, already.
pub(in crate::accounts) async fn use_token(
    tx: &mut Tx,
    token: &TokenHash,
    purpose: Purpose,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let count = execute!(
        tx,
        "update account_tokens set used_at = $3
         where token_hash = $1 and purpose = $2 and used_at is null and expires_at > $3",
        token.as_bytes().as_slice(),
        purpose,
        now
    )?;
    Ok(count == 1)
}

/// Takes back every unused link of `account`, of one purpose or of any.
pub(in crate::accounts) async fn delete_tokens(
    tx: &mut Tx,
    account: AccountId,
    purpose: Option<Purpose>,
) -> Result<(), StorageError> {
    match purpose {
        None => execute!(tx, "delete from account_tokens where account = $1 and used_at is null", account)?,
        Some(purpose) => execute!(
            tx,
            "delete from account_tokens where account = $1 and purpose = $2 and used_at is null",
            account,
            purpose
        )?,
    };
    Ok(())
}

pub(in crate::accounts) async fn delete_tokens_before(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    execute!(tx, "delete from account_tokens where expires_at < $1", before)
}
