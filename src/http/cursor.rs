//! Where the next page begins, sealed so that a client can only hand back what it was given.
//!
//! A cursor is 24 bytes of key and 16 of HMAC-SHA-256 over scope and key, in base64url. The scope names the list,
//! its order and whatever filters it, so that a cursor from one list is refused by another.

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::kernel::Cursor;

const KEY_BYTES: usize = 24;
const SEAL_BYTES: usize = 16;
const BYTES: usize = KEY_BYTES + SEAL_BYTES;

/// How many characters every cursor has.
pub const CURSOR_CHARS: usize = 54;

/// The sealed text of `cursor`, valid in `scope` only.
#[must_use]
pub fn encode(key: &[u8; 32], scope: &str, cursor: Cursor) -> String {
    let mut bytes = Vec::with_capacity(BYTES);
    bytes.extend_from_slice(&cursor.major.to_be_bytes());
    bytes.extend_from_slice(cursor.minor.as_bytes());
    if let Some(mac) = seal(key, scope, &bytes) {
        bytes.extend(mac.finalize().into_bytes().iter().take(SEAL_BYTES));
    }
    BASE64URL_NOPAD.encode(&bytes)
}

/// The cursor that was sealed for `scope`, or nothing when `text` is not one that [`encode`] gave out.
#[must_use]
pub fn decode(key: &[u8; 32], scope: &str, text: &str) -> Option<Cursor> {
    if text.len() != CURSOR_CHARS {
        return None;
    }
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
    let (place, tag) = bytes.split_at_checked(KEY_BYTES)?;
    seal(key, scope, place)?.verify_truncated_left(tag).ok()?;
    let (major, minor) = place.split_at_checked(8)?;
    Some(Cursor::new(i64::from_be_bytes(major.try_into().ok()?), uuid::Uuid::from_slice(minor).ok()?))
}

fn seal(key: &[u8; 32], scope: &str, place: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    // The use is named, so that the same key can seal other things without one passing for another.
    mac.update(b"belowline cursor\0");
    mac.update(&u64::try_from(scope.len()).unwrap_or(u64::MAX).to_be_bytes());
    mac.update(scope.as_bytes());
    mac.update(place);
    Some(mac)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: [u8; 32] = [7; 32];

    proptest! {
        #[test]
        fn a_cursor_comes_back_as_it_went_out(major: i64, minor: u128, scope in ".{0,40}") {
            let cursor = Cursor::new(major, uuid::Uuid::from_u128(minor));
            let text = encode(&KEY, &scope, cursor);
            prop_assert_eq!(text.len(), CURSOR_CHARS);
            prop_assert_eq!(decode(&KEY, &scope, &text), Some(cursor));
        }

        #[test]
        fn vuln_c46_no_text_of_ones_own_making_is_a_cursor(text in "[A-Za-z0-9_-]{54}") {
            prop_assert_eq!(decode(&KEY, "list", &text), None);
        }
    }

    #[test]
    fn vuln_c46_a_cursor_changed_anywhere_or_taken_elsewhere_is_refused() {
        let text = encode(&KEY, "newest", Cursor::numbers(5, 6));
        for at in 0..text.len() {
            let mut forged = text.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(decode(&KEY, "newest", std::str::from_utf8(&forged).unwrap()), None, "at {at}");
        }
        assert_eq!(decode(&KEY, "oldest", &text), None);
        assert_eq!(decode(&[8; 32], "newest", &text), None);
        for odd in ["", "é", &text[1..], &format!("{text}="), &format!("{}ö", &text[2..])] {
            assert_eq!(decode(&KEY, "newest", odd), None, "{odd}");
        }
    }
}
