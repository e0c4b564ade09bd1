//! Refusals as pages: whatever a page's handler refuses, a person is told in words and not in JSON.

use std::sync::Arc;

use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::middleware::Next;
use axum::response::Response;

use super::form::{Kept, try_again};
use super::views::{Action, ErrorKind, ErrorPage, Frame, Href, Typed};
use super::visit::{Visit, see_other};
use crate::app::App;
use crate::http::redirect::entrance_href;
use crate::http::{Code, Error};

/// What programs read: problem details stay what they are there.
const OF_PROGRAMS: [&str; 5] = ["/api/", "/webhooks/", "/sign-in/oidc/backchannel-logout", "/healthz", "/readyz"];

/// Turns problem details into a page, but for programs.
pub async fn as_pages(State(app): State<App>, request: Request, next: Next) -> Response {
    if OF_PROGRAMS.iter().any(|path| request.uri().path().starts_with(path)) {
        return next.run(request).await;
    }
    let is_browser = wants_pages(&request);
    let kept = Kept::default();
    let (mut parts, body) = request.into_parts();
    parts.extensions.insert(kept.clone());
    let mut again = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    let Some(error) = response.extensions().get::<Arc<Error>>().cloned() else { return response };
    // Whoever asks for what is not there may be a program that lost its way.
    if !is_browser && matches!(error.code(), Code::NotFound | Code::MethodNotAllowed) {
        return response;
    }
    // The error has been logged where it arose; of a dead database nothing more is asked than this.
    let visit = Visit::from_request_parts(&mut again, &app).await;
    let visit = visit.unwrap_or_else(|_| Visit::of_nobody(&again, &app));
    if error.code() == Code::NotSignedIn && kept.texts().is_empty() {
        return visit.to_sign_in();
    }
    // Who only looks is led to what is wanting, and back.
    if let Some(way) = way_of(error.code()).filter(|_| !visit.is_form()) {
        return see_other(&entrance_href(way, &visit.here()));
    }
    let page = page(&visit, &error, &kept).await;
    dressed(&response, page)
}

/// Where somebody gets what the act wants of them.
const fn way_of(code: Code) -> Option<&'static str> {
    match code {
        Code::ReauthenticationRequired => Some("/prove"),
        Code::SecondFactorRequired => Some("/me/second-factor"),
        _ => None,
    }
}

/// Whether the request says that it would rather have a page.
fn wants_pages(request: &Request) -> bool {
    let mut lines = request.headers().get_all(ACCEPT).iter().filter_map(|line| line.to_str().ok());
    lines.any(|line| line.contains("text/html"))
}

/// `page` with the headers of the refusal that it stands for, such as `Retry-After` and `Allow`.
fn dressed(refusal: &Response, mut page: Response) -> Response {
    let own = [CONTENT_TYPE, CONTENT_LENGTH, WWW_AUTHENTICATE];
    for (name, value) in refusal.headers().iter().filter(|(name, _)| !own.contains(name)) {
        page.headers_mut().insert(name, value.clone());
    }
    page
}

async fn page(visit: &Visit, error: &Error, kept: &Kept) -> Response {
    let frame = frame_of(visit).await;
    let typed = kept.texts().iter();
    let typed: Vec<Typed> = typed.map(|(key, text)| Typed { label: frame.t(key), text: text.clone() }).collect();
    let back = match way_of(error.code()) {
        Some(way) => Href::to_path(&entrance_href(way, &visit.form_page())),
        None if error.code() == Code::SecondPersonNeeded => Href::to_path("/moderation/approvals"),
        None if visit.is_form() => Href::to_path(&visit.form_page()),
        None => None,
    };
    let kind = kind(error.code());
    let view = ErrorPage {
        explanation: (kind != ErrorKind::Expired).then(|| error.code().title()),
        again: try_again(&frame.words, error),
        winner: winner_in(error),
        is_after_sign_in: kind == ErrorKind::Expired && frame.viewer.is_none() && !visit.is_entrance(),
        frame,
        kind,
        typed,
        back,
        reference: None,
    };
    visit.show_refused(error, &view)
}

async fn frame_of(visit: &Visit) -> Frame {
    let asked = async {
        let mut work = visit.app.read(visit.actor()).await?;
        visit.frame(&mut work, None).await
    };
    asked.await.unwrap_or_else(|_| visit.bare_frame(None))
}

fn kind(code: Code) -> ErrorKind {
    match (code, code.status().as_u16()) {
        (Code::Csrf | Code::IdempotencyKeyMissing | Code::NotSignedIn, _) => ErrorKind::Expired,
        (Code::ReauthenticationRequired, _) => ErrorKind::Unproven,
        (Code::SecondFactorRequired, _) => ErrorKind::FactorWanted,
        (Code::SecondPersonNeeded, _) => ErrorKind::Waiting,
        (Code::HostTokenRefused, _) => ErrorKind::NotSignedIn,
        (Code::ProviderUnavailable, _) => ErrorKind::LoginUnavailable,
        (_, 401 | 403) => ErrorKind::Forbidden,
        (_, 404 | 405) => ErrorKind::NotFound,
        (_, 409) => ErrorKind::Conflict,
        (_, 429) => ErrorKind::TooFast,
        (_, 503) => ErrorKind::Unavailable,
        (_, 500..=599) => ErrorKind::Broken,
        _ => ErrorKind::BadRequest,
    }
}

/// Who was faster and what they did, when the refusal says so.
fn winner_in(error: &Error) -> Option<(String, Action)> {
    let problem = error.to_json();
    let winner = problem.get("winner")?;
    let action = match winner.get("action")?.as_str()? {
        "approve" => Action::Approve,
        "remove" => Action::Remove,
        "restore" => Action::Restore,
        _ => return None,
    };
    Some((winner.get("name")?.as_str()?.to_owned(), action))
}
