//! Signing in at the newspaper's provider: authorization code with PKCE, bound to the browser that began.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use url::Url;

use super::claims::{Claims, text};
use super::exchange::{ExchangeError, admit};
use super::jwt::{Refused, parts_of};
use super::provider::{Metadata, Unanswered, keys_of};
use super::store;
use crate::accounts::{Admission, Client};
use crate::app::App;
use crate::egress::HttpError;
use crate::kernel::{Actor, Timestamp};
use crate::limits::Network;
use crate::secrets::Token;
use crate::settings::OidcProvider;

/// How long a sign-in may take.
const GOOD_FOR: std::time::Duration = std::time::Duration::from_secs(600);

/// The path that the provider sends the browser back to.
pub const CALLBACK: &str = "/sign-in/oidc/callback";

/// A sign-in that has begun: where the browser goes, and what its cookie holds until it comes back.
#[derive(Debug)]
pub struct Begun {
    /// Where to go.
    pub location: Url,
    /// What the cookie holds: nobody else can make one.
    pub cookie: String,
}

/// What a browser brings back from the provider.
#[derive(Clone, Debug, Default)]
pub struct Returned {
    /// The code.
    pub code: Option<String>,
    /// The state that went along.
    pub state: Option<String>,
    /// Who the provider says it is.
    pub issuer: Option<String>,
    /// What the cookie holds.
    pub cookie: Option<String>,
}

fn digits(token: &Token) -> String {
    token.expose().trim_start_matches("bl_").to_owned()
}

fn seal(app: &App, payload: &str) -> String {
    hex::encode(app.keys.keyed_hash("oidc", payload.as_bytes()).as_bytes())
}

/// The provider called `issuer`, or the only one when none is named.
///
/// # Errors
/// When there is none.
pub fn provider_of<'a>(app: &'a App, issuer: Option<&str>) -> Result<&'a OidcProvider, Refused> {
    let mut known = app.settings.identity.oidc.iter();
    let found = match issuer {
        Some(issuer) => known.find(|provider| provider.issuer == issuer),
        None => known.next().filter(|_| known.next().is_none()),
    };
    found.ok_or(Refused("no provider of ours"))
}

fn callback(app: &App) -> String {
    format!("{}{CALLBACK}", app.settings.public_url().as_str().trim_end_matches('/'))
}

/// Begins a sign-in at `provider`, after which the browser goes to `return_to`.
///
/// # Errors
/// When the provider cannot be asked, or not as a provider is.
pub async fn begin(app: &App, provider: &OidcProvider, return_to: &str) -> Result<Begun, Unanswered> {
    let metadata = Metadata::of(app, provider).await?;
    let mut location = metadata.url("authorization_endpoint").ok_or(Unanswered("the provider has no entrance"))?;
    let [state, nonce, verifier] = std::array::from_fn(|_| digits(&Token::draw(&app.ids)));
    let expires_at = app.now().plus(GOOD_FOR).as_millis();
    let payload = serde_json::json!({ "state": state, "nonce": nonce, "verifier": verifier, "issuer": provider.issuer,
        "return_to": return_to, "expires_at": expires_at });
    let payload = BASE64URL_NOPAD.encode(payload.to_string().as_bytes());
    location
        .query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &provider.client_id)
        .append_pair("redirect_uri", &callback(app))
        .append_pair("scope", &provider.scope())
        .append_pair("state", &state)
        .append_pair("nonce", &nonce)
        .append_pair("code_challenge", &BASE64URL_NOPAD.encode(&Sha256::digest(verifier.as_bytes())))
        .append_pair("code_challenge_method", "S256");
    Ok(Begun { location, cookie: format!("{payload}.{}", seal(app, &payload)) })
}

/// Ends a sign-in: the browser that began it comes back with a code, which the provider gives a token for. Answers who it is,
/// and where they wanted to go.
///
/// # Errors
/// When the browser, the state, the provider or the token is not the one that it should be.
pub async fn finish(app: &App, returned: &Returned, from: &Client) -> Result<(Admission, String), ExchangeError> {
    app.limits.sign_in_per_network.check(Network::of(from.address).as_bytes())?;
    let begun = begun_in(app, returned)?;
    let get = |name: &str| text(&begun, name)?.ok_or(Refused("the cookie is not ours"));
    let (issuer, nonce, verifier) = (get("issuer")?, get("nonce")?, get("verifier")?);
    let provider = provider_of(app, Some(&issuer))?;
    let metadata = Metadata::of(app, provider).await?;
    let is_other = returned.issuer.as_deref().is_some_and(|said| said != issuer);
    let must_say = metadata.is_true("authorization_response_iss_parameter_supported");
    if is_other || (must_say && returned.issuer.is_none()) {
        return Err(Refused("another provider answers").into());
    }
    use_up(app, &get("state")?).await?;
    let code = returned.code.as_deref().ok_or(Refused("no code"))?;
    let answer = redeem(app, provider, &metadata, code, &verifier).await?;
    let id_token = text_of(&answer, "id_token").ok_or(Refused("no id token"))?;
    let parts = parts_of(id_token, "JWT")?;
    parts.check_public(&keys_of(app, provider, parts.key_id.as_deref()).await?)?;
    let mut said = parts.claims.clone();
    add_profile(app, &metadata, &answer, &mut said).await?;
    let parties = (provider.issuer.as_str(), provider.client_id.as_str());
    let claims = Claims::read_id_token(&said, parties, &nonce, &provider.entitlement_claim, app.now())?;
    let mark = app.keys.keyed_hash("token", parts.signed().as_bytes());
    let admission = admit(app, &claims, &hex::encode(mark.as_bytes()), from).await?;
    Ok((admission, text_of(&Value::Object(begun), "return_to").unwrap_or("/").to_owned()))
}

/// What the cookie of the browser that began holds, when the browser comes back with the same state, in time.
fn begun_in(app: &App, returned: &Returned) -> Result<Map<String, Value>, Refused> {
    let cookie = returned.cookie.as_deref().ok_or(Refused("another browser comes back"))?;
    let (payload, sealed) = cookie.split_once('.').ok_or(Refused("the cookie is not ours"))?;
    if !bool::from(seal(app, payload).as_bytes().ct_eq(sealed.as_bytes())) {
        return Err(Refused("the cookie is not ours"));
    }
    let bytes = BASE64URL_NOPAD.decode(payload.as_bytes()).map_err(|_| Refused("the cookie is not ours"))?;
    let begun: Map<String, Value> = serde_json::from_slice(&bytes).map_err(|_| Refused("the cookie is not ours"))?;
    if returned.state.is_none() || text(&begun, "state")? != returned.state {
        return Err(Refused("another state comes back"));
    }
    let expires_at = begun.get("expires_at").and_then(Value::as_i64).map(Timestamp::from_millis);
    if expires_at.is_none_or(|at| at <= app.now()) {
        return Err(Refused("it took too long"));
    }
    Ok(begun)
}

/// Each state is good once.
async fn use_up(app: &App, state: &str) -> Result<(), ExchangeError> {
    let mut work = app.write(Actor::Anonymous).await?;
    let used = app.keys.keyed_hash("oidc.state", state.as_bytes());
    let until = work.now.plus(GOOD_FOR);
    if !store::use_token(&mut work.tx, used.as_bytes(), until).await? {
        return Err(Refused("used before").into());
    }
    work.commit().await?;
    Ok(())
}

async fn redeem(
    app: &App,
    provider: &OidcProvider,
    metadata: &Metadata,
    code: &str,
    verifier: &str,
) -> Result<Value, ExchangeError> {
    let url = metadata.url("token_endpoint").ok_or(Unanswered("the provider gives no tokens"))?;
    // Basic is what a provider takes that does not say.
    let is_basic = metadata.has("token_endpoint_auth_methods_supported", "client_secret_basic").unwrap_or(true);
    let authorization = is_basic.then(|| basic(provider));
    let form = code_form(app, provider, (code, verifier), !is_basic);
    let client = app.provider_keys.client();
    let body = client.post_form(&url, form, authorization.as_deref()).await.map_err(|error| {
        tracing::warn!(%error, "a provider gives no token for a code");
        // A code that is used, over or another's is answered so, and our own name and secret by 401 (RFC 6749, 5.2).
        if matches!(error, HttpError::Status { status: 400, .. }) {
            return ExchangeError::Refused(Refused("the provider gives no token"));
        }
        Unanswered("the provider gives no token").into()
    })?;
    serde_json::from_slice(&body).map_err(|_| Unanswered("the provider's answer is no JSON").into())
}

fn code_form(app: &App, provider: &OidcProvider, (code, verifier): (&str, &str), has_secret: bool) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", code)
        .append_pair("redirect_uri", &callback(app))
        .append_pair("code_verifier", verifier);
    if has_secret {
        form.append_pair("client_id", &provider.client_id).append_pair("client_secret", provider.secret());
    }
    form.finish()
}

fn basic(provider: &OidcProvider) -> String {
    let part = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", part(&provider.client_id), part(provider.secret()));
    format!("Basic {}", BASE64.encode(pair.as_bytes()))
}

/// Adds what the id token does not say and the provider tells whoever has the access token, of the same person.
async fn add_profile(
    app: &App,
    metadata: &Metadata,
    answer: &Value,
    said: &mut Map<String, Value>,
) -> Result<(), Refused> {
    let (Some(url), Some(token)) = (metadata.url("userinfo_endpoint"), text_of(answer, "access_token")) else {
        return Ok(());
    };
    let Ok(body) = app.provider_keys.client().get(&url, Some(&format!("Bearer {token}"))).await else { return Ok(()) };
    let Ok(Value::Object(profile)) = serde_json::from_slice::<Value>(&body) else { return Ok(()) };
    if profile.get("sub") != said.get("sub") {
        return Err(Refused("the provider tells of somebody else"));
    }
    // What a sign-in is judged by, only the signed token says.
    let judged = ["iss", "aud", "azp", "nonce", "exp", "iat", "nbf", "sid", "jti"];
    for (name, value) in profile.into_iter().filter(|(name, _)| !judged.contains(&name.as_str())) {
        said.entry(name).or_insert(value);
    }
    Ok(())
}

fn text_of<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str().filter(|text| !text.is_empty())
}
