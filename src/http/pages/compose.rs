//! The box that a comment is written in, and what comes of posting from it.

use serde::Deserialize;

use super::form::{problems, typed};
use super::marked::segments;
use super::views::{Compose, Nudge, Problems};
use crate::app::App;
use crate::comments::{Draft, SubmitError, Submitted};
use crate::http::api::comments::rejected;
use crate::http::api::views::FindingView;
use crate::http::extract::Given;
use crate::http::{Error, errors};
use crate::kernel::{CommentId, StoryId};
use crate::rules::Outcome;

/// A box with `text` in it.
pub(super) fn compose(app: &App, text: String, problems: Problems) -> Compose {
    Compose { text, max_chars: app.settings.comments.max_chars.into(), is_premoderated: false, problems, nudge: None }
}

/// A comment typed into a page.
#[derive(Debug, Deserialize)]
pub(super) struct ComposeForm {
    pub(super) body: Given<String>,
    #[serde(default)]
    nudge: Given<String>,
}

impl ComposeForm {
    /// What the form asks to post.
    pub(super) fn draft(&self, story: StoryId, parent: Option<CommentId>) -> Draft {
        let nudge = Some(typed(&self.nudge)).filter(|token| !token.is_empty());
        Draft { story, parent, body: typed(&self.body), nudge }
    }
}

/// The comment, when it was stored and not rejected; else the refusal, and the box again with what it was.
pub(super) fn settled(
    app: &App,
    body: String,
    posted: Result<Submitted, SubmitError>,
) -> Result<Submitted, Box<(Error, Compose)>> {
    let (error, nudge) = match posted {
        Ok(submitted) if submitted.outcome != Outcome::Reject => return Ok(submitted),
        Ok(submitted) => (rejected(app, &submitted.findings), None),
        Err(SubmitError::Nudged { nudge, findings }) => {
            let reasons = FindingView::all_for_author(app, &findings).into_iter().map(|finding| finding.message);
            let mut reasons: Vec<String> = reasons.collect();
            reasons.dedup();
            let asked = Nudge { token: nudge.clone(), segments: segments(&body, &findings), reasons };
            (errors::submit(app, SubmitError::Nudged { nudge, findings }), Some(asked))
        }
        Err(error) => (errors::submit(app, error), None),
    };
    let problems = if nudge.is_some() { Problems::default() } else { problems(&app.words, &error, &["body"]) };
    Err(Box::new((error, Compose { nudge, ..compose(app, body, problems) })))
}
