//! Signing up, confirming addresses, and passwords that were forgotten.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use serde::Deserialize;

use super::form::{PageForm, problems, typed};
use super::sign_in::{ReturnQuery, own_page};
use super::views::{
    CheckMailPage, ConfirmPage, Confirming, Done, ForgotPage, MailSent, Problems, ResetPage, SignUpPage,
};
use super::visit::{Visit, see_done};
use crate::accounts::{self, LinkError, Purpose, SignUp};
use crate::app::App;
use crate::http::extract::{Given, Query};
use crate::http::{Code, Error};
use crate::secrets::Token;

async fn sign_up_page(visit: &Visit, email: String, name: String, problems: Problems) -> Result<SignUpPage, Error> {
    let mut work = visit.app.read(visit.actor()).await?;
    let password_min_chars = visit.app.settings.accounts.password_min_chars.into();
    Ok(SignUpPage { frame: visit.frame(&mut work, None).await?, email, name, password_min_chars, problems })
}

/// The form for signing up.
pub(super) async fn sign_up_form(visit: Visit, _: Query<ReturnQuery>) -> Result<Response, Error> {
    let page = sign_up_page(&visit, String::new(), String::new(), Problems::default()).await?;
    Ok(visit.show(StatusCode::OK, &page))
}

/// A new account, typed into a page.
#[derive(Deserialize)]
pub(super) struct SignUpForm {
    email: Given<String>,
    name: Given<String>,
    password: Given<String>,
    return_to: Given<Option<String>>,
}

/// Signs up; the answer is the same whether the address has an account or not.
pub(super) async fn sign_up(State(app): State<App>, form: PageForm<SignUpForm>) -> Result<Response, Error> {
    let (visit, sent) = (&form.visit, &form.sent.form);
    let return_to = own_page(&sent.return_to);
    let new = SignUp { email: typed(&sent.email), password: typed(&sent.password), name: typed(&sent.name) };
    let (client, device) = visit.known_client()?;
    let error = match accounts::sign_up(&app, &new, &client).await {
        Ok(()) => {
            let mut response = check_mail(visit, new.email, MailSent::Confirmation, return_to).await?;
            response.headers_mut().append(SET_COOKIE, device);
            return Ok(response);
        }
        Err(error) => Error::from(error),
    };
    let told = problems(&app.words, &error, &["email", "name", "password"]);
    let mut page = sign_up_page(visit, new.email, new.name, told).await?;
    page.frame.here = return_to;
    Ok(visit.show_refused(&error, &page))
}

/// Says that a mail is on its way to `email`; whoever signs in here goes on to `return_to`.
pub(super) async fn check_mail(
    visit: &Visit,
    email: String,
    sent: MailSent,
    return_to: String,
) -> Result<Response, Error> {
    let mut work = visit.app.read(visit.actor()).await?;
    let mut frame = visit.frame(&mut work, None).await?;
    frame.here = return_to;
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

/// The status of a page that has a good link, or none.
fn status_of(token: Option<&String>) -> StatusCode {
    if token.is_some() { StatusCode::OK } else { Code::TokenRefused.status() }
}

/// Asks before it confirms: a mail program that looks at links must not use them up.
pub(super) async fn confirm_form(visit: Visit, Query(query): Query<TokenQuery>) -> Result<Response, Error> {
    let token = is_good(&visit.app, &query.token, Purpose::Confirm).await?.then_some(query.token);
    confirm_page(&visit, Confirming::SignUp, token).await
}

/// The same for the address that an account changes to.
pub(super) async fn change_form(visit: Visit, Query(query): Query<TokenQuery>) -> Result<Response, Error> {
    let token = is_good(&visit.app, &query.token, Purpose::ChangeEmail).await?.then_some(query.token);
    confirm_page(&visit, Confirming::Change, token).await
}

async fn confirm_page(visit: &Visit, of: Confirming, token: Option<String>) -> Result<Response, Error> {
    let mut work = visit.app.read(visit.actor()).await?;
    let frame = visit.frame(&mut work, None).await?;
    Ok(visit.show(status_of(token.as_ref()), &ConfirmPage { frame, of, token }))
}

/// A mailed link's form.
#[derive(Deserialize)]
pub(super) struct ConfirmForm {
    token: Given<String>,
}

/// Confirms an address.
pub(super) async fn confirm(State(app): State<App>, form: PageForm<ConfirmForm>) -> Result<Response, Error> {
    let done = match Token::parse(&typed(&form.sent.form.token)) {
        Ok(token) => accounts::confirm_email(&app, &token).await,
        Err(_) => Err(LinkError::Invalid),
    };
    match done {
        Ok(()) => Ok(see_done("/sign-in", Done::Confirmed)),
        Err(LinkError::Invalid) => confirm_page(&form.visit, Confirming::SignUp, None).await,
        Err(LinkError::Storage(error)) => Err(error.into()),
    }
}

/// Gives an account the address that the link was mailed to.
pub(super) async fn change(State(app): State<App>, form: PageForm<ConfirmForm>) -> Result<Response, Error> {
    let done = match Token::parse(&typed(&form.sent.form.token)) {
        Ok(token) => accounts::change_email(&app, &token, form.visit.person()).await,
        Err(_) => Err(LinkError::Invalid),
    };
    match done {
        Ok(account) if form.visit.person().is_some_and(|person| person.account == account) => {
            Ok(see_done("/me", Done::AddressChanged))
        }
        // Somebody else may be signed in here: it is not their address that has changed.
        Ok(_) => Ok(see_done("/sign-in", Done::AddressChanged)),
        Err(LinkError::Invalid) => confirm_page(&form.visit, Confirming::Change, None).await,
        Err(LinkError::Storage(error)) => Err(error.into()),
    }
}

async fn forgot_page(visit: &Visit, email: String, problems: Problems) -> Result<ForgotPage, Error> {
    let mut work = visit.app.read(visit.actor()).await?;
    Ok(ForgotPage { frame: visit.frame(&mut work, None).await?, email, problems })
}

/// The form for a forgotten password.
pub(super) async fn forgot_form(visit: Visit, _: Query<ReturnQuery>) -> Result<Response, Error> {
    Ok(visit.show(StatusCode::OK, &forgot_page(&visit, String::new(), Problems::default()).await?))
}

/// Whose password is forgotten.
#[derive(Deserialize)]
pub(super) struct ForgotForm {
    email: Given<String>,
    return_to: Given<Option<String>>,
}

/// Mails a link that sets a new password; the answer is the same whether the address has an account or not.
pub(super) async fn forgot(State(app): State<App>, form: PageForm<ForgotForm>) -> Result<Response, Error> {
    let (visit, email) = (&form.visit, typed(&form.sent.form.email));
    let return_to = own_page(&form.sent.form.return_to);
    let error = match accounts::ask_reset(&app, &email, &visit.client()?).await {
        Ok(()) => return check_mail(visit, email, MailSent::Reset, return_to).await,
        Err(error) => Error::from(error),
    };
    let mut page = forgot_page(visit, email, problems(&app.words, &error, &["email"])).await?;
    page.frame.here = return_to;
    Ok(visit.show_refused(&error, &page))
}

async fn reset_page(visit: &Visit, token: Option<String>, problems: Problems) -> Result<ResetPage, Error> {
    let mut work = visit.app.read(visit.actor()).await?;
    let password_min_chars = visit.app.settings.accounts.password_min_chars.into();
    Ok(ResetPage { frame: visit.frame(&mut work, None).await?, token, password_min_chars, problems })
}

/// The form for a new password.
pub(super) async fn reset_form(visit: Visit, Query(query): Query<TokenQuery>) -> Result<Response, Error> {
    let token = is_good(&visit.app, &query.token, Purpose::Reset).await?.then_some(query.token);
    let status = status_of(token.as_ref());
    Ok(visit.show(status, &reset_page(&visit, token, Problems::default()).await?))
}

/// A new password, typed into a page.
#[derive(Deserialize)]
pub(super) struct ResetForm {
    token: Given<String>,
    password: Given<String>,
}

/// Sets a new password. It does not sign in: whoever has the mailbox still has to know it.
pub(super) async fn reset(State(app): State<App>, form: PageForm<ResetForm>) -> Result<Response, Error> {
    let sent = &form.sent.form;
    let error = match Token::parse(&typed(&sent.token)) {
        Ok(token) => match accounts::reset_password(&app, &token, &typed(&sent.password)).await {
            Ok(()) => return Ok(see_done("/sign-in", Done::PasswordChanged)),
            Err(error) => Error::from(error),
        },
        Err(_) => Code::TokenRefused.into(),
    };
    let token = (error.code() != Code::TokenRefused).then(|| typed(&sent.token));
    let page = reset_page(&form.visit, token, problems(&app.words, &error, &["password"])).await?;
    Ok(form.visit.show_refused(&error, &page))
}
