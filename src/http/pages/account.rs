//! Signing up, in and out, and passwords that were forgotten.

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;

use super::refusals::problems;
use super::views::{
    CheckMailPage, ConfirmPage, Done, ForgotPage, MailSent, Problems, ResetPage, SignInPage, SignUpPage,
};
use super::visit::{Visit, see_done, see_other};
use crate::accounts::{self, Purpose, SignIn, SignUp};
use crate::app::App;
use crate::http::api::sessions::client;
use crate::http::extract::{Form, Given, Query, Sent};
use crate::http::redirect::ReturnTo;
use crate::http::session::set_cookie;
use crate::http::{Code, Error};
use crate::secrets::Token;

/// Where to go after signing in.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReturnQuery {
    return_to: Option<String>,
    #[serde(rename = "done")]
    _done: Option<String>,
}

/// One of our own pages, whatever was asked for.
fn own_page(asked: Option<&str>) -> String {
    asked.and_then(|path| path.parse::<ReturnTo>().ok()).unwrap_or(ReturnTo::Home).to_string()
}

fn text(given: &Given<String>) -> String {
    given.value().cloned().unwrap_or_default()
}

async fn sign_in_page(
    visit: &Visit,
    email: String,
    return_to: String,
    problems: Problems,
    status: StatusCode,
) -> Result<Response, Error> {
    let mut work = visit.app.read(visit.actor()).await?;
    let frame = visit.frame(&mut work, None).await?;
    Ok(visit.show(status, &SignInPage { frame, email, return_to, problems }))
}

/// The form for signing in.
pub(super) async fn sign_in_form(visit: Visit, Query(query): Query<ReturnQuery>) -> Result<Response, Error> {
    let return_to = own_page(query.return_to.as_deref());
    sign_in_page(&visit, String::new(), return_to, Problems::default(), StatusCode::OK).await
}

/// An address and its password, typed into a page.
#[derive(Deserialize)]
pub(super) struct SignInForm {
    csrf: Given<String>,
    #[serde(rename = "key")]
    _key: Given<String>,
    email: Given<String>,
    password: Given<String>,
    return_to: Given<Option<String>>,
}

/// Signs in, and goes back to where one was.
pub(super) async fn sign_in(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Form(sent): Form<Sent<SignInForm>>,
) -> Result<Response, Error> {
    let return_to = own_page(sent.form.return_to.value().cloned().flatten().as_deref());
    let email = text(&sent.form.email);
    let error = match signed_in(&app, &visit, &headers, &sent.form).await {
        Ok(token) => {
            let mut response = see_other(&return_to);
            response.headers_mut().append(SET_COOKIE, set_cookie(&app, Some(&token)));
            return Ok(response);
        }
        Err(error) => error,
    };
    let status = if error.code() == Code::SignInFailed { StatusCode::UNPROCESSABLE_ENTITY } else { error.status() };
    sign_in_page(&visit, email, return_to, problems(&error, &["email", "password"]), status).await
}

async fn signed_in(app: &App, visit: &Visit, headers: &HeaderMap, form: &SignInForm) -> Result<Token, Error> {
    visit.check_form(&form.csrf)?;
    let address = visit.address.as_ref().ok_or(Code::Internal)?;
    let sign_in = SignIn { email: text(&form.email), password: text(&form.password) };
    Ok(accounts::sign_in(app, &sign_in, &client(address, headers)).await?.token)
}

/// Signs out.
pub(super) async fn sign_out(
    State(app): State<App>,
    visit: Visit,
    Form(sent): Form<Sent<super::act::YesForm>>,
) -> Result<Response, Error> {
    visit.check_form(&sent.form.csrf)?;
    if let Some(person) = visit.person() {
        accounts::sign_out(&app, person).await?;
    }
    let mut response = see_done("/", Done::SignedOut);
    response.headers_mut().append(SET_COOKIE, set_cookie(&app, None));
    Ok(response)
}

async fn sign_up_page(
    visit: &Visit,
    (email, name, return_to): (String, String, String),
    problems: Problems,
    status: StatusCode,
) -> Result<Response, Error> {
    let mut work = visit.app.read(visit.actor()).await?;
    let frame = visit.frame(&mut work, None).await?;
    let password_min_chars = visit.app.settings.accounts.password_min_chars.into();
    Ok(visit.show(status, &SignUpPage { frame, email, name, password_min_chars, return_to, problems }))
}

/// The form for signing up.
pub(super) async fn sign_up_form(visit: Visit, Query(query): Query<ReturnQuery>) -> Result<Response, Error> {
    let return_to = own_page(query.return_to.as_deref());
    sign_up_page(&visit, (String::new(), String::new(), return_to), Problems::default(), StatusCode::OK).await
}

/// A new account, typed into a page.
#[derive(Deserialize)]
pub(super) struct SignUpForm {
    csrf: Given<String>,
    #[serde(rename = "key")]
    _key: Given<String>,
    email: Given<String>,
    name: Given<String>,
    password: Given<String>,
    return_to: Given<Option<String>>,
}

/// Signs up; the answer is the same whether the address has an account or not.
pub(super) async fn sign_up(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Form(sent): Form<Sent<SignUpForm>>,
) -> Result<Response, Error> {
    let form = &sent.form;
    let return_to = own_page(form.return_to.value().cloned().flatten().as_deref());
    let typed = SignUp { email: text(&form.email), password: text(&form.password), name: text(&form.name) };
    let done = async {
        visit.check_form(&form.csrf)?;
        let address = visit.address.as_ref().ok_or(Code::Internal)?;
        accounts::sign_up(&app, &typed, &client(address, &headers)).await?;
        Ok::<_, Error>(())
    };
    match done.await {
        Ok(()) => check_mail(&visit, typed.email, MailSent::Confirmation).await,
        Err(error) => {
            let told = problems(&error, &["email", "name", "password"]);
            sign_up_page(&visit, (typed.email, typed.name, return_to), told, error.status()).await
        }
    }
}

async fn check_mail(visit: &Visit, email: String, sent: MailSent) -> Result<Response, Error> {
    let mut work = visit.app.read(visit.actor()).await?;
    let frame = visit.frame(&mut work, None).await?;
    Ok(visit.show(StatusCode::OK, &CheckMailPage { frame, email, sent }))
}

/// The token of a mailed link.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenQuery {
    token: String,
}

async fn is_good(app: &App, token: &str, purpose: Purpose) -> Result<bool, Error> {
    let Ok(token) = Token::parse(token) else { return Ok(false) };
    Ok(accounts::peek_token(app, &token).await? == Some(purpose))
}

/// Asks before it confirms: a mail program that looks at links must not use them up.
pub(super) async fn confirm_form(visit: Visit, Query(query): Query<TokenQuery>) -> Result<Response, Error> {
    let token = is_good(&visit.app, &query.token, Purpose::Confirm).await?.then_some(query.token);
    confirm_page(&visit, token).await
}

async fn confirm_page(visit: &Visit, token: Option<String>) -> Result<Response, Error> {
    let mut work = visit.app.read(visit.actor()).await?;
    let frame = visit.frame(&mut work, None).await?;
    let status = if token.is_some() { StatusCode::OK } else { Code::TokenRefused.status() };
    Ok(visit.show(status, &ConfirmPage { frame, token }))
}

/// A mailed link's form.
#[derive(Deserialize)]
pub(super) struct ConfirmForm {
    csrf: Given<String>,
    #[serde(rename = "key")]
    _key: Given<String>,
    token: Given<String>,
}

/// Confirms an address.
pub(super) async fn confirm(
    State(app): State<App>,
    visit: Visit,
    Form(sent): Form<Sent<ConfirmForm>>,
) -> Result<Response, Error> {
    visit.check_form(&sent.form.csrf)?;
    let Ok(token) = Token::parse(&text(&sent.form.token)) else { return confirm_page(&visit, None).await };
    match accounts::confirm_email(&app, &token).await {
        Ok(()) => Ok(see_done("/sign-in", Done::Confirmed)),
        Err(accounts::LinkError::Invalid) => confirm_page(&visit, None).await,
        Err(accounts::LinkError::Storage(error)) => Err(error.into()),
    }
}

async fn forgot_page(visit: &Visit, email: String, problems: Problems, status: StatusCode) -> Result<Response, Error> {
    let mut work = visit.app.read(visit.actor()).await?;
    let frame = visit.frame(&mut work, None).await?;
    Ok(visit.show(status, &ForgotPage { frame, email, problems }))
}

/// The form for a forgotten password.
pub(super) async fn forgot_form(visit: Visit, _: Query<super::home::DoneQuery>) -> Result<Response, Error> {
    forgot_page(&visit, String::new(), Problems::default(), StatusCode::OK).await
}

/// Whose password is forgotten.
#[derive(Deserialize)]
pub(super) struct ForgotForm {
    csrf: Given<String>,
    #[serde(rename = "key")]
    _key: Given<String>,
    email: Given<String>,
}

/// Mails a link that sets a new password; the answer is the same whether the address has an account or not.
pub(super) async fn forgot(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Form(sent): Form<Sent<ForgotForm>>,
) -> Result<Response, Error> {
    let email = text(&sent.form.email);
    let done = async {
        visit.check_form(&sent.form.csrf)?;
        let address = visit.address.as_ref().ok_or(Code::Internal)?;
        accounts::ask_reset(&app, &email, &client(address, &headers)).await?;
        Ok::<_, Error>(())
    };
    match done.await {
        Ok(()) => check_mail(&visit, email, MailSent::Reset).await,
        Err(error) => forgot_page(&visit, email, problems(&error, &["email"]), error.status()).await,
    }
}

async fn reset_page(
    visit: &Visit,
    token: Option<String>,
    problems: Problems,
    status: StatusCode,
) -> Result<Response, Error> {
    let mut work = visit.app.read(visit.actor()).await?;
    let frame = visit.frame(&mut work, None).await?;
    let password_min_chars = visit.app.settings.accounts.password_min_chars.into();
    Ok(visit.show(status, &ResetPage { frame, token, password_min_chars, problems }))
}

/// The form for a new password.
pub(super) async fn reset_form(visit: Visit, Query(query): Query<TokenQuery>) -> Result<Response, Error> {
    let token = is_good(&visit.app, &query.token, Purpose::Reset).await?.then_some(query.token);
    let status = if token.is_some() { StatusCode::OK } else { Code::TokenRefused.status() };
    reset_page(&visit, token, Problems::default(), status).await
}

/// A new password, typed into a page.
#[derive(Deserialize)]
pub(super) struct ResetForm {
    csrf: Given<String>,
    #[serde(rename = "key")]
    _key: Given<String>,
    token: Given<String>,
    password: Given<String>,
}

/// Sets a new password. It does not sign in: whoever has the mailbox still has to know it.
pub(super) async fn reset(
    State(app): State<App>,
    visit: Visit,
    Form(sent): Form<Sent<ResetForm>>,
) -> Result<Response, Error> {
    visit.check_form(&sent.form.csrf)?;
    let typed = text(&sent.form.token);
    let Ok(token) = Token::parse(&typed) else {
        return reset_page(&visit, None, Problems::default(), Code::TokenRefused.status()).await;
    };
    let error = match accounts::reset_password(&app, &token, &text(&sent.form.password)).await {
        Ok(()) => return Ok(see_done("/sign-in", Done::PasswordChanged)),
        Err(error) => Error::from(error),
    };
    let token = (error.code() != Code::TokenRefused).then_some(typed);
    reset_page(&visit, token, problems(&error, &["password"]), error.status()).await
}
