//! Mail leaves the outbox.

use std::time::Duration;

use tokio::task::JoinSet;

use super::compose;
use crate::app::App;
use crate::egress::Message;
use crate::kernel::Actor;
use crate::notifications::{self, Queued};
use crate::storage::StorageError;

/// How many mails are taken at a time. They are sent side by side, so that one slow server does not hold up the rest.
pub(super) const BATCH: u64 = 10;

const JOB: Actor = Actor::Job("mail");

/// Sends the mails that are due, a batch of them; answers how many it took.
///
/// A mail is taken, sent and marked in three steps without a transaction over the sending: when this stops in between it
/// is sent again, under the same Message-ID.
///
/// # Errors
/// When the database fails. A mail server that fails is no error: the mail waits.
pub async fn deliver_mail(app: &App) -> Result<u64, StorageError> {
    // Twice the longest wait for a server, and room for the database, pass before another node may take it.
    let lease = Duration::from_secs(u64::from(app.settings.mail.timeout_seconds) * 2 + 60);
    let mut work = app.write(JOB).await?;
    let due = notifications::deliveries_due(&mut work, BATCH.cast_signed(), lease).await?;
    work.commit().await?;
    let count = u64::try_from(due.len()).unwrap_or(0);
    let mut sending = JoinSet::new();
    for queued in due {
        let app = app.clone();
        sending.spawn(async move { deliver(&app, &queued).await });
    }
    let mut outcome = Ok(count);
    while let Some(sent) = sending.join_next().await {
        match sent {
            Ok(Ok(())) => {}
            Ok(Err(error)) => outcome = Err(error),
            Err(error) => outcome = Err(StorageError::Engine(format!("a mail could not be composed: {error}"))),
        }
    }
    outcome
}

/// How many digests are put together at a time.
pub(super) const DIGESTS: u64 = 50;

/// Puts statements that were to be told together, and are due, into the outbox; answers how many mails that makes.
///
/// # Errors
/// When the database fails.
pub(super) async fn gather_digests(app: &App) -> Result<u64, StorageError> {
    let mut work = app.write(JOB).await?;
    let count = notifications::gather_digests(&mut work, DIGESTS.cast_signed()).await?;
    work.commit().await?;
    Ok(count)
}

/// What becomes of one mail.
enum Fate {
    Sent,
    Later(String),
    Failed(String),
    /// Nobody can be told, or there is nothing to tell any more.
    Moot,
}

async fn deliver(app: &App, queued: &Queued) -> Result<(), StorageError> {
    let fate = send(app, queued).await?;
    let mut work = app.write(JOB).await?;
    let now = work.now;
    match &fate {
        Fate::Sent => notifications::mark_sent(&mut work.tx, queued.id, now).await?,
        Fate::Later(_) => notifications::mark_later(&mut work.tx, queued, now).await?,
        Fate::Failed(_) | Fate::Moot => notifications::mark_failed(&mut work.tx, queued.id, now).await?,
    }
    work.commit().await?;
    let (mail, attempts) = (queued.id, queued.attempts + 1);
    match fate {
        Fate::Sent => {}
        // Once for each mail: its next attempts say nothing new.
        Fate::Later(why) if queued.attempts == 0 => tracing::warn!(%mail, why, "a mail could not be sent yet"),
        Fate::Later(why) => tracing::debug!(%mail, attempts, why, "a mail still cannot be sent"),
        Fate::Moot => tracing::debug!(%mail, "a mail has no address, or tells of what is gone"),
        Fate::Failed(why) => tracing::error!(%mail, attempts, why, "a mail is given up"),
    }
    Ok(())
}

async fn send(app: &App, queued: &Queued) -> Result<Fate, StorageError> {
    let mut work = app.read(JOB).await?;
    let letter = compose(app, &mut work.tx, queued).await?;
    drop(work);
    let Some(letter) = letter else {
        return Ok(Fate::Moot);
    };
    let message = match Message::new(queued.id, &letter.to, letter.subject, letter.text) {
        Ok(message) => message,
        Err(error) => return Ok(Fate::Failed(error.to_string())),
    };
    Ok(match app.mailer.send(&message).await {
        Ok(()) => Fate::Sent,
        Err(error) if error.is_permanent() => Fate::Failed(error.to_string()),
        Err(error) => Fate::Later(error.to_string()),
    })
}
