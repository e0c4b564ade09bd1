//! How often something may be tried.
//!
//! Every throttle counts in this process alone and forgets at a restart: it slows guessing and flooding down; what
//! must hold exactly is counted in the database by whoever owns it. A throttle's memory is bounded whatever comes in.

mod cap;
mod network;
mod throttle;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use cap::Cap;
pub use network::Network;
pub use throttle::Throttle;

use crate::kernel::{Clock, Ids};
use crate::settings::Settings;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Too often: when to come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RetryAfter(pub Duration);

impl RetryAfter {
    /// Whole seconds, rounded up and at least one, as the `Retry-After` header has them.
    #[must_use]
    pub fn seconds(self) -> u64 {
        self.0.as_millis().div_ceil(1000).max(1).try_into().unwrap_or(u64::MAX)
    }
}

impl fmt::Display for RetryAfter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "too often: try again in {} s", self.seconds())
    }
}

impl std::error::Error for RetryAfter {}

/// Every throttle. Keys of accounts and recipients are keyed hashes of the e-mail address, never the address.
#[derive(Debug)]
pub struct Limits {
    /// Attempts to sign in to one account, from anywhere; the key is a hash of the address that was typed, whether
    /// there is such an account or not.
    pub sign_in_per_account: Throttle,
    /// Attempts to sign in from one network.
    pub sign_in_per_network: Throttle,
    /// Tokens of the newspaper's pages from one network.
    pub host_tokens_per_network: Throttle,
    /// Attempts to sign up from one network.
    pub sign_up_per_network: Throttle,
    /// Codes of a second factor for one account, from anywhere.
    pub codes_per_account: Cap,
    /// Mails that anybody can ask for, to one recipient, whoever asks.
    pub mail_per_recipient: Cap,
}

impl Limits {
    /// The throttles that `settings` ask for. `ids` seeds the hashing of keys, so that nobody can aim at a bucket.
    #[must_use]
    pub fn new(settings: &Settings, clock: &Arc<dyn Clock>, ids: &Ids) -> Self {
        let (accounts, mail) = (&settings.accounts, &settings.mail);
        let hourly = |count| Throttle::new(count, HOUR, Arc::clone(clock), ids);
        Self {
            sign_in_per_account: hourly(accounts.sign_in_per_account_per_hour),
            sign_in_per_network: hourly(accounts.sign_in_per_network_per_hour),
            host_tokens_per_network: hourly(settings.identity.host_tokens_per_network_per_hour),
            sign_up_per_network: hourly(accounts.sign_up_per_network_per_hour),
            codes_per_account: Cap::new(&[(settings.staff.codes_per_account_per_hour, HOUR)], Arc::clone(clock), ids),
            mail_per_recipient: Cap::new(
                &[(mail.per_recipient_per_hour, HOUR), (mail.per_recipient_per_day, DAY)],
                Arc::clone(clock),
                ids,
            ),
        }
    }

    /// No throttles at all, for load tests.
    #[must_use]
    pub const fn off() -> Self {
        Self {
            sign_in_per_account: Throttle::off(),
            sign_in_per_network: Throttle::off(),
            host_tokens_per_network: Throttle::off(),
            sign_up_per_network: Throttle::off(),
            codes_per_account: Cap::off(),
            mail_per_recipient: Cap::off(),
        }
    }

    /// Forgets whatever no longer limits anybody. A job calls this every few minutes.
    pub fn retain_recent(&self) {
        self.sign_in_per_account.retain_recent();
        self.sign_in_per_network.retain_recent();
        self.host_tokens_per_network.retain_recent();
        self.sign_up_per_network.retain_recent();
        self.codes_per_account.retain_recent();
        self.mail_per_recipient.retain_recent();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{ManualClock, Timestamp};
    use crate::settings::Sources;

    #[test]
    fn the_settings_decide_how_often() {
        let flags = vec![("accounts.sign_in_per_account_per_hour".to_owned(), "3".to_owned())];
        let settings = Settings::load(&Sources { flags, ..Sources::default() }).unwrap();
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(Timestamp::from_millis(1_800_000_000_000)));
        let limits = Limits::new(&settings, &clock, &Ids::seeded(1));
        let passed = (0..10).filter(|_| limits.sign_in_per_account.check(b"ann").is_ok()).count();
        assert_eq!(passed, 3);
        let passed = (0..10).filter(|_| limits.mail_per_recipient.check(b"ann").is_ok()).count();
        assert_eq!(passed, 5);
        let off = Limits::off();
        assert!((0..1000).all(|_| off.sign_in_per_account.check(b"ann").is_ok()));
        assert!((0..1000).all(|_| off.mail_per_recipient.check(b"ann").is_ok()));
        off.retain_recent();
    }

    #[test]
    fn seconds_are_rounded_up() {
        assert_eq!(RetryAfter(Duration::from_millis(1001)).seconds(), 2);
        assert_eq!(RetryAfter(Duration::ZERO).seconds(), 1);
    }
}
