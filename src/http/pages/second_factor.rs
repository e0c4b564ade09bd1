//! One's own second factor, and showing again who one is.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use qrcode::{Color, EcLevel, QrCode};
use serde::Deserialize;

use super::form::{PageForm, problems, typed};
use super::me::own_moments;
use super::sign_in::{ReturnQuery, factor_in, own_page};
use super::views::{Done, FactorStep, PasskeyLine, Problem, Problems, ProvePage, Question, Scan, SecondFactorPage};
use super::visit::{Visit, see_done};
use crate::accounts::{self, Enrolment, Passkey, PasskeyError, ReauthenticateError};
use crate::app::App;
use crate::http::api::staff::check_owner;
use crate::http::extract::{Given, Query};
use crate::http::redirect::{ReturnTo, entrance_href};
use crate::http::{Code, Error};
use crate::kernel::{CeremonyId, PasskeyId, Role, char_count};

/// The squares around a QR code that stay light.
const MARGIN: usize = 4;

async fn page(
    visit: &Visit,
    return_to: &str,
    step: Option<FactorStep>,
    problems: Problems,
) -> Result<SecondFactorPage, Error> {
    let person = visit.signed_in()?;
    let mut work = visit.app.read(person.clone()).await?;
    let step = match step {
        Some(step) => step,
        None => {
            let status = accounts::second_factor_of(&mut work.tx, person.account).await?;
            let left = u64::try_from(status.recovery_codes_left).unwrap_or(0);
            status.since.map_or(FactorStep::Begin, |_| FactorStep::Enrolled(left))
        }
    };
    let moments = own_moments(&visit.app, &mut work).await?;
    let found = accounts::list_passkeys(&mut work.tx, person.account).await?;
    let line = |passkey: Passkey| PasskeyLine {
        id: passkey.id.to_string(),
        label: passkey.label,
        since: moments.day(passkey.created_at),
        used: passkey.used_at.map(|used| moments.moment(used)),
    };
    let passkeys: Vec<PasskeyLine> = found.into_iter().map(line).collect();
    Ok(SecondFactorPage {
        // The codes are told when the factor is theirs: nothing waits any more.
        is_withheld: person.proof.withheld > Role::Reader && !matches!(step, FactorStep::Codes(_)),
        frame: visit.frame(&mut work, None).await?,
        step,
        prove_href: entrance_href("/prove", return_to),
        may_add: accounts::offers_passkeys(&visit.app) && passkeys.len() < accounts::MOST_PASSKEYS,
        passkeys,
        return_to: return_to.to_owned(),
        problems,
    })
}

fn return_to_of(visit: &Visit) -> String {
    ReturnTo::or_home(visit.query("return_to").as_deref()).to_string()
}

/// How it stands with the second factor.
pub(super) async fn show(visit: Visit, _: Query<ReturnQuery>) -> Result<Response, Error> {
    let return_to = return_to_of(&visit);
    Ok(visit.show(StatusCode::OK, &page(&visit, &return_to, None, Problems::default()).await?))
}

/// What to do with the second factor.
#[derive(Deserialize)]
pub(super) struct FactorForm {
    act: Given<String>,
    #[serde(default)]
    code: Given<Option<String>>,
    #[serde(default)]
    label: Given<Option<String>>,
    #[serde(default)]
    ceremony: Given<Option<CeremonyId>>,
    #[serde(default)]
    credential: Given<Option<String>>,
    #[serde(default)]
    passkey: Given<Option<PasskeyId>>,
    return_to: Given<Option<String>>,
}

/// Begins or finishes an enrolment, gives out new recovery codes, or removes the factor.
pub(super) async fn act(State(app): State<App>, form: PageForm<FactorForm>) -> Result<Response, Error> {
    let (visit, sent) = (&form.visit, &form.sent.form);
    let person = visit.signed_in()?.clone();
    let return_to = own_page(&sent.return_to);
    let code = sent.code.value().and_then(Clone::clone).unwrap_or_default();
    let step = match typed(&sent.act).as_str() {
        "begin" => {
            check_owner(&app, &person)?;
            accounts::enrol_second_factor(&app, &person).await.map_err(Error::from).map(|told| scan(&told))
        }
        "confirm" => {
            let codes = accounts::confirm_second_factor(&app, &person, &code).await;
            codes.map_err(Error::from).map(FactorStep::Codes)
        }
        "renew" => {
            let codes = accounts::renew_recovery_codes(&app, &person, &code).await;
            codes.map_err(Error::from).map(FactorStep::Codes)
        }
        "remove" => {
            check_owner(&app, &person)?;
            accounts::remove_second_factor(&app, &person).await?;
            return Ok(see_done("/me", Done::FactorRemoved));
        }
        "passkey" | "keep" | "drop" => {
            check_owner(&app, &person)?;
            return passkey(visit, sent, &return_to).await;
        }
        _ => return Err(Code::Malformed.into()),
    };
    match step {
        Ok(step) => Ok(visit.show(StatusCode::OK, &page(visit, &return_to, Some(step), Problems::default()).await?)),
        Err(error) => {
            let shown = problems(&app.words, &error, &["code"]);
            Ok(visit.show_refused(&error, &page(visit, &return_to, None, shown).await?))
        }
    }
}

/// Asks the browser for a passkey, keeps the one that it made, or removes one.
async fn passkey(visit: &Visit, sent: &FactorForm, return_to: &str) -> Result<Response, Error> {
    let (app, person) = (&visit.app, visit.signed_in()?);
    let text = |given: &Given<Option<String>>| given.value().and_then(Clone::clone).unwrap_or_default();
    let label = text(&sent.label);
    let done = match (sent.ceremony.value().copied().flatten(), sent.passkey.value().copied().flatten()) {
        (_, Some(passkey)) => {
            accounts::remove_passkey(app, person, passkey).await?;
            return Ok(see_done("/me/second-factor", Done::PasskeyRemoved));
        }
        (Some(ceremony), None) => {
            let answer = text(&sent.credential);
            accounts::add_passkey(app, person, (ceremony, &answer), &label).await.map(|_| None)
        }
        (None, None) if label.trim().is_empty() || char_count(&label) > accounts::MAX_LABEL_CHARS => {
            Err(PasskeyError::Label)
        }
        (None, None) => accounts::begin_passkey(app, person).await.map(Some),
    };
    match done {
        Ok(None) => Ok(see_done("/me/second-factor", Done::PasskeyAdded)),
        Ok(Some(asked)) => {
            let step = FactorStep::Ask(Question::of(&asked), label);
            Ok(visit.show(StatusCode::OK, &page(visit, return_to, Some(step), Problems::default()).await?))
        }
        Err(error) => {
            let error = Error::from(error);
            let shown = problems(&app.words, &error, &["label"]);
            Ok(visit.show_refused(&error, &page(visit, return_to, None, shown).await?))
        }
    }
}

/// What an app reads, drawn.
fn scan(told: &Enrolment) -> FactorStep {
    let drawn = QrCode::with_error_correction_level(told.uri.as_bytes(), EcLevel::M).ok();
    let width = drawn.as_ref().map_or(0, QrCode::width);
    let squares = drawn.map(|drawn| drawn.to_colors()).unwrap_or_default();
    let dark = squares.iter().enumerate().filter(|(_, color)| **color == Color::Dark);
    let path: String =
        dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % width.max(1) + MARGIN, at / width.max(1) + MARGIN)).collect();
    let spaced: Vec<String> =
        told.secret.as_bytes().chunks(4).map(|part| String::from_utf8_lossy(part).into_owned()).collect();
    FactorStep::Scan(Scan { secret: spaced.join(" "), path, size: width + 2 * MARGIN })
}

async fn prove_page(visit: &Visit, return_to: String, problems: Problems) -> Result<ProvePage, Error> {
    let person = visit.signed_in()?;
    let mut work = visit.app.write(person.clone()).await?;
    let asked = accounts::ask_passkey(&visit.app, &mut work, person.account).await?;
    let email = accounts::find_address(&mut work.tx, person.account).await?.map(|(email, _)| email);
    let page = ProvePage {
        return_to,
        passkey: asked.as_ref().map(Question::of),
        email: email.unwrap_or_default(),
        minutes: visit.app.settings.staff.reauthenticate_minutes.into(),
        has_password: accounts::has_password(&mut work.tx, person.account).await?,
        has_factor: accounts::second_factor_of(&mut work.tx, person.account).await?.since.is_some(),
        frame: visit.frame(&mut work, None).await?,
        problems,
    };
    work.commit().await?;
    Ok(page)
}

/// Asks who one is.
pub(super) async fn ask_to_prove(visit: Visit, _: Query<ReturnQuery>) -> Result<Response, Error> {
    let return_to = return_to_of(&visit);
    Ok(visit.show(StatusCode::OK, &prove_page(&visit, return_to, Problems::default()).await?))
}

/// A password, and a second factor.
#[derive(Deserialize)]
pub(super) struct ProveForm {
    #[serde(default)]
    password: Given<Option<String>>,
    #[serde(default)]
    code: Given<Option<String>>,
    #[serde(default)]
    ceremony: Given<Option<CeremonyId>>,
    #[serde(default)]
    credential: Given<Option<String>>,
    #[serde(default, rename = "username")]
    _username: Given<Option<String>>,
    return_to: Given<Option<String>>,
}

/// Takes what shows who one is, and goes back to where it was asked for.
pub(super) async fn prove(State(app): State<App>, form: PageForm<ProveForm>) -> Result<Response, Error> {
    let (visit, sent) = (&form.visit, &form.sent.form);
    let person = visit.signed_in()?.clone();
    let return_to = own_page(&sent.return_to);
    let text = |given: &Given<Option<String>>| given.value().and_then(Clone::clone).unwrap_or_default();
    let is_given = !text(&sent.code).trim().is_empty() || !text(&sent.credential).is_empty();
    let second = is_given.then(|| factor_in(&sent.code, &sent.ceremony, &sent.credential));
    let (field, error) = match accounts::reauthenticate(&app, &person, &text(&sent.password), second.as_ref()).await {
        Ok(_) => return Ok(see_done(&return_to, Done::Proven)),
        Err(error @ (ReauthenticateError::SecondFactorNeeded { .. } | ReauthenticateError::SecondFactorRefused)) => {
            (Some("code"), Error::from(error))
        }
        Err(error @ ReauthenticateError::Refused) => (Some("password"), Error::from(error)),
        Err(error) => (None, Error::from(error)),
    };
    let shown = match field {
        Some("password") => app.words.text("problem-password-wrong"),
        _ => error.code().title(),
    };
    let view = prove_page(visit, return_to, Problems::new(vec![Problem { field, message: shown }])).await?;
    let mut response = visit.show_refused(&error, &view);
    if error.status() == StatusCode::UNAUTHORIZED {
        // No browser shall ask for a password by itself.
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}
