//! A signed token: taken apart, its signature checked by the key of its issuer. What it claims is read elsewhere.

use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde_json::{Map, Value};

use super::strict::Strict;
use crate::settings::{HostToken, decode_base64};

/// The most bytes of a token.
const MAX_BYTES: usize = 8 * 1024;

/// Why a token is refused: for the log alone, since whoever sends it may be guessing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub &'static str);

/// A token taken apart, not believed yet.
pub(super) struct Parts<'a> {
    signed: &'a str,
    signature: &'a str,
    pub(super) algorithm: Algorithm,
    pub(super) key_id: Option<String>,
    pub(super) claims: Map<String, Value>,
}

/// Takes a token of this `kind` apart. Its header may name an algorithm and a key and nothing that would lead elsewhere.
pub(super) fn parts_of<'a>(token: &'a str, kind: &str) -> Result<Parts<'a>, Refused> {
    if token.len() > MAX_BYTES {
        return Err(Refused("the token is too long"));
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(Refused("not three parts"))?;
    let (header, payload) = signed.split_once('.').ok_or(Refused("not three parts"))?;
    if signature.is_empty() || payload.contains('.') {
        return Err(Refused("not three parts"));
    }
    let header = object_in(header).ok_or(Refused("the header is no JSON object"))?;
    if ["crit", "jku", "jwk", "x5u", "x5c", "b64", "zip", "enc"].iter().any(|name| header.contains_key(*name)) {
        return Err(Refused("the header has what we do not follow"));
    }
    let algorithm = match header.get("alg").and_then(Value::as_str) {
        Some("HS256") => Algorithm::HS256,
        Some("RS256") => Algorithm::RS256,
        Some("EdDSA") => Algorithm::EdDSA,
        Some("ES256") => Algorithm::ES256,
        _ => return Err(Refused("the algorithm is not one of ours")),
    };
    // What is typed as something else is something else, whatever it claims.
    let is_typed = |typ: &Value| typ.as_str().is_some_and(|typ| typ.eq_ignore_ascii_case(kind));
    if header.get("typ").is_some_and(|typ| !is_typed(typ)) {
        return Err(Refused("typed as another kind of token"));
    }
    let key_id = match header.get("kid") {
        None => None,
        Some(Value::String(id)) if !id.is_empty() && id.len() <= 255 => Some(id.clone()),
        Some(_) => return Err(Refused("the key's id is no text")),
    };
    let claims = object_in(payload).ok_or(Refused("the claims are no JSON object"))?;
    Ok(Parts { signed, signature, algorithm, key_id, claims })
}

impl Parts<'_> {
    /// Checks the signature by the shared secrets of an issuer: the one that the header names, or, when it names none, the
    /// only one; in Coral's way any.
    pub(super) fn check_shared(&self, issuer: &HostToken) -> Result<(), Refused> {
        if self.algorithm != Algorithm::HS256 {
            return Err(Refused("signed in another way than its issuer signs"));
        }
        let secrets = issuer.shared_secrets();
        let is_named = |id: &str| self.key_id.as_deref().is_none_or(|named| named == id);
        let tried: Vec<_> = secrets.iter().filter(|(id, _)| is_named(id)).collect();
        if self.key_id.is_none() && tried.len() > 1 && !issuer.coral {
            return Err(Refused("the key is not named"));
        }
        // Every one is tried, so that the time does not tell which was right.
        let right = tried.iter().filter(|(_, secret)| self.is_signed_by(&DecodingKey::from_secret(secret))).count();
        if right > 0 { Ok(()) } else { Err(Refused("signed by nobody we know")) }
    }

    /// Checks the signature by the public keys of an issuer: the one that the header names, or the only one.
    pub(super) fn check_public(&self, keys: &JwkSet) -> Result<(), Refused> {
        let kind = match self.algorithm {
            Algorithm::RS256 => "RSA",
            Algorithm::EdDSA => "OKP",
            Algorithm::ES256 => "EC",
            _ => return Err(Refused("signed in another way than its issuer signs")),
        };
        let is_named = |key: &&Jwk| match &self.key_id {
            Some(id) => key.common.key_id.as_deref() == Some(id),
            None => keys.keys.len() == 1,
        };
        let is_for_this = |key: &&Jwk| {
            let says = key.common.key_algorithm.map(|algorithm| algorithm.to_string());
            let own = match key.algorithm {
                AlgorithmParameters::RSA(_) => "RSA",
                AlgorithmParameters::OctetKeyPair(_) => "OKP",
                AlgorithmParameters::EllipticCurve(_) => "EC",
                _ => "",
            };
            own == kind && says.is_none_or(|says| says.eq_ignore_ascii_case(&format!("{:?}", self.algorithm)))
        };
        let is_to_sign =
            |key: &&Jwk| key.common.public_key_use.as_ref().is_none_or(|usage| *usage == PublicKeyUse::Signature);
        let keys = keys.keys.iter().filter(is_named).filter(is_for_this).filter(is_to_sign);
        if keys.filter_map(|key| DecodingKey::from_jwk(key).ok()).any(|key| self.is_signed_by(&key)) {
            Ok(())
        } else {
            Err(Refused("signed by nobody we know"))
        }
    }

    /// Whether `key` made the signature.
    pub(super) fn is_signed_by(&self, key: &DecodingKey) -> bool {
        crypto::verify(self.signature, self.signed.as_bytes(), key, self.algorithm).unwrap_or(false)
    }

    /// What is signed, for telling one token from another.
    pub(super) const fn signed(&self) -> &str {
        self.signed
    }
}

/// The JSON object behind base 64 for addresses, without padding and with nothing said twice.
fn object_in(part: &str) -> Option<Map<String, Value>> {
    if !part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
        return None;
    }
    let bytes = decode_base64(part)?;
    match serde_json::from_slice::<Strict>(&bytes).ok()?.0 {
        Value::Object(object) => Some(object),
        _ => None,
    }
}
