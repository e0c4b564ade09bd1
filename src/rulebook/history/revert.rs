//! Putting an earlier version back.

use super::{Document, find_version};
use crate::app::App;
use crate::kernel::{Actor, TitleId};
use crate::rulebook::{Issued, Publication, PublishError, publish};
use crate::storage::StorageError;

/// Why a version cannot be put back.
#[derive(Debug, thiserror::Error)]
pub enum RevertError {
    /// The title never had this version.
    #[error("there is no such version")]
    NoVersion,
    /// It cannot be published now.
    #[error(transparent)]
    Publish(#[from] PublishError),
}

impl From<StorageError> for RevertError {
    fn from(error: StorageError) -> Self {
        Self::Publish(error.into())
    }
}

/// Publishes the text of `version` as the newest of `title`, unless `based_on` is no longer the newest.
///
/// # Errors
/// When there is no such version, or it would be refused if somebody wrote it today.
pub async fn revert(
    app: &App,
    actor: impl Into<Actor>,
    title: &TitleId,
    document: Document,
    version: i64,
    based_on: Option<i64>,
) -> Result<Issued, RevertError> {
    let actor = actor.into();
    let mut work = app.read(actor.clone()).await?;
    let found = find_version(&mut work.tx, title, document, Some(version)).await?;
    drop(work);
    let source = found.ok_or(RevertError::NoVersion)?.source;
    let publication = Publication { title, source: &source, based_on, from_version: Some(version) };
    Ok(publish(app, actor, document, publication).await?)
}
