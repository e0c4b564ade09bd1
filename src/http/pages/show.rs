//! From what the rooms know to what the views show.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::marked::words_of;
use super::views::{
    Author, Branch, Can, ClauseChoice, ClauseRef, CommentState, CommentView, Fate, Href, Privilege, Recommend,
    SafeHtml, Standing, StoryHead, StoryState,
};
use super::{Moment, Moments};
use crate::app::{App, Work};
use crate::comments::{self, Comment, Status, Viewer};
use crate::gate;
use crate::http::Error;
use crate::kernel::{Actor, ClauseId, CommentId, SignedIn, Timestamp, TitleId, shortened};
use crate::rules::{Finding, Outcome};
use crate::storage::StorageError;
use crate::stories::{self, Story};
use crate::subscriptions::Entitlement;
use crate::titles::{self, CitedClause, HouseRules, Title};
use crate::{moderation, notifications};

/// The most characters of a clause that stand beside its name in a form.
pub(super) const MAX_SUMMARY_CHARS: usize = 240;

/// Everything that decides what one viewer sees of the comments of one story.
pub(super) struct Showing<'a> {
    pub(super) app: &'a App,
    pub(super) actor: &'a Actor,
    pub(super) now: Timestamp,
    pub(super) title: Title,
    pub(super) story: Story,
    pub(super) moments: Moments,
    rules: Option<HouseRules>,
    standing: Option<gate::Standing>,
    recommended: HashSet<CommentId>,
}

impl<'a> Showing<'a> {
    /// Reads what is needed to show comments of `story` to `actor`.
    pub(super) async fn of(
        app: &'a App,
        work: &mut Work,
        actor: &'a Actor,
        story: Story,
    ) -> Result<Self, StorageError> {
        let title = titles::get(&mut work.tx, &story.title).await?;
        let rules = titles::find_house_rules(&mut work.tx, &story.title).await?;
        let (standing, recommended) = match actor.signed_in() {
            None => (None, HashSet::new()),
            Some(person) => (
                Some(gate::standing_of(app, &mut work.tx, person, work.now).await?),
                comments::mine(&mut work.tx, person, story.id).await?.recommended.into_iter().collect(),
            ),
        };
        let moments = Moments::new(&title.time_zone, app.words.clone());
        Ok(Self { app, actor, now: work.now, title, story, moments, rules, standing, recommended })
    }

    pub(super) fn person(&self) -> Option<&SignedIn> {
        self.actor.signed_in()
    }

    pub(super) fn viewer(&self) -> Viewer<'a> {
        Viewer::new(self.actor)
    }

    /// Why the viewer may not do this here; nothing when they may. Nobody in particular is told to sign in.
    pub(super) fn refusal(&self, privilege: gate::Privilege) -> Option<Option<gate::Refusal>> {
        let Some(standing) = &self.standing else { return Some(None) };
        gate::may(privilege, standing, &self.title.id, self.now).err().map(Some)
    }

    /// The story at the head of its pages.
    pub(super) fn head(&self) -> StoryHead {
        StoryHead {
            id: self.story.id.to_string(),
            headline: self.story.headline.clone(),
            section: self.story.section.clone(),
            title: self.title.id.to_string(),
            title_name: self.title.name.clone(),
            article: Href::to_web(&self.story.url),
            published: Some(self.moments.moment(self.story.published_at)),
            comment_count: count(self.story.comment_count),
            state: story_state(&self.story, self.now),
        }
    }

    /// A clause of this title's house rules as pages cite it.
    pub(super) fn clause(&self, id: &ClauseId) -> Option<ClauseRef> {
        clause_ref(self.rules.as_ref()?, id)
    }

    /// The clauses that a form offers.
    pub(super) fn clauses(&self) -> Vec<ClauseChoice> {
        let clauses = self.rules.iter().flat_map(|rules| &rules.clauses);
        (1..)
            .zip(clauses)
            .map(|(number, clause)| ClauseChoice {
                id: clause.id.to_string(),
                number: format!("{number}"),
                heading: clause.heading.clone(),
                summary: shortened(clause.body.lines().next().unwrap_or_default(), MAX_SUMMARY_CHARS),
            })
            .collect()
    }

    /// A comment alone, as the viewer may see it.
    pub(super) fn comment(&self, comment: &Comment) -> CommentView {
        let viewer = self.viewer();
        let reads = viewer.reads(comment);
        CommentView {
            id: comment.id.to_string(),
            parent: comment.parent.map(|parent| parent.to_string()),
            author: reads.then(|| Author {
                name: comment.author.name.clone(),
                is_staff: comment.author.is_staff,
                is_viewer: viewer.is_author(comment),
            }),
            state: comment_state(comment.status),
            html: SafeHtml::from_sanitised(if reads { comments::html(&comment.body) } else { String::new() }),
            posted: self.moments.moment(comment.created_at),
            edited: comment.edited_at.filter(|_| reads).map(|at| self.moments.moment(at)),
            recommendation_count: count(comment.recommendation_count),
            reply_count: count(comment.reply_count),
            answered: None,
            more: None,
            fate: None,
            statement: None,
            can: self.can(comment),
            depth: 0,
            is_target: false,
        }
    }

    /// The same with what became of it and why, for its author and for staff.
    pub(super) async fn comment_with_fate(&self, work: &mut Work, comment: &Comment) -> Result<CommentView, Error> {
        let mut view = self.comment(comment);
        if self.viewer().reads(comment) {
            view.fate = fate(self.app, work, comment, &self.moments).await?;
            let is_told = view.fate.is_some() && self.viewer().is_author(comment);
            view.statement = if is_told { statement(work, comment).await? } else { None };
        }
        Ok(view)
    }

    fn can(&self, comment: &Comment) -> Can {
        let viewer = self.viewer();
        let is_published = comment.status == Status::Published;
        let is_open = self.story.is_open(self.now);
        let Some(person) = self.person() else {
            let recommend = if is_published { Recommend::AfterSignIn } else { Recommend::Never };
            return Can { recommend, reply: is_published && is_open, report: is_published, ..Can::default() };
        };
        let is_own = viewer.is_author(comment);
        let is_theirs = comment.subscriber == person.subscriber;
        let may = |privilege| self.refusal(privilege).is_none();
        let own_privilege = if comment.parent.is_some() { gate::Privilege::Reply } else { gate::Privilege::Comment };
        let recommend = if !is_published || is_theirs || !may(gate::Privilege::Recommend) {
            Recommend::Never
        } else if self.recommended.contains(&comment.id) {
            Recommend::Given
        } else {
            Recommend::Offered
        };
        Can {
            recommend,
            reply: is_published && is_open && may(gate::Privilege::Reply),
            report: is_published && !is_theirs && may(gate::Privilege::Report),
            edit: is_own
                && matches!(comment.status, Status::Published | Status::Held)
                && self.now < self.edit_until(comment)
                && may(own_privilege),
            withdraw: is_own && matches!(comment.status, Status::Published | Status::Held | Status::Rejected),
            moderate: viewer.is_staff(comment),
        }
    }

    /// Until when the comment's author may edit it.
    pub(super) fn edit_until(&self, comment: &Comment) -> Timestamp {
        comment.created_at.plus(Duration::from_secs(self.app.settings.comments.edit_window_seconds.into()))
    }

    /// A branch of the thread, with a link to what does not fit on the page.
    pub(super) async fn branch(&self, work: &mut Work, branch: &comments::Branch) -> Result<Branch, Error> {
        let mut replies = Vec::with_capacity(branch.replies.len());
        for reply in &branch.replies {
            replies.push(self.comment_with_fate(work, reply).await?);
        }
        let more = self.more_replies(work, &branch.top, branch.replies_next).await?;
        Ok(Branch::new(self.comment_with_fate(work, &branch.top).await?, replies, more))
    }
}

/// The story under its title, or nothing.
pub(super) async fn showing<'a>(
    app: &'a App,
    work: &mut Work,
    actor: &'a Actor,
    story: crate::kernel::StoryId,
) -> Result<Showing<'a>, Error> {
    let story = stories::find(&mut work.tx, story).await?.ok_or(crate::http::Code::NotFound)?;
    Ok(Showing::of(app, work, actor, story).await?)
}

/// Why others cannot see `comment`: what a person decided comes before what a rule found.
pub(super) async fn fate(
    app: &App,
    work: &mut Work,
    comment: &Comment,
    moments: &Moments,
) -> Result<Option<Fate>, Error> {
    match comment.status {
        Status::Published | Status::Withdrawn => Ok(None),
        Status::Removed => {
            let decisions = moderation::decisions_on(&mut work.tx, comment.id).await?;
            let Some(decision) = decisions.into_iter().find(|decision| decision.to == Status::Removed) else {
                return Ok(Some(Fate::default()));
            };
            let clause = match &decision.clause {
                Some((clause, version)) => {
                    Some(Clauses::default().cite_at(work, &decision.title, clause, *version).await?)
                }
                None => None,
            };
            Ok(Some(Fate { clause, decided: Some(moments.moment(decision.created_at)), ..Fate::default() }))
        }
        Status::Held | Status::Rejected => {
            let verdict = comments::latest_verdict(&mut work.tx, comment.verdict).await?;
            let strongest = verdict.findings.iter().map(|finding| finding.outcome).max();
            let told: Vec<Finding> =
                verdict.findings.into_iter().filter(|finding| Some(finding.outcome) == strongest).collect();
            // Findings that publish explain nothing: a rule that failed does.
            let Some(finding) = told.first().filter(|finding| finding.outcome > Outcome::Publish) else {
                let failed = (!verdict.faults.is_empty()).then(|| app.words.text("finding-fault"));
                return Ok(Some(Fate { reason: failed, ..Fate::default() }));
            };
            let clause = match &finding.clause {
                Some(clause) => Some(Clauses::default().cite(work, &comment.title, clause).await?),
                None => None,
            };
            let mut reasons: Vec<String> = Vec::new();
            for reason in told.iter().map(|finding| reason(app, finding)) {
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
            let words = words_of(&verdict.text, &told);
            Ok(Some(Fate { reason: Some(reasons.join(" ")), words, clause, decided: None }))
        }
    }
}

/// The id of the latest statement of reasons that the author of `comment` was sent about it.
async fn statement(work: &mut Work, comment: &Comment) -> Result<Option<String>, StorageError> {
    let told = notifications::latest_about(&mut work.tx, comment.author.id, comment.id).await?;
    Ok(told.map(|statement| statement.to_string()))
}

/// What a rule has to say to the author.
pub(super) fn reason(app: &App, finding: &Finding) -> String {
    finding.message.clone().unwrap_or_else(|| app.words.with(&finding.author_key(), &finding.arguments()))
}

/// A number that is never negative.
pub(super) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

pub(super) const fn comment_state(status: Status) -> CommentState {
    match status {
        Status::Published => CommentState::Published,
        Status::Held => CommentState::Held,
        Status::Rejected => CommentState::Rejected,
        Status::Removed => CommentState::Removed,
        Status::Withdrawn => CommentState::Withdrawn,
    }
}

pub(super) fn story_state(story: &Story, now: Timestamp) -> StoryState {
    match story.status {
        _ if !story.is_open(now) => StoryState::Closed,
        stories::Status::PreModerated => StoryState::Premoderated,
        stories::Status::Open | stories::Status::Closed => StoryState::Open,
    }
}

pub(super) const fn standing(entitlement: Entitlement) -> Standing {
    match entitlement {
        Entitlement::None => Standing::None,
        Entitlement::Active => Standing::Active,
        Entitlement::Grace => Standing::Grace,
        Entitlement::Lapsed => Standing::Lapsed,
        Entitlement::Paused => Standing::Paused,
        Entitlement::Refunded => Standing::Refunded,
        Entitlement::PastDue => Standing::PastDue,
        Entitlement::ChargedBack => Standing::ChargedBack,
    }
}

pub(super) const fn privilege(privilege: gate::Privilege) -> Privilege {
    match privilege {
        gate::Privilege::Comment => Privilege::Comment,
        gate::Privilege::Reply => Privilege::Reply,
        gate::Privilege::Recommend => Privilege::Recommend,
        gate::Privilege::Report => Privilege::Report,
    }
}

/// A clause as pages cite it, with its number in these house rules.
pub(super) fn clause_ref(rules: &HouseRules, id: &ClauseId) -> Option<ClauseRef> {
    let (number, clause) = (1..).zip(&rules.clauses).find(|(_, clause)| clause.id == *id)?;
    Some(ClauseRef {
        id: id.to_string(),
        title: rules.title.to_string(),
        number: format!("{number}"),
        heading: clause.heading.clone(),
    })
}

impl From<CitedClause> for ClauseRef {
    fn from(cited: CitedClause) -> Self {
        Self {
            id: cited.id.to_string(),
            title: cited.title.to_string(),
            number: cited.number.to_string(),
            heading: cited.heading,
        }
    }
}

/// Clauses of several titles, each looked up once.
#[derive(Default)]
pub(super) struct Clauses(HashMap<TitleId, Option<HouseRules>>);

impl Clauses {
    /// The clause `id` of `title`; as it is called by its id alone when the house rules have dropped it since.
    pub(super) async fn cite(
        &mut self,
        work: &mut Work,
        title: &TitleId,
        id: &ClauseId,
    ) -> Result<ClauseRef, StorageError> {
        if !self.0.contains_key(title) {
            let rules = titles::find_house_rules(&mut work.tx, title).await?;
            self.0.insert(title.clone(), rules);
        }
        let known = self.0.get(title).and_then(Option::as_ref).and_then(|rules| clause_ref(rules, id));
        Ok(known.unwrap_or_else(|| ClauseRef {
            id: id.to_string(),
            title: title.to_string(),
            number: String::new(),
            heading: id.to_string(),
        }))
    }

    /// The same as it was called in `version` of the house rules.
    pub(super) async fn cite_at(
        &mut self,
        work: &mut Work,
        title: &TitleId,
        id: &ClauseId,
        version: i64,
    ) -> Result<ClauseRef, StorageError> {
        match titles::find_clause_at(&mut work.tx, title, id, version).await? {
            Some(cited) => Ok(cited.into()),
            None => self.cite(work, title, id).await,
        }
    }
}

/// Paragraphs of a text that was written with blank lines between them.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    text.split("\n\n").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// A moment of an optional time.
pub(super) fn moment(moments: &Moments, at: Option<Timestamp>) -> Option<Moment> {
    at.map(|at| moments.moment(at))
}
