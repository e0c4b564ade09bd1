//! Making a title, or changing one.

use serde_json::json;

use super::{Title, store};
use crate::app::Work;
use crate::audit::{self, Action, Entry};
use crate::storage::StorageError;

/// Why a title cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// It exists.
    #[error("there is a title `{0}` already")]
    Exists(String),
    /// What was given cannot be; one line for each fault.
    #[error("{}", .0.join("\n"))]
    Invalid(Vec<String>),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Makes a title.
///
/// # Errors
/// When there is one of that short name, or a field cannot be.
pub async fn create(work: &mut Work, title: &Title) -> Result<(), CreateError> {
    let faults = faults(title);
    if !faults.is_empty() {
        return Err(CreateError::Invalid(faults));
    }
    if !store::insert(&mut work.tx, title).await? {
        return Err(CreateError::Exists(title.id.to_string()));
    }
    let details = json!({ "time_zone": title.time_zone, "language": title.language });
    audit::record(work, Entry::new(Action::TitleSet, &title.id).within(&title.id).details(details)).await?;
    Ok(())
}

fn faults(title: &Title) -> Vec<String> {
    let mut faults = Vec::new();
    if title.name.trim().is_empty() || title.name.chars().count() > 80 {
        faults.push("the name must have 1 to 80 characters".to_owned());
    }
    if jiff::tz::TimeZone::get(&title.time_zone).is_err() {
        faults.push(format!("`{}` is no IANA time zone; write it as Europe/London", title.time_zone));
    }
    if title.language != "en-GB" {
        faults.push(format!("there are no words in `{}` yet; en-GB is the one language", title.language));
    }
    match url::Url::parse(&title.subscribe_url) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => {}
        _ => faults.push("the address for subscribing must begin with https:// or http://".to_owned()),
    }
    if title.subscribe_text.chars().count() > 1_000 {
        faults.push("the words about subscribing must have at most 1,000 characters".to_owned());
    }
    if title.contact.trim().is_empty() || title.contact.chars().count() > 200 {
        faults.push("the contact must have 1 to 200 characters".to_owned());
    }
    if title.closes_after_days.is_some_and(|days| !(1..=3650).contains(&days)) {
        faults.push("threads may close after 1 to 3650 days".to_owned());
    }
    faults
}
