//! A token of the newspaper's page, exchanged for a session.

use super::claims::{Claims, EntitlementClaim};
use super::jwt::{Parts, Refused, parts_of};
use super::provider::Unanswered;
use super::store;
use crate::accounts::{self, Admission, Client, Described, LinkKey};
use crate::app::{App, Work};
use crate::kernel::Actor;
use crate::limits::{Network, RetryAfter};
use crate::settings::HostToken;
use crate::storage::StorageError;
use crate::subscriptions::Source;
use crate::subscriptions::billing::{self, BillingEvent, Fact};

/// Why there is no session for a token.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The token is not believed. Why is not told.
    #[error("the token is refused: {0}")]
    Refused(#[from] Refused),
    /// The provider does not answer, or not as a provider does.
    #[error("the provider cannot be asked: {0}")]
    Unanswered(#[from] Unanswered),
    /// Too many attempts from this network.
    #[error(transparent)]
    TooMany(#[from] RetryAfter),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Exchanges a token that the newspaper's page was given for a session of ours.
///
/// # Errors
/// When the token is not believed, or was used before.
pub async fn exchange(app: &App, token: &str, from: &Client) -> Result<Admission, ExchangeError> {
    app.limits.host_tokens_per_network.check(Network::of(from.address).as_bytes())?;
    let parts = parts_of(token, "JWT")?;
    let issuer = issuer_of(app, &parts)?;
    check_signature(app, &parts, issuer).await?;
    let claims = Claims::read(&parts.claims, issuer, app.now())?;
    let mark = app.keys.keyed_hash("token", parts.signed().as_bytes());
    admit(app, &claims, &hex::encode(mark.as_bytes()), from).await
}

/// Whose token it says it is. What it says is checked by that one's key alone.
fn issuer_of<'a>(app: &'a App, parts: &Parts<'_>) -> Result<&'a HostToken, Refused> {
    let said = parts.claims.get("iss").and_then(serde_json::Value::as_str);
    let known = &app.settings.identity.host_token;
    let named = known.iter().find(|issuer| said == Some(issuer.issuer.as_str()));
    // Coral's tokens name nobody.
    let coral = || known.iter().find(|issuer| issuer.coral && said.is_none());
    named.or_else(coral).ok_or(Refused("no issuer of ours"))
}

async fn check_signature(app: &App, parts: &Parts<'_>, issuer: &HostToken) -> Result<(), ExchangeError> {
    let Some(url) = &issuer.jwks_url else { return Ok(parts.check_shared(issuer)?) };
    let keys = app.provider_keys.get(url, parts.key_id.as_deref()).await.map_err(|error| {
        tracing::warn!(%error, "an issuer's keys cannot be had");
        Refused("its issuer's keys cannot be had")
    })?;
    Ok(parts.check_public(&keys)?)
}

/// Lets in whomever `claims` describe: the account of their login, made now when there is none, linked to everything that
/// they are known by, with whatever the claims say of a subscription. All of it or nothing.
pub(super) async fn admit(app: &App, claims: &Claims, mark: &str, from: &Client) -> Result<Admission, ExchangeError> {
    let told = Described::read(app, claims.name.as_deref(), claims.email.as_deref(), claims.email_verified).await?;
    let identity = LinkKey::identity(&app.keys, &claims.issuer, &claims.subject);
    let mut work = app.write(Actor::Anonymous).await?;
    if let Some(id) = &claims.id {
        let used = app.keys.keyed_hash("token.id", format!("{}\0{id}", claims.issuer).as_bytes());
        if !store::use_token(&mut work.tx, used.as_bytes(), claims.expires_at).await? {
            return Err(Refused("used before").into());
        }
    }
    let mut links = told.links(app, from);
    links.push(identity.clone());
    // INVARIANT: billing's lock comes before keys, and keys before persons.
    if let Some(entitlement) = &claims.entitlement {
        tell_entitlement(app, &mut work, claims, entitlement, (mark, &links)).await?;
    }
    let subscriber = accounts::subscriber_with(&mut work, &identity).await?;
    accounts::link(&mut work, subscriber, &links).await?;
    let key = accounts::claim_key(&mut work, &identity).await?;
    let key = key.first().copied().ok_or_else(|| StorageError::corrupt("link_keys", "identity"))?;
    accounts::lock_subscriber(&mut work.tx, subscriber).await?;
    let now = work.now;
    let account = match store::find_account(&mut work.tx, key).await? {
        Some(known) if known.told_at < claims.issued_at => {
            let has_other_name = known.told_name != claims.name;
            accounts::describe_by_login(app, &mut work, known.account, &told, has_other_name).await?;
            store::set_account(&mut work.tx, key, known.account, claims, now).await?;
            known.account
        }
        Some(known) => known.account,
        None => {
            let account = accounts::create_by_login(app, &mut work, subscriber, &told).await?;
            store::set_account(&mut work.tx, key, account, claims, now).await?;
            account
        }
    };
    let admission = accounts::admit_by_login(app, &mut work, account, from).await?;
    if let Some(session) = &claims.session {
        let hash = super::logout::session_hash(app, &claims.issuer, session);
        store::insert_session(&mut work.tx, admission.session.id, hash.as_bytes(), account).await?;
    }
    work.commit().await?;
    Ok(admission)
}

/// Takes what the claims say of a subscription as if billing had told it then, and locks `links` with it.
async fn tell_entitlement(
    app: &App,
    work: &mut Work,
    claims: &Claims,
    told: &EntitlementClaim,
    (mark, links): (&str, &[LinkKey]),
) -> Result<(), StorageError> {
    let identity = LinkKey::identity(&app.keys, &claims.issuer, &claims.subject);
    let customer = told.customer.as_deref().map(|customer| LinkKey::customer(&app.keys, customer));
    let whole = told.subscription.as_deref().map(|subscription| LinkKey::subscription(&app.keys, subscription));
    let mut event = BillingEvent {
        fact: Fact::Status { status: told.status, valid_until: told.valid_until, plan: told.plan.clone() },
        ..BillingEvent::new(mark.to_owned(), Source::Token, claims.issued_at)
    };
    match (&told.seat, &told.subscription) {
        (Some(seat), Some(subscription)) => {
            event.subscription = Some(LinkKey::seat(&app.keys, subscription, seat));
            event.of_payer = [whole, customer].into_iter().flatten().map(LinkKey::suggestive).collect();
        }
        // Without an id the subscription is known by the login.
        _ => {
            event.subscription = whole.or_else(|| Some(identity.clone()));
            event.customer = customer;
        }
    }
    event.identity = Some(identity);
    billing::take_and_lock(work, &app.keys, &event, links).await.map(|_| ())
}
