//! Settings that are lists: names, and secrets that others chose for us.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

use super::given::{Complaint, Given};
use super::key::decode_base64;
use super::values::Value;

/// Any number of names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(Vec<String>);

impl Names {
    /// Each of them, in the order given.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl Value for Names {
    const KIND: &'static str = "list of texts";

    fn read(given: &Given<'_>) -> Result<Self, Complaint> {
        Ok(Self(given.list()?.into_iter().map(str::to_owned).collect()))
    }

    fn show(&self) -> Option<String> {
        let items = self.0.iter().cloned().map(toml::Value::String).collect();
        Some(toml::Value::Array(items).to_string())
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

/// Secrets that are used as they are written. Shown as `***`.
#[derive(Clone, Default)]
pub struct Secrets(Vec<SecretString>);

impl Secrets {
    /// Each of them, for the only place that computes with them.
    pub fn expose(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|secret| secret.expose_secret())
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Value for Secrets {
    const KIND: &'static str = "list of secrets";
    const IS_SECRET: bool = true;

    fn read(given: &Given<'_>) -> Result<Self, Complaint> {
        let read = |secret: &str| {
            if secret.trim().is_empty() {
                Err(Complaint::new("one of the secrets is empty", "leave it out"))
            } else {
                Ok(SecretString::from(secret))
            }
        };
        given.list()?.into_iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    fn show(&self) -> Option<String> {
        hidden(self.0.len())
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

/// Secrets of Standard Webhooks: the bytes behind `whsec_` and base 64. Shown as `***`.
#[derive(Clone, Default)]
pub struct WebhookSecrets(Vec<SecretSlice<u8>>);

impl WebhookSecrets {
    /// The bytes of each, for the only place that computes with them.
    pub fn expose(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(|secret| secret.expose_secret())
    }
}

impl fmt::Debug for WebhookSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Value for WebhookSecrets {
    const KIND: &'static str = "list of secrets, each whsec_ and base 64";
    const IS_SECRET: bool = true;

    fn read(given: &Given<'_>) -> Result<Self, Complaint> {
        let read = |secret: &str| {
            let bytes = secret.trim().strip_prefix("whsec_").and_then(decode_base64).filter(|bytes| !bytes.is_empty());
            bytes.map(SecretSlice::from).ok_or_else(|| {
                let remedy = "write `whsec_` and what `openssl rand -base64 32` prints";
                Complaint::new("one of the secrets is not whsec_ and base 64", remedy)
            })
        };
        given.list()?.into_iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    fn show(&self) -> Option<String> {
        hidden(self.0.len())
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

fn hidden(count: usize) -> Option<String> {
    Some(format!("[{}]", vec!["\"***\""; count].join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_read_whole_or_decoded_and_never_shown() {
        let stripe = Secrets::read(&Given::Text("whsec_abc, whsec_def")).unwrap();
        assert_eq!(stripe.expose().collect::<Vec<_>>(), ["whsec_abc", "whsec_def"]);
        let billing = WebhookSecrets::read(&Given::Text("whsec_aGVsbG8=")).unwrap();
        assert_eq!(billing.expose().collect::<Vec<_>>(), [b"hello"]);
        assert_eq!(format!("{stripe:?} {billing:?} {:?}", stripe.show().unwrap()), r#"*** *** "[\"***\", \"***\"]""#);
        for bad in ["hello", "whsec_", "whsec_!"] {
            assert!(WebhookSecrets::read(&Given::Text(bad)).is_err(), "{bad}");
        }
        assert_eq!(Names::read(&Given::Text("a, b,")).unwrap().iter().collect::<Vec<_>>(), ["a", "b"]);
    }
}
