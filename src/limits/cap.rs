//! Never more than so many in any hour, and any day.
//!
//! A throttle gives back while it counts, so that nearly twice its number passes in a period. Where the number is a
//! promise to somebody else, as to those who never asked for our mail, every use is remembered until it is too old.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::RetryAfter;
use super::throttle::{hash, seed};
use crate::kernel::{Clock, Ids, Timestamp};

/// How many buckets keys share: as for throttles, but each holds several times.
const BUCKETS: u64 = 1 << 16;

type Uses = HashMap<u64, VecDeque<Timestamp>>;

struct Counter {
    caps: Vec<(usize, Duration)>,
    longest: Duration,
    most: usize,
    uses: Mutex<Uses>,
    clock: Arc<dyn Clock>,
    seed: [u8; 16],
}

/// Counts by key, exactly.
pub struct Cap(Option<Box<Counter>>);

impl fmt::Debug for Cap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Cap" } else { "Cap(off)" })
    }
}

impl Cap {
    /// For each of `caps` at most so many uses of a key in any period of that length.
    #[must_use]
    pub fn new(caps: &[(u32, Duration)], clock: Arc<dyn Clock>, ids: &Ids) -> Self {
        let caps: Vec<(usize, Duration)> =
            caps.iter().map(|(count, period)| ((*count).max(1) as usize, *period)).collect();
        let longest = caps.iter().map(|(_, period)| *period).max().unwrap_or_default();
        let most = caps.iter().map(|(count, _)| *count).max().unwrap_or_default();
        Self(Some(Box::new(Counter { caps, longest, most, uses: Mutex::default(), clock, seed: seed(ids) })))
    }

    /// Lets everything through.
    #[must_use]
    pub const fn off() -> Self {
        Self(None)
    }

    /// Counts one use of `key`.
    ///
    /// # Errors
    /// When there were too many; nothing is counted then.
    pub fn check(&self, key: &[u8]) -> Result<(), RetryAfter> {
        let Some(counter) = &self.0 else { return Ok(()) };
        let now = counter.clock.now();
        let bucket = hash(&counter.seed, key) % BUCKETS;
        let mut uses = counter.uses.lock().unwrap_or_else(PoisonError::into_inner);
        let times = uses.entry(bucket).or_default();
        let wait = counter.caps.iter().filter_map(|(count, period)| {
            // The use that must have aged out of the period before there is room for another.
            let oldest = times.len().checked_sub(*count).and_then(|at| times.get(at))?;
            let wait = now.until(oldest.plus(*period));
            (!wait.is_zero()).then_some(RetryAfter(wait))
        });
        if let Some(wait) = wait.max() {
            return Err(wait);
        }
        times.push_back(now);
        if times.len() > counter.most {
            times.pop_front();
        }
        Ok(())
    }

    /// Forgets the uses that no longer count.
    pub fn retain_recent(&self) {
        let Some(counter) = &self.0 else { return };
        let since = counter.clock.now().minus(counter.longest);
        let mut uses = counter.uses.lock().unwrap_or_else(PoisonError::into_inner);
        uses.retain(|_, times| times.back().is_some_and(|last| *last > since));
        uses.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::ManualClock;

    const HOUR: Duration = Duration::from_secs(3600);
    const DAY: Duration = Duration::from_secs(24 * 3600);

    fn cap() -> (Cap, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(Timestamp::from_millis(1_800_000_000_000)));
        (Cap::new(&[(5, HOUR), (10, DAY)], Arc::clone(&clock) as Arc<dyn Clock>, &Ids::seeded(1)), clock)
    }

    #[test]
    fn five_an_hour_and_ten_a_day_reach_a_recipient() {
        let (cap, clock) = cap();
        let passed = |count: usize| (0..count).filter(|_| cap.check(b"ann").is_ok()).count();
        assert_eq!(passed(20), 5);
        assert_eq!(cap.check(b"ann"), Err(RetryAfter(HOUR)));
        assert_eq!(cap.check(b"bob"), Ok(()));
        clock.advance(HOUR);
        assert_eq!(passed(20), 5);
        clock.advance(HOUR);
        assert_eq!(passed(20), 0);
        assert_eq!(cap.check(b"ann"), Err(RetryAfter(22 * HOUR)));
        clock.advance(22 * HOUR);
        assert_eq!(passed(20), 5);
    }

    #[test]
    fn what_no_longer_counts_is_forgotten() {
        let (cap, clock) = cap();
        cap.check(b"ann").unwrap();
        let len = || cap.0.as_ref().unwrap().uses.lock().unwrap().len();
        cap.retain_recent();
        assert_eq!(len(), 1);
        clock.advance(DAY);
        cap.retain_recent();
        assert_eq!(len(), 0);
    }

    proptest! {
        #[test]
        fn no_period_ever_holds_more(steps in prop::collection::vec(0..5_000_u64, 1..300)) {
            let (cap, clock) = cap();
            let mut passed: Vec<Timestamp> = Vec::new();
            for step in steps {
                clock.advance(Duration::from_secs(step));
                if cap.check(b"ann").is_ok() {
                    passed.push(clock.now());
                }
                let within = |period| passed.iter().filter(|at| at.until(clock.now()) < period).count();
                prop_assert!(within(HOUR) <= 5 && within(DAY) <= 10);
            }
        }
    }
}
