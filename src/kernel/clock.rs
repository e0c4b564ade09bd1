//! Moments in time, and the only two ways to learn what time it is.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment: Unix time in milliseconds. Shown, and read, as RFC 3339 in UTC; what is later than 9998 is read as its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The earliest moment that can be shown: 0000-01-01.
    const MIN_MILLIS: i64 = -62_167_219_200_000;
    /// The latest moment that can be shown: the end of the year 9998, so that every time zone can write it.
    const MAX_MILLIS: i64 = 253_370_764_800_000;

    /// The moment `millis` milliseconds after 1970-01-01T00:00:00Z, kept within the years that can be written.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        if millis < Self::MIN_MILLIS {
            Self(Self::MIN_MILLIS)
        } else if millis > Self::MAX_MILLIS {
            Self(Self::MAX_MILLIS)
        } else {
            Self(millis)
        }
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// This moment, later by `span`; the last moment that can be written when that is too far.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        let span = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        Self::from_millis(self.0.saturating_add(span))
    }

    /// This moment, earlier by `span`.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        let span = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        Self::from_millis(self.0.saturating_sub(span))
    }

    /// The time from this moment until `later`; nothing when `later` is not later.
    #[must_use]
    pub fn until(self, later: Self) -> Duration {
        Duration::from_millis(u64::try_from(later.0.saturating_sub(self.0)).unwrap_or(0))
    }

    /// The same moment for the calendar library.
    #[must_use]
    pub fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.to_jiff(), f)
    }
}

/// The text is not a moment that RFC 3339 can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time: write it as 2026-01-31T12:00:00Z")]
pub struct NotATime;

impl FromStr for Timestamp {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let millis = match text.parse::<jiff::Timestamp>() {
            Ok(at) => at.as_millisecond(),
            Err(_) if is_in_the_last_year(text) => Self::MAX_MILLIS,
            Err(_) => return Err(NotATime),
        };
        if millis < Self::MIN_MILLIS { Err(NotATime) } else { Ok(Self::from_millis(millis)) }
    }
}

/// Whether `text` is a moment of the last days of 9999, which people write for "never" and the calendar library refuses,
/// since some time zone could not write them.
fn is_in_the_last_year(text: &str) -> bool {
    let pieces = jiff::fmt::temporal::Pieces::parse(text);
    pieces.is_ok_and(|pieces| pieces.date().year() == 9999 && pieces.time().is_some() && pieces.offset().is_some())
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Where the time comes from.
pub trait Clock: Send + Sync + 'static {
    /// What time it is.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where the time comes from")]
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(jiff::Timestamp::now().as_millisecond())
    }
}

/// A clock that stands still until it is told to move.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `start`.
    #[must_use]
    pub const fn new(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.as_millis()))
    }

    /// Moves the clock on by `span`.
    pub fn advance(&self, span: Duration) {
        let to = self.now().plus(span);
        self.0.store(to.as_millis(), Ordering::SeqCst);
    }

    /// Sets the clock to `now`, back or forth.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.as_millis(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_shown_and_read_in_utc() {
        let at: Timestamp = "2026-03-01T12:30:00.250+01:00".parse().unwrap();
        assert_eq!(at.to_string(), "2026-03-01T11:30:00.25Z");
        assert_eq!(at.to_string().parse::<Timestamp>().unwrap(), at);
    }

    #[test]
    fn a_span_too_long_ends_at_the_last_moment_that_can_be_written() {
        let at = Timestamp::from_millis(0).plus(Duration::MAX);
        assert_eq!(at.to_string().parse::<Timestamp>().unwrap(), at);
        for never in ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999+01:00", "9999-01-01T00:00:00Z"] {
            assert_eq!(never.parse::<Timestamp>().unwrap(), at, "{never}");
        }
        assert!("9999-12-31T23:59:59".parse::<Timestamp>().is_err());
        assert!("+012345-01-01T00:00:00Z".parse::<Timestamp>().is_err());
        assert!("-009999-01-01T00:00:00Z".parse::<Timestamp>().is_err());
    }
}
