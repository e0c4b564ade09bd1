//! Accounts: signing up, confirming, passwords and roles.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::forms::NoQuery;
use super::sessions::client;
use crate::accounts::{self, SignUp};
use crate::app::App;
use crate::http::address::ClientAddress;
use crate::http::extract::{Given, IdempotencyKey, Json, Path, Query, Sent};
use crate::http::session::{Session, check_proven_lately};
use crate::http::{Code, Error};
use crate::kernel::{AccountId, Role, Scope};
use crate::secrets::Token;

/// A new account.
#[derive(Deserialize, ToSchema)]
#[schema(as = SignUp)]
pub struct SignUpForm {
    /// Where mail goes; it has to be confirmed.
    #[serde(default)]
    #[schema(value_type = String, min_length = 3, max_length = 254)]
    email: Given<String>,
    /// 15 characters or more.
    #[serde(default)]
    #[schema(value_type = String, min_length = 15, max_length = 1_000)]
    password: Given<String>,
    /// What readers see.
    #[serde(default)]
    #[schema(value_type = String, min_length = 2, max_length = 40)]
    name: Given<String>,
}

/// Signs up. The answer is the same whether the address has an account or not: look into the mailbox.
#[utoipa::path(post, path = "/api/v1/accounts", operation_id = "sign_up", tag = "accounts",
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = SignUpForm, responses((status = 202)), security(()),
    extensions(("x-codes" = json!(["too_many_requests", "busy"]))))]
pub async fn sign_up(
    State(app): State<App>,
    address: ClientAddress,
    headers: HeaderMap,
    _: Option<IdempotencyKey>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<SignUpForm>>,
) -> Result<StatusCode, Error> {
    let mut check = sent.check();
    let email = check.text("email", &sent.form.email, 1..=254);
    let password = check.text("password", &sent.form.password, 1..=1_000);
    let name = check.text("name", &sent.form.name, 1..=200);
    let (email, password, name) = check.whole((email, password, name))?;
    accounts::sign_up(&app, &SignUp { email, password, name }, &client(&address, &headers)).await?;
    Ok(StatusCode::ACCEPTED)
}

/// The token of a mailed link.
#[derive(Deserialize, ToSchema)]
#[schema(as = MailedToken)]
pub struct TokenForm {
    /// The token.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    token: Given<String>,
}

/// Confirms an e-mail address with the token that was mailed to it.
#[utoipa::path(post, path = "/api/v1/accounts/confirmation", operation_id = "confirm_email", tag = "accounts",
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = TokenForm, responses((status = 204)), security(()),
    extensions(("x-codes" = json!(["token_refused"]))))]
pub async fn confirm(
    State(app): State<App>,
    _: Option<IdempotencyKey>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<TokenForm>>,
) -> Result<StatusCode, Error> {
    let mut check = sent.check();
    let token = check.text("token", &sent.form.token, 1..=100);
    let (token,) = check.whole((token,))?;
    accounts::confirm_email(&app, &read_token(&token)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn read_token(text: &str) -> Result<Token, Error> {
    Token::parse(text).map_err(|_| Error::new(Code::TokenRefused))
}

/// Whose password is forgotten.
#[derive(Deserialize, ToSchema)]
#[schema(as = ForgottenPassword)]
pub struct ForgottenForm {
    /// The e-mail address of the account.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 254)]
    email: Given<String>,
}

/// Mails a link that sets a new password. The answer is the same whether the address has an account or not.
#[utoipa::path(post, path = "/api/v1/accounts/password-reset", operation_id = "ask_password_reset", tag = "accounts",
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = ForgottenForm, responses((status = 202)), security(()),
    extensions(("x-codes" = json!(["too_many_requests"]))))]
pub async fn ask_reset(
    State(app): State<App>,
    address: ClientAddress,
    headers: HeaderMap,
    _: Option<IdempotencyKey>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<ForgottenForm>>,
) -> Result<StatusCode, Error> {
    let mut check = sent.check();
    let email = check.text("email", &sent.form.email, 1..=254);
    let (email,) = check.whole((email,))?;
    accounts::ask_reset(&app, &email, &client(&address, &headers)).await?;
    Ok(StatusCode::ACCEPTED)
}

/// A new password, with the token that allows to set it.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewPassword)]
pub struct ResetForm {
    /// The token of the mailed link.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    token: Given<String>,
    /// 15 characters or more.
    #[serde(default)]
    #[schema(value_type = String, min_length = 15, max_length = 1_000)]
    password: Given<String>,
}

/// Sets a new password with the token of a mailed link, and ends every session of the account.
#[utoipa::path(put, path = "/api/v1/accounts/password-reset", operation_id = "reset_password", tag = "accounts",
    request_body = ResetForm, responses((status = 204)), security(()),
    extensions(("x-codes" = json!(["token_refused", "busy"]))))]
pub async fn reset(
    State(app): State<App>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<ResetForm>>,
) -> Result<StatusCode, Error> {
    let mut check = sent.check();
    let token = check.text("token", &sent.form.token, 1..=100);
    let password = check.text("password", &sent.form.password, 1..=1_000);
    let (token, password) = check.whole((token, password))?;
    accounts::reset_password(&app, &read_token(&token)?, &password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A change of password.
#[derive(Deserialize, ToSchema)]
#[schema(as = ChangePassword)]
pub struct PasswordForm {
    /// The password so far.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 1_000)]
    old: Given<String>,
    /// 15 characters or more.
    #[serde(default)]
    #[schema(value_type = String, min_length = 15, max_length = 1_000)]
    new: Given<String>,
}

/// Changes one's password, and ends every other session.
#[utoipa::path(put, path = "/api/v1/me/password", operation_id = "change_password", tag = "me",
    request_body = PasswordForm, responses((status = 204)),
    extensions(("x-codes" = json!(["too_many_requests", "busy"]))))]
pub async fn change_password(
    State(app): State<App>,
    Session { person, .. }: Session,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<PasswordForm>>,
) -> Result<StatusCode, Error> {
    let mut check = sent.check();
    let old = check.text("old", &sent.form.old, 1..=1_000);
    let new = check.text("new", &sent.form.new, 1..=1_000);
    let (old, new) = check.whole((old, new))?;
    accounts::change_password(&app, &person, &old, &new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Another e-mail address for one's account.
#[derive(Deserialize, ToSchema)]
#[schema(as = ChangeEmail)]
pub struct EmailForm {
    /// The new address.
    #[serde(default)]
    #[schema(value_type = String, min_length = 3, max_length = 254)]
    email: Given<String>,
    /// The password of the account.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 1_000)]
    password: Given<String>,
}

/// Mails a link to the address that one's account changes to, and a notice to the present one. Nothing changes before
/// the link is used; the answer is the same whether the address has an account or not.
#[utoipa::path(post, path = "/api/v1/me/email", operation_id = "ask_change_of_email", tag = "me",
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = EmailForm, responses((status = 202)),
    extensions(("x-codes" = json!(["too_many_requests", "busy"]))))]
pub async fn ask_change_email(
    State(app): State<App>,
    Session { person, .. }: Session,
    _: Option<IdempotencyKey>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<EmailForm>>,
) -> Result<StatusCode, Error> {
    let mut check = sent.check();
    let email = check.text("email", &sent.form.email, 1..=254);
    let password = check.text("password", &sent.form.password, 1..=1_000);
    let (email, password) = check.whole((email, password))?;
    accounts::ask_change_email(&app, &person, &email, &password).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Gives an account the address that the token was mailed to, and ends every other session of the account.
#[utoipa::path(post, path = "/api/v1/accounts/email-change", operation_id = "change_email", tag = "accounts",
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = TokenForm, responses((status = 204)), security(()),
    extensions(("x-codes" = json!(["token_refused"]))))]
pub async fn change_email(
    State(app): State<App>,
    session: Option<Session>,
    _: Option<IdempotencyKey>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<TokenForm>>,
) -> Result<StatusCode, Error> {
    let mut check = sent.check();
    let token = check.text("token", &sent.form.token, 1..=100);
    let (token,) = check.whole((token,))?;
    let person = session.as_ref().map(|session| &session.person);
    accounts::change_email(&app, &read_token(&token)?, person).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A role to give.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SetRole)]
pub struct RoleForm {
    /// Where it holds: a title, or `all`.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 40)]
    title: Given<Scope>,
    /// The role.
    #[serde(default)]
    #[schema(value_type = RoleName)]
    role: Given<String>,
}

/// A role.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Role, rename_all = "lowercase")]
pub enum RoleName {
    /// None at all.
    Reader,
    /// Works the queue and bans.
    Moderator,
    /// Writes house rules and manages stories.
    Editor,
    /// Manages the installation; only in `all`.
    Admin,
}

/// Gives an account a role, or takes it: a reader has none. Ends every session of the account. For admins.
#[utoipa::path(put, path = "/api/v1/accounts/{account}/role", operation_id = "set_role", tag = "accounts",
    params(("account" = String, Path, max_length = 31)),
    request_body = RoleForm, responses((status = 204)),
    extensions(("x-codes" = json!(["not_found", "forbidden", "reauthentication_required", "last_admin"]))))]
pub async fn set_role(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(account): Path<AccountId>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<RoleForm>>,
) -> Result<StatusCode, Error> {
    let mut work = app.write(person.clone()).await?;
    accounts::get_profile(&mut work.tx, account).await?.ok_or(Code::NotFound)?;
    if !person.roles.is_admin() {
        return Err(Code::Forbidden.into());
    }
    check_proven_lately(&app, &person)?;
    let mut check = sent.check();
    let scope = check.value("title", &sent.form.title);
    let role = check.one_of("role", &sent.form.role, &Role::ALL.map(|role| (role.as_str(), role)));
    let (scope, role) = check.whole((scope, role))?;
    accounts::set_role(&mut work, account, &scope, role).await?;
    work.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
