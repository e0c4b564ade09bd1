//! The front page, a title's page and its house rules.

use askama::Template;

use super::{Frame, StoryState};
use crate::http::pages::Moment;

/// Every title with its latest stories.
#[derive(Clone, Debug, Template)]
#[template(path = "home.html")]
pub struct HomePage {
    /// What stands around it.
    pub frame: Frame,
    /// The titles, in their own order.
    pub titles: Vec<HomeTitle>,
}

/// One title on the front page.
#[derive(Clone, Debug)]
pub struct HomeTitle {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its stories by section.
    pub sections: Vec<Section>,
}

/// The stories of one section.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its name; empty for stories without one.
    pub name: String,
    /// Newest first.
    pub stories: Vec<StoryLine>,
}

/// A story in a list.
#[derive(Clone, Debug)]
pub struct StoryLine {
    /// Its id.
    pub id: String,
    /// Its headline.
    pub headline: String,
    /// When the newspaper published it.
    pub published: Option<Moment>,
    /// How many comments everyone can read.
    pub comment_count: u64,
    /// Whether it takes comments.
    pub state: StoryState,
}

/// One title.
#[derive(Clone, Debug, Template)]
#[template(path = "title.html")]
pub struct TitlePage {
    /// What stands around it.
    pub frame: Frame,
    /// The title.
    pub title: HomeTitle,
    /// Where the older stories are: path and query.
    pub older_href: Option<String>,
}

/// A title's house rules.
#[derive(Clone, Debug, Template)]
#[template(path = "house_rules.html")]
pub struct HouseRulesPage {
    /// What stands around it.
    pub frame: Frame,
    /// The title's name.
    pub title_name: String,
    /// The version in force.
    pub version: u64,
    /// When that version was published.
    pub updated: Moment,
    /// What stands before the clauses, by paragraph.
    pub preamble: Vec<String>,
    /// The clauses, by number.
    pub clauses: Vec<HouseClause>,
}

/// A clause of the house rules.
#[derive(Clone, Debug)]
pub struct HouseClause {
    /// Its id, which is its anchor behind `clause-`.
    pub id: String,
    /// Its number.
    pub number: String,
    /// Its heading.
    pub heading: String,
    /// Its text, by paragraph.
    pub paragraphs: Vec<String>,
}
