//! A moment in the past as people write it: so long ago, or a date.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};

use super::Timestamp;

/// The text is neither so long ago nor a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write how long ago, as 90d, 36h or 2w, a date, as 2026-01-31, or a time, as 2026-01-31T12:00:00Z")]
pub struct NotAgo;

/// Reads `text` as a moment before `now`: so long ago (`90d`), a date (its first moment, UTC), or RFC 3339.
///
/// # Errors
/// When it is none of these.
pub fn ago(text: &str, now: Timestamp) -> Result<Timestamp, NotAgo> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment);
    }
    let zoned = if let Ok(date) = text.parse::<Date>() {
        date.to_zoned(TimeZone::UTC).map_err(|_| NotAgo)?
    } else {
        let span: Span = text.parse().map_err(|_| NotAgo)?;
        if span.fieldwise() == 0.days().fieldwise() || span.is_negative() {
            return Err(NotAgo);
        }
        now.to_jiff().to_zoned(TimeZone::UTC).checked_sub(span).map_err(|_| NotAgo)?
    };
    Ok(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_people_write_it() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let read = |text| ago(text, now).map(|moment| moment.to_string());
        for (text, moment) in [
            ("90d", "2025-12-01T12:00:00Z"),
            (" 36h ", "2026-02-28T00:00:00Z"),
            ("2w", "2026-02-15T12:00:00Z"),
            ("1 month", "2026-02-01T12:00:00Z"),
            ("2026-01-31", "2026-01-31T00:00:00Z"),
            ("2026-01-31T12:00:00+01:00", "2026-01-31T11:00:00Z"),
        ] {
            assert_eq!(read(text), Ok(moment.to_owned()), "{text}");
        }
        for wrong in ["", "90", "d", "yesterday", "0d", "-3d", "99999999999y", "2026-02-30"] {
            assert_eq!(read(wrong), Err(NotAgo), "{wrong}");
        }
    }
}
