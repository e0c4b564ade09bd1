//! Publishing a title's ladder.

use serde_json::json;

use super::Ladder;
use super::store::ladders::{self, LadderFile};
use crate::app::Work;
use crate::audit::{self, Action, Entry};
use crate::kernel::{TitleId, is_storable};
use crate::storage::StorageError;
use crate::titles;

/// Why a ladder cannot be published.
#[derive(Debug, thiserror::Error)]
pub enum LadderError {
    /// There is no such title.
    #[error("there is no title `{0}`")]
    NoTitle(TitleId),
    /// What is wrong with it, a line for each fault.
    #[error("{}", .0.join("\n"))]
    Invalid(Vec<String>),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What is wrong with `source` as the ladder of `title`; nothing is published.
///
/// # Errors
/// As of [`publish_ladder`].
pub async fn check_ladder(work: &mut Work, title: &TitleId, source: &str) -> Result<Ladder, LadderError> {
    if titles::find(&mut work.tx, title).await?.is_none() {
        return Err(LadderError::NoTitle(title.clone()));
    }
    if !is_storable(source) {
        return Err(LadderError::Invalid(vec!["the ladder holds the character U+0000".to_owned()]));
    }
    let ladder = Ladder::parse(source).map_err(LadderError::Invalid)?;
    let rules = titles::find_house_rules(&mut work.tx, title).await?;
    let is_known = |id: &str| rules.as_ref().is_some_and(|rules| rules.clauses.iter().any(|it| it.id.as_str() == id));
    let unknown = ladder.weighed_clauses().filter(|clause| !is_known(clause));
    let faults: Vec<String> =
        unknown.map(|clause| format!("weights: the house rules of `{title}` have no clause `{clause}`")).collect();
    if faults.is_empty() { Ok(ladder) } else { Err(LadderError::Invalid(faults)) }
}

/// Publishes a ladder in TOML as the newest of its title, and answers its version; the same again changes nothing.
///
/// # Errors
/// When the title is not there or the ladder is none.
pub async fn publish_ladder(work: &mut Work, title: &TitleId, source: &str) -> Result<i64, LadderError> {
    ladders::lock_title(&mut work.tx, title).await?;
    check_ladder(work, title, source).await?;
    let latest = ladders::find(&mut work.tx, title).await?;
    if let Some(same) = latest.as_ref().filter(|latest| latest.source == source) {
        return Ok(same.version);
    }
    let version = latest.map_or(0, |latest| latest.version) + 1;
    let file = LadderFile { version, source: source.to_owned(), published_at: work.now };
    let by = work.actor.account();
    ladders::insert(&mut work.tx, title, &file, by).await?;
    let entry = Entry::new(Action::LadderPublished, title).within(title).details(json!({ "version": version }));
    audit::record(work, entry).await?;
    Ok(version)
}
