//! The ladder as a pure function: fading, proposals, and when a ban ends.

use belowline::bans::{DEFAULT_LADDER, Ladder, Weighed, later};
use belowline::kernel::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn london() -> TimeZone {
    TimeZone::get("Europe/London").unwrap()
}

#[test]
fn the_built_in_ladder_reads_back_and_climbs() {
    let ladder = Ladder::parse(DEFAULT_LADDER).unwrap();
    assert_eq!(&ladder, Ladder::built_in());
    let now = at("2026-06-01T12:00:00Z");
    assert_eq!(ladder.propose(0, now, &london()), None);
    let step = |points| {
        let proposed = ladder.propose(points, now, &london()).unwrap();
        (proposed.step, proposed.privileges.names().len(), proposed.until.map(|until| until.to_string()))
    };
    let is = |name: &str, count: usize, until: Option<&str>| (name.to_owned(), count, until.map(str::to_owned));
    assert_eq!(step(1), is("reminder", 0, None));
    assert_eq!(step(2), is("warning", 0, None));
    assert_eq!(step(4), is("one-day", 2, Some("2026-06-02T12:00:00Z")));
    assert_eq!(step(5), is("one-week", 2, Some("2026-06-08T12:00:00Z")));
    assert_eq!(step(7), is("one-month", 3, Some("2026-07-01T12:00:00Z")));
    assert_eq!(step(i64::MAX), is("permanent", 4, None));
    let misuse = ladder.propose_for_reporting(5, now, &london()).unwrap();
    assert_eq!(misuse.privileges.names(), ["report"]);
    assert_eq!(ladder.propose_for_reporting(4, now, &london()), None);
}

#[test]
fn ladders_that_nobody_can_climb_are_refused() {
    let base = "fades_after_days = 90\n[[step]]\nname = \"reminder\"\nfrom_points = 1\n";
    assert!(Ladder::parse(base).is_ok());
    for (wrong, said) in [
        ("", "missing field"),
        ("fades_after_days = 90\n", "1 to 20 steps"),
        ("fades_after_days = 0\n[[step]]\nname = \"reminder\"\nfrom_points = 1\n", "fades_after_days"),
        ("fades_after_days = -1\n[[step]]\nname = \"reminder\"\nfrom_points = 1\n", "fades_after_days"),
        (&format!("{base}days = 3\n"), "withdraws nothing"),
        (
            &format!("{base}[[step]]\nname = \"x\"\nfrom_points = 1\ndays = 1\nprivileges = [\"comment\"]\n"),
            "more than the step",
        ),
        (&format!("{base}[[step]]\nname = \"x\"\nfrom_points = 2\ndays = 1\n"), "at least one privilege"),
        (&format!("{base}[[step]]\nname = \"x\"\nfrom_points = 2\nprivileges = [\"comment\"]\n"), "one of hours"),
        (
            &format!(
                "{base}[[step]]\nname = \"x\"\nfrom_points = 2\ndays = 9223372036854775807\nprivileges = [\"comment\"]\n"
            ),
            "3650 days",
        ),
        (
            &format!("{base}[[step]]\nname = \"x\"\nfrom_points = 2\nhours = -1\nprivileges = [\"comment\"]\n"),
            "3650 days",
        ),
        (
            &format!("{base}[[step]]\nname = \"x\"\nfrom_points = 2\ndays = 1\nprivileges = [\"read\"]\n"),
            "privileges are",
        ),
        (&format!("{base}[weights]\n\"no-abuse\" = -1\n"), "must weigh"),
        (&format!("{base}[reporting]\ndismissed = 0\nwithin_days = 1\ndays = 1\n"), "reporting"),
        (&format!("{base}surprise = 1\n"), "unknown field"),
    ] {
        let faults = Ladder::parse(wrong).unwrap_err().join("\n");
        assert!(faults.contains(said), "{wrong}\n{faults}");
    }
}

#[test]
fn a_day_of_the_calendar_is_one_day_whatever_the_clocks_do() {
    let zone = london();
    for (from, days, to) in [
        // Clocks go forward on 29 March 2026 and back on 25 October 2026: the same time of day, 23 and 25 hours on.
        ("2026-03-28T12:00:00Z", 1, "2026-03-29T11:00:00Z"),
        ("2026-10-24T11:00:00Z", 1, "2026-10-25T12:00:00Z"),
        // 01:30 on 29 March does not exist: an hour later it is.
        ("2026-03-28T01:30:00Z", 1, "2026-03-29T01:30:00Z"),
        // 01:30 on 25 October comes twice: the first.
        ("2026-10-24T00:30:00Z", 1, "2026-10-25T00:30:00Z"),
        // Leap day, and the end of 32 bits.
        ("2028-02-28T09:00:00Z", 1, "2028-02-29T09:00:00Z"),
        ("2028-02-29T09:00:00Z", 365, "2029-02-28T09:00:00Z"),
        ("2027-02-28T09:00:00Z", 1, "2027-03-01T09:00:00Z"),
        ("2038-01-18T03:14:07Z", 1, "2038-01-19T03:14:07Z"),
        ("2038-01-19T03:14:07Z", 30, "2038-02-18T03:14:07Z"),
    ] {
        assert_eq!(later(at(from), &zone, 0, days).to_string(), to, "{from} + {days}");
    }
    // Hours pass as they pass.
    assert_eq!(later(at("2026-03-28T12:00:00Z"), &zone, 24, 0).to_string(), "2026-03-29T12:00:00Z");
    let chatham = TimeZone::get("Pacific/Chatham").unwrap();
    assert_eq!(later(at("2026-04-04T01:00:00Z"), &chatham, 0, 1).to_string(), "2026-04-05T02:00:00Z");
}

#[test]
fn what_is_too_far_ends_with_the_calendar_and_never_in_the_past() {
    let zone = london();
    let now = at("2026-06-01T12:00:00Z");
    let last = Timestamp::from_millis(i64::MAX);
    for (hours, days) in [(0, i64::MAX), (i64::MAX, 0), (i64::MAX, i64::MAX), (0, 4_000_000)] {
        assert_eq!(later(now, &zone, hours, days), last);
    }
    for (hours, days) in [(0, i64::MIN), (i64::MIN, 0)] {
        assert_eq!(later(now, &zone, hours, days), now);
    }
    assert_eq!(later(last, &zone, 1, 1), last);
}

proptest! {
    #[test]
    fn points_fade_from_what_was_given_to_nothing_and_never_rise(
        strikes in prop::collection::vec((0..50_i64, 0..400 * DAY), 0..20),
        first in 0..500 * DAY,
        step in 0..100 * DAY,
    ) {
        let ladder = Ladder::built_in();
        let weighed: Vec<Weighed> =
            strikes.iter().map(|(points, age)| Weighed { points: *points, at: Timestamp::from_millis(*age) }).collect();
        let start = 400 * DAY;
        let (one, other) = (Timestamp::from_millis(start + first), Timestamp::from_millis(start + first + step));
        let (now, then) = (ladder.points(&weighed, one), ladder.points(&weighed, other));
        let given: i64 = strikes.iter().map(|(points, _)| points).sum();
        prop_assert!(0 <= then && then <= now && now <= given);
        let last = Timestamp::from_millis(start + 91 * DAY);
        prop_assert_eq!(ladder.points(&weighed, last), 0);
        // Taking one back is as if it had never been.
        if let Some((_, rest)) = weighed.split_last() {
            prop_assert!(ladder.points(rest, one) <= now);
        }
    }

    #[test]
    fn a_clock_that_goes_back_makes_no_strike_weigh_more(points in 0..1_000_i64, back in 0..400 * DAY) {
        let strike = Weighed { points, at: Timestamp::from_millis(500 * DAY) };
        prop_assert_eq!(Ladder::built_in().points(&[strike], Timestamp::from_millis(500 * DAY - back)), points);
        let extreme = Weighed { points: i64::MAX, at: Timestamp::from_millis(i64::MAX) };
        prop_assert!(Ladder::built_in().points(&[extreme, extreme], Timestamp::from_millis(i64::MIN)) > 0);
    }

    #[test]
    fn a_ban_of_the_calendar_ends_at_the_same_time_of_day_and_within_an_hour_of_so_many_days(
        start in 0..70 * 365 * DAY,
        days in 1..3_650_i64,
        zone in prop::sample::select(vec!["Europe/London", "UTC", "America/New_York", "Pacific/Chatham", "Asia/Kolkata"]),
    ) {
        let zone = TimeZone::get(zone).unwrap();
        let now = Timestamp::from_millis(start);
        let end = later(now, &zone, 0, days);
        prop_assert!(end > now);
        let off = (end.as_millis() - now.as_millis() - days * DAY).abs();
        prop_assert!(off <= HOUR, "{} after {} days", off, days);
        let (from, to) = (now.to_jiff().to_zoned(zone.clone()), end.to_jiff().to_zoned(zone));
        prop_assert_eq!(from.date().checked_add(jiff::Span::new().days(days)).unwrap(), to.date());
    }
}
