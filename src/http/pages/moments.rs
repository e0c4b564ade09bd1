//! Moments as a newspaper prints them: in the title's own zone, in the page's language.

use std::sync::Arc;

use fluent_bundle::FluentValue;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::kernel::{Timestamp, Words};

/// A moment as machines and as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// RFC 3339 in UTC, for the `datetime` attribute.
    pub iso: String,
    /// As it stands on the page: "14 March 2026, 16:05".
    pub shown: String,
}

/// Writes moments for the readers of one title.
#[derive(Clone, Debug)]
pub struct Moments {
    zone: TimeZone,
    words: Arc<Words>,
}

impl Moments {
    /// Moments in `zone`, an IANA name; in UTC when there is no such zone, so that a page never fails for it.
    #[must_use]
    pub fn new(zone: &str, words: Arc<Words>) -> Self {
        Self { zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC), words }
    }

    /// Day and time: "14 March 2026, 16:05".
    #[must_use]
    pub fn moment(&self, at: Timestamp) -> Moment {
        self.write("moment-day-and-time", at)
    }

    /// The day alone: "14 March 2026".
    #[must_use]
    pub fn day(&self, at: Timestamp) -> Moment {
        self.write("moment-day", at)
    }

    /// The day as a date field takes it: "2026-03-14".
    #[must_use]
    pub fn field(&self, at: Timestamp) -> String {
        at.to_jiff().to_zoned(self.zone.clone()).date().to_string()
    }

    /// The moment when the day written "2026-03-14" is over for the title's readers; `None` when it is no day.
    #[must_use]
    pub fn end_of_day(&self, day: &str) -> Option<Timestamp> {
        let day: Date = day.trim().parse().ok()?;
        let next = day.tomorrow().ok()?.to_zoned(self.zone.clone()).ok()?;
        Some(Timestamp::from_millis(next.timestamp().as_millisecond()))
    }

    fn write(&self, key: &str, at: Timestamp) -> Moment {
        let local = at.to_jiff().to_zoned(self.zone.clone());
        let month = self.words.with("moment-month", &[("month", FluentValue::from(local.month()))]);
        let shown = self.words.with(
            key,
            &[
                ("day", FluentValue::from(local.day())),
                ("month", FluentValue::from(month)),
                ("year", FluentValue::from(local.year().to_string())),
                ("time", FluentValue::from(format!("{:02}:{:02}", local.hour(), local.minute()))),
            ],
        );
        Moment { iso: at.to_string(), shown }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn london() -> Moments {
        Moments::new("Europe/London", Arc::new(Words::british()))
    }

    #[test]
    fn a_moment_is_shown_in_the_titles_zone_and_marked_in_utc() {
        let at: Timestamp = "2026-07-14T23:05:00Z".parse().unwrap();
        let moment = london().moment(at);
        assert_eq!(moment.shown, "15 July 2026, 00:05");
        assert_eq!(moment.iso, "2026-07-14T23:05:00Z");
        assert_eq!(london().day(at).shown, "15 July 2026");
        assert_eq!(london().field(at), "2026-07-15");
        assert_eq!(Moments::new("No/Where", Arc::new(Words::british())).day(at).shown, "14 July 2026");
    }

    #[test]
    fn every_month_has_its_name() {
        for month in 1..=12 {
            let at: Timestamp = format!("2026-{month:02}-09T12:00:00Z").parse().unwrap();
            let shown = london().day(at).shown;
            let name = shown.strip_prefix("9 ").and_then(|rest| rest.strip_suffix(" 2026")).unwrap();
            assert!(name.len() >= 3 && name.chars().all(char::is_alphabetic), "{shown}");
        }
    }

    #[test]
    fn a_day_ends_when_the_titles_readers_see_it_end() {
        assert_eq!(london().end_of_day("2026-07-14").unwrap().to_string(), "2026-07-14T23:00:00Z");
        assert_eq!(london().end_of_day("2026-12-31").unwrap().to_string(), "2027-01-01T00:00:00Z");
        for nonsense in ["", "2026-02-30", "tomorrow", "14/07/2026", "9999-12-31"] {
            assert_eq!(london().end_of_day(nonsense), None, "{nonsense}");
        }
    }
}
