//! What a title was judged by before, and putting it back.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::head::{entered, lines_of, objections_of, pieces_of, room_of};
use crate::app::App;
use crate::http::api::rulebook::{DiffQuery, Named, text_of};
use crate::http::extract::{Given, Path, Query};
use crate::http::pages::form::PageForm;
use crate::http::pages::moderation::door::Staff;
use crate::http::pages::views::{DocumentDiffPage, DocumentHistoryPage, DocumentVersionPage, Done};
use crate::http::pages::visit::see_done;
use crate::http::{Code, Error};
use crate::kernel::{Limit, TitleId};
use crate::rulebook::history::{self, Document, RevertError};
use crate::rulebook::{Objection, PublishError};

/// Shows every version, newest first.
pub(in crate::http::pages) async fn list(
    State(app): State<App>,
    staff: Staff,
    Path((title, Named(document))): Path<(TitleId, Named)>,
) -> Result<Response, Error> {
    let before = staff.query("before").map(|before| before.parse().map_err(|_| Code::InvalidQuery)).transpose()?;
    let (mut work, at) = entered(&app, &staff, &title, room_of(document)).await?;
    let limit = Limit::default();
    let before: i64 = before.unwrap_or(i64::MAX);
    let mut past = history::list_versions(&mut work.tx, &title, document, before, limit.rows()).await?;
    let is_more = past.len() > limit.count();
    past.truncate(limit.count());
    let next_href =
        past.last().filter(|_| is_more).map(|last| format!("{}/versions?before={}", at.head.here(), last.version));
    let versions = at.versions(&app, &mut work, &past).await?;
    let frame = staff.frame_of(&mut work, Some(&at.title)).await?;
    Ok(staff.show(StatusCode::OK, &DocumentHistoryPage { frame, head: at.head, versions, next_href }))
}

async fn page(
    app: &App,
    staff: &Staff,
    (title, document, version): (&TitleId, Document, u32),
) -> Result<DocumentVersionPage, Error> {
    let (mut work, at) = entered(app, staff, title, room_of(document)).await?;
    let latest = history::find_version(&mut work.tx, title, document, None).await?.ok_or(Code::NotFound)?;
    let found = history::find_version(&mut work.tx, title, document, Some(version.into())).await?;
    let found = found.ok_or(Code::NotFound)?;
    let is_past = found.past.version != latest.past.version;
    Ok(DocumentVersionPage {
        frame: staff.frame_of(&mut work, Some(&at.title)).await?,
        version: at.version(app, &mut work, found.past).await?,
        head: at.head,
        latest: latest.past.version,
        pieces: if is_past { pieces_of(&latest.source, &found.source) } else { Vec::new() },
        lines: lines_of(&found.source),
        objections: Vec::new(),
        problem: None,
    })
}

/// Shows one version.
pub(in crate::http::pages) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path((title, Named(document), version)): Path<(TitleId, Named, u32)>,
) -> Result<Response, Error> {
    let page = page(&app, &staff, (&title, document, version)).await?;
    Ok(staff.show(StatusCode::OK, &page))
}

/// The newest version as far as the form knows.
#[derive(Debug, Deserialize)]
pub(in crate::http::pages) struct RestoreFields {
    #[serde(default)]
    based_on: Given<i64>,
}

/// Puts a version back.
pub(in crate::http::pages) async fn restore(
    State(app): State<App>,
    Path((title, Named(document), version)): Path<(TitleId, Named, u32)>,
    form: PageForm<RestoreFields>,
) -> Result<Response, Error> {
    let staff = Staff::of(form.visit)?;
    let based_on = form.sent.form.based_on.value().copied().unwrap_or(0);
    let restored = history::revert(&app, staff.person.clone(), &title, document, version.into(), Some(based_on)).await;
    let refused = |objections: &[Objection]| objections_of(objections);
    let (error, objections) = match restored {
        Ok(_) => {
            let here = format!("/moderation/titles/{title}/{}", document.as_str());
            return Ok(see_done(&here, Done::RulesPublished));
        }
        Err(RevertError::Publish(PublishError::Invalid(found))) => (Code::InvalidText.into(), refused(&found)),
        Err(error @ RevertError::Publish(PublishError::Moved(_))) => (Error::from(error), Vec::new()),
        Err(RevertError::NoVersion) => return Err(Code::NotFound.into()),
        Err(other) => return Err(other.into()),
    };
    let problem = objections.is_empty().then(|| error.code().title());
    let page = page(&app, &staff, (&title, document, version)).await?;
    Ok(staff.show_refused(&error, &DocumentVersionPage { objections, problem, ..page }))
}

/// Shows what changed from one version to another.
pub(in crate::http::pages) async fn diff(
    State(app): State<App>,
    staff: Staff,
    Path((title, Named(document))): Path<(TitleId, Named)>,
    Query(DiffQuery { from, to }): Query<DiffQuery>,
) -> Result<Response, Error> {
    let (mut work, at) = entered(&app, &staff, &title, room_of(document)).await?;
    let earlier = text_of(&mut work, &title, document, from).await?;
    let later = text_of(&mut work, &title, document, to).await?;
    let pieces = pieces_of(&earlier, &later);
    let count = |is: fn(&crate::http::pages::views::DiffLine) -> bool| {
        u64::try_from(pieces.iter().flatten().filter(|line| is(line)).count()).unwrap_or(u64::MAX)
    };
    let counts = (count(|line| line.is_added), count(|line| line.is_removed));
    let frame = staff.frame_of(&mut work, Some(&at.title)).await?;
    Ok(staff.show(StatusCode::OK, &DocumentDiffPage { frame, head: at.head, from, to, counts, pieces }))
}
