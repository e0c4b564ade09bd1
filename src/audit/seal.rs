//! The chain over the log: each seal hashes its row and the seal before it.
//!
//! One job writes seals, so that deciding transactions never wait for each other. A transaction that commits late is
//! sealed late; its row is none the worse for it.

use std::time::Duration;

use sha2::{Digest, Sha256};

use super::{entry, store};
use crate::app::{App, Work};
use crate::kernel::{Actor, AuditId};
use crate::storage::StorageError;

/// How much later than its date a row may commit: far longer than any transaction may last.
const LATEST_COMMIT: Duration = Duration::from_secs(600);

/// How many rows one run seals at most.
const BATCH: i64 = 500;

/// The first place where the log is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A row does not match its seal, or a seal the one before it.
    #[error("audit row {0} was changed, or a row before it was taken out")]
    Row(AuditId),
    /// What lies beside a row is not what was hashed into it.
    #[error("the private part of audit row {0} was changed")]
    Private(AuditId),
    /// A row is old and yet unsealed.
    #[error("audit row {0} was put in later, or the sealing job has stopped")]
    Unsealed(AuditId),
}

/// Seals what has been appended since; answers how many rows it sealed.
///
/// # Errors
/// When the database cannot.
pub async fn seal(app: &App) -> Result<u64, StorageError> {
    let mut work = app.write(Actor::Job("seal")).await?;
    store::lock_chain(&mut work.tx).await?;
    let (mut seq, mut hash, since) = head(&mut work).await?;
    let rows = store::list_unsealed(&mut work.tx, since, BATCH).await?;
    let count = u64::try_from(rows.len()).unwrap_or(0);
    for row in rows {
        seq += 1;
        hash = chained(&hash, &row);
        store::insert_seal(&mut work.tx, seq, row.id, &hash).await?;
    }
    work.commit().await?;
    Ok(count)
}

async fn head(work: &mut Work) -> Result<(i64, Vec<u8>, i64), StorageError> {
    Ok(match store::find_head(&mut work.tx).await? {
        None => (0, Vec::new(), i64::MIN),
        Some(head) => (head.seq, head.hash, head.at.minus(LATEST_COMMIT).as_millis()),
    })
}

/// Reads the whole log and compares it with its seals; answers how many rows are sealed and whole.
///
/// # Errors
/// When the database cannot be read.
pub async fn verify(app: &App) -> Result<Result<u64, Broken>, StorageError> {
    let mut work = app.read(Actor::Operator).await?;
    let mut hash = Vec::new();
    let mut seq = 0;
    loop {
        let rows = store::list_sealed(&mut work.tx, seq, BATCH).await?;
        if rows.is_empty() {
            break;
        }
        for (seal, row, private) in rows {
            hash = chained(&hash, &row);
            if seal.seq != seq + 1 || seal.hash != hash {
                return Ok(Err(Broken::Row(row.id)));
            }
            if let (Some(private), Some(expected)) = (private, &row.private_hash)
                && entry::private_hash(&private.salt, &private.content) != *expected
            {
                return Ok(Err(Broken::Private(row.id)));
            }
            seq = seal.seq;
        }
    }
    if let Some(late) = store::find_unsealed_before(&mut work.tx, work.now.minus(LATEST_COMMIT)).await? {
        return Ok(Err(Broken::Unsealed(late)));
    }
    Ok(Ok(u64::try_from(seq).unwrap_or(0)))
}

fn chained(before: &[u8], row: &store::AuditRow) -> Vec<u8> {
    let fields = serde_json::json!([
        row.id,
        row.at.as_millis(),
        row.actor_kind,
        row.actor,
        row.action,
        row.title,
        row.subject,
        row.clause,
        row.clause_version,
        row.details,
        row.private_hash.as_ref().map(hex::encode),
    ]);
    Sha256::new().chain_update(before).chain_update(fields.to_string().as_bytes()).finalize().to_vec()
}
