//! Writing rules or a word list: checked as often as one likes, looked over, then published or tried.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::head::{At, entered, objections_of, pieces_of, room_of};
use crate::app::{App, Work};
use crate::comments::Period;
use crate::http::api::rulebook::Named;
use crate::http::extract::{Given, Path};
use crate::http::pages::form::PageForm;
use crate::http::pages::moderation::door::Staff;
use crate::http::pages::moderation::typed::text_of;
use crate::http::pages::views::{
    Checked, DocumentEditPage, DocumentReviewPage, Done, Frame, MovedNote, Room, SignalGroup,
};
use crate::http::pages::visit::{see_done, see_other};
use crate::http::{Code, Error, errors};
use crate::kernel::TitleId;
use crate::rulebook::history::{self, Document};
use crate::rulebook::{self, Issued, Moved, Publication, PublishError, backtest};
use crate::rules::signals::SIGNALS;
use crate::rules::starter;

/// The text as the form sends it.
#[derive(Debug, Deserialize)]
pub(in crate::http::pages) struct EditFields {
    #[serde(default)]
    source: Given<String>,
    #[serde(default)]
    based_on: Given<i64>,
    #[serde(default)]
    step: Given<String>,
    #[serde(default)]
    days: Given<String>,
}

/// Shows the form with the text that holds; a title without a word list begins with the starter list.
pub(in crate::http::pages) async fn form(
    State(app): State<App>,
    staff: Staff,
    Path((title, Named(document))): Path<(TitleId, Named)>,
) -> Result<Response, Error> {
    let (mut work, at) = entered(&app, &staff, &title, room_of(document)).await?;
    if !at.head.may_edit {
        return Err(Code::Forbidden.into());
    }
    let latest = history::find_version(&mut work.tx, &at.title.id, document, None).await?;
    let desk = Writing::begin(&staff, work, at, document).await?;
    let based_on = latest.as_ref().map_or(0, |latest| latest.past.version);
    let source = match (latest, document) {
        (Some(latest), _) => latest.source,
        (None, Document::Rules) => String::new(),
        (None, Document::WordList) => starter::WORD_LIST.to_owned(),
    };
    Ok(staff.show(StatusCode::OK, &desk.page(based_on, source)))
}

/// Somebody who writes.
struct Writing {
    at: At,
    frame: Frame,
    document: Document,
}

impl Writing {
    async fn begin(staff: &Staff, mut work: Work, at: At, document: Document) -> Result<Self, Error> {
        let frame = staff.frame_of(&mut work, Some(&at.title)).await?;
        Ok(Self { at, frame, document })
    }

    fn page(self, based_on: i64, source: String) -> DocumentEditPage {
        let signals = if self.document == Document::Rules { signal_groups() } else { Vec::new() };
        DocumentEditPage {
            frame: self.frame,
            head: self.at.head,
            based_on,
            source,
            checked: Checked::NotYet,
            moved: None,
            problem: None,
            signals,
            days: "90".to_owned(),
        }
    }
}

fn signal_groups() -> Vec<SignalGroup> {
    let mut groups: Vec<SignalGroup> = Vec::new();
    for &signal in SIGNALS.iter() {
        let name = signal.name.split('.').next().unwrap_or_default();
        match groups.last_mut().filter(|group| group.name == name) {
            Some(group) => group.signals.push(signal),
            None => groups.push(SignalGroup { name, signals: vec![signal] }),
        }
    }
    groups
}

/// Does with a text what its writer asked for.
pub(in crate::http::pages) async fn edit(
    State(app): State<App>,
    Path((title, Named(document))): Path<(TitleId, Named)>,
    form: PageForm<EditFields>,
) -> Result<Response, Error> {
    let (staff, sent) = (Staff::of(form.visit)?, form.sent.form);
    let (mut work, at) = entered(&app, &staff, &title, room_of(document)).await?;
    let source = with_one_end(&sent.source);
    let based_on = sent.based_on.value().copied().unwrap_or(0);
    let step = text_of(&sent.step);
    let publication = Publication { based_on: Some(based_on), ..Publication::new(&title, &source) };
    let here = at.head.here();
    let former = history::find_version(&mut work.tx, &title, document, Some(based_on)).await?;
    let former = former.map(|former| former.source).unwrap_or_default();
    let desk = Writing::begin(&staff, work, at, document).await?;
    let actor = staff.person.clone();
    let outcome = match step.as_str() {
        "change" => return Ok(staff.show(StatusCode::OK, &desk.page(based_on, source))),
        "try" => return try_on_the_past(&app, &staff, desk, based_on, source, &text_of(&sent.days)).await,
        "publish" => rulebook::publish(&app, actor, document, publication).await,
        // A check of one's own text is not about what others publish.
        "check" => rulebook::check(&app, actor, document, Publication::new(&title, &source)).await,
        _ => rulebook::check(&app, actor, document, publication).await,
    };
    match (outcome, step.as_str()) {
        (Ok(issued), "publish") => {
            let done = if issued.is_new { Done::RulesPublished } else { Done::RulesUnchanged };
            Ok(see_done(&here, done))
        }
        (Ok(issued), "check") => {
            let right = Checked::Right(summary(&app, document, &issued, false));
            Ok(staff.show(StatusCode::OK, &DocumentEditPage { checked: right, ..desk.page(based_on, source) }))
        }
        (Ok(issued), _) => Ok(staff.show(
            StatusCode::OK,
            &DocumentReviewPage {
                frame: desk.frame,
                head: desk.at.head,
                based_on,
                summary: summary(&app, document, &issued, true),
                pieces: pieces_of(&former, &source),
                source,
            },
        )),
        (Err(error), _) => refused(&app, &staff, desk, based_on, source, error).await,
    }
}

/// The text as it was written, with the line breaks of our own texts and one at its end.
fn with_one_end(given: &Given<String>) -> String {
    let text = given.value().map(|text| text.replace("\r\n", "\n")).unwrap_or_default();
    let text = text.trim_end();
    if text.is_empty() { String::new() } else { format!("{text}\n") }
}

/// What publishing comes to, in a sentence.
fn summary(app: &App, document: Document, issued: &Issued, is_review: bool) -> String {
    let [live, shadow, draft] = issued.rule_counts;
    let arguments = [
        ("live", live.into()),
        ("shadow", shadow.into()),
        ("draft", draft.into()),
        ("tests", issued.test_count.into()),
        ("entries", issued.entry_count.into()),
        ("version", issued.version.into()),
    ];
    let key = match (document, is_review) {
        (Document::Rules, false) => "check-right-rules",
        (Document::WordList, false) => "check-right-word-list",
        (Document::Rules, true) => "review-rules",
        (Document::WordList, true) => "review-word-list",
    };
    app.words.with(key, &arguments)
}

/// The form again, with everything that was typed and why it came back.
async fn refused(
    app: &App,
    staff: &Staff,
    desk: Writing,
    based_on: i64,
    source: String,
    error: PublishError,
) -> Result<Response, Error> {
    match error {
        PublishError::Invalid(found) => {
            let page =
                DocumentEditPage { checked: Checked::Wrong(objections_of(&found)), ..desk.page(based_on, source) };
            Ok(staff.show_refused(&Code::InvalidText.into(), &page))
        }
        PublishError::Moved(moved) => {
            let note = what_came(app, staff, &desk, moved).await?;
            // From here on the text counts as made from the newest: its writer has been shown what that changed.
            let page = DocumentEditPage { moved: Some(note), ..desk.page(moved.latest, source) };
            Ok(staff.show_refused(&Code::StaleVersion.into(), &page))
        }
        other => Err(other.into()),
    }
}

/// What was published since a text was begun.
async fn what_came(app: &App, staff: &Staff, desk: &Writing, moved: Moved) -> Result<MovedNote, Error> {
    let mut work = app.read(staff.person.clone()).await?;
    let title = &desk.at.title.id;
    let latest = history::find_version(&mut work.tx, title, desk.document, None).await?.ok_or(Code::NotFound)?;
    let former = history::find_version(&mut work.tx, title, desk.document, Some(moved.based_on)).await?;
    let former = former.map(|former| former.source).unwrap_or_default();
    Ok(MovedNote {
        pieces: pieces_of(&former, &latest.source),
        latest: desk.at.version(app, &mut work, latest.past).await?,
    })
}

/// Tries the text on past comments, and leads to the trial.
async fn try_on_the_past(
    app: &App,
    staff: &Staff,
    desk: Writing,
    based_on: i64,
    source: String,
    days: &str,
) -> Result<Response, Error> {
    let title = desk.at.title.id.clone();
    let base = desk.at.head.href(Room::Backtests);
    let asked = match last_days(app, days) {
        Some(period) => backtest::request(app, staff.person.clone(), Some(&title), &source, period, None).await,
        None => Err(backtest::RequestError::EmptyPeriod),
    };
    match asked {
        Ok(asked) => Ok(see_other(&format!("{base}/{}", asked.id))),
        Err(backtest::RequestError::Invalid(found)) => {
            let found: Vec<_> = found.iter().map(|it| rulebook::Objection::of_complaint(&source, it)).collect();
            let checked = Checked::Wrong(objections_of(&found));
            let page = DocumentEditPage { checked, days: days.to_owned(), ..desk.page(based_on, source) };
            Ok(staff.show_refused(&Code::InvalidText.into(), &page))
        }
        Err(error) => {
            let error = errors::backtest(&source, error);
            let problem = error.errors().first().map_or_else(|| error.code().title(), |fault| fault.message.clone());
            let page =
                DocumentEditPage { problem: Some(problem), days: days.to_owned(), ..desk.page(based_on, source) };
            Ok(staff.show_refused(&error, &page))
        }
    }
}

/// So many days until now, when that is a number of days.
pub(super) fn last_days(app: &App, days: &str) -> Option<Period> {
    let days = days.trim().parse::<u32>().ok().filter(|days| (1..=3_650).contains(days))?;
    let until = app.now();
    Some(Period { since: until.minus(Duration::from_secs(24 * 3600) * days), until })
}
