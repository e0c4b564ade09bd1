//! Whose tokens are believed.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::Value as Json;
use toml::de::DeValue;
use url::{Host, Url};

use super::given::{Complaint, Given};
use super::values::Value;

const REMEDY: &str =
    "write [[identity.host_token]] with issuer, audience, and hs256 = { kid = \"secret\" } or jwks_url = \"https://…\"";

/// An issuer of tokens. Its secrets show as `***`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostToken {
    /// What `iss` must be, exactly.
    pub issuer: String,
    /// What `aud` must contain.
    #[serde(default)]
    pub audience: String,
    #[serde(default)]
    hs256: BTreeMap<String, SecretString>,
    /// Where its public keys are.
    #[serde(default)]
    pub jwks_url: Option<Url>,
    /// Whether its tokens are as Coral takes them.
    #[serde(default)]
    pub coral: bool,
}

impl HostToken {
    /// The shared secrets, each with its id, for the only place that computes with them.
    #[must_use]
    pub fn shared_secrets(&self) -> Vec<(&str, &[u8])> {
        self.hs256.iter().map(|(id, secret)| (id.as_str(), secret.expose_secret().as_bytes())).collect()
    }

    fn fault(&self) -> Option<Complaint> {
        let complain = |what: &str, remedy: &str| Some(Complaint::new(format!("{}: {what}", self.issuer), remedy));
        if self.issuer.is_empty() {
            return Some(Complaint::new("an issuer is empty", "write what its tokens have as `iss`"));
        }
        if self.audience.is_empty() && !self.coral {
            return complain("there is no audience", "write what its tokens have as `aud`");
        }
        if self.hs256.is_empty() == self.jwks_url.is_none() {
            return complain("there must be either hs256 or jwks_url", "give one of them");
        }
        if self.hs256.values().any(|secret| secret.expose_secret().trim().is_empty()) {
            return complain("a secret is empty", "write what `openssl rand -hex 32` prints");
        }
        if self.coral && self.hs256.is_empty() {
            return complain("Coral's tokens are signed by a secret", "give hs256");
        }
        match &self.jwks_url {
            Some(url) if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(url)) => {
                complain("jwks_url is not https", "write an https address")
            }
            _ => None,
        }
    }
}

/// Whether an address names this machine itself.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Any number of issuers.
#[derive(Clone, Debug, Default)]
pub struct HostTokens(Vec<HostToken>);

impl HostTokens {
    /// Each of them, in the order given.
    pub fn iter(&self) -> impl Iterator<Item = &HostToken> {
        self.0.iter()
    }
}

impl Value for HostTokens {
    const KIND: &'static str = "list of tables";
    const IS_SECRET: bool = true;

    fn read(given: &Given<'_>) -> Result<Self, Complaint> {
        let json = tables(given).ok_or_else(|| Complaint::new("this is no list of tables", REMEDY))?;
        let read: Vec<HostToken> =
            serde_json::from_value(json).map_err(|error| Complaint::new(without_values(&error), REMEDY))?;
        if let Some(fault) = read.iter().find_map(HostToken::fault) {
            return Err(fault);
        }
        let mut issuers: Vec<&str> = read.iter().map(|issuer| issuer.issuer.as_str()).collect();
        issuers.sort_unstable();
        if issuers.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err(Complaint::new("an issuer stands there twice", "put its secrets into one table"));
        }
        Ok(Self(read))
    }

    fn show(&self) -> Option<String> {
        let shown = self.0.iter().map(|issuer| format!("{{ issuer = {:?}, hs256 = \"***\" }}", issuer.issuer));
        (!self.0.is_empty()).then(|| format!("[{}]", shown.collect::<Vec<_>>().join(", ")))
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

/// What serde says is wrong, as far as it repeats no value: one may be a secret.
pub(super) fn without_values(error: &serde_json::Error) -> String {
    let said = error.to_string();
    if said.contains("missing field") || said.contains("unknown field") {
        said.split(" at line").next().unwrap_or_default().to_owned()
    } else {
        "a value has another type than it should".to_owned()
    }
}

/// Tables of a file, or JSON of the environment, as JSON.
pub(super) fn tables(given: &Given<'_>) -> Option<Json> {
    let json = match given {
        Given::Text(text) => serde_json::from_str(text).ok()?,
        Given::Toml(value) => json_of(value)?,
    };
    match json {
        Json::Array(_) => Some(json),
        Json::Object(_) => Some(Json::Array(vec![json])),
        _ => None,
    }
}

fn json_of(value: &DeValue<'_>) -> Option<Json> {
    Some(match value {
        DeValue::String(text) => Json::from(text.as_ref()),
        DeValue::Boolean(truth) => Json::from(*truth),
        DeValue::Integer(number) => Json::from(number.as_str().parse::<i64>().ok()?),
        DeValue::Array(items) => items.iter().map(|item| json_of(item.get_ref())).collect::<Option<Vec<_>>>()?.into(),
        DeValue::Table(table) => {
            let pairs = table.iter().map(|(name, value)| Some((name.get_ref().to_string(), json_of(value.get_ref())?)));
            Json::Object(pairs.collect::<Option<_>>()?)
        }
        DeValue::Float(_) | DeValue::Datetime(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Settings, Sources};

    #[test]
    fn issuers_are_read_from_tables_and_from_json_and_their_secrets_never_shown() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("belowline.toml");
        let file = "[[identity.host_token]]\nissuer = \"https://a.example\"\naudience = \"comments\"\nhs256 = { k1 = \"hush\", k2 = \"hush2\" }\n\
                    [[identity.host_token]]\nissuer = \"https://b.example\"\naudience = \"comments\"\njwks_url = \"https://b.example/jwks\"\n";
        std::fs::write(&path, file).unwrap();
        let settings = Settings::load(&Sources { file: Some(path), ..Sources::default() }).unwrap();
        let issuers: Vec<_> = settings.identity.host_token.iter().map(|it| it.issuer.as_str()).collect();
        assert_eq!(issuers, ["https://a.example", "https://b.example"]);
        assert!(!format!("{settings:?} {}", settings.show()).contains("hush"));
        let json = r#"{"issuer":"i","audience":"a","hs256":{"k":"hush"}}"#;
        assert_eq!(HostTokens::read(&Given::Text(json)).unwrap().iter().count(), 1);
    }

    #[test]
    fn what_cannot_be_is_told_without_the_secret() {
        for (bad, told) in [
            (r#"{"issuer":"i","hs256":{"k":"hush"}}"#, "no audience"),
            (r#"{"issuer":"i","audience":"a"}"#, "either hs256 or jwks_url"),
            (r#"{"issuer":"i","audience":"a","hs256":{"k":" "}}"#, "empty"),
            (r#"{"issuer":"i","audience":"a","hs256":"hush"}"#, "another type"),
            (r#"{"issuer":"i","audience":"a","secret":"hush"}"#, "unknown field"),
            (r#"{"issuer":"i","audience":"a","jwks_url":"http://keys.example/"}"#, "not https"),
            (
                r#"[{"issuer":"i","audience":"a","hs256":{"k":"h"}},{"issuer":"i","audience":"b","hs256":{"k":"h"}}]"#,
                "twice",
            ),
            ("hush", "no list of tables"),
        ] {
            let complaint = HostTokens::read(&Given::Text(bad)).unwrap_err();
            assert!(complaint.what.contains(told), "{bad}: {}", complaint.what);
            assert!(!complaint.what.contains("hush"), "{}", complaint.what);
        }
    }
}
