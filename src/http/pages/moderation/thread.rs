//! The state of a story's thread: open, read first, closed, and when it closes by itself.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::door::Staff;
use super::typed::problem;
use crate::app::{App, Work};
use crate::http::extract::{Given, Path};
use crate::http::pages::Moments;
use crate::http::pages::form::{PageForm, typed};
use crate::http::pages::show::{count, story_state};
use crate::http::pages::views::{Closing, Done, Href, Problem, Problems, StoryHead, ThreadPage, ThreadStatus};
use crate::http::pages::visit::see_done;
use crate::http::{Code, Error};
use crate::kernel::{Role, StoryId, Timestamp};
use crate::stories::{self, Status, Story};
use crate::titles;

/// The most days after which a thread can be told to close.
const MAX_DAYS: u64 = 3_650;

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// What has been filled in.
struct Filled {
    status: Option<ThreadStatus>,
    closing: Option<Closing>,
    days: String,
    problems: Vec<Problem>,
}

impl Filled {
    /// The form as `story` stands.
    fn of(story: &Story) -> Self {
        let closing = if story.closes_at.is_some() { Closing::Keep } else { Closing::Never };
        Self {
            status: Some(status_of(story.status)),
            closing: Some(closing),
            days: String::new(),
            problems: Vec::new(),
        }
    }
}

const fn status_of(status: Status) -> ThreadStatus {
    match status {
        Status::Open => ThreadStatus::Open,
        Status::PreModerated => ThreadStatus::PreModerated,
        Status::Closed => ThreadStatus::Closed,
    }
}

/// The story, which `staff` moderates.
async fn found(staff: &Staff, work: &mut Work, id: StoryId) -> Result<Story, Error> {
    let story = stories::find(&mut work.tx, id).await?.ok_or(Code::NotFound)?;
    if work.actor.has_role(Role::Moderator, &story.title) && staff.person.roles.is_staff_in(&story.title) {
        Ok(story)
    } else {
        Err(Code::Forbidden.into())
    }
}

/// Shows the form.
pub(in crate::http::pages) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(story): Path<StoryId>,
) -> Result<Response, Error> {
    let mut work = app.read(staff.person.clone()).await?;
    let story = found(&staff, &mut work, story).await?;
    let page = page(&app, &staff, &mut work, &story, Filled::of(&story)).await?;
    Ok(staff.show(StatusCode::OK, &page))
}

async fn page(app: &App, staff: &Staff, work: &mut Work, story: &Story, filled: Filled) -> Result<ThreadPage, Error> {
    let title = titles::get(&mut work.tx, &story.title).await?;
    let moments = Moments::new(&title.time_zone, app.words.clone());
    Ok(ThreadPage {
        frame: staff.frame_of(work, Some(&title)).await?,
        story: StoryHead {
            id: story.id.to_string(),
            headline: story.headline.clone(),
            section: story.section.clone(),
            title: title.id.to_string(),
            title_name: title.name.clone(),
            article: Href::to_web(&story.url),
            published: Some(moments.moment(story.published_at)),
            comment_count: count(story.comment_count),
            state: story_state(story, work.now),
        },
        status: filled.status,
        closes: story.closes_at.map(|at| moments.moment(at)),
        closing: filled.closing,
        days: filled.days,
        max_days: MAX_DAYS,
        problems: Problems::new(filled.problems),
    })
}

/// The state as the form sends it.
#[derive(Debug, Deserialize)]
pub(in crate::http::pages) struct ThreadFields {
    #[serde(default)]
    status: Given<String>,
    #[serde(default)]
    closing: Given<String>,
    #[serde(default)]
    days: Given<String>,
}

/// Sets the state.
pub(in crate::http::pages) async fn set(
    State(app): State<App>,
    Path(id): Path<StoryId>,
    form: PageForm<ThreadFields>,
) -> Result<Response, Error> {
    let (staff, sent) = (Staff::of(form.visit)?, form.sent.form);
    let mut work = app.write(staff.person.clone()).await?;
    let story = found(&staff, &mut work, id).await?;
    let mut filled = Filled {
        status: ThreadStatus::parse(&typed(&sent.status)),
        closing: Closing::parse(&typed(&sent.closing)),
        days: typed(&sent.days).trim().to_owned(),
        problems: Vec::new(),
    };
    match asked(&app, &filled, &story, work.now) {
        Ok((status, closes_at)) => {
            stories::set_status(&mut work, id, status, closes_at).await?;
            work.commit().await?;
            Ok(see_done(&format!("/stories/{id}"), Done::ThreadSet))
        }
        Err(problems) => {
            filled.problems = problems;
            let page = page(&app, &staff, &mut work, &story, filled).await?;
            Ok(staff.show_refused(&Code::Invalid.into(), &page))
        }
    }
}

/// The state asked for and when the thread closes, or everything that is wrong with the form.
fn asked(
    app: &App,
    filled: &Filled,
    story: &Story,
    now: Timestamp,
) -> Result<(Status, Option<Timestamp>), Vec<Problem>> {
    let mut problems = Vec::new();
    if filled.status.is_none() {
        problems.push(problem(app, Some("status"), "problem-thread-status"));
    }
    let closes_at = match filled.closing {
        Some(Closing::Never) => None,
        Some(Closing::Keep) => story.closes_at,
        Some(Closing::Days) => {
            let days = filled.days.parse::<u32>().ok().filter(|days| (1..=MAX_DAYS).contains(&u64::from(*days)));
            if days.is_none() {
                problems.push(problem(app, Some("days"), "problem-thread-days"));
            }
            days.map(|days| now.plus(DAY * days))
        }
        None => {
            problems.push(problem(app, Some("closing"), "problem-thread-closing"));
            None
        }
    };
    let status = match filled.status {
        Some(ThreadStatus::Open) => Status::Open,
        Some(ThreadStatus::PreModerated) => Status::PreModerated,
        Some(ThreadStatus::Closed) => Status::Closed,
        None => return Err(problems),
    };
    if problems.is_empty() { Ok((status, closes_at)) } else { Err(problems) }
}
