//! Publishing a title's word list.

use serde_json::json;

use super::rule_set::compile;
use super::store::{self, WordList};
use crate::app::{App, Work};
use crate::audit::{self, Action, Entry};
use crate::kernel::{TitleId, is_storable};
use crate::rules::{SourceFault, SourceFaultCode, WordListSource};
use crate::storage::StorageError;
use crate::titles::{self, HouseRules};

/// The most bytes of a list.
const MAX_SOURCE_BYTES: usize = 1024 * 1024;

/// Why a word list cannot be published.
#[derive(Debug, thiserror::Error)]
pub enum PublishWordListError {
    /// There is no such title.
    #[error("there is no title `{0}`")]
    NoTitle(TitleId),
    /// What is wrong with the list, each fault with its line.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Invalid(Vec<SourceFault>),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A list as it now holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// The number of its publication.
    pub version: i64,
    /// How many entries it has.
    pub entry_count: usize,
    /// Whether it is new: the same list again changes nothing.
    pub is_new: bool,
}

/// Publishes `source`, a list in TOML, as the newest of `title`.
///
/// # Errors
/// When the title is not there, or the list does not compile or cites clauses that the title's house rules do not have.
pub async fn publish_word_list(
    app: &App,
    work: &mut Work,
    title: &TitleId,
    source: &str,
) -> Result<Published, PublishWordListError> {
    let list = parse(source)?;
    store::lock(&mut work.tx, title).await?;
    if titles::find(&mut work.tx, title).await?.is_none() {
        return Err(PublishWordListError::NoTitle(title.clone()));
    }
    let house_rules = titles::find_house_rules(&mut work.tx, title).await?;
    let mut faults = unknown_clauses(&list, title, house_rules.as_ref());
    let entry_count = list.entries.len();
    if let Err(others) = compile(app, list) {
        faults.extend(others);
        faults.sort_by_key(|fault| fault.line);
    }
    if !faults.is_empty() {
        return Err(PublishWordListError::Invalid(faults));
    }
    let latest = store::find_word_list(&mut work.tx, title).await?;
    if let Some(latest) = latest.as_ref().filter(|latest| latest.source == source) {
        return Ok(Published { version: latest.version, entry_count, is_new: false });
    }
    let version = latest.map_or(1, |latest| latest.version + 1);
    let row = WordList { version, source: source.to_owned(), published_at: work.now };
    let by = work.actor.account();
    store::insert_word_list(&mut work.tx, title, &row, by).await?;
    let entry = Entry::new(Action::WordListPublished, title).within(title);
    audit::record(work, entry.details(json!({ "version": version, "entries": entry_count }))).await?;
    Ok(Published { version, entry_count, is_new: true })
}

fn parse(source: &str) -> Result<WordListSource, PublishWordListError> {
    let unreadable = |message: &str| {
        let message = message.to_owned();
        PublishWordListError::Invalid(vec![SourceFault {
            code: SourceFaultCode::Unreadable,
            line: None,
            entry: None,
            message,
        }])
    };
    if source.len() > MAX_SOURCE_BYTES {
        return Err(unreadable("the list is larger than a megabyte"));
    }
    let list = WordListSource::from_toml(source).map_err(PublishWordListError::Invalid)?;
    let texts = list.entries.iter().flat_map(|entry| entry.exceptions.iter().chain([&entry.text]));
    if !is_storable(source) || !texts.into_iter().all(|text| is_storable(text)) {
        return Err(unreadable("the list holds the character U+0000"));
    }
    Ok(list)
}

fn unknown_clauses(list: &WordListSource, title: &TitleId, house_rules: Option<&HouseRules>) -> Vec<SourceFault> {
    let is_known = |clause| house_rules.is_some_and(|rules| rules.clause(clause).is_some());
    let mut faults = Vec::new();
    for entry in &list.entries {
        if let Some(clause) = entry.clause.as_ref().filter(|clause| !is_known(clause)) {
            faults.push(SourceFault {
                code: SourceFaultCode::UnknownClause,
                line: entry.line,
                entry: Some(entry.text.clone()),
                message: format!("cites `{clause}`, which is no clause of the house rules of `{title}`"),
            });
        }
    }
    faults
}
