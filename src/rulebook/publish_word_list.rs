//! Publishing a title's word list.

use serde_json::json;

use super::publication::{Moved, Publication, may_edit};
use super::rule_set::compile;
use super::store::{self, WordList};
use crate::app::App;
use crate::audit::{self, Action, Entry};
use crate::kernel::{Actor, TitleId, is_storable};
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
    /// Only the title's editors publish.
    #[error("only an editor of the title may publish")]
    Forbidden,
    /// What is wrong with the list, each fault with its line.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Invalid(Vec<SourceFault>),
    /// Another version was published since.
    #[error(transparent)]
    Moved(#[from] Moved),
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

/// What publishing would come to, without publishing.
///
/// # Errors
/// As of [`publish_word_list`].
pub async fn check_word_list(
    app: &App,
    actor: impl Into<Actor>,
    publication: Publication<'_>,
) -> Result<Published, PublishWordListError> {
    let Publication { title, source, .. } = publication;
    let mut work = app.read(actor).await?;
    if titles::find(&mut work.tx, title).await?.is_none() {
        return Err(PublishWordListError::NoTitle(title.clone()));
    }
    if !may_edit(&mut work.tx, &work.actor, title).await? {
        return Err(PublishWordListError::Forbidden);
    }
    let list = parse(source)?;
    let house_rules = titles::find_house_rules(&mut work.tx, title).await?;
    let latest = store::find_word_list(&mut work.tx, title).await?;
    drop(work);
    let mut faults = unknown_clauses(&list, title, house_rules.as_ref());
    let entry_count = list.entries.len();
    if let Err(others) = compile(app, list) {
        faults.extend(others);
        faults.sort_by_key(|fault| fault.line);
    }
    if !faults.is_empty() {
        return Err(PublishWordListError::Invalid(faults));
    }
    let next = publication.next(latest.as_ref().map_or(0, |latest| latest.version))?;
    let same = latest.filter(|latest| latest.source == source);
    Ok(Published { version: same.as_ref().map_or(next, |same| same.version), entry_count, is_new: same.is_none() })
}

/// Publishes a list in TOML as the newest of its title. All checking is done before the database is held.
///
/// # Errors
/// When the title is not there, the list does not compile or cites clauses that the title's house rules do not have, or
/// another version came between.
pub async fn publish_word_list(
    app: &App,
    actor: impl Into<Actor>,
    publication: Publication<'_>,
) -> Result<Published, PublishWordListError> {
    let actor = actor.into();
    let checked = check_word_list(app, actor.clone(), publication).await?;
    let Publication { title, source, .. } = publication;
    let mut work = app.write(actor).await?;
    store::lock(&mut work.tx, title).await?;
    if !may_edit(&mut work.tx, &work.actor, title).await? {
        return Err(PublishWordListError::Forbidden);
    }
    let latest = store::find_word_list(&mut work.tx, title).await?;
    let version = publication.next(latest.as_ref().map_or(0, |latest| latest.version))?;
    if let Some(same) = latest.filter(|latest| latest.source == source) {
        return Ok(Published { version: same.version, is_new: false, ..checked });
    }
    // The house rules may have moved in this moment.
    let house_rules = titles::find_house_rules(&mut work.tx, title).await?;
    let faults = unknown_clauses(&parse(source)?, title, house_rules.as_ref());
    if !faults.is_empty() {
        return Err(PublishWordListError::Invalid(faults));
    }
    let row = WordList { version, source: source.to_owned(), published_at: work.now };
    let by = work.actor.account();
    store::insert_word_list(&mut work.tx, title, &row, by).await?;
    let entry = Entry::new(Action::WordListPublished, title).within(title);
    let mut details = json!({ "version": version, "entries": checked.entry_count });
    publication.note_origin(&mut details);
    audit::record(&mut work, entry.details(details)).await?;
    work.commit().await?;
    Ok(Published { version, is_new: true, ..checked })
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
