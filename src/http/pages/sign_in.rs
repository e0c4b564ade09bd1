//! Signing in and out.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use serde::Deserialize;

use super::form::{PageForm, Yes, problems, typed};
use super::views::{Done, Problems, SignInPage};
use super::visit::{Visit, see_done, see_other};
use crate::accounts::{self, SignIn};
use crate::app::App;
use crate::http::extract::{Given, Query};
use crate::http::redirect::ReturnTo;
use crate::http::session::set_cookie;
use crate::http::{Code, Error};

/// Where to go after signing in; [`Visit::here`] reads it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReturnQuery {
    #[serde(rename = "return_to")]
    _return_to: Option<String>,
    #[serde(rename = "done")]
    _done: Option<String>,
}

/// One of our own pages, whatever the form asked for.
pub(super) fn own_page(asked: &Given<Option<String>>) -> String {
    ReturnTo::or_home(asked.value().and_then(Option::as_deref)).to_string()
}

async fn page(visit: &Visit, email: String, problems: Problems) -> Result<SignInPage, Error> {
    let mut work = visit.app.read(visit.actor()).await?;
    Ok(SignInPage { frame: visit.frame(&mut work, None).await?, email, problems })
}

/// The form for signing in.
pub(super) async fn sign_in_form(visit: Visit, _: Query<ReturnQuery>) -> Result<Response, Error> {
    Ok(visit.show(StatusCode::OK, &page(&visit, String::new(), Problems::default()).await?))
}

/// An address and its password, typed into a page.
#[derive(Deserialize)]
pub(super) struct SignInForm {
    email: Given<String>,
    password: Given<String>,
    return_to: Given<Option<String>>,
}

/// Signs in, and goes back to where one was.
pub(super) async fn sign_in(State(app): State<App>, form: PageForm<SignInForm>) -> Result<Response, Error> {
    let (visit, sent) = (&form.visit, &form.sent.form);
    let return_to = own_page(&sent.return_to);
    let sign_in = SignIn { email: typed(&sent.email), password: typed(&sent.password) };
    let error = match accounts::sign_in(&app, &sign_in, &visit.client()?).await {
        Ok(admission) => {
            let mut response = see_other(&return_to);
            response.headers_mut().append(SET_COOKIE, set_cookie(&app, Some(&admission.token)));
            return Ok(response);
        }
        Err(error) => Error::from(error),
    };
    let mut view = page(visit, sign_in.email, problems(&app.words, &error, &["email", "password"])).await?;
    view.frame.here = return_to;
    let mut response = visit.show_refused(&error, &view);
    if error.code() == Code::SignInFailed {
        // No browser shall ask for a password by itself.
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// Signs out.
pub(super) async fn sign_out(State(app): State<App>, form: PageForm<Yes>) -> Result<Response, Error> {
    if let Some(person) = form.visit.person() {
        accounts::sign_out(&app, person).await?;
    }
    let mut response = see_done("/", Done::SignedOut);
    response.headers_mut().append(SET_COOKIE, set_cookie(&app, None));
    Ok(response)
}
