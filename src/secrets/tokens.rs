//! Tokens: 256 random bits that whoever holds them may use, and the hash that is all we keep of them.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::keys::is_same;
use crate::kernel::Ids;

/// What every token begins with, so that scanners of leaked files can tell one.
const PREFIX: &str = "bl_";
/// 256 bits in base 64.
const DIGITS: usize = 43;

/// A token, as its holder has it. Shown to them once; shows itself as `***`.
#[derive(Clone)]
pub struct Token(SecretString);

/// The text is not a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a token")]
pub struct NotAToken;

/// What is stored of a token. Compared in a time that does not tell where two differ.
#[derive(Clone, Copy)]
pub struct TokenHash([u8; 32]);

impl Token {
    /// A new token.
    #[must_use]
    pub fn draw(ids: &Ids) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        ids.fill(bytes.as_mut());
        let mut text = String::with_capacity(PREFIX.len() + DIGITS);
        text.push_str(PREFIX);
        BASE64URL_NOPAD.encode_append(bytes.as_ref(), &mut text);
        Self(text.into())
    }

    /// The token in `text`, if it has the form of one.
    ///
    /// # Errors
    /// When it has not.
    pub fn parse(text: &str) -> Result<Self, NotAToken> {
        let digits = text.strip_prefix(PREFIX).ok_or(NotAToken)?;
        let is_token = digits.len() == DIGITS
            && digits.bytes().all(|digit| digit.is_ascii_alphanumeric() || matches!(digit, b'-' | b'_'));
        if is_token { Ok(Self(text.into())) } else { Err(NotAToken) }
    }

    /// The text, for its holder alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// What is stored of it. A token is random, so nothing slower than SHA-256 is called for.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.expose()).into())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl TokenHash {
    /// The hash as it was stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        is_same(&self.0, &other.0)
    }
}

impl Eq for TokenHash {}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_again_by_its_hash_and_never_shown() {
        let ids = Ids::seeded(1);
        let token = Token::draw(&ids);
        assert_eq!(token.expose().len(), 46);
        let brought = Token::parse(token.expose()).unwrap();
        assert_eq!(brought.hash(), TokenHash::from_bytes(*token.hash().as_bytes()));
        assert_ne!(Token::draw(&ids).hash(), token.hash());
        assert_eq!(format!("{token:?} {:?}", token.hash()), "*** TokenHash(***)");
    }

    #[test]
    fn what_has_not_the_form_of_a_token_is_none() {
        let token = Token::draw(&Ids::seeded(2));
        let text = token.expose();
        let longer = format!("{text}A");
        let foreign = text.replace("bl_", "xx_");
        let spaced = format!("{} ", &text[..45]);
        for not in ["", "bl_", &text[1..], &longer, &foreign, &spaced, "bl_ééééééééééééééééééééé1"]
        {
            assert_eq!(Token::parse(not).err(), Some(NotAToken), "{not}");
        }
    }

    #[test]
    fn all_256_bits_are_in_the_text() {
        let mut bytes = [0; 32];
        Ids::seeded(7).fill(&mut bytes);
        let token = Token::draw(&Ids::seeded(7));
        let digits = token.expose().strip_prefix(PREFIX).unwrap();
        assert_eq!(BASE64URL_NOPAD.decode(digits.as_bytes()).unwrap(), bytes);
    }
}
