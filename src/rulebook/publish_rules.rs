//! Publishing the rules of a title.

use serde_json::json;

use super::past;
use super::publication::{Moved, Publication, may_edit};
use super::rule_set::{RuleSetError, engine_of, read_rule_set};
use super::store::{self, RuleFile};
use crate::app::App;
use crate::audit::{self, Action, Entry};
use crate::comments;
use crate::kernel::{Actor, ClauseId, TitleId, is_storable};
use crate::rules::language::Complaint;
use crate::rules::{Mode, Rule, rule_file};
use crate::storage::StorageError;
use crate::titles::{self, HouseRules};

/// Why rules cannot be published.
#[derive(Debug, thiserror::Error)]
pub enum PublishRulesError {
    /// There is no such title.
    #[error("there is no title `{0}`")]
    NoTitle(TitleId),
    /// Only the title's editors publish.
    #[error("only an editor of the title may publish")]
    Forbidden,
    /// What is wrong with the file, in its order.
    #[error("{} complaints about the rules", .0.len())]
    Invalid(Vec<Complaint>),
    /// Rules that cite clauses which the title's house rules do not have.
    #[error("{}", unknown(.0))]
    UnknownClauses(Vec<(String, ClauseId)>),
    /// Another version was published since.
    #[error(transparent)]
    Moved(#[from] Moved),
    /// The file holds U+0000.
    #[error("the file holds the character U+0000")]
    NotText,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

fn unknown(cited: &[(String, ClauseId)]) -> String {
    let each = cited.iter().map(|(rule, clause)| format!("the rule `{rule}` cites `{clause}`"));
    format!("{}: the title's house rules have no such clause", each.collect::<Vec<_>>().join(", "))
}

/// Rules as they now stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedRules {
    /// The number of their publication, and the version of every rule in it.
    pub version: i64,
    /// How many act.
    pub live_count: usize,
    /// How many are on trial.
    pub shadow_count: usize,
    /// How many wait to be tried on past comments.
    pub draft_count: usize,
    /// How many tests beside the rules were run.
    pub test_count: usize,
    /// Whether they are new: the same file again changes nothing.
    pub is_new: bool,
    /// On how many of the title's latest comments the rules were tried; 0 when there are too few to say anything.
    pub tried_count: usize,
    /// The rules that would have fired on none of those.
    pub never_fired: Vec<String>,
}

/// What publishing would come to, without publishing: the file is checked, its tests are run, and its rules are tried on
/// the title's latest comments.
///
/// # Errors
/// As of [`publish_rules`].
pub async fn check_rules(
    app: &App,
    actor: impl Into<Actor>,
    publication: Publication<'_>,
) -> Result<PublishedRules, PublishRulesError> {
    let Publication { title, source, .. } = publication;
    if !is_storable(source) {
        return Err(PublishRulesError::NotText);
    }
    let mut work = app.read(actor).await?;
    if titles::find(&mut work.tx, title).await?.is_none() {
        return Err(PublishRulesError::NoTitle(title.clone()));
    }
    if !may_edit(&mut work.tx, &work.actor, title).await? {
        return Err(PublishRulesError::Forbidden);
    }
    let latest = store::find_rule_file(&mut work.tx, title).await?;
    let house_rules = titles::find_house_rules(&mut work.tx, title).await?;
    // Read here, for the ones in memory may be a moment old, or of a process that judges nothing else.
    let rules = match read_rule_set(app, &mut work.tx, title).await {
        Ok(rules) => Some(rules),
        Err(RuleSetError::Storage(error)) => return Err(error.into()),
        // What stands is broken, and this may mend it: its tests must give what the list and the model would say.
        Err(_) => None,
    };
    let comments = comments::newest_comments(&mut work.tx, title, past::MOST).await?;
    drop(work);
    let checked = rule_file::check(source, &|text| engine_of(rules.as_ref(), text));
    let checked = checked.map_err(PublishRulesError::Invalid)?;
    check_clauses(title, house_rules.as_ref(), &checked.rules)?;
    let past = past::try_on(rules, &checked.rules, title, comments).await?;
    let complaints = past.complaints(&checked);
    if !complaints.is_empty() {
        return Err(PublishRulesError::Invalid(complaints));
    }
    let next = publication.next(latest.as_ref().map_or(0, |latest| latest.version))?;
    let count = |mode| checked.rules.iter().filter(|rule| rule.mode == mode).count();
    let same = latest.filter(|latest| latest.source == source);
    Ok(PublishedRules {
        version: same.as_ref().map_or(next, |same| same.version),
        live_count: count(Mode::Live),
        shadow_count: count(Mode::Shadow),
        draft_count: count(Mode::Draft),
        test_count: checked.test_count(),
        is_new: same.is_none(),
        tried_count: past.examined,
        never_fired: past.never_fired(&checked.rules),
    })
}

/// Publishes a file of rules as the newest of its title, when its tests pass. All checking is done before the database is
/// held.
///
/// # Errors
/// When the title is not there, anything in the file is wrong, it cites clauses that the title does not have, or another
/// version came between.
pub async fn publish_rules(
    app: &App,
    actor: impl Into<Actor>,
    publication: Publication<'_>,
) -> Result<PublishedRules, PublishRulesError> {
    let actor = actor.into();
    let checked = check_rules(app, actor.clone(), publication).await?;
    let Publication { title, source, .. } = publication;
    let mut work = app.write(actor).await?;
    store::lock(&mut work.tx, title).await?;
    if !may_edit(&mut work.tx, &work.actor, title).await? {
        return Err(PublishRulesError::Forbidden);
    }
    let latest = store::find_rule_file(&mut work.tx, title).await?;
    let version = publication.next(latest.as_ref().map_or(0, |latest| latest.version))?;
    if let Some(same) = latest.filter(|latest| latest.source == source) {
        return Ok(PublishedRules { version: same.version, is_new: false, ..checked });
    }
    // The house rules may have moved in this moment; the rules are sound, so reading them again finds nothing else.
    let house_rules = titles::find_house_rules(&mut work.tx, title).await?;
    let rules = rule_file::read(source).map_err(PublishRulesError::Invalid)?;
    check_clauses(title, house_rules.as_ref(), &rules)?;
    let row = RuleFile { version, source: source.to_owned(), published_at: work.now };
    let by = work.actor.account();
    store::insert_rule_file(&mut work.tx, title, &row, by).await?;
    let mut details = json!({ "version": version, "live": checked.live_count, "shadow": checked.shadow_count });
    publication.note_origin(&mut details);
    audit::record(&mut work, Entry::new(Action::RulesPublished, title).within(title).details(details)).await?;
    work.commit().await?;
    Ok(PublishedRules { version, is_new: true, ..checked })
}

fn check_clauses(title: &TitleId, house_rules: Option<&HouseRules>, rules: &[Rule]) -> Result<(), PublishRulesError> {
    let is_known = |clause: &ClauseId| house_rules.is_some_and(|rules| rules.clause(clause).is_some());
    let cited = rules.iter().filter(|rule| rule.is_for(title));
    let cited = cited.filter_map(|rule| Some((rule.id.to_string(), rule.clause.clone()?)));
    let unknown: Vec<_> = cited.filter(|(_, clause)| !is_known(clause)).collect();
    if unknown.is_empty() { Ok(()) } else { Err(PublishRulesError::UnknownClauses(unknown)) }
}
