//! The key by which a request that comes twice is recognised.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::http::{Code, Error};

/// How many characters a key has at most.
pub const MAX_KEY_CHARS: usize = 255;

/// The `Idempotency-Key` of a request, 1 to 255 visible ASCII characters. Take it as an `Option` where it may lack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The key in `text`, as from the hidden field of a page's form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_key = (1..=MAX_KEY_CHARS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_key.then(|| Self(text.to_owned()))
    }

    /// The key itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key in `headers`, if there is one.
    ///
    /// # Errors
    /// `idempotency_key_invalid` 400 when there are two, or it is not a key.
    pub fn from_headers(headers: &HeaderMap) -> Result<Option<Self>, Error> {
        let mut lines = headers.get_all("idempotency-key").iter();
        let Some(line) = lines.next() else { return Ok(None) };
        let key = line.to_str().ok().and_then(Self::parse).filter(|_| lines.next().is_none());
        key.map(Some).ok_or_else(|| Error::new(Code::IdempotencyKeyInvalid))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Self::from_headers(&parts.headers)?.ok_or_else(|| Error::new(Code::IdempotencyKeyMissing))
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for IdempotencyKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Error> {
        Self::from_headers(&parts.headers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&[u8]]) -> Result<Option<String>, Code> {
        let headers = lines.iter().fold(HeaderMap::new(), |mut map, line| {
            map.append("idempotency-key", axum::http::HeaderValue::from_bytes(line).unwrap());
            map
        });
        IdempotencyKey::from_headers(&headers).map(|key| key.map(|key| key.0)).map_err(|error| error.code())
    }

    #[test]
    fn a_key_is_1_to_255_visible_ascii_characters_once() {
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&[b"k-1!~"]), Ok(Some("k-1!~".to_owned())));
        assert!(read(&[&[b'k'; 255]]).is_ok());
        for odd in [&b""[..], b"a b", b"a\tb", "é".as_bytes(), &[b'k'; 256]] {
            assert_eq!(read(&[odd]), Err(Code::IdempotencyKeyInvalid), "{odd:?}");
        }
        assert_eq!(read(&[b"a", b"a"]), Err(Code::IdempotencyKeyInvalid));
    }
}
