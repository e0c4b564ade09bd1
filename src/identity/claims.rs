//! What a token says of a person, read strictly.

use serde_json::{Map, Value};

use super::jwt::Refused;
use crate::kernel::Timestamp;
use crate::settings::HostToken;
use crate::subscriptions::Status;

/// How far clocks may be apart, in seconds.
const LEEWAY: i64 = 60;
/// The longest life of a token, in seconds.
const MAX_LIFE: i64 = 3_600;
const MAX_CHARS: usize = 255;

/// What a token says of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Who says so.
    pub issuer: String,
    /// Of whom.
    pub subject: String,
    /// When it was said.
    pub issued_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
    /// The token's own id.
    pub id: Option<String>,
    /// What the person wants to be called.
    pub name: Option<String>,
    /// Where mail goes.
    pub email: Option<String>,
    /// Whether the address was confirmed; nothing when it is not said.
    pub email_verified: Option<bool>,
    /// What the subscription is.
    pub entitlement: Option<EntitlementClaim>,
    /// The session at the issuer's, by which it may be ended from there.
    pub session: Option<String>,
}

/// What a token says of a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntitlementClaim {
    /// What it is.
    pub status: Status,
    /// When it ends.
    pub valid_until: Option<Timestamp>,
    /// The billing system's id of it.
    pub subscription: Option<String>,
    /// The billing system's id of whoever pays.
    pub customer: Option<String>,
    /// Which seat of it.
    pub seat: Option<String>,
    /// Which tier.
    pub plan: Option<String>,
}

impl Claims {
    /// Reads the claims of a token of `issuer`'s at `now`.
    pub(super) fn read(claims: &Map<String, Value>, issuer: &HostToken, now: Timestamp) -> Result<Self, Refused> {
        if issuer.coral { Self::read_coral(claims, issuer, now) } else { Self::read_own(claims, issuer, now) }
    }

    fn read_own(claims: &Map<String, Value>, issuer: &HostToken, now: Timestamp) -> Result<Self, Refused> {
        if text(claims, "iss")?.as_deref() != Some(issuer.issuer.as_str()) {
            return Err(Refused("another issuer"));
        }
        let audiences: Vec<&str> = match claims.get("aud") {
            Some(Value::String(audience)) => vec![audience],
            Some(Value::Array(all)) => {
                let read: Option<Vec<_>> = all.iter().map(Value::as_str).collect();
                read.ok_or(Refused("an audience is no text"))?
            }
            _ => return Err(Refused("no audience")),
        };
        if !audiences.contains(&issuer.audience.as_str()) {
            return Err(Refused("for another audience"));
        }
        let issued = seconds(claims, "iat")?.ok_or(Refused("no time of issue"))?;
        let expires = seconds(claims, "exp")?.ok_or(Refused("no end"))?;
        check_times(claims, now, issued, expires)?;
        if expires - issued > MAX_LIFE {
            return Err(Refused("good for too long"));
        }
        Ok(Self {
            issuer: issuer.issuer.clone(),
            subject: text(claims, "sub")?.ok_or(Refused("no subject"))?,
            issued_at: at(issued),
            expires_at: at(expires),
            id: text(claims, "jti")?,
            name: loose(claims, "name")?,
            email: loose(claims, "email")?,
            email_verified: truth(claims, "email_verified")?,
            entitlement: entitlement_of(claims.get("entitlement"))?,
            session: None,
        })
    }

    /// The claims of an id token of the provider `issuer` for `client`, in answer to `nonce`.
    ///
    /// # Source
    /// OpenID Connect Core 1.0, 3.1.3.7.
    pub(super) fn read_id_token(
        claims: &Map<String, Value>,
        (issuer, client): (&str, &str),
        nonce: &str,
        entitlement: &str,
        now: Timestamp,
    ) -> Result<Self, Refused> {
        check_parties(claims, issuer, client)?;
        if text(claims, "nonce")?.as_deref() != Some(nonce) {
            return Err(Refused("an answer to another question"));
        }
        let issued = seconds(claims, "iat")?.ok_or(Refused("no time of issue"))?;
        let expires = seconds(claims, "exp")?.ok_or(Refused("no end"))?;
        let now_seconds = now.as_millis().div_euclid(1_000);
        if expires <= now_seconds - LEEWAY || issued > now_seconds + LEEWAY {
            return Err(Refused("over, or not good yet"));
        }
        let name = match loose(claims, "name")? {
            Some(name) => Some(name),
            None => loose(claims, "preferred_username")?,
        };
        Ok(Self {
            issuer: issuer.to_owned(),
            subject: text(claims, "sub")?.ok_or(Refused("no subject"))?,
            issued_at: at(issued),
            expires_at: at(expires),
            id: None,
            name,
            email: loose(claims, "email")?,
            email_verified: truth(claims, "email_verified")?,
            entitlement: entitlement_of(claims.get(entitlement))?,
            session: text(claims, "sid")?,
        })
    }

    /// Coral's token: its person is in `user`, it may have no end, and its role is not ours to give.
    fn read_coral(claims: &Map<String, Value>, issuer: &HostToken, now: Timestamp) -> Result<Self, Refused> {
        let user = claims.get("user").and_then(Value::as_object).ok_or(Refused("no user"))?;
        if text(claims, "iss")?.is_some_and(|said| said != issuer.issuer) {
            return Err(Refused("another issuer"));
        }
        let issued = seconds(claims, "iat")?;
        let expires = seconds(claims, "exp")?;
        let now_seconds = now.as_millis().div_euclid(1_000);
        let leeway = now_seconds + LEEWAY;
        let is_over = expires.is_some_and(|expires| expires <= now_seconds - LEEWAY);
        let begins = [issued, seconds(claims, "nbf")?].into_iter().flatten().max();
        if is_over || begins.is_some_and(|begins| begins > leeway) {
            return Err(Refused("over, or not good yet"));
        }
        // A token that does not say when it was made could be sent again after what it says is over.
        let entitlement = if issued.is_some() { entitlement_of(claims.get("entitlement"))? } else { None };
        Ok(Self {
            issuer: issuer.issuer.clone(),
            subject: text(user, "id")?.ok_or(Refused("no user id"))?,
            issued_at: at(issued.unwrap_or(now_seconds)),
            expires_at: at(expires.unwrap_or(now_seconds + MAX_LIFE)),
            // Coral's pages send one token again and again.
            id: None,
            name: loose(user, "username")?,
            email: loose(user, "email")?,
            email_verified: None,
            entitlement,
            session: None,
        })
    }
}

/// Whether a provider's token is the provider's and for us.
pub(super) fn check_parties(claims: &Map<String, Value>, issuer: &str, client: &str) -> Result<(), Refused> {
    if text(claims, "iss")?.as_deref() != Some(issuer) {
        return Err(Refused("another issuer"));
    }
    let (is_for_us, is_for_others) = match claims.get("aud") {
        Some(Value::String(audience)) => (audience == client, false),
        Some(Value::Array(all)) => (all.iter().any(|one| one.as_str() == Some(client)), all.len() > 1),
        _ => (false, false),
    };
    let party = text(claims, "azp")?;
    if !is_for_us || party.as_deref().is_some_and(|party| party != client) || (is_for_others && party.is_none()) {
        return Err(Refused("for another audience"));
    }
    Ok(())
}

fn check_times(claims: &Map<String, Value>, now: Timestamp, issued: i64, expires: i64) -> Result<(), Refused> {
    let now = now.as_millis().div_euclid(1_000);
    if expires <= now.saturating_sub(LEEWAY) {
        return Err(Refused("over"));
    }
    if expires > now.saturating_add(MAX_LIFE + LEEWAY) {
        return Err(Refused("good for too long"));
    }
    if issued > now.saturating_add(LEEWAY) {
        return Err(Refused("issued in the future"));
    }
    if seconds(claims, "nbf")?.is_some_and(|begins| begins > now.saturating_add(LEEWAY)) {
        return Err(Refused("not good yet"));
    }
    Ok(())
}

fn entitlement_of(claim: Option<&Value>) -> Result<Option<EntitlementClaim>, Refused> {
    let claim = match claim {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(claim)) => claim,
        Some(_) => return Err(Refused("the entitlement is no object")),
    };
    let status = text(claim, "status")?.ok_or(Refused("the entitlement has no status"))?;
    let seat = text(claim, "seat")?;
    let subscription = text(claim, "subscription")?;
    if seat.is_some() && subscription.is_none() {
        return Err(Refused("a seat of no subscription"));
    }
    Ok(Some(EntitlementClaim {
        status: Status::parse(&status).ok_or(Refused("the entitlement has no status of ours"))?,
        valid_until: match claim.get("valid_until") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.parse().map_err(|_| Refused("the entitlement's end is no time"))?),
            Some(_) => seconds(claim, "valid_until")?.map(at),
        },
        subscription,
        customer: text(claim, "customer")?,
        seat,
        plan: text(claim, "plan")?,
    }))
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds.saturating_mul(1_000))
}

/// A text of a sensible length, if it is there.
pub(super) fn text(claims: &Map<String, Value>, name: &str) -> Result<Option<String>, Refused> {
    match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if !text.is_empty() && text.len() <= MAX_CHARS && !text.contains('\0') => {
            Ok(Some(text.clone()))
        }
        Some(_) => Err(Refused("a claim is no text of a sensible length")),
    }
}

/// A text that may be of any length and is left out when it is of none: nobody is turned away for their name.
fn loose(claims: &Map<String, Value>, name: &str) -> Result<Option<String>, Refused> {
    match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
        Some(_) => Err(Refused("a claim is no text")),
    }
}

fn truth(claims: &Map<String, Value>, name: &str) -> Result<Option<bool>, Refused> {
    match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(truth)) => Ok(Some(*truth)),
        Some(_) => Err(Refused("a claim is neither true nor false")),
    }
}

/// A time in seconds: a number, never a text, and never so far off that it could not be reckoned with.
pub(super) fn seconds(claims: &Map<String, Value>, name: &str) -> Result<Option<i64>, Refused> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::Number(number)) => {
            #[expect(clippy::cast_possible_truncation, reason = "within the bounds of the next line")]
            let whole = number.as_i64().or_else(|| number.as_f64().filter(|it| it.abs() < 1e12).map(|it| it as i64));
            whole
                .filter(|seconds| (0..=253_402_300_799).contains(seconds))
                .map(Some)
                .ok_or(Refused("a time is out of range"))
        }
        Some(_) => Err(Refused("a time is no number")),
    }
}
