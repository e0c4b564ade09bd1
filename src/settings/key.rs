//! A key that was given: long enough, and not one that anybody could guess.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::LazyLock;

use data_encoding::{BASE64_NOPAD, Encoding};
use secrecy::{ExposeSecret, SecretSlice};
use zeroize::Zeroizing;

use super::given::{Complaint, Given};
use super::values::Value;

/// The fewest bytes of a key.
const MIN_BYTES: usize = 32;
/// 32 random bytes with fewer different values than this do not occur: half of them would have to be repeats.
const MIN_DIFFERENT_BYTES: usize = 16;
/// Words that stand in keys which were typed or copied, not drawn.
const TYPED: &[&str] = &[
    "secret",
    "changeme",
    "change-me",
    "change_me",
    "example",
    "default",
    "password",
    "belowline",
    "insecure",
    "test",
];

/// A secret key of at least 32 bytes. Shows itself as `***`.
#[derive(Clone)]
pub struct SecretKey(SecretSlice<u8>);

impl SecretKey {
    /// The bytes, for the only place that computes with them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.expose_secret()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Value for SecretKey {
    const KIND: &'static str = "32 bytes or more in hexadecimal or base 64";
    const IS_SECRET: bool = true;

    fn read(given: &Given<'_>) -> Result<Self, Complaint> {
        const REMEDY: &str = "write what `openssl rand -hex 32` prints";
        let text = given.text()?.trim();
        let bytes = decode(text)
            .ok_or_else(|| Complaint::new("the key is neither hexadecimal nor base 64", REMEDY))
            .map(Zeroizing::new)?;
        if bytes.len() < MIN_BYTES {
            return Err(Complaint::new(format!("the key has {} bytes, fewer than {MIN_BYTES}", bytes.len()), REMEDY));
        }
        if is_guessable(text, &bytes) {
            return Err(Complaint::new("the key is an example or a pattern that anybody could guess", REMEDY));
        }
        Ok(Self(SecretSlice::from(bytes.to_vec())))
    }

    fn show(&self) -> Option<String> {
        Some("\"***\"".to_owned())
    }
}

/// Any number of keys, each as good as a [`SecretKey`] alone.
#[derive(Clone, Default)]
pub struct SecretKeys(Vec<SecretKey>);

impl SecretKeys {
    /// The keys, in the order given.
    pub fn iter(&self) -> impl Iterator<Item = &SecretKey> {
        self.0.iter()
    }
}

impl fmt::Debug for SecretKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Value for SecretKeys {
    const KIND: &'static str = "list of keys, each 32 bytes or more in hexadecimal or base 64";
    const IS_SECRET: bool = true;

    fn read(given: &Given<'_>) -> Result<Self, Complaint> {
        given.list()?.into_iter().map(|key| SecretKey::read(&Given::Text(key))).collect::<Result<_, _>>().map(Self)
    }

    fn show(&self) -> Option<String> {
        let shown: Vec<_> = self.0.iter().map(|_| "\"***\"").collect();
        Some(format!("[{}]", shown.join(", ")))
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

fn is_guessable(text: &str, bytes: &[u8]) -> bool {
    let different: BTreeSet<u8> = bytes.iter().copied().collect();
    let steps: BTreeSet<u8> =
        bytes.iter().zip(bytes.iter().skip(1)).map(|(before, after)| after.wrapping_sub(*before)).collect();
    let is_repeated =
        (1..=bytes.len() / 2).any(|period| bytes.iter().zip(bytes.iter().skip(period)).all(|(a, b)| a == b));
    let is_typed = |text: &str| TYPED.iter().any(|word| text.contains(word));
    let decoded = String::from_utf8_lossy(bytes).to_lowercase();
    // 32 drawn bytes are all printable once in 10^13 draws.
    let is_words = bytes.iter().all(|byte| matches!(byte, b' '..=b'~'));
    // Four letters in a row come by chance in base 64, six hardly ever.
    let is_named = TYPED.iter().filter(|word| word.len() >= 6).any(|word| text.to_lowercase().contains(word));
    different.len() < MIN_DIFFERENT_BYTES
        || steps.len() < 8
        || is_repeated
        || is_words
        || is_typed(&decoded)
        || is_named
}

/// The bytes behind hexadecimal or base 64 of either alphabet, with or without padding.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    hex::decode(text).ok().or_else(|| decode_base64(text))
}

/// The bytes behind base 64 of either alphabet, with or without padding.
pub(super) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    FORGIVING.decode(text.trim_end_matches('=').as_bytes()).ok()
}

/// What other people's tools write: either alphabet, and anything in the bits after the last byte.
static FORGIVING: LazyLock<Encoding> = LazyLock::new(|| {
    let mut written = BASE64_NOPAD.specification();
    written.translate.from.push_str("-_");
    written.translate.to.push_str("+/");
    written.check_trailing_bits = false;
    written.encoding().unwrap_or(BASE64_NOPAD)
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::Ids;

    fn read(text: &str) -> Result<SecretKey, String> {
        SecretKey::read(&Given::Text(text)).map_err(|complaint| complaint.what)
    }

    #[test]
    fn keys_that_anybody_could_guess_are_refused() {
        let guessable = [
            "00".repeat(32),
            "ab".repeat(32),
            "0123456789abcdef".repeat(4),
            (0..32).map(|n| format!("{n:02x}")).collect::<String>(),
            hex::encode("change-me-change-me-change-me-!!"),
            hex::encode("a perfectly typed sentence of words"),
            "changemechangemechangemechangemechangemeABC".to_owned(),
            "EXAMPLE+Qm4tWk1vYzdkU3ZQeUxhR2hKcTlYdTJFcgAB".to_owned(),
        ];
        for text in guessable {
            assert_eq!(
                read(&text).err().as_deref(),
                Some("the key is an example or a pattern that anybody could guess"),
                "{text}"
            );
        }
        assert_eq!(read(&"7f".repeat(31)).err().as_deref(), Some("the key has 31 bytes, fewer than 32"));
        assert_eq!(read("").err().as_deref(), Some("the key has 0 bytes, fewer than 32"));
        assert_eq!(read("not a key!").err().as_deref(), Some("the key is neither hexadecimal nor base 64"));
    }

    #[test]
    fn base_64_is_read_in_both_alphabets_with_or_without_padding() {
        assert_eq!(decode("_-8="), decode("/+8"));
        assert_eq!(decode("aGVsbG8gdGhlcmU="), Some(b"hello there".to_vec()));
        assert_eq!(decode("a"), None);
    }

    proptest! {
        #[test]
        fn every_drawn_key_is_taken_and_never_shown(seed: u64) {
            let mut bytes = [0; 32];
            Ids::seeded(seed).fill(&mut bytes);
            let text = hex::encode(bytes);
            let key = read(&text);
            prop_assert!(key.is_ok());
            let key = key.unwrap();
            prop_assert_eq!(key.expose(), bytes);
            prop_assert_eq!(format!("{:?} {:?}", key, key.show()), "*** Some(\"\\\"***\\\"\")");
        }
    }
}
