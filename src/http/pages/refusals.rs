//! Refusals as pages: whatever a page's handler refuses, a person is told in words and not in JSON.

use std::sync::Arc;

use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::header::ACCEPT;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::views::{Action, ErrorKind, ErrorPage, ExpiredPage, Frame, Href, Problem, Problems, Typed};
use super::visit::Visit;
use crate::app::App;
use crate::http::{Code, Error};

/// What programs read: problem details stay what they are there.
const OF_PROGRAMS: [&str; 3] = ["/api/", "/healthz", "/readyz"];

/// Turns problem details into a page, but for programs.
pub async fn as_pages(State(app): State<App>, request: Request, next: Next) -> Response {
    if OF_PROGRAMS.iter().any(|path| request.uri().path().starts_with(path)) {
        return next.run(request).await;
    }
    let is_browser = wants_pages(&request);
    let (mut parts, body) = request.into_parts();
    let visit = Visit::from_request_parts(&mut parts, &app).await;
    let response = next.run(Request::from_parts(parts, body)).await;
    let Some(error) = response.extensions().get::<Arc<Error>>().cloned() else { return response };
    // Whoever asks for what is not there may be a program that lost its way.
    if !is_browser && matches!(error.code(), Code::NotFound | Code::MethodNotAllowed) {
        return response;
    }
    match visit {
        Ok(visit) if error.code() == Code::NotSignedIn => visit.to_sign_in(),
        Ok(visit) => page(&visit, &error).await.unwrap_or(response),
        Err(_) => response,
    }
}

/// Whether the request says that it would rather have a page.
fn wants_pages(request: &Request) -> bool {
    let mut lines = request.headers().get_all(ACCEPT).iter().filter_map(|line| line.to_str().ok());
    lines.any(|line| line.contains("text/html"))
}

async fn page(visit: &Visit, error: &Error) -> Result<Response, Error> {
    // A page about a dead database cannot ask it anything.
    let mut work = visit.app.read(visit.actor()).await?;
    let frame = visit.frame(&mut work, None).await?;
    let view = ErrorPage {
        frame,
        kind: kind(error.code()),
        explanation: Some(error.code().title()),
        winner: None::<(String, Action)>,
        back: None,
        reference: None,
    };
    let mut response = visit.show(error.status(), &view);
    if let Some(seconds) = error.retry_after_seconds() {
        response.headers_mut().insert(axum::http::header::RETRY_AFTER, seconds.into());
    }
    Ok(response)
}

fn kind(code: Code) -> ErrorKind {
    match code.status().as_u16() {
        401 | 403 => ErrorKind::Forbidden,
        404 | 405 => ErrorKind::NotFound,
        409 => ErrorKind::Conflict,
        429 => ErrorKind::TooFast,
        503 => ErrorKind::Unavailable,
        500..=599 => ErrorKind::Broken,
        _ => ErrorKind::BadRequest,
    }
}

/// The page that gives back what was typed into a form that has expired.
pub(super) async fn expired(visit: &Visit, typed: Vec<(String, String)>, back: &str) -> Response {
    let shown = async {
        let mut work = visit.app.read(visit.actor()).await?;
        let frame: Frame = visit.frame(&mut work, None).await?;
        let typed = typed.into_iter().filter(|(_, text)| !text.is_empty());
        let view = ExpiredPage {
            frame,
            typed: typed.map(|(label, text)| Typed { label, text }).collect(),
            back: Href::to_path(back).or_else(|| Href::to_path("/")).ok_or(Code::Internal)?,
        };
        Ok::<_, Error>(visit.show(axum::http::StatusCode::FORBIDDEN, &view))
    };
    shown.await.unwrap_or_else(IntoResponse::into_response)
}

/// The mistakes of a form as the page shows them: each beside its field, what fits no field at the top.
pub(super) fn problems(error: &Error, fields: &[&'static str]) -> Problems {
    let told = error.errors().iter().map(|fault| Problem {
        field: fields.iter().copied().find(|field| *field == fault.field),
        message: fault.message.clone(),
    });
    let mut list: Vec<Problem> = told.collect();
    if list.is_empty() {
        list.push(Problem { field: None, message: error.code().title() });
    }
    Problems::new(list)
}
