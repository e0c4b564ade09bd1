//! Who sent a message, and when.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::kernel::Timestamp;

/// How far a message's own time may be from ours, in seconds.
///
/// # Source
/// Stripe's libraries and Standard Webhooks 1.0 both allow five minutes.
const TOLERANCE_SECONDS: i64 = 300;

/// Why a message is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureFault {
    /// It has no signature, or none that a secret of ours makes.
    #[error("no signature of ours")]
    Bad,
    /// It was signed too long ago, or in the future.
    #[error("signed at another time")]
    Stale,
}

/// Checks `Stripe-Signature: t=…,v1=…[,v1=…]` of `body`: an HMAC-SHA256 in hexadecimal of `t.body` under any of `secrets`,
/// each used whole.
///
/// # Errors
/// `Bad`, or `Stale` when it was signed more than 300 seconds from `now`.
pub fn check_stripe<'a>(
    secrets: impl IntoIterator<Item = &'a str>,
    header: &str,
    body: &[u8],
    now: Timestamp,
) -> Result<(), SignatureFault> {
    let mut time = None;
    let mut given = Vec::new();
    for part in header.split(',') {
        match part.trim().split_once('=') {
            Some(("t", value)) if time.is_none() => time = Some(value),
            // Two times: whichever was signed, the other is not.
            Some(("t", _)) => return Err(SignatureFault::Bad),
            Some(("v1", value)) => given.extend(hex::decode(value).ok()),
            _ => {}
        }
    }
    let time = time.ok_or(SignatureFault::Bad)?;
    let signed = [time.as_bytes(), b".", body].concat();
    let is_signed = secrets.into_iter().any(|secret| given.iter().any(|mac| is_mac(secret.as_bytes(), &signed, mac)));
    check_time(is_signed, time, now)
}

/// The headers of a Standard Webhooks message.
#[derive(Clone, Copy, Debug)]
pub struct StandardHeaders<'a> {
    /// `webhook-id`.
    pub id: &'a str,
    /// `webhook-timestamp`, in seconds since 1970.
    pub timestamp: &'a str,
    /// `webhook-signature`: `v1,` and base 64, any number of them between spaces.
    pub signature: &'a str,
}

/// Checks a Standard Webhooks message: an HMAC-SHA256 in base 64 of `id.timestamp.body` under any of `secrets`, each the
/// bytes behind `whsec_` and base 64.
///
/// # Errors
/// `Bad`, or `Stale` when it was signed more than 300 seconds from `now`.
///
/// # Source
/// Standard Webhooks 1.0.
pub fn check_standard<'a>(
    secrets: impl IntoIterator<Item = &'a [u8]>,
    headers: StandardHeaders<'_>,
    body: &[u8],
    now: Timestamp,
) -> Result<(), SignatureFault> {
    let StandardHeaders { id, timestamp, signature } = headers;
    if id.is_empty() {
        return Err(SignatureFault::Bad);
    }
    let given: Vec<Vec<u8>> = signature
        .split(' ')
        .filter_map(|part| part.strip_prefix("v1,"))
        .filter_map(crate::settings::decode_base64)
        .collect();
    let signed = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat();
    let is_signed = secrets.into_iter().any(|secret| given.iter().any(|mac| is_mac(secret, &signed, mac)));
    check_time(is_signed, timestamp, now)
}

/// Compares in a time that does not tell where two differ.
fn is_mac(secret: &[u8], signed: &[u8], given: &[u8]) -> bool {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return false };
    mac.update(signed);
    mac.verify_slice(given).is_ok()
}

fn check_time(is_signed: bool, time: &str, now: Timestamp) -> Result<(), SignatureFault> {
    if !is_signed || time.is_empty() || !time.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(SignatureFault::Bad);
    }
    let seconds: i64 = time.parse().map_err(|_| SignatureFault::Stale)?;
    let now = now.as_millis().div_euclid(1_000);
    if now.abs_diff(seconds) > TOLERANCE_SECONDS.unsigned_abs() { Err(SignatureFault::Stale) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn mac(secret: &[u8], signed: &str) -> Vec<u8> {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
        mac.update(signed.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }

    fn stripe(secret: &str, time: &str, body: &str) -> String {
        format!("t={time},v1={}", hex::encode(mac(secret.as_bytes(), &format!("{time}.{body}"))))
    }

    #[test]
    fn a_stripe_message_is_believed_under_any_of_our_secrets_for_five_minutes() {
        let check = |header: &str, body: &[u8]| check_stripe(["whsec_a", "whsec_b"], header, body, NOW);
        let good = stripe("whsec_b", "1800000000", "{}");
        assert_eq!(check(&good, b"{}"), Ok(()));
        assert_eq!(check(&good.replace(",v1=", ",v0=00,v1=00,v1="), b"{}"), Ok(()));
        assert_eq!(check(&good, b"{ }"), Err(SignatureFault::Bad));
        assert_eq!(check(&stripe("whsec_c", "1800000000", "{}"), b"{}"), Err(SignatureFault::Bad));
        assert_eq!(
            check(&stripe("a", "1800000000", "{}"), b"{}"),
            Err(SignatureFault::Bad),
            "the prefix is part of it"
        );
        for (time, answer) in [
            ("1799999700", Ok(())),
            ("1799999699", Err(SignatureFault::Stale)),
            ("1800000300", Ok(())),
            ("1800000301", Err(SignatureFault::Stale)),
            ("99999999999999999999999", Err(SignatureFault::Stale)),
            ("-1", Err(SignatureFault::Bad)),
            ("+1800000000", Err(SignatureFault::Bad)),
        ] {
            assert_eq!(check(&stripe("whsec_a", time, "{}"), b"{}"), answer, "{time}");
        }
        for bad in ["", "t=1800000000", "v1=00", "t=,v1=", "t=1800000000,v1=zz", &format!("t=1,{good}")] {
            assert_eq!(check(bad, b"{}"), Err(SignatureFault::Bad), "{bad}");
        }
        assert_eq!(check_stripe([], &good, b"{}", NOW), Err(SignatureFault::Bad));
    }

    #[test]
    fn a_standard_message_signs_its_id_and_time_too() {
        let secret: &[u8] = b"a secret of some thirty-two bytes";
        let mac = mac(secret, "msg_1.1800000000.{}");
        let signature = format!("v1a,xx v1,AAAA v1,{}", data_encoding::BASE64.encode(&mac));
        let good = StandardHeaders { id: "msg_1", timestamp: "1800000000", signature: &signature };
        let check = |headers| check_standard([secret], headers, b"{}", NOW);
        assert_eq!(check(good), Ok(()));
        assert_eq!(check(StandardHeaders { id: "msg_2", ..good }), Err(SignatureFault::Bad));
        assert_eq!(check(StandardHeaders { id: "", ..good }), Err(SignatureFault::Bad));
        assert_eq!(check(StandardHeaders { timestamp: "1800000001", ..good }), Err(SignatureFault::Bad));
        let late = Timestamp::from_millis(NOW.as_millis() + 301_000);
        assert_eq!(check_standard([secret], good, b"{}", late), Err(SignatureFault::Stale));
    }
}
