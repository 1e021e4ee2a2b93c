//! Quiet hours: when somebody is not to be disturbed, by the clock on their own wall.

use jiff::{
    Timestamp, ToSpan,
    civil::{DateTime, Time},
    tz::{AmbiguousOffset, TimeZone},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// From when to when, every day; past midnight where `to` is not after `from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// The first quiet minute, such as `22:00`.
    #[schema(value_type = String, example = "22:00")]
    pub from: Time,
    /// The first minute that is no longer quiet, such as `07:00`.
    #[schema(value_type = String, example = "07:00")]
    pub to: Time,
}

/// The first instant from `now` on that is not quiet: `now` itself, or the end of the quiet hours that it falls into.
///
/// A night of a clock change is as quiet as any other: a beginning or an end that the clock skips is the moment of the
/// change; one that it shows twice begins at the first showing and ends at the second.
pub fn next_allowed(now: Timestamp, zone: &TimeZone, quiet: Option<QuietHours>) -> Timestamp {
    let Some(quiet) = quiet.filter(|quiet| quiet.from != quiet.to) else { return now };
    let today = zone.to_datetime(now).date();
    let days = [today.yesterday().ok(), Some(today)];
    let ends = days.into_iter().flatten().filter_map(|day| {
        let last = if quiet.to > quiet.from { day } else { day.tomorrow().ok()? };
        let begin = instant_of_local_time(zone, day.to_datetime(quiet.from), false)?;
        let end = instant_of_local_time(zone, last.to_datetime(quiet.to), true)?;
        (begin <= now && now < end).then_some(end)
    });
    ends.max().unwrap_or(now)
}

/// The next instant after `now` at which the clock shows this full hour.
pub fn next_hour(now: Timestamp, zone: &TimeZone, hour: u8) -> Timestamp {
    let time = Time::new(i8::try_from(hour.min(23)).unwrap_or_default(), 0, 0, 0).unwrap_or_default();
    let today = zone.to_datetime(now).date();
    let coming = (0..=2).filter_map(|days| {
        let day = today.checked_add(days.days()).ok()?;
        instant_of_local_time(zone, day.to_datetime(time), false)
    });
    coming.filter(|at| *at > now).min().unwrap_or(now)
}

/// When the clock shows this: the moment of the change where it never does, the first or the last where it does twice.
fn instant_of_local_time(zone: &TimeZone, at: DateTime, last: bool) -> Option<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(at);
    match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(at).ok(),
        // By the later offset the time lies before the change, so the change is what follows.
        AmbiguousOffset::Gap { after, .. } => {
            let before_it = after.to_timestamp(at).ok()?;
            zone.following(before_it).next().map(|change| change.timestamp())
        }
        AmbiguousOffset::Fold { before, after } => (if last { after } else { before }).to_timestamp(at).ok(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, civil::time};
    use proptest::prelude::*;

    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn quiet(from: i8, to: i8) -> Option<QuietHours> {
        Some(QuietHours { from: time(from, 0, 0, 0), to: time(to, 0, 0, 0) })
    }

    #[test]
    fn the_table_of_when_somebody_may_be_disturbed() {
        for (name, hours, now, allowed) in [
            ("Europe/Berlin", None, "2024-06-10T01:00:00Z", "2024-06-10T01:00:00Z"),
            ("Europe/Berlin", quiet(7, 7), "2024-06-10T05:00:00Z", "2024-06-10T05:00:00Z"),
            // 22 to 7 in Berlin is 20 to 5 UTC in summer.
            ("Europe/Berlin", quiet(22, 7), "2024-06-10T19:59:59Z", "2024-06-10T19:59:59Z"),
            ("Europe/Berlin", quiet(22, 7), "2024-06-10T20:00:00Z", "2024-06-11T05:00:00Z"),
            ("Europe/Berlin", quiet(22, 7), "2024-06-10T23:30:00Z", "2024-06-11T05:00:00Z"),
            ("Europe/Berlin", quiet(22, 7), "2024-06-11T04:59:59Z", "2024-06-11T05:00:00Z"),
            ("Europe/Berlin", quiet(22, 7), "2024-06-11T05:00:00Z", "2024-06-11T05:00:00Z"),
            // Within one day.
            ("Asia/Kolkata", quiet(12, 14), "2024-06-10T06:29:00Z", "2024-06-10T06:29:00Z"),
            ("Asia/Kolkata", quiet(12, 14), "2024-06-10T06:30:00Z", "2024-06-10T08:30:00Z"),
            // To midnight and from midnight.
            ("UTC", quiet(20, 0), "2024-06-10T21:00:00Z", "2024-06-11T00:00:00Z"),
            ("UTC", quiet(0, 6), "2024-06-10T00:00:00Z", "2024-06-10T06:00:00Z"),
            // The clock goes from 2 to 3 on 31 March 2024, and from 3 to 2 on 27 October.
            ("Europe/Berlin", quiet(22, 7), "2024-03-30T22:00:00Z", "2024-03-31T05:00:00Z"),
            ("Europe/Berlin", quiet(22, 7), "2024-10-26T21:00:00Z", "2024-10-27T06:00:00Z"),
            ("Europe/Berlin", quiet(22, 2), "2024-03-31T00:30:00Z", "2024-03-31T01:00:00Z"),
            ("Europe/Berlin", quiet(22, 2), "2024-10-27T00:30:00Z", "2024-10-27T01:00:00Z"),
            ("Europe/Berlin", quiet(2, 6), "2024-03-31T01:00:00Z", "2024-03-31T04:00:00Z"),
        ] {
            let found = next_allowed(at(now), &zone(name), hours);
            assert_eq!(found, at(allowed), "{name} {hours:?} at {now}");
        }
    }

    #[test]
    fn an_hour_that_the_clock_shows_twice_or_never_comes_once() {
        for (now, hour, next) in [
            ("2024-06-10T10:30:00Z", 17, "2024-06-10T15:00:00Z"),
            ("2024-06-10T15:00:00Z", 17, "2024-06-11T15:00:00Z"),
            ("2024-03-30T12:00:00Z", 2, "2024-03-31T01:00:00Z"),
            ("2024-10-26T12:00:00Z", 2, "2024-10-27T00:00:00Z"),
            ("2024-10-27T00:00:00Z", 2, "2024-10-28T01:00:00Z"),
        ] {
            assert_eq!(next_hour(at(now), &zone("Europe/Berlin"), hour), at(next), "{now} {hour}");
        }
    }

    const ZONES: [&str; 6] =
        ["Europe/Berlin", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC"];

    proptest! {
        #[test]
        fn what_is_allowed_is_allowed_at_once_and_no_night_lasts_longer_than_a_day(
            second in 1_600_000_000i64..1_900_000_000,
            name in prop::sample::select(&ZONES[..]),
            (from, to) in (0i8..24, 0i8..24),
        ) {
            let (now, zone, hours) = (Timestamp::from_second(second).unwrap(), zone(name), quiet(from, to));
            let allowed = next_allowed(now, &zone, hours);
            prop_assert!(allowed >= now);
            prop_assert!(allowed.duration_since(now) <= SignedDuration::from_hours(25));
            prop_assert_eq!(next_allowed(allowed, &zone, hours), allowed);
        }

        #[test]
        fn away_from_clock_changes_the_clock_on_the_wall_decides(
            second in 1_716_000_000i64..1_720_000_000,
            (from, to) in (0i8..24, 0i8..24),
        ) {
            let (now, zone) = (Timestamp::from_second(second).unwrap(), zone("Europe/Berlin"));
            let hour = zone.to_datetime(now).hour();
            let silent = if from <= to { from <= hour && hour < to } else { hour >= from || hour < to };
            prop_assert_eq!(next_allowed(now, &zone, quiet(from, to)) > now, silent);
        }

        #[test]
        fn an_hour_comes_within_a_day_and_a_change(second in 1_600_000_000i64..1_900_000_000,
            name in prop::sample::select(&ZONES[..]), hour in 0u8..24) {
            let now = Timestamp::from_second(second).unwrap();
            let next = next_hour(now, &zone(name), hour);
            prop_assert!(next > now && next.duration_since(now) <= SignedDuration::from_hours(49));
        }
    }
}
