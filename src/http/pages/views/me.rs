//! A person's own page: comments, reports, bans, statements, sessions, password.

use askama::Template;

use super::{ClauseRef, CommentState, Frame, Privilege, Problems, ReportOutcome, Standing, StoryRef};
use crate::http::pages::Moment;

/// Everything that is the viewer's own.
#[derive(Clone, Debug, Template)]
#[template(path = "me.html")]
pub struct MePage {
    /// What stands around it.
    pub frame: Frame,
    /// The display name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// How the subscription stands.
    pub standing: Standing,
    /// Until when it is paid for.
    pub valid_until: Option<Moment>,
    /// Own comments, newest first.
    pub comments: Vec<MyComment>,
    /// Where the older comments are: path and query.
    pub comments_next_href: Option<String>,
    /// Own reports, newest first.
    pub reports: Vec<MyReport>,
    /// Bans, those in force first.
    pub bans: Vec<MyBan>,
    /// Warnings that wait to be acknowledged, oldest first.
    pub warnings: Vec<MyWarning>,
    /// How mail about removed comments comes: `each`, `hourly` or `daily`.
    pub digest: &'static str,
    /// Statements of reasons, newest first.
    pub statements: Vec<Statement>,
    /// Where one is signed in, this browser first.
    pub sessions: Vec<MySession>,
    /// The fewest characters of a password.
    pub password_min_chars: u64,
    /// Whether it signs in with an address and a password of its own, and not by the newspaper's login.
    pub has_password: bool,
    /// The name typed to change to.
    pub new_name: String,
    /// Days between two changes of the name.
    pub rename_days: u64,
    /// The address typed to change to.
    pub new_email: String,
    /// What was wrong with the password form.
    pub problems: Problems,
}

/// One of the viewer's comments.
#[derive(Clone, Debug)]
pub struct MyComment {
    /// Its id.
    pub id: String,
    /// Its story.
    pub story: StoryRef,
    /// How it stands.
    pub state: CommentState,
    /// How its text begins.
    pub excerpt: String,
    /// When it was submitted.
    pub posted: Moment,
    /// Why others cannot see it, in words.
    pub reason: Option<String>,
    /// The clause that was cited.
    pub clause: Option<ClauseRef>,
}

/// One of the viewer's reports.
#[derive(Clone, Debug)]
pub struct MyReport {
    /// The comment that was reported.
    pub comment: String,
    /// How its text began when it was reported.
    pub excerpt: String,
    /// The clause that was named.
    pub clause: ClauseRef,
    /// When it was sent.
    pub sent: Moment,
    /// What became of it.
    pub outcome: ReportOutcome,
}

/// A ban that binds the viewer.
#[derive(Clone, Debug)]
pub struct MyBan {
    /// Its id.
    pub id: String,
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
    /// Whether it holds now.
    pub is_in_force: bool,
    /// The id of its statement of reasons on this page.
    pub statement: Option<String>,
}

/// A statement of reasons, as it was sent.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Its id, which is its anchor.
    pub id: String,
    /// What it is about.
    pub heading: String,
    /// Its text, by paragraph.
    pub paragraphs: Vec<String>,
    /// When it was sent.
    pub sent: Moment,
}

/// A warning that waits to be acknowledged.
#[derive(Clone, Debug)]
pub struct MyWarning {
    /// Its id.
    pub id: String,
    /// Where it holds.
    pub title_name: String,
    /// The clause broken.
    pub clause: ClauseRef,
    /// When it was given.
    pub given: Moment,
}

/// Where the viewer is signed in.
#[derive(Clone, Debug)]
pub struct MySession {
    /// Its id.
    pub id: String,
    /// The browser or program; empty when it did not say.
    pub device: String,
    /// Since when.
    pub since: Moment,
    /// When it was last used.
    pub last_used: Moment,
    /// Whether it is this very one.
    pub is_this: bool,
}
