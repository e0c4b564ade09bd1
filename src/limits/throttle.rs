//! So many at once, and then at a steady pace.

use std::fmt;
use std::hash::{DefaultHasher, Hasher as _};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock as GovernorClock, Reference as _};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use super::RetryAfter;
use crate::kernel::{Clock, Ids};

/// How many buckets keys share. INVARIANT: memory is bounded because keys beyond this share, not because any is
/// refused or let through uncounted; and as the seed is secret, nobody can pick whom they share with.
const BUCKETS: u64 = 1 << 18;

/// Our clock, for the library: time since 1970.
struct Ours(Arc<dyn Clock>);

impl GovernorClock for Ours {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.now().as_millis()).unwrap_or(0))
    }
}

struct Limiter {
    buckets: RateLimiter<u64, DashMapStateStore<u64>, Ours, NoOpMiddleware<Duration>>,
    clock: Ours,
    seed: [u8; 16],
}

/// Counts by key. A key may be used so often at once, then again each time its share of the period has passed.
pub struct Throttle(Option<Box<Limiter>>);

impl fmt::Debug for Throttle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Throttle" } else { "Throttle(off)" })
    }
}

impl Throttle {
    /// `count` at once for each key, all of them given back over `period`. A count of 0 counts as 1.
    #[must_use]
    pub fn new(count: u32, period: Duration, clock: Arc<dyn Clock>, ids: &Ids) -> Self {
        let count = NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        let Some(quota) = Quota::with_period(period / count.get()) else { return Self::off() };
        let quota = quota.allow_burst(count);
        let buckets = RateLimiter::new(quota, DashMapStateStore::default(), Ours(Arc::clone(&clock)));
        Self(Some(Box::new(Limiter { buckets, clock: Ours(clock), seed: seed(ids) })))
    }

    /// Lets everything through.
    #[must_use]
    pub const fn off() -> Self {
        Self(None)
    }

    /// Counts one use of `key`.
    ///
    /// # Errors
    /// When it comes too soon; nothing is counted then.
    pub fn check(&self, key: &[u8]) -> Result<(), RetryAfter> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        let bucket = hash(&limiter.seed, key) % BUCKETS;
        let now = limiter.clock.now();
        limiter
            .buckets
            .check_key(&bucket)
            .map_err(|until| RetryAfter(until.earliest_possible().duration_since(now).into()))
    }

    /// Forgets the keys that are as good as unused.
    pub fn retain_recent(&self) {
        if let Some(limiter) = &self.0 {
            limiter.buckets.retain_recent();
            limiter.buckets.shrink_to_fit();
        }
    }
}

pub(super) fn seed(ids: &Ids) -> [u8; 16] {
    let mut seed = [0; 16];
    ids.fill(&mut seed);
    seed
}

/// The hash of `key` that nobody without `seed` can foresee.
pub(super) fn hash(seed: &[u8; 16], key: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(seed);
    hasher.write(key);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{ManualClock, Timestamp};

    const MINUTE: Duration = Duration::from_secs(60);

    fn throttle(count: u32, period: Duration) -> (Throttle, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(Timestamp::from_millis(1_800_000_000_000)));
        (Throttle::new(count, period, Arc::clone(&clock) as Arc<dyn Clock>, &Ids::seeded(1)), clock)
    }

    #[test]
    fn a_key_has_its_burst_then_the_pace_of_our_clock() {
        let (throttle, clock) = throttle(5, 50 * MINUTE);
        assert!((0..5).all(|_| throttle.check(b"ann").is_ok()));
        assert_eq!(throttle.check(b"ann"), Err(RetryAfter(10 * MINUTE)));
        assert_eq!(throttle.check(b"bob"), Ok(()));
        clock.advance(10 * MINUTE - Duration::from_millis(1));
        assert_eq!(throttle.check(b"ann"), Err(RetryAfter(Duration::from_millis(1))));
        clock.advance(Duration::from_millis(1));
        assert_eq!(throttle.check(b"ann"), Ok(()));
        assert_eq!(throttle.check(b"ann"), Err(RetryAfter(10 * MINUTE)));
    }

    #[test]
    fn a_clock_set_back_neither_panics_nor_opens_the_throttle() {
        let (throttle, clock) = throttle(1, MINUTE);
        assert_eq!(throttle.check(b"ann"), Ok(()));
        clock.set(Timestamp::from_millis(0));
        assert!(throttle.check(b"ann").is_err());
        throttle.retain_recent();
    }

    #[test]
    fn what_no_longer_limits_is_forgotten() {
        let (throttle, clock) = throttle(2, MINUTE);
        for key in 0..1000_u32 {
            throttle.check(&key.to_le_bytes()).unwrap();
        }
        let len = || throttle.0.as_ref().unwrap().buckets.len();
        throttle.retain_recent();
        assert!(len() > 900, "still in use: {}", len());
        clock.advance(3 * MINUTE);
        throttle.retain_recent();
        assert_eq!(len(), 0);
    }

    #[test]
    fn any_number_of_keys_fits_into_the_buckets() {
        let (throttle, _) = throttle(100, MINUTE);
        for key in 0..2 * BUCKETS {
            let _ = throttle.check(&key.to_le_bytes());
        }
        assert!(throttle.0.as_ref().unwrap().buckets.len() as u64 <= BUCKETS);
    }
}
