//! Signing in at the newspaper's own provider, there and back.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};

use super::visit::{Visit, see_other};
use crate::app::App;
use crate::http::redirect::ReturnTo;
use crate::http::session::{provider_cookie as cookie_name, set_cookie};
use crate::http::{Code, Error};
use crate::identity::{self, ExchangeError, Returned};

/// How long the browser keeps what it began with.
const COOKIE_SECONDS: u32 = 600;

fn cookie_line(app: &App, value: &str, age: u32) -> Result<HeaderValue, Error> {
    let secure = if app.settings.public_url().is_https() { "; Secure" } else { "" };
    let line = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}", cookie_name(app));
    HeaderValue::from_str(&line).map_err(|_| Code::Internal.into())
}

/// Sends the browser to the provider.
pub(super) async fn begin(State(app): State<App>, visit: Visit) -> Result<Response, Error> {
    let provider = identity::provider_of(&app, visit.query("issuer").as_deref()).map_err(|_| Code::NotFound)?;
    let return_to = ReturnTo::or_home(visit.query("return_to").as_deref()).to_string();
    let begun = identity::begin(&app, provider, &return_to).await.map_err(ExchangeError::from)?;
    let location = HeaderValue::from_str(begun.location.as_str()).map_err(|_| Code::Internal)?;
    let mut response = (StatusCode::FOUND, [(LOCATION, location)]).into_response();
    response.headers_mut().append(SET_COOKIE, cookie_line(&app, &begun.cookie, COOKIE_SECONDS)?);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

/// Takes the browser back, signed in.
pub(super) async fn callback(State(app): State<App>, visit: Visit) -> Result<Response, Error> {
    let returned = Returned {
        code: visit.query("code"),
        state: visit.query("state"),
        issuer: visit.query("iss"),
        cookie: visit.cookie(cookie_name(&app)),
    };
    let (client, device) = visit.known_client()?;
    let (admission, return_to) = identity::finish(&app, &returned, &client).await?;
    let mut response = see_other(&ReturnTo::or_home(Some(&return_to)).to_string());
    response.headers_mut().append(SET_COOKIE, device);
    response.headers_mut().append(SET_COOKIE, set_cookie(&app, Some(&admission.token)));
    response.headers_mut().append(SET_COOKIE, cookie_line(&app, "", 0)?);
    Ok(response)
}

/// Ends sessions when the provider says so.
pub(super) async fn log_out(State(app): State<App>, body: Bytes) -> Result<Response, Error> {
    let token = url::form_urlencoded::parse(&body).find(|(name, _)| name == "logout_token").map(|(_, token)| token);
    let token = token.ok_or(Code::Malformed)?.into_owned();
    identity::log_out(&app, &token).await.map_err(|error| match error {
        // A provider that is not believed is told that its request was bad.
        ExchangeError::Refused(why) => {
            tracing::warn!(%why, "a provider's word of logging out is refused");
            Error::new(Code::TokenRefused)
        }
        error => error.into(),
    })?;
    let mut response = StatusCode::OK.into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}
