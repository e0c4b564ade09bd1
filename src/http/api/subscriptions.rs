//! What subscribers have paid for, set by hand.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::forms::NoQuery;
use crate::accounts;
use crate::app::App;
use crate::http::extract::{Given, Json, Path, Query, Sent};
use crate::http::session::Session;
use crate::http::{Code, Error};
use crate::kernel::{SignedIn, SubscriberId, SubscriptionId, Timestamp};
use crate::storage::Tx;
use crate::subscriptions::{self, Status, Subscription};

/// What to grant.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SetSubscription)]
pub struct SubscriptionForm {
    /// What the subscription is.
    #[serde(default)]
    #[schema(value_type = SubscriptionStatus)]
    status: Given<String>,
    /// Until when it holds; null until it is changed.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime, max_length = 35)]
    valid_until: Given<Option<Timestamp>>,
}

/// What a subscription is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SubscriptionStatus, rename_all = "lowercase")]
pub enum SubscriptionStatus {
    /// Paid for.
    Active,
    /// Not paid for yet, and trusted to be.
    Grace,
    /// A payment is late.
    #[serde(rename = "past_due")]
    PastDue,
    /// Stopped for a while.
    Paused,
    /// Over.
    Lapsed,
    /// Paid back.
    Refunded,
    /// Taken back by the bank.
    #[serde(rename = "charged_back")]
    ChargedBack,
}

/// A subscription.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Subscription)]
pub struct SubscriptionView {
    /// Its id.
    #[schema(value_type = String, max_length = 31)]
    id: SubscriptionId,
    /// Whose it is.
    #[schema(value_type = String, max_length = 31)]
    subscriber: SubscriberId,
    /// Who spoke of it last: `manual`, `stripe`, `billing`, `token` or `import`.
    #[schema(max_length = 12, value_type = String)]
    source: &'static str,
    /// Which tier, when its source says.
    #[schema(max_length = 255)]
    plan: Option<String>,
    /// `active`, `grace`, `past_due`, `paused`, `lapsed`, `refunded` or `charged_back`.
    #[schema(max_length = 12, value_type = String)]
    status: &'static str,
    /// Until when it holds.
    #[schema(value_type = Option<String>, format = DateTime, max_length = 35)]
    valid_until: Option<Timestamp>,
}

impl From<Subscription> for SubscriptionView {
    fn from(subscription: Subscription) -> Self {
        Self {
            id: subscription.id,
            subscriber: subscription.subscriber,
            source: subscription.source.as_str(),
            plan: subscription.plan,
            status: subscription.status.as_str(),
            valid_until: subscription.valid_until,
        }
    }
}

/// A subscription in an answer of its own.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubscriptionAnswer {
    subscription: SubscriptionView,
}

/// Grants a subscription by hand, or changes the one granted so. For admins.
#[utoipa::path(put, path = "/api/v1/subscribers/{subscriber}/subscription", operation_id = "set_subscription",
    tag = "subscriptions", params(("subscriber" = String, Path, max_length = 31)),
    request_body = SubscriptionForm, responses((status = 200, body = SubscriptionAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden"]))))]
pub async fn set(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(subscriber): Path<SubscriberId>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<SubscriptionForm>>,
) -> Result<Json<SubscriptionAnswer>, Error> {
    let mut work = app.write(person.clone()).await?;
    check_admin(&mut work.tx, &person, subscriber).await?;
    let mut check = sent.check();
    let status = check.one_of("status", &sent.form.status, &Status::ALL.map(|status| (status.as_str(), status)));
    let valid_until = check.value("valid_until", &sent.form.valid_until);
    let (status, valid_until) = check.whole((status, valid_until))?;
    let subscription = subscriptions::set(&mut work, subscriber, status, valid_until).await?;
    work.commit().await?;
    Ok(Json(SubscriptionAnswer { subscription: subscription.into() }))
}

/// Ends at once what was granted by hand. For admins.
#[utoipa::path(delete, path = "/api/v1/subscribers/{subscriber}/subscription", operation_id = "revoke_subscription",
    tag = "subscriptions", params(("subscriber" = String, Path, max_length = 31)),
    responses((status = 204)),
    extensions(("x-codes" = json!(["not_found", "forbidden"]))))]
pub async fn revoke(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(subscriber): Path<SubscriberId>,
    _: Query<NoQuery>,
) -> Result<StatusCode, Error> {
    let mut work = app.write(person.clone()).await?;
    check_admin(&mut work.tx, &person, subscriber).await?;
    subscriptions::revoke(&mut work, subscriber).await?;
    work.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn check_admin(tx: &mut Tx, person: &SignedIn, subscriber: SubscriberId) -> Result<(), Error> {
    if !accounts::subscriber_exists(tx, subscriber).await? {
        return Err(Code::NotFound.into());
    }
    if person.roles.is_admin() { Ok(()) } else { Err(Code::Forbidden.into()) }
}
