//! Codes by time (RFC 6238): six digits of HMAC-SHA-1, every 30 seconds, as every authenticator app makes them.

use std::fmt;

use totp_rs::{Builder, Totp};
use zeroize::Zeroizing;

use crate::kernel::{Ids, Timestamp};
use crate::secrets::{KeyedHash, Keys};

/// The length that RFC 4226 recommends.
pub(super) const SECRET_BYTES: usize = 20;
/// How far an app's clock may be off, in steps of 30 seconds.
const SKEW: u16 = 1;
const PURPOSE: &str = "second-factor";

/// What an app and we both know.
#[derive(Clone)]
pub(super) struct Secret(Zeroizing<[u8; SECRET_BYTES]>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl Secret {
    pub(super) fn draw(ids: &Ids) -> Self {
        let mut bytes = Zeroizing::new([0; SECRET_BYTES]);
        ids.fill(bytes.as_mut());
        Self(bytes)
    }

    /// The secret under the pad of `salt`, which is used for no other secret.
    pub(super) fn sealed(&self, keys: &Keys, salt: &[u8]) -> Vec<u8> {
        padded(self.0.as_slice(), &keys.keyed_hash(PURPOSE, salt)).to_vec()
    }

    /// What `sealed` may be: one secret for each identity key that is known, since it does not tell which made its pad.
    pub(super) fn unsealed(keys: &Keys, salt: &[u8], sealed: &[u8]) -> Vec<Self> {
        keys.keyed_hashes(PURPOSE, salt).iter().map(|pad| Self(Zeroizing::new(padded(sealed, pad)))).collect()
    }

    fn totp(&self) -> Option<Totp> {
        Builder::new().with_secret(self.0.to_vec()).with_skew(SKEW).build().ok()
    }

    /// The step that `code` belongs to, when that is around `now` and after `last_step`.
    pub(super) fn step_of(&self, code: &str, now: Timestamp, last_step: i64) -> Option<i64> {
        let seconds = u64::try_from(now.as_millis() / 1_000).ok()?;
        let digits: String = code.chars().filter(|one| !one.is_whitespace()).collect();
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let step = i64::try_from(self.totp()?.check(&digits, seconds)?).ok()?;
        (step > last_step).then_some(step)
    }

    /// The secret as people type it into an app.
    pub(super) fn text(&self) -> String {
        self.totp().map(|totp| totp.secret().to_base32()).unwrap_or_default()
    }

    /// The secret as an app reads it: for `account` at `issuer`.
    pub(super) fn uri(&self, issuer: &str, account: &str) -> String {
        // In a label the colon divides issuer from account.
        let part = |text: &str| {
            let text = text.replace(':', " ");
            url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
        };
        let (issuer, account) = (part(issuer), part(account));
        let secret = self.text();
        format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30")
    }
}

fn padded(bytes: &[u8], pad: &KeyedHash) -> [u8; SECRET_BYTES] {
    let mut out = [0; SECRET_BYTES];
    out.iter_mut().zip(bytes).zip(pad.as_bytes()).for_each(|((out, byte), pad)| *out = byte ^ pad);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // The secret and the last six digits of RFC 6238, appendix B.
        let secret = Secret(Zeroizing::new(*b"12345678901234567890"));
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            assert_eq!(secret.step_of(code, at(seconds), -1), Some(seconds / 30));
        }
        assert_eq!(secret.text(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn a_code_is_good_for_one_step_more_on_either_side_and_never_again_once_taken() {
        let secret = Secret(Zeroizing::new(*b"12345678901234567890"));
        let step = 1_111_111_109 / 30;
        let taken = |seconds: i64, last| secret.step_of("081804", at(seconds), last);
        assert_eq!(taken(step * 30 + 30, step - 1), Some(step));
        assert_eq!(taken(step * 30 - 1, step - 1), Some(step));
        assert_eq!(taken(step * 30 + 60, step - 1), None);
        assert_eq!(taken(step * 30 - 31, step - 1), None);
        assert_eq!(taken(step * 30, step), None);
        assert_eq!(secret.step_of("081 804", at(step * 30), 0), Some(step));
        for wrong in ["", "81804", "081805", "0818040", "O81804", "081804 1", "٠٨١٨٠٤"] {
            assert_eq!(secret.step_of(wrong, at(step * 30), 0), None, "{wrong}");
        }
    }

    #[test]
    fn a_sealed_secret_opens_with_its_key_also_when_that_is_a_former_one() {
        let ids = Ids::seeded(3);
        let (keys, next) = (Keys::drawn(&ids), Keys::drawn(&ids));
        let secret = Secret::draw(&ids);
        let sealed = secret.sealed(&keys, b"salt");
        assert_ne!(sealed.as_slice(), secret.0.as_slice());
        assert_ne!(sealed, secret.sealed(&keys, b"another"));
        let opens = |keys: &Keys| Secret::unsealed(keys, b"salt", &sealed).iter().any(|one| *one.0 == *secret.0);
        assert!(opens(&keys) && opens(&next.with_former(&keys)));
        assert!(!opens(&next));
    }

    #[test]
    fn an_app_can_read_the_address() {
        let secret = Secret(Zeroizing::new(*b"12345678901234567890"));
        let uri = secret.uri("Harbour: Post", "mo@example.org");
        assert!(uri.starts_with("otpauth://totp/Harbour%20%20Post:mo%40example.org?secret=GEZD"), "{uri}");
        assert!(!format!("{secret:?}").contains("1234"));
    }
}
