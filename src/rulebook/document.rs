//! Rules and word lists alike: checked and published, with everything that is wrong told in one form.

use super::history::Document;
use super::picture;
use super::publication::{Moved, Publication};
use super::publish_rules::{PublishRulesError, PublishedRules, check_rules, publish_rules};
use super::publish_word_list::{PublishWordListError, Published, check_word_list, publish_word_list};
use crate::app::App;
use crate::kernel::{Actor, TitleId};
use crate::rules::language::Complaint;
use crate::rules::{SourceFault, rule_file};
use crate::storage::StorageError;

/// Something wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// What kind of thing, for programs.
    pub code: String,
    /// What it is, for whoever wrote the text.
    pub message: String,
    /// The line it is about, from 1, where that is known.
    pub line: Option<usize>,
    /// The character of that line, from 1.
    pub column: Option<usize>,
    /// What to do about it, where that can be said.
    pub hint: Option<String>,
    /// The line with carets below what it is about; without a line the message alone.
    pub picture: String,
}

/// A document as it stands once published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Issued {
    /// The number of its publication.
    pub version: i64,
    /// Whether it is new: the same text again changes nothing.
    pub is_new: bool,
    /// How many rules act, are on trial and wait.
    pub rule_counts: [usize; 3],
    /// How many tests were run.
    pub test_count: usize,
    /// How many entries a list has.
    pub entry_count: usize,
}

/// Why a document cannot be published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// There is no such title.
    #[error("there is no title `{0}`")]
    NoTitle(TitleId),
    /// Only the title's editors publish.
    #[error("only an editor of the title may publish")]
    Forbidden,
    /// What is wrong with the text, in its order.
    #[error("{} things are wrong with the text", .0.len())]
    Invalid(Vec<Objection>),
    /// Another version was published since.
    #[error(transparent)]
    Moved(#[from] Moved),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What publishing would come to; nothing is stored.
///
/// # Errors
/// As of [`publish`].
pub async fn check(
    app: &App,
    actor: impl Into<Actor>,
    document: Document,
    publication: Publication<'_>,
) -> Result<Issued, PublishError> {
    match document {
        Document::Rules => check_rules(app, actor, publication).await.map(Issued::from).map_err(of_rules(publication)),
        Document::WordList => {
            check_word_list(app, actor, publication).await.map(Issued::from).map_err(of_word_list(publication))
        }
    }
}

/// Publishes a text as the newest of its title.
///
/// # Errors
/// When the title is not there, `actor` does not edit it, anything in the text is wrong, or another version came between.
pub async fn publish(
    app: &App,
    actor: impl Into<Actor>,
    document: Document,
    publication: Publication<'_>,
) -> Result<Issued, PublishError> {
    match document {
        Document::Rules => {
            publish_rules(app, actor, publication).await.map(Issued::from).map_err(of_rules(publication))
        }
        Document::WordList => {
            publish_word_list(app, actor, publication).await.map(Issued::from).map_err(of_word_list(publication))
        }
    }
}

impl From<PublishedRules> for Issued {
    fn from(rules: PublishedRules) -> Self {
        Self {
            version: rules.version,
            is_new: rules.is_new,
            rule_counts: [rules.live_count, rules.shadow_count, rules.draft_count],
            test_count: rules.test_count,
            entry_count: 0,
        }
    }
}

impl From<Published> for Issued {
    fn from(list: Published) -> Self {
        Self { version: list.version, is_new: list.is_new, entry_count: list.entry_count, ..Self::default() }
    }
}

impl Objection {
    /// A complaint about the rules in `source`.
    #[must_use]
    pub fn of_complaint(source: &str, complaint: &Complaint) -> Self {
        let place = rule_file::place_of(source, complaint.span.start);
        Self {
            code: complaint.code.as_str(),
            message: complaint.message.clone(),
            line: Some(place.line),
            column: Some(place.column),
            hint: complaint.hint.clone(),
            picture: rule_file::picture(Document::Rules.as_str(), source, complaint),
        }
    }

    /// A fault in the word list `source`.
    fn of_fault(source: &str, fault: &SourceFault) -> Self {
        let code = serde_json::to_value(fault.code).ok().and_then(|code| code.as_str().map(str::to_owned));
        Self {
            code: code.unwrap_or_default(),
            message: fault.entry.iter().map(|entry| format!("“{entry}”: ")).chain([fault.message.clone()]).collect(),
            line: fault.line,
            column: fault.line.map(|_| 1),
            hint: None,
            picture: picture(Document::WordList.as_str(), source, fault),
        }
    }

    /// Something about the rule called `rule` that is only known of the title it is for.
    fn of_rule(source: &str, code: &str, rule: &str, key: &str, message: String) -> Self {
        let line = line_of(source, rule, key);
        let text = line.and_then(|line| source.lines().nth(line - 1)).unwrap_or_default();
        let picture = line.map_or_else(|| message.clone(), |line| format!("rules:{line}: {message}\n{line} | {text}"));
        Self { code: code.to_owned(), message, line, column: line.map(|_| 1), hint: None, picture }
    }

    fn of_whole(code: &str, message: String) -> Self {
        Self { code: code.to_owned(), picture: message.clone(), message, line: None, column: None, hint: None }
    }
}

/// The line of `key` in the rule called `rule`, or else of its name.
fn line_of(source: &str, rule: &str, key: &str) -> Option<usize> {
    let is = |line: &str, key: &str| {
        line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let is_named = |line: &str| is(line, "id") && line.split(['"', '\'']).nth(1) == Some(rule);
    let lines: Vec<&str> = source.lines().collect();
    let name = lines.iter().position(|line| is_named(line))?;
    let is_header = |line: &&str| line.trim() == "[[rule]]";
    let first = lines.iter().take(name).rposition(is_header).unwrap_or(name);
    let last = lines.iter().skip(name).position(is_header).map_or(lines.len(), |at| at + name);
    let within = lines.iter().enumerate().take(last).skip(first);
    let found = within.into_iter().find(|(_, line)| is(line, key)).map_or(name, |(at, _)| at);
    Some(found + 1)
}

fn of_rules<'a>(publication: Publication<'a>) -> impl FnOnce(PublishRulesError) -> PublishError + 'a {
    let source = publication.source;
    move |error| match error {
        PublishRulesError::NoTitle(title) => PublishError::NoTitle(title),
        PublishRulesError::Forbidden => PublishError::Forbidden,
        PublishRulesError::Invalid(complaints) => {
            PublishError::Invalid(complaints.iter().map(|it| Objection::of_complaint(source, it)).collect())
        }
        PublishRulesError::UnknownClauses(cited) => {
            let each = cited.iter().map(|(rule, clause)| {
                let message = format!("the rule `{rule}` cites `{clause}`, which the title's house rules do not have");
                Objection::of_rule(source, "unknown_clause", rule, "clause", message)
            });
            PublishError::Invalid(each.collect())
        }
        PublishRulesError::Moved(moved) => PublishError::Moved(moved),
        error @ PublishRulesError::NotText => {
            PublishError::Invalid(vec![Objection::of_whole("not_text", error.to_string())])
        }
        PublishRulesError::Storage(error) => PublishError::Storage(error),
    }
}

fn of_word_list<'a>(publication: Publication<'a>) -> impl FnOnce(PublishWordListError) -> PublishError + 'a {
    let source = publication.source;
    move |error| match error {
        PublishWordListError::NoTitle(title) => PublishError::NoTitle(title),
        PublishWordListError::Forbidden => PublishError::Forbidden,
        PublishWordListError::Invalid(faults) => {
            PublishError::Invalid(faults.iter().map(|fault| Objection::of_fault(source, fault)).collect())
        }
        PublishWordListError::Moved(moved) => PublishError::Moved(moved),
        PublishWordListError::Storage(error) => PublishError::Storage(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_a_title_alone_is_told_at_its_line_too() {
        let source = "[[rule]]\nclause = 'a'\nid = 'one'\n\n[[rule]]\nid = \"two\"\nwhen = 'true'\nclause = 'b'\n";
        assert_eq!(line_of(source, "one", "clause"), Some(2));
        assert_eq!(line_of(source, "two", "clause"), Some(8));
        assert_eq!(line_of(source, "one", "when"), Some(3));
        assert_eq!(line_of(source, "three", "when"), None);
    }
}
