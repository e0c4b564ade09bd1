//! The ban form: what it sends, what is wrong with it, and the ban that it asks for.

use serde::Deserialize;

use super::card::MAX_NOTE_CHARS;
use super::desk::AtTitle;
use super::typed::{problem, text_of};
use crate::app::App;
use crate::bans::{self, Fate, Privileges};
use crate::http::extract::{Given, Sent};
use crate::http::pages::views::{BanForm, Hidden, Privilege, Problem, Problems, ScopeChoice, Until};
use crate::kernel::{ClauseId, CommentId, Scope, SignedIn, Timestamp, char_count};
use crate::moderation::{self, Rung};

/// The most comments that a ban rests on.
const MAX_EVIDENCE: usize = 20;

/// When a ban of so many days ends, by the calendar of the title.
fn after(choice: Until, now: Timestamp, at: &AtTitle) -> Option<Timestamp> {
    let days = match choice {
        Until::Day => 1,
        Until::Week => 7,
        Until::Month => 30,
        Until::Never | Until::Date => return None,
    };
    let zone = jiff::tz::TimeZone::get(&at.title.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    Some(bans::later(now, &zone, 0, days))
}

/// A ban as the form and the look before it send it.
#[derive(Debug, Deserialize)]
pub(in crate::http::pages) struct BanFields {
    #[serde(default)]
    pub(super) step: Given<String>,
    #[serde(default)]
    pub(super) rules: Given<String>,
    #[serde(default)]
    privileges: Given<Vec<String>>,
    #[serde(default)]
    clause: Given<String>,
    #[serde(default)]
    until: Given<String>,
    #[serde(default)]
    until_day: Given<String>,
    #[serde(default)]
    title: Given<String>,
    #[serde(default)]
    evidence: Given<Vec<String>>,
    #[serde(default)]
    note: Given<String>,
    #[serde(default)]
    comments: Given<String>,
}

/// What was filled in, whether it makes a ban or not.
#[derive(Clone, Debug)]
pub(super) struct Filled {
    pub(super) privileges: Vec<Privilege>,
    clause: String,
    until: Option<Until>,
    until_day: String,
    scope: String,
    pub(super) evidence: Vec<CommentId>,
    pub(super) note: String,
    comments: Fate,
}

impl Filled {
    /// A fresh form: no more comments for a week, in the title whose clauses it offers.
    pub(super) fn fresh(evidence: Option<CommentId>) -> Self {
        Self {
            privileges: vec![Privilege::Comment, Privilege::Reply],
            clause: String::new(),
            until: Some(Until::Week),
            until_day: String::new(),
            scope: String::new(),
            evidence: evidence.into_iter().collect(),
            note: String::new(),
            comments: Fate::Keep,
        }
    }

    /// A fresh form with what the ladder proposes, when that is a ban.
    pub(super) fn proposed(evidence: Option<CommentId>, rung: &Rung, at: &AtTitle, now: Timestamp) -> Self {
        let mut filled = Self::fresh(evidence);
        let Some(proposed) = rung.proposed.as_ref().filter(|proposed| !proposed.privileges.is_empty()) else {
            return filled;
        };
        filled.privileges =
            proposed.privileges.iter().filter_map(|privilege| Privilege::parse(privilege.as_str())).collect();
        filled.clause = rung.clause.as_ref().map(ToString::to_string).unwrap_or_default();
        let near = |end: Timestamp, until: Timestamp| end.as_millis().abs_diff(until.as_millis()) <= 7_200_000;
        let fits = |choice: &Until, until| matches!(after(*choice, now, at), Some(end) if near(end, until));
        filled.until = match proposed.until {
            None => Some(Until::Never),
            Some(until) => [Until::Day, Until::Week, Until::Month].into_iter().find(|choice| fits(choice, until)),
        };
        if let (None, Some(until)) = (filled.until, proposed.until) {
            filled.until = Some(Until::Date);
            filled.until_day = at.moments.field(until);
        }
        filled
    }

    /// What `sent` says.
    pub(super) fn of(sent: &Sent<BanFields>) -> Self {
        let form = &sent.form;
        let list = |given: &Given<Vec<String>>| given.value().cloned().unwrap_or_default();
        Self {
            privileges: list(&form.privileges).iter().filter_map(|value| Privilege::parse(value)).collect(),
            clause: text_of(&form.clause),
            until: form.until.value().and_then(|value| Until::parse(value)),
            until_day: text_of(&form.until_day),
            scope: text_of(&form.title),
            evidence: list(&form.evidence).iter().filter_map(|id| id.parse().ok()).collect(),
            note: text_of(&form.note),
            comments: Fate::parse(&text_of(&form.comments)).unwrap_or_default(),
        }
    }

    /// The ban that it asks for, `at` being the title whose clauses were offered.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of the fields.
    pub(super) fn draft(
        &self,
        app: &App,
        person: &SignedIn,
        at: &AtTitle,
    ) -> Result<moderation::BanForm, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut wrong = |field, key: &str| problems.push(problem(app, Some(field), key));
        if self.privileges.is_empty() {
            wrong("privileges", "problem-privileges");
        }
        let offered = |clause: &ClauseId| at.clauses().iter().any(|offered| offered.is(clause.as_str()));
        let clause: Option<ClauseId> = self.clause.parse().ok().filter(offered);
        if clause.is_none() {
            wrong("clause", "problem-clause");
        }
        let until = self.ends(app.now(), at).map_err(|(field, key)| wrong(field, key));
        let scope = self.scope(person, at);
        if scope.is_none() {
            wrong("title", "problem-scope");
        }
        if self.evidence.len() > MAX_EVIDENCE {
            wrong("evidence", "problem-evidence-too-many");
        }
        if char_count(&self.note) as u64 > MAX_NOTE_CHARS {
            wrong("note", "problem-note-too-long");
        }
        let (Some(clause), Ok(until), true) = (clause, until, problems.is_empty()) else { return Err(problems) };
        let note = Some(self.note.clone()).filter(|note| !note.is_empty());
        Ok(moderation::BanForm {
            privileges: self.withdrawn(),
            clause,
            scope,
            until,
            evidence: self.evidence.clone(),
            note,
            comments: self.comments,
        })
    }

    fn withdrawn(&self) -> Privileges {
        self.privileges.iter().filter_map(|privilege| bans::Privilege::parse(privilege.value())).collect()
    }

    /// When the ban ends; nothing for good. A day ends when the title's readers see it end.
    fn ends(&self, now: Timestamp, at: &AtTitle) -> Result<Option<Timestamp>, (&'static str, &'static str)> {
        match self.until.ok_or(("until", "problem-until"))? {
            choice @ (Until::Day | Until::Week | Until::Month) => Ok(after(choice, now, at)),
            Until::Never => Ok(None),
            Until::Date => {
                let end = at.moments.end_of_day(&self.until_day).ok_or(("until_day", "problem-until-day"))?;
                if end > now { Ok(Some(end)) } else { Err(("until_day", "problem-until-past")) }
            }
        }
    }

    /// Where the ban holds: in the title whose clauses were offered or, for admins only, everywhere.
    fn scope(&self, person: &SignedIn, at: &AtTitle) -> Option<Scope> {
        let own = Scope::Title(at.title.id.clone());
        match self.scope.as_str() {
            "" => Some(own),
            text if text == own.as_str() => Some(own),
            text if text == Scope::All.as_str() && person.roles.is_admin() => Some(Scope::All),
            _ => None,
        }
    }

    /// The form as the page shows it.
    pub(super) fn view(&self, app: &App, person: &SignedIn, at: &AtTitle, problems: Vec<Problem>) -> BanForm {
        let is_everywhere = self.scope == Scope::All.as_str();
        let own = ScopeChoice {
            value: at.title.id.to_string(),
            title_name: Some(at.title.name.clone()),
            is_chosen: !is_everywhere,
        };
        let all = ScopeChoice { value: Scope::All.to_string(), title_name: None, is_chosen: is_everywhere };
        BanForm {
            privileges: self.privileges.clone(),
            rules: at.title.id.to_string(),
            clauses: at.clauses(),
            chosen_clause: self.clause.clone(),
            until: self.until.unwrap_or(Until::Week),
            until_day: self.until_day.clone(),
            earliest_day: at.moments.field(app.now()),
            scopes: std::iter::once(own).chain(person.roles.is_admin().then_some(all)).collect(),
            note: self.note.clone(),
            note_max_chars: MAX_NOTE_CHARS,
            comments: self.comments.as_str(),
            problems: Problems::new(problems),
        }
    }

    /// The form as it goes along unseen with the look before it is sent.
    pub(super) fn hidden(&self, at: &AtTitle) -> Vec<Hidden> {
        let field = |name: &str, value: &str| Hidden { name: name.to_owned(), value: value.to_owned() };
        let mut fields = vec![
            field("rules", at.title.id.as_str()),
            field("clause", &self.clause),
            field("until", self.until.map_or("", Until::value)),
            field("until_day", &self.until_day),
            field("title", &self.scope),
            field("note", &self.note),
            field("comments", self.comments.as_str()),
        ];
        fields.extend(self.privileges.iter().map(|privilege| field("privileges", privilege.value())));
        fields.extend(self.evidence.iter().map(|comment| field("evidence", &comment.to_string())));
        fields
    }
}
