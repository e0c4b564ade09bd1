//! The newspaper's providers of OpenID Connect.

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use super::given::{Complaint, Given};
use super::host_token::{is_loopback, tables, without_values};
use super::values::Value;

const REMEDY: &str = "write [[identity.oidc]] with issuer, client_id and client_secret";

/// A provider. Its secret shows as `***`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcProvider {
    /// What it calls itself, exactly.
    pub issuer: String,
    /// What it calls us.
    pub client_id: String,
    client_secret: SecretString,
    /// What the sign-in page calls it; its host unless given.
    #[serde(default)]
    pub name: Option<String>,
    /// What is asked for besides `openid`.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// The claim that says what the subscription is.
    #[serde(default = "entitlement")]
    pub entitlement_claim: String,
}

fn entitlement() -> String {
    "entitlement".to_owned()
}

impl OidcProvider {
    /// What it gave us to be known by, for the only place that uses it.
    #[must_use]
    pub fn secret(&self) -> &str {
        self.client_secret.expose_secret()
    }

    /// What is asked for.
    #[must_use]
    pub fn scope(&self) -> String {
        match &self.scopes {
            Some(scopes) => {
                std::iter::once("openid").chain(scopes.iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
            }
            None => "openid profile email".to_owned(),
        }
    }

    /// What people are shown.
    #[must_use]
    pub fn label(&self) -> String {
        let host = || Url::parse(&self.issuer).ok().and_then(|url| url.host_str().map(str::to_owned));
        self.name.clone().or_else(host).unwrap_or_else(|| self.issuer.clone())
    }

    fn fault(&self) -> Option<Complaint> {
        let complain = |what: &str, remedy: &str| Some(Complaint::new(format!("{}: {what}", self.issuer), remedy));
        let url = match Url::parse(&self.issuer) {
            Ok(url) if url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url)) => url,
            _ => return complain("the issuer is no https address", "write what the provider calls itself"),
        };
        if url.query().is_some() || url.fragment().is_some() {
            return complain("the issuer has a query", "write what the provider calls itself");
        }
        if self.client_id.is_empty() || self.secret().trim().is_empty() {
            return complain("client_id or client_secret is empty", "write what the provider gave you");
        }
        None
    }
}

/// Any number of providers.
#[derive(Clone, Debug, Default)]
pub struct OidcProviders(Vec<OidcProvider>);

impl OidcProviders {
    /// Each of them, in the order given.
    pub fn iter(&self) -> impl Iterator<Item = &OidcProvider> {
        self.0.iter()
    }
}

impl Value for OidcProviders {
    const KIND: &'static str = "list of tables";
    const IS_SECRET: bool = true;

    fn read(given: &Given<'_>) -> Result<Self, Complaint> {
        let json = tables(given).ok_or_else(|| Complaint::new("this is no list of tables", REMEDY))?;
        let read: Vec<OidcProvider> =
            serde_json::from_value(json).map_err(|error| Complaint::new(without_values(&error), REMEDY))?;
        match read.iter().find_map(OidcProvider::fault) {
            Some(fault) => Err(fault),
            None => Ok(Self(read)),
        }
    }

    fn show(&self) -> Option<String> {
        let shown =
            self.0.iter().map(|provider| format!("{{ issuer = {:?}, client_secret = \"***\" }}", provider.issuer));
        (!self.0.is_empty()).then(|| format!("[{}]", shown.collect::<Vec<_>>().join(", ")))
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}
