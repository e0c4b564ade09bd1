//! The editors' desk: rules and word lists, what was before, and what changed.

use std::borrow::Borrow;

use askama::Template;

use super::{Frame, QueueTitle};
use crate::http::pages::Moment;
use crate::rules::signals::Signal;

/// Where one is among the pages about what a title is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// The rules.
    Rules,
    /// The word list.
    WordList,
    /// Trying rules on past comments.
    Backtests,
    /// Running rules over what is published.
    Sweeps,
}

impl Room {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Rules, Self::WordList, Self::Backtests, Self::Sweeps];

    /// Its name.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Rules => "rulebook-rules",
            Self::WordList => "rulebook-word-list",
            Self::Backtests => "rulebook-backtests",
            Self::Sweeps => "rulebook-sweeps",
        }
    }

    /// The last part of its address.
    #[must_use]
    pub fn path(self) -> &'static str {
        self.key().trim_start_matches("rulebook-")
    }

    /// Whether it is the rules that are edited there.
    #[must_use]
    pub fn is_rules(self) -> bool {
        self == Self::Rules
    }
}

/// What stands above every one of these pages.
#[derive(Clone, Debug)]
pub struct RulebookHead {
    /// The title's id.
    pub title: String,
    /// The titles to choose from.
    pub titles: Vec<QueueTitle>,
    /// Where one is.
    pub room: Room,
    /// Whether the viewer may change anything.
    pub may_edit: bool,
}

impl RulebookHead {
    /// The address of a room, or of a place in it.
    #[must_use]
    pub fn href(&self, room: impl Borrow<Room>) -> String {
        format!("/moderation/titles/{}/{}", self.title, room.borrow().path())
    }

    /// The address of the room that one is in.
    #[must_use]
    pub fn here(&self) -> String {
        self.href(self.room)
    }

    /// Whether one is in `room`.
    #[must_use]
    pub fn is(&self, room: impl Borrow<Room>) -> bool {
        self.room == *room.borrow()
    }
}

/// A version, without its text.
#[derive(Clone, Debug)]
pub struct VersionHead {
    /// Its number.
    pub version: i64,
    /// Who published it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// How long it is, in kilobytes, rounded up.
    pub kilobytes: u64,
}

impl VersionHead {
    /// The version before it.
    #[must_use]
    pub fn before(&self) -> i64 {
        self.version - 1
    }
}

/// A rule and how it fares.
#[derive(Clone, Debug)]
pub struct ModeRow {
    /// The rule's id.
    pub id: String,
    /// The clause it stands for; empty without one.
    pub clause: String,
    /// The message that names what follows.
    pub then_key: &'static str,
    /// The message that names its mode.
    pub mode_key: &'static str,
    /// Since when it is suspended, and why.
    pub suspended: Option<(Moment, &'static str)>,
    /// How often it fired in the last 24 hours.
    pub day_count: i64,
    /// How often in the last seven days.
    pub week_count: i64,
}

/// The rules or the word list that hold now.
#[derive(Clone, Debug, Template)]
#[template(path = "document.html")]
pub struct DocumentPage {
    /// What stands around it.
    pub frame: Frame,
    /// What stands above it.
    pub head: RulebookHead,
    /// The version that holds; nothing while the title has published none.
    pub current: Option<VersionHead>,
    /// Each rule, or each other thing that fired; empty when there is nothing to tell.
    pub modes: Vec<ModeRow>,
    /// How many authors a rule asked to reconsider in the last seven days, how many posted the same text all the same, and how
    /// many another; nothing when nobody was asked.
    pub nudges: Option<[u64; 3]>,
    /// The text, line by line.
    pub lines: Vec<String>,
}

/// Something wrong with a text, as an editor sees it.
#[derive(Clone, Debug)]
pub struct ObjectionView {
    /// The line it is about, where that is known.
    pub line: Option<usize>,
    /// What it is.
    pub message: String,
    /// The line with carets below what it is about.
    pub picture: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// Another version came while a text was being written.
#[derive(Clone, Debug)]
pub struct MovedNote {
    /// The version that came.
    pub latest: VersionHead,
    /// What it changed.
    pub pieces: Vec<Vec<DiffLine>>,
}

/// A line of a difference.
#[derive(Clone, Debug)]
pub struct DiffLine {
    /// Whether it came in.
    pub is_added: bool,
    /// Whether it went out.
    pub is_removed: bool,
    /// Its number in the later text, or in the earlier one when it went out.
    pub number: usize,
    /// The line.
    pub text: String,
}

/// What the checks of a text came to.
#[derive(Clone, Debug, Default)]
pub enum Checked {
    /// Nobody asked.
    #[default]
    NotYet,
    /// Nothing is wrong; the sentence that says so.
    Right(String),
    /// Everything that is wrong.
    Wrong(Vec<ObjectionView>),
}

impl Checked {
    /// Whether anything is wrong.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        matches!(self, Self::Wrong(_))
    }
}

/// Writing rules or a word list.
#[derive(Clone, Debug, Template)]
#[template(path = "document_edit.html")]
pub struct DocumentEditPage {
    /// What stands around it.
    pub frame: Frame,
    /// What stands above it.
    pub head: RulebookHead,
    /// The version that the text was made from.
    pub based_on: i64,
    /// The text as typed so far.
    pub source: String,
    /// What was found in it.
    pub checked: Checked,
    /// Another version came meanwhile.
    pub moved: Option<MovedNote>,
    /// What else is wrong, in a sentence.
    pub problem: Option<String>,
    /// What rules can ask, group by group; empty for word lists.
    pub signals: Vec<SignalGroup>,
    /// How many days of comments a trial looks at.
    pub days: String,
}

/// Signals that belong together.
#[derive(Clone, Debug)]
pub struct SignalGroup {
    /// The first part of their names.
    pub name: &'static str,
    /// The signals.
    pub signals: Vec<&'static Signal>,
}

impl SignalGroup {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        u64::try_from(self.signals.len()).unwrap_or(0)
    }
}

/// What a publication would change, before it is made.
#[derive(Clone, Debug, Template)]
#[template(path = "document_review.html")]
pub struct DocumentReviewPage {
    /// What stands around it.
    pub frame: Frame,
    /// What stands above it.
    pub head: RulebookHead,
    /// The version that the text was made from.
    pub based_on: i64,
    /// The text.
    pub source: String,
    /// What publishing comes to, in a sentence.
    pub summary: String,
    /// What changes.
    pub pieces: Vec<Vec<DiffLine>>,
}

/// Every version, newest first.
#[derive(Clone, Debug, Template)]
#[template(path = "document_history.html")]
pub struct DocumentHistoryPage {
    /// What stands around it.
    pub frame: Frame,
    /// What stands above it.
    pub head: RulebookHead,
    /// The versions.
    pub versions: Vec<VersionHead>,
    /// Where the next page is: path and query.
    pub next_href: Option<String>,
}

/// One version, and what changed to it or from it.
#[derive(Clone, Debug, Template)]
#[template(path = "document_version.html")]
pub struct DocumentVersionPage {
    /// What stands around it.
    pub frame: Frame,
    /// What stands above it.
    pub head: RulebookHead,
    /// The version.
    pub version: VersionHead,
    /// The newest one.
    pub latest: i64,
    /// The text, line by line.
    pub lines: Vec<String>,
    /// What putting it back would change; nothing when it is the newest.
    pub pieces: Vec<Vec<DiffLine>>,
    /// Why it cannot be put back.
    pub objections: Vec<ObjectionView>,
    /// The same where nothing in the text is to blame.
    pub problem: Option<String>,
}

impl DocumentVersionPage {
    /// Whether another one holds now.
    #[must_use]
    pub fn is_past(&self) -> bool {
        self.version.version != self.latest
    }
}

/// What changed from one version to another.
#[derive(Clone, Debug, Template)]
#[template(path = "document_diff.html")]
pub struct DocumentDiffPage {
    /// What stands around it.
    pub frame: Frame,
    /// What stands above it.
    pub head: RulebookHead,
    /// The earlier version.
    pub from: u32,
    /// The later one.
    pub to: u32,
    /// How many lines came in and went out.
    pub counts: (u64, u64),
    /// What changed.
    pub pieces: Vec<Vec<DiffLine>>,
}
