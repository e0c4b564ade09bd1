//! What cards, records and bans mention: titles with their zones, clauses, stories and names. Each is read once for a
//! page, however often the page mentions it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::accounts::{self, Profile};
use crate::app::{App, Work};
use crate::http::pages::Moments;
use crate::http::pages::show::MAX_SUMMARY_CHARS;
use crate::http::pages::views::{ClauseChoice, ClauseRef, StoryRef};
use crate::kernel::{AccountId, ClauseId, SignedIn, StoryId, SubscriberId, TitleId, shortened};
use crate::storage::StorageError;
use crate::stories;
use crate::titles::{self, HouseRules, Title};

/// A title as the desk needs it.
#[derive(Debug)]
pub(super) struct AtTitle {
    pub(super) title: Title,
    pub(super) moments: Moments,
    rules: Option<HouseRules>,
}

impl AtTitle {
    /// The clauses that may be cited now, in their order.
    pub(super) fn clauses(&self) -> Vec<ClauseChoice> {
        let clauses = self.rules.iter().flat_map(|rules| &rules.clauses);
        (1_u32..)
            .zip(clauses)
            .map(|(number, clause)| ClauseChoice {
                id: clause.id.to_string(),
                number: number.to_string(),
                heading: clause.heading.clone(),
                summary: shortened(clause.body.lines().next().unwrap_or_default(), MAX_SUMMARY_CHARS),
            })
            .collect()
    }
}

/// The desk of one moderator, for one page.
#[derive(Debug)]
pub(super) struct Desk<'a> {
    pub(super) app: &'a App,
    pub(super) person: &'a SignedIn,
    titles: HashMap<TitleId, Arc<AtTitle>>,
    stories: HashMap<StoryId, StoryRef>,
    names: HashMap<AccountId, String>,
    profiles: HashMap<SubscriberId, Vec<Profile>>,
}

impl<'a> Desk<'a> {
    /// An empty desk.
    pub(super) fn new(app: &'a App, person: &'a SignedIn) -> Self {
        Self {
            app,
            person,
            titles: HashMap::new(),
            stories: HashMap::new(),
            names: HashMap::new(),
            profiles: HashMap::new(),
        }
    }

    /// The title `id` with its house rules as they are now.
    pub(super) async fn title(&mut self, work: &mut Work, id: &TitleId) -> Result<Arc<AtTitle>, StorageError> {
        if let Some(known) = self.titles.get(id) {
            return Ok(Arc::clone(known));
        }
        let title = titles::get(&mut work.tx, id).await?;
        let rules = titles::find_house_rules(&mut work.tx, id).await?;
        let moments = Moments::new(&title.time_zone, Arc::clone(&self.app.words));
        let at = Arc::new(AtTitle { title, moments, rules });
        self.titles.insert(id.clone(), Arc::clone(&at));
        Ok(at)
    }

    /// A clause with the number and the heading that it had in the version that was cited.
    pub(super) async fn clause(
        &mut self,
        work: &mut Work,
        title: &TitleId,
        clause: &ClauseId,
        version: i64,
    ) -> Result<ClauseRef, StorageError> {
        let cited = titles::find_clause_at(&mut work.tx, title, clause, version).await?;
        let cited = cited.ok_or_else(|| StorageError::corrupt("clauses", clause))?;
        Ok(ClauseRef {
            id: cited.id.to_string(),
            title: cited.title.to_string(),
            number: cited.number.to_string(),
            heading: cited.heading,
        })
    }

    /// The story `id` of `title`.
    pub(super) async fn story(
        &mut self,
        work: &mut Work,
        id: StoryId,
        title: &AtTitle,
    ) -> Result<StoryRef, StorageError> {
        if let Some(known) = self.stories.get(&id) {
            return Ok(known.clone());
        }
        let found = stories::find(&mut work.tx, id).await?.ok_or_else(|| StorageError::corrupt("stories", id))?;
        let story =
            StoryRef { id: found.id.to_string(), headline: found.headline, title_name: title.title.name.clone() };
        self.stories.insert(id, story.clone());
        Ok(story)
    }

    /// What readers see of an account; what is done on the machine itself has no account.
    pub(super) async fn name(&mut self, work: &mut Work, account: Option<AccountId>) -> Result<String, StorageError> {
        let Some(account) = account else { return Ok(self.app.words.text("by-operator")) };
        if !self.names.contains_key(&account) {
            self.names.extend(accounts::names_of(&mut work.tx, &[account]).await?);
        }
        Ok(self.names.get(&account).cloned().unwrap_or_default())
    }

    /// Every account that acts for a subscriber, oldest first.
    pub(super) async fn accounts(
        &mut self,
        work: &mut Work,
        subscriber: SubscriberId,
    ) -> Result<Vec<Profile>, StorageError> {
        if let Some(known) = self.profiles.get(&subscriber) {
            return Ok(known.clone());
        }
        let profiles = accounts::list_accounts_of(&mut work.tx, subscriber).await?;
        self.profiles.insert(subscriber, profiles.clone());
        Ok(profiles)
    }
}
