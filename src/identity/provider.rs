//! A provider of OpenID Connect: where it is asked, and with which keys it signs.

use std::sync::Arc;

use jsonwebtoken::jwk::JwkSet;
use serde_json::Value;
use url::Url;

use crate::app::App;
use crate::settings::OidcProvider;

/// Why a provider cannot be asked: for the log, since it is its engineers who can mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unanswered(pub &'static str);

/// What a provider says of itself.
pub(super) struct Metadata(Arc<Value>);

impl Metadata {
    /// Asks the provider, or remembers what it said.
    ///
    /// # Source
    /// OpenID Connect Discovery 1.0, 4.3: the issuer that it names must be the very one that was asked.
    pub(super) async fn of(app: &App, provider: &OidcProvider) -> Result<Self, Unanswered> {
        let address = format!("{}/.well-known/openid-configuration", provider.issuer.trim_end_matches('/'));
        let url = Url::parse(&address).map_err(|_| Unanswered("the issuer is no address"))?;
        let document = app.provider_keys.metadata(&url).await.map_err(|error| {
            tracing::warn!(%error, "a provider cannot be asked");
            Unanswered("the provider cannot be asked")
        })?;
        if document.get("issuer").and_then(Value::as_str) != Some(provider.issuer.as_str()) {
            return Err(Unanswered("the provider is another issuer"));
        }
        Ok(Self(document))
    }

    /// The address that the provider gives as `name`: https, or on this machine as the issuer itself is.
    pub(super) fn url(&self, name: &str) -> Option<Url> {
        let url = Url::parse(self.0.get(name)?.as_str()?).ok()?;
        (url.scheme() == "https" || crate::settings::is_loopback(&url)).then_some(url)
    }

    /// Whether the provider says `value` among `name`; nothing when it does not say.
    pub(super) fn has(&self, name: &str, value: &str) -> Option<bool> {
        Some(self.0.get(name)?.as_array()?.iter().any(|one| one.as_str() == Some(value)))
    }

    /// Whether the provider says yes to `name`.
    pub(super) fn is_true(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(false)
    }
}

/// The keys of a provider; asked for anew when none has the id `wanted`.
pub(super) async fn keys_of(app: &App, provider: &OidcProvider, wanted: Option<&str>) -> Result<JwkSet, Unanswered> {
    let url = Metadata::of(app, provider).await?.url("jwks_uri").ok_or(Unanswered("the provider has no keys"))?;
    app.provider_keys.get(&url, wanted).await.map_err(|error| {
        tracing::warn!(%error, "a provider's keys cannot be had");
        Unanswered("the provider's keys cannot be had")
    })
}
