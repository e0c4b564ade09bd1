//! The rules of one title: numbers from the settings, words from its list.

use std::time::Duration;

use super::learning::{self, InForce};
use super::store;
use crate::app::App;
use crate::kernel::{Actor, ClauseId, TitleId};
use crate::rules::classifier::Scores;
use crate::rules::language::Complaint;
use crate::rules::signals::ListFacts;
use crate::rules::{
    BookFault, LengthRule, LinksRule, Mode, PremoderationRule, RepeatRule, Rule, RuleBook, RuleSet, RuleSetSource,
    SourceFault, WordListSource, rule_file, starter,
};
use crate::storage::{StorageError, Tx};
use crate::titles;

/// Shorter texts may be repeated: thanks are due more than once.
const REPEAT_MIN_CHARS: usize = 10;

/// The fewest characters that rules read before they fault, whatever the longest comment.
const MIN_JUDGED_CHARS: usize = 20_000;

/// Why a title's rules cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum RuleSetError {
    /// Its word list does not compile.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<SourceFault>),
    /// Its rules cannot be read.
    #[error("{} complaints about its rules", .0.len())]
    Rules(Vec<Complaint>),
    /// Its rules do not go together.
    #[error(transparent)]
    Book(BookFault),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// The rules of `title` as they stand now, compiled.
///
/// # Errors
/// When its latest word list does not compile, or the database cannot be read.
pub async fn rule_set_of(app: &App, title: &TitleId) -> Result<RuleSet, RuleSetError> {
    let mut work = app.read(Actor::Job("rulebook")).await?;
    read_rule_set(app, &mut work.tx, title).await
}

pub(super) async fn read_rule_set(app: &App, tx: &mut Tx, title: &TitleId) -> Result<RuleSet, RuleSetError> {
    let word_list = word_list_of(tx, title).await?;
    let mut rules = compile(app, word_list).map_err(RuleSetError::Invalid)?;
    if let Some(InForce { classifier, threshold, .. }) = learning::find_in_force(tx, title).await? {
        rules = rules.with_learnt(classifier, threshold);
    }
    let Some(file) = store::find_rule_file(tx, title).await? else {
        let house_rules = titles::find_house_rules(tx, title).await?;
        let has = |clause: &ClauseId| house_rules.as_ref().is_some_and(|rules| rules.clause(clause).is_some());
        return with_starter_rules(rules, has);
    };
    let version = u32::try_from(file.version).map_err(|_| StorageError::corrupt("rule_files", title))?;
    // Its tests passed when it was published; another list or model since does not make a rule wrong.
    let read = rule_file::read(&file.source).map_err(RuleSetError::Rules)?;
    let suspended = store::list_suspensions(tx, title, file.version).await?;
    let is_suspended = |rule: &Rule| suspended.iter().any(|it| it.rule == *rule.id);
    let mut source = file.source;
    let read = read.into_iter().map(|rule| {
        if rule.mode == Mode::Live && is_suspended(&rule) {
            source.push_str(&rule.id);
            return Rule { version, mode: Mode::Shadow, ..rule };
        }
        Rule { version, ..rule }
    });
    let read: Vec<Rule> = read.collect();
    let book = RuleBook::compile(read, Some(title)).map_err(RuleSetError::Book)?;
    Ok(rules.with_rules(book, &source))
}

/// What a title without lists, rules or a model of its own is judged by: what Belowline comes with.
///
/// # Errors
/// When the starter list or the starter rules are damaged.
pub fn shipped() -> Result<RuleSet, RuleSetError> {
    let word_list = WordListSource::from_toml(starter::WORD_LIST).map_err(RuleSetError::Invalid)?;
    let rules = RuleSet::compile(RuleSetSource { word_list, ..RuleSetSource::default() });
    with_starter_rules(rules.map_err(RuleSetError::Invalid)?, |_| true)
}

/// `rules` with the rules that every title begins with, as far as `has` knows the clauses that they cite.
fn with_starter_rules(rules: RuleSet, has: impl Fn(&ClauseId) -> bool) -> Result<RuleSet, RuleSetError> {
    let read = rule_file::read(starter::RULES).map_err(RuleSetError::Rules)?;
    let fitting: Vec<Rule> = read.into_iter().filter(|rule| rule.clause.as_ref().is_none_or(&has)).collect();
    if fitting.is_empty() {
        return Ok(rules);
    }
    let book = RuleBook::compile(fitting, None).map_err(RuleSetError::Book)?;
    Ok(rules.with_rules(book, starter::RULES))
}

/// What the list and the model of `rules` say of a text, for tests that stand beside rules.
#[must_use]
pub fn engine_of(rules: Option<&RuleSet>, text: &str) -> (Option<ListFacts>, Option<Scores>) {
    rules.map_or((None, None), |rules| {
        let (list, scores) = rules.read(text);
        (Some(list), Some(scores))
    })
}

/// Compiles `word_list` together with what the settings say.
pub(super) fn compile(app: &App, word_list: WordListSource) -> Result<RuleSet, Vec<SourceFault>> {
    let settings = &app.settings.comments;
    let count = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let max_chars = count(settings.max_chars);
    let repeat = (settings.repeat_minutes > 0 && !app.is_unlimited).then(|| RepeatRule {
        within: Duration::from_secs(u64::from(settings.repeat_minutes) * 60),
        min_chars: REPEAT_MIN_CHARS,
        clause: None,
    });
    RuleSet::compile(RuleSetSource {
        length: LengthRule { max_chars, clause: None },
        links: Some(LinksRule { max: count(settings.max_links), clause: None }),
        repeat,
        premoderation: PremoderationRule { clause: None },
        word_list,
        max_judged_chars: max_chars.max(MIN_JUDGED_CHARS),
    })
}

/// The list that `title` published last, under the number of its publication; else the one that every title begins with,
/// as far as the title's house rules have the clauses that it cites.
async fn word_list_of(tx: &mut Tx, title: &TitleId) -> Result<WordListSource, RuleSetError> {
    if let Some(list) = store::find_word_list(tx, title).await? {
        let source = WordListSource::from_toml(&list.source).map_err(RuleSetError::Invalid)?;
        let version = u32::try_from(list.version).map_err(|_| StorageError::corrupt("word_lists", title))?;
        return Ok(WordListSource { version, ..source });
    }
    let mut starter = WordListSource::from_toml(starter::WORD_LIST).map_err(RuleSetError::Invalid)?;
    let house_rules = titles::find_house_rules(tx, title).await?;
    let has = |clause: &ClauseId| house_rules.as_ref().is_some_and(|rules| rules.clause(clause).is_some());
    starter.entries.retain(|entry| entry.clause.as_ref().is_none_or(has));
    Ok(starter)
}
