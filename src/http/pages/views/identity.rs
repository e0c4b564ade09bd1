//! What a person is known by, as moderators see it.

use super::Problems;
use crate::http::pages::Moment;

/// The panel on a subscriber's page.
#[derive(Clone, Debug, Default)]
pub struct IdentityPanel {
    /// What the person is known by, binding keys first.
    pub links: Vec<KnownBy>,
    /// Names that the accounts had before, newest first.
    pub former_names: Vec<FormerName>,
    /// Whether the viewer may say who is one person.
    pub may_reorder: bool,
    /// Whether the person has several subscribers, so that one can be separated.
    pub is_several: bool,
    /// The other subscriber, as typed.
    pub with: String,
    /// The reason, as typed.
    pub reason: String,
    /// What is wrong with the form.
    pub problems: Problems,
}

/// A key of the person, and somebody else who was seen with it.
#[derive(Clone, Debug)]
pub struct KnownBy {
    /// The message that names the kind.
    pub kind_key: &'static str,
    /// The message that says whether it binds.
    pub strength_key: &'static str,
    /// Since when.
    pub since: Moment,
    /// The other subscriber.
    pub other: Option<String>,
    /// What the other's accounts are called.
    pub names: Vec<String>,
    /// The message that says whether the other is the same person.
    pub other_key: &'static str,
}

/// A name that an account had before.
#[derive(Clone, Debug)]
pub struct FormerName {
    /// The name.
    pub name: String,
    /// Until when.
    pub until: Moment,
    /// Whether a moderator took it away.
    pub is_removed: bool,
}
