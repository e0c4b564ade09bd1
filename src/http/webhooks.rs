//! What billing systems post: believed by its signature alone, answered when it is durable.
//!
//! No session, no key, no form: a message is read only once its signature is found right. 200 says that it is taken, or was
//! before, or is nothing that we read; whatever else it gets, its sender sends it again.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use serde_json::{Value, json};

use super::{Code, Error};
use crate::app::App;
use crate::http::extract::Json;
use crate::kernel::Actor;
use crate::subscriptions::billing::{self, BillingEvent, Malformed, SignatureFault, StandardHeaders, Taken};

/// The routes, outside `/api`: others choose what is sent there.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/webhooks/stripe", post(stripe)).route("/webhooks/billing", post(neutral))
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

impl From<SignatureFault> for Error {
    fn from(fault: SignatureFault) -> Self {
        match fault {
            SignatureFault::Bad => Code::BadSignature.into(),
            SignatureFault::Stale => Code::StaleSignature.into(),
        }
    }
}

impl From<Malformed> for Error {
    fn from(fault: Malformed) -> Self {
        Self::new(Code::Malformed).detail(fault.to_string())
    }
}

async fn stripe(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Result<Json<Value>, Error> {
    let secrets = app.settings.stripe.webhook_secrets.expose();
    billing::check_stripe(secrets, header(&headers, "stripe-signature"), &body, app.now())?;
    let told = billing::read_stripe(&app.keys, &body, app.settings.billing.trial_may_comment)?;
    taken(&app, told, "stripe").await
}

async fn neutral(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Result<Json<Value>, Error> {
    let secrets = app.settings.billing.webhook_secrets.expose();
    let id = header(&headers, "webhook-id");
    let signed = StandardHeaders {
        id,
        timestamp: header(&headers, "webhook-timestamp"),
        signature: header(&headers, "webhook-signature"),
    };
    billing::check_standard(secrets, signed, &body, app.now())?;
    let told = billing::read_neutral(&app.keys, id, &body)?;
    taken(&app, told, "billing").await
}

async fn taken(app: &App, told: Option<BillingEvent>, sender: &'static str) -> Result<Json<Value>, Error> {
    let Some(told) = told else { return Ok(Json(json!({ "result": "ignored" }))) };
    let mut read = app.read(Actor::Job(sender)).await?;
    if billing::is_known(&mut read.tx, &app.keys, &told).await? {
        return Ok(Json(json!({ "result": "known" })));
    }
    drop(read);
    let mut work = app.write(Actor::Job(sender)).await?;
    let result = match billing::take(&mut work, &app.keys, &told).await? {
        Taken::Applied => "applied",
        Taken::Waits => "waits",
        Taken::Known => "known",
    };
    work.commit().await?;
    Ok(Json(json!({ "result": result })))
}
