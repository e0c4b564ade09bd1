//! Signing in and out.

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde::Deserialize;

use super::form::{PageForm, Yes, problems, typed};
use super::views::{Done, Frame, Problem, Problems, Question, SignInCodePage, SignInPage};
use super::visit::{Visit, see_done, see_other};
use crate::accounts::{self, Admission, MAX_ANSWER_BYTES, SecondFactor, SignIn, SignInError};
use crate::app::App;
use crate::http::extract::{Given, Query};
use crate::http::redirect::{ReturnTo, entrance_href};
use crate::http::session::set_cookie;
use crate::http::{Code, Error};
use crate::kernel::{CeremonyId, Role, shortened};

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
    let frame = visit.frame(&mut work, None).await?;
    let href = |issuer: &str| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("issuer", issuer).append_pair("return_to", &frame.here);
        format!("/sign-in/oidc?{}", query.finish())
    };
    let known = visit.app.settings.identity.oidc.iter();
    let providers = known.map(|provider| (provider.label(), href(&provider.issuer))).collect();
    Ok(SignInPage { frame, email, providers, problems })
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
    let sign_in = SignIn { email: typed(&sent.email), password: typed(&sent.password), second: None };
    let (client, device) = visit.known_client()?;
    let error = match accounts::sign_in(&app, &sign_in, &client).await {
        Ok(admission) => return Ok(admitted(&app, &admission, device, &return_to)),
        Err(SignInError::SecondFactorNeeded { ticket, passkey }) => {
            let asked = passkey.as_deref().map(Question::of);
            return code_page(visit, StatusCode::OK, (ticket, return_to, asked), Problems::default()).await;
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

/// Leads whoever is signed in now to where they were; whose roles wait for a second factor, to enrol one first.
fn admitted(app: &App, admission: &Admission, device: HeaderValue, return_to: &str) -> Response {
    let mut response = if admission.person.proof.withheld > Role::Reader {
        see_other(&entrance_href("/me/second-factor", return_to))
    } else {
        see_other(return_to)
    };
    response.headers_mut().append(SET_COOKIE, device);
    response.headers_mut().append(SET_COOKIE, set_cookie(app, Some(&admission.token)));
    response
}

async fn code_page(
    visit: &Visit,
    status: StatusCode,
    (ticket, return_to, passkey): (String, String, Option<Question>),
    problems: Problems,
) -> Result<Response, Error> {
    let mut work = visit.app.read(visit.actor()).await?;
    let frame = Frame { here: return_to, ..visit.frame(&mut work, None).await? };
    Ok(visit.show(status, &SignInCodePage { frame, ticket, passkey, problems }))
}

/// The second step: a code, and what stands for the first.
#[derive(Deserialize)]
pub(super) struct CodeForm {
    #[serde(default)]
    code: Given<Option<String>>,
    #[serde(default)]
    ceremony: Given<Option<CeremonyId>>,
    #[serde(default)]
    credential: Given<Option<String>>,
    ticket: Given<String>,
    return_to: Given<Option<String>>,
}

/// What was typed where a code is asked for: six digits are the app's, anything else a recovery code.
pub(super) fn factor_typed(code: &str) -> SecondFactor {
    let digits: Vec<char> = code.chars().filter(|one| !one.is_whitespace()).collect();
    if digits.len() == 6 && digits.iter().all(char::is_ascii_digit) {
        SecondFactor::Code(digits.into_iter().collect())
    } else {
        SecondFactor::Recovery(shortened(code, 100))
    }
}

/// What was given in a form: the answer of a passkey, or else a code.
pub(super) fn factor_in(
    code: &Given<Option<String>>,
    ceremony: &Given<Option<CeremonyId>>,
    credential: &Given<Option<String>>,
) -> SecondFactor {
    let text = |given: &Given<Option<String>>| given.value().and_then(Clone::clone).unwrap_or_default();
    let answer = text(credential);
    match ceremony.value().copied().flatten() {
        Some(ceremony) if !answer.is_empty() && answer.len() <= MAX_ANSWER_BYTES => {
            SecondFactor::Passkey { ceremony, answer }
        }
        _ => factor_typed(&text(code)),
    }
}

/// Signs in with the code, and goes back to where one was.
pub(super) async fn sign_in_code(State(app): State<App>, form: PageForm<CodeForm>) -> Result<Response, Error> {
    let (visit, sent) = (&form.visit, &form.sent.form);
    let (return_to, ticket) = (own_page(&sent.return_to), typed(&sent.ticket));
    let (client, device) = visit.known_client()?;
    let given = factor_in(&sent.code, &sent.ceremony, &sent.credential);
    match accounts::sign_in_second(&app, &ticket, &given, &client).await {
        Ok(admission) => Ok(admitted(&app, &admission, device, &return_to)),
        // Too late, or the password was changed meanwhile: from the beginning.
        Err(SignInError::Refused) => Ok(see_other(&entrance_href("/sign-in", &return_to))),
        Err(error) => {
            let error = Error::from(error);
            let mut shown = problems(&app.words, &error, &[]);
            if error.code() == Code::SecondFactorRefused {
                shown = Problems::new(vec![Problem { field: Some("code"), message: error.code().title() }]);
            }
            let status = if error.status() == StatusCode::UNAUTHORIZED {
                StatusCode::UNPROCESSABLE_ENTITY
            } else {
                error.status()
            };
            let asked = accounts::ask_passkey_again(&app, &ticket).await?;
            let asked = asked.as_ref().map(Question::of);
            code_page(visit, status, (ticket, return_to, asked), shown).await
        }
    }
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
