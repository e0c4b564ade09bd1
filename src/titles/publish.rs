//! Publishing house rules.

use std::collections::BTreeSet;

use serde_json::json;

use super::house_rules::{HouseRules, HouseRulesFile, MAX_CLAUSES};
use super::store;
use crate::app::Work;
use crate::audit::{self, Action, Entry};
use crate::kernel::TitleId;
use crate::storage::StorageError;

/// Why house rules cannot be published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// There is no such title.
    #[error("there is no title `{0}`")]
    NoTitle(TitleId),
    /// What was given cannot be; one line for each fault.
    #[error("{}", .0.join("\n"))]
    Invalid(Vec<String>),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Publishes `file` as the newest house rules of `title`; the same rules again change nothing.
///
/// # Errors
/// When the title is not there, the rules have faults, or a clause id belongs to another title.
pub async fn publish(work: &mut Work, title: &TitleId, file: HouseRulesFile) -> Result<HouseRules, PublishError> {
    let faults = faults(&file);
    if !faults.is_empty() {
        return Err(PublishError::Invalid(faults));
    }
    store::lock(&mut work.tx, title).await?;
    if store::find(&mut work.tx, title).await?.is_none() {
        return Err(PublishError::NoTitle(title.clone()));
    }
    let latest = store::find_house_rules(&mut work.tx, title).await?;
    if let Some(latest) = &latest
        && latest.clauses == file.clause
        && latest.introduction == file.introduction
    {
        return Ok(latest.clone());
    }
    let rules = HouseRules {
        title: title.clone(),
        version: latest.map_or(1, |rules| rules.version + 1),
        introduction: file.introduction,
        published_at: work.now,
        clauses: file.clause,
    };
    let mut taken = Vec::new();
    for clause in &rules.clauses {
        if let Some(owner) = store::claim_clause(&mut work.tx, &clause.id, title).await? {
            taken.push(format!("clause id `{}` belongs to the title `{owner}`: choose another", clause.id));
        }
    }
    if !taken.is_empty() {
        return Err(PublishError::Invalid(taken));
    }
    store::insert_house_rules(&mut work.tx, &rules, work.actor.account()).await?;
    let entry = Entry::new(Action::HouseRulesPublished, title).within(title);
    audit::record(work, entry.details(json!({ "version": rules.version, "clauses": rules.clauses.len() }))).await?;
    Ok(rules)
}

fn faults(file: &HouseRulesFile) -> Vec<String> {
    let mut faults = Vec::new();
    if file.clause.is_empty() || file.clause.len() > MAX_CLAUSES {
        faults.push(format!("house rules have 1 to {MAX_CLAUSES} clauses"));
    }
    if file.introduction.chars().count() > 5_000 {
        faults.push("the introduction must have at most 5,000 characters".to_owned());
    }
    let mut seen = BTreeSet::new();
    for clause in &file.clause {
        if !seen.insert(&clause.id) {
            faults.push(format!("clause `{}` stands twice", clause.id));
        }
        if clause.heading.trim().is_empty() || clause.heading.chars().count() > 120 {
            faults.push(format!("the heading of `{}` must have 1 to 120 characters", clause.id));
        }
        if clause.body.trim().is_empty() || clause.body.chars().count() > 2_000 {
            faults.push(format!("the text of `{}` must have 1 to 2,000 characters", clause.id));
        }
    }
    let texts = file.clause.iter().flat_map(|clause| [&clause.heading, &clause.body]);
    if texts.chain([&file.introduction]).any(|text| !crate::kernel::is_storable(text)) {
        faults.push("a text holds the character U+0000".to_owned());
    }
    faults
}
