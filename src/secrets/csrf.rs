//! Proof that a form was made by us for this session.
//!
//! The proof is a signature of the session, hidden under a fresh mask each time: a page that is compressed with
//! somebody else's text beside it would otherwise betray it, guess by guess.

use super::Keys;
use super::keys::is_same;
use crate::kernel::Ids;

const PURPOSE: &str = "form";

impl Keys {
    /// What a form made for `holder` carries: 128 hexadecimal digits, others each time. `holder` is the session's id,
    /// or before sign-in what its cookie holds.
    #[must_use]
    pub fn form_token(&self, holder: &[u8], ids: &Ids) -> String {
        let mut mask = [0; 32];
        ids.fill(&mut mask);
        let masked = masked(&self.sign(PURPOSE, holder), &mask);
        hex::encode(mask) + &hex::encode(masked)
    }

    /// Whether a form that carried `token` was made for `holder`.
    #[must_use]
    pub fn is_form_token(&self, holder: &[u8], token: &str) -> bool {
        let mut bytes = [[0; 32]; 2];
        if hex::decode_to_slice(token, bytes.as_flattened_mut()).is_err() {
            return false;
        }
        let [mask, hidden] = bytes;
        is_same(&masked(&hidden, &mask), &self.sign(PURPOSE, holder))
    }
}

fn masked(bytes: &[u8; 32], mask: &[u8; 32]) -> [u8; 32] {
    let mut masked = *bytes;
    masked.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
    masked
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_form_serves_its_own_session_and_looks_different_each_time() {
        let ids = Ids::seeded(1);
        let keys = Keys::drawn(&ids);
        let (one, two) = (keys.form_token(b"ann", &ids), keys.form_token(b"ann", &ids));
        assert_ne!(one[..64], two[..64]);
        assert_ne!(one[64..], two[64..]);
        assert!(keys.is_form_token(b"ann", &one) && keys.is_form_token(b"ann", &two));
        assert!(!keys.is_form_token(b"bob", &one));
        assert!(!Keys::drawn(&ids).is_form_token(b"ann", &one));
    }

    proptest! {
        #[test]
        fn nothing_else_passes_and_nothing_panics(text in ".{0,140}", at in 0..128usize) {
            let keys = Keys::drawn(&Ids::seeded(1));
            prop_assert!(!keys.is_form_token(b"ann", &text));
            let mut token = keys.form_token(b"ann", &Ids::seeded(2)).into_bytes();
            token[at] = if token[at] == b'0' { b'1' } else { b'0' };
            prop_assert!(!keys.is_form_token(b"ann", &String::from_utf8(token).unwrap()));
        }
    }
}
