//! Bans as staff see them: the list and the form that lifts one.

use askama::Template;

use super::{ClauseRef, Frame, Privilege, Problems, QueueTitle};
use crate::http::pages::Moment;

/// The bans that hold in a title.
#[derive(Clone, Debug, Template)]
#[template(path = "bans.html")]
pub struct BansPage {
    /// What stands around it.
    pub frame: Frame,
    /// The titles whose bans the viewer may see, to choose from when there are several.
    pub titles: Vec<QueueTitle>,
    /// Whether bans of the past are listed too.
    pub has_past: bool,
    /// Where the bans in force are: path and query.
    pub in_force_href: String,
    /// Where all of them are: path and query.
    pub all_href: String,
    /// The bans, newest first.
    pub bans: Vec<BanRow>,
    /// Where the next page is: path and query.
    pub next_href: Option<String>,
}

/// Asking for the reason before a ban is lifted.
#[derive(Clone, Debug, Template)]
#[template(path = "lift.html")]
pub struct LiftPage {
    /// What stands around it.
    pub frame: Frame,
    /// The ban.
    pub ban: BanRow,
    /// The reason typed so far.
    pub reason: String,
    /// Whether the comments that the ban removed are to be put back.
    pub restore: bool,
    /// The most characters a reason may have.
    pub reason_max_chars: u64,
    /// What was wrong with the form.
    pub problems: Problems,
}

/// A ban.
#[derive(Clone, Debug)]
pub struct BanRow {
    /// Its id.
    pub id: String,
    /// The subscriber it is bound to.
    pub subscriber: String,
    /// The names of the accounts it binds.
    pub names: Vec<String>,
    /// What is withdrawn.
    pub privileges: Vec<Privilege>,
    /// The clause it cites.
    pub clause: ClauseRef,
    /// Where it holds: a title's name; `None` is everywhere.
    pub title_name: Option<String>,
    /// Since when.
    pub since: Moment,
    /// Until when; `None` is for good.
    pub until: Option<Moment>,
    /// Who imposed it.
    pub by: String,
    /// The note; empty when none.
    pub note: String,
    /// The comments it rests on, as they read then.
    pub evidence: Vec<Evidence>,
    /// Whether it holds now.
    pub is_in_force: bool,
    /// How many comments it took along.
    pub removed_count: u64,
    /// Whether it was lifted.
    pub lifted: Option<Lifted>,
    /// Whether the viewer may lift it.
    pub may_lift: bool,
}

/// A comment that a ban rests on.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Its id.
    pub comment: String,
    /// Its text as it read then.
    pub text: String,
}

/// How a ban ended early.
#[derive(Clone, Debug)]
pub struct Lifted {
    /// Who lifted it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Why.
    pub reason: String,
}
