//! What billing systems told and nobody is known for yet.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::forms::{PageQuery, next_of};
use crate::app::App;
use crate::http::extract::{Json, Query};
use crate::http::session::Session;
use crate::http::{Code, Error};
use crate::kernel::{BillingEventId, KeyId, Timestamp};
use crate::subscriptions::billing::{self, Waiting};

/// An event that waits until it is known whose it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WaitingEvent)]
pub struct WaitingView {
    /// Its id.
    #[schema(value_type = String, max_length = 31)]
    id: BillingEventId,
    /// Who told it: `stripe`, `billing`, `token` or `import`.
    #[schema(max_length = 12, value_type = String)]
    source: &'static str,
    /// What it tells: `tie`, `status`, `paid`, `refunded`, `disputed` or `dispute_won`.
    #[schema(max_length = 12)]
    fact: String,
    /// A mark that stands for the subscription: the same wherever it is seen.
    #[schema(value_type = Option<String>, max_length = 31)]
    subscription: Option<KeyId>,
    /// A mark that stands for the customer.
    #[schema(value_type = Option<String>, max_length = 31)]
    customer: Option<KeyId>,
    /// When it happened, by its sender's clock.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    at: Timestamp,
    /// When it came.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    received_at: Timestamp,
}

impl From<Waiting> for WaitingView {
    fn from(waiting: Waiting) -> Self {
        Self {
            id: waiting.id,
            source: waiting.source.as_str(),
            fact: waiting.fact,
            subscription: waiting.subscription,
            customer: waiting.customer,
            at: waiting.at,
            received_at: waiting.received_at,
        }
    }
}

/// A page of events that wait.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WaitingEvents)]
pub struct WaitingAnswer {
    /// The events, newest first.
    #[schema(max_items = 100)]
    items: Vec<WaitingView>,
    /// `after` of the next page, when there is one.
    #[schema(max_length = 54)]
    next: Option<String>,
}

/// What billing systems told of customers and subscriptions that nobody is known for yet, newest first. For admins.
#[utoipa::path(get, path = "/api/v1/billing/waiting", operation_id = "list_waiting_events", tag = "subscriptions",
    params(PageQuery), responses((status = 200, body = WaitingAnswer)), extensions(("x-codes" = json!(["forbidden"]))))]
pub async fn waiting(
    State(app): State<App>,
    Session { person, .. }: Session,
    Query(query): Query<PageQuery>,
) -> Result<Json<WaitingAnswer>, Error> {
    if !person.roles.is_admin() {
        return Err(Code::Forbidden.into());
    }
    let (after, limit) = query.read(&app, "billing-waiting")?;
    let mut work = app.read(person).await?;
    let page = billing::list_waiting(&mut work.tx, after, limit).await?;
    let next = next_of(&app, "billing-waiting", page.next);
    Ok(Json(WaitingAnswer { items: page.items.into_iter().map(WaitingView::from).collect(), next }))
}
