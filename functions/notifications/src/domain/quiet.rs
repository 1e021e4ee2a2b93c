//! Quiet hours, in the local time of the recipient.

use jiff::{
    Timestamp, ToSpan,
    civil::{DateTime, Time},
    tz::{AmbiguousOffset, TimeZone},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Daily interval in which only the inbox is used, except for urgent notifications and the digest. It spans midnight if `to` is
/// before `from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// Local time at which quiet hours start, such as `22:00`.
    #[schema(value_type = String, pattern = r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?$", example = "22:00:00")]
    pub from: Time,
    /// Local time at which quiet hours end, such as `07:00`; different from `from`.
    #[schema(value_type = String, pattern = r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?$", example = "07:00:00")]
    pub to: Time,
}

/// `now`, or the end of the quiet hours that contain it.
///
/// At a clock change, a start or end in the skipped hour is the moment of the change. In a repeated hour, quiet hours start
/// at the first and end at the second occurrence.
pub fn next_outside_quiet_hours(now: Timestamp, zone: &TimeZone, quiet: Option<QuietHours>) -> Timestamp {
    let Some(quiet) = quiet.filter(|quiet| quiet.from != quiet.to) else { return now };
    let today = zone.to_datetime(now).date();
    let days = [today.yesterday().ok(), Some(today)];
    let ends = days.into_iter().flatten().filter_map(|day| {
        let last = if quiet.to > quiet.from { day } else { day.tomorrow().ok()? };
        let start = instant_of_local_time(zone, day.to_datetime(quiet.from), Repeated::First)?;
        let end = instant_of_local_time(zone, last.to_datetime(quiet.to), Repeated::Second)?;
        (start <= now && now < end).then_some(end)
    });
    ends.max().unwrap_or(now)
}

/// Next instant after `now` at which the local time is this full hour, such as 8 for 08:00.
pub fn next_local_hour(now: Timestamp, zone: &TimeZone, hour: u8) -> Timestamp {
    let time = Time::new(i8::try_from(hour.min(23)).unwrap_or_default(), 0, 0, 0).unwrap_or_default();
    let today = zone.to_datetime(now).date();
    let upcoming = (0..=2).filter_map(|days| {
        let day = today.checked_add(days.days()).ok()?;
        instant_of_local_time(zone, day.to_datetime(time), Repeated::First)
    });
    upcoming.filter(|at| *at > now).min().unwrap_or(now)
}

/// Occurrence of a local time that repeats because the clock goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Repeated {
    First,
    Second,
}

/// Instant of a local time: the moment of the clock change if it is skipped, the given occurrence if it repeats. `None` only
/// outside the range of `Timestamp`.
fn instant_of_local_time(zone: &TimeZone, at: DateTime, repeated: Repeated) -> Option<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(at);
    match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(at).ok(),
        // With the later offset, the time is before the change, so the change is the next transition.
        AmbiguousOffset::Gap { after, .. } => {
            let before_change = after.to_timestamp(at).ok()?;
            zone.following(before_change).next().map(|change| change.timestamp())
        }
        AmbiguousOffset::Fold { before, after } => {
            let offset = match repeated {
                Repeated::First => before,
                Repeated::Second => after,
            };
            offset.to_timestamp(at).ok()
        }
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
    fn quiet_hours_end_at_local_time_also_at_clock_changes() {
        for (name, hours, now, allowed) in [
            ("Europe/Berlin", None, "2024-06-10T01:00:00Z", "2024-06-10T01:00:00Z"),
            ("Europe/Berlin", quiet(7, 7), "2024-06-10T05:00:00Z", "2024-06-10T05:00:00Z"),
            // 22:00 to 07:00 in Berlin is 20:00 to 05:00 UTC in summer.
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
            // Clock changes: 02:00 to 03:00 on 31 March 2024, 03:00 to 02:00 on 27 October.
            ("Europe/Berlin", quiet(22, 7), "2024-03-30T22:00:00Z", "2024-03-31T05:00:00Z"),
            ("Europe/Berlin", quiet(22, 7), "2024-10-26T21:00:00Z", "2024-10-27T06:00:00Z"),
            ("Europe/Berlin", quiet(22, 2), "2024-03-31T00:30:00Z", "2024-03-31T01:00:00Z"),
            ("Europe/Berlin", quiet(22, 2), "2024-10-27T00:30:00Z", "2024-10-27T01:00:00Z"),
            ("Europe/Berlin", quiet(2, 6), "2024-03-31T01:00:00Z", "2024-03-31T04:00:00Z"),
        ] {
            let next = next_outside_quiet_hours(at(now), &zone(name), hours);
            assert_eq!(next, at(allowed), "{name} {hours:?} at {now}");
        }
    }

    #[test]
    fn skipped_and_repeated_hours_occur_once() {
        for (now, hour, next) in [
            ("2024-06-10T10:30:00Z", 17, "2024-06-10T15:00:00Z"),
            ("2024-06-10T15:00:00Z", 17, "2024-06-11T15:00:00Z"),
            ("2024-03-30T12:00:00Z", 2, "2024-03-31T01:00:00Z"),
            ("2024-10-26T12:00:00Z", 2, "2024-10-27T00:00:00Z"),
            ("2024-10-27T00:00:00Z", 2, "2024-10-28T01:00:00Z"),
        ] {
            assert_eq!(next_local_hour(at(now), &zone("Europe/Berlin"), hour), at(next), "{now} {hour}");
        }
    }

    const ZONES: [&str; 6] =
        ["Europe/Berlin", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC"];

    proptest! {
        #[test]
        fn postponed_time_is_allowed_and_within_25_hours(
            second in 1_600_000_000i64..1_900_000_000,
            name in prop::sample::select(&ZONES[..]),
            (from, to) in (0i8..24, 0i8..24),
        ) {
            let (now, zone, hours) = (Timestamp::from_second(second).unwrap(), zone(name), quiet(from, to));
            let allowed = next_outside_quiet_hours(now, &zone, hours);
            prop_assert!(allowed >= now);
            prop_assert!(allowed.duration_since(now) <= SignedDuration::from_hours(25));
            prop_assert_eq!(next_outside_quiet_hours(allowed, &zone, hours), allowed);
        }

        #[test]
        fn local_hour_decides_without_clock_changes(
            second in 1_716_000_000i64..1_720_000_000,
            (from, to) in (0i8..24, 0i8..24),
        ) {
            let (now, zone) = (Timestamp::from_second(second).unwrap(), zone("Europe/Berlin"));
            let hour = zone.to_datetime(now).hour();
            let is_quiet = if from <= to { from <= hour && hour < to } else { hour >= from || hour < to };
            prop_assert_eq!(next_outside_quiet_hours(now, &zone, quiet(from, to)) > now, is_quiet);
        }

        #[test]
        fn next_hour_is_within_49_hours(second in 1_600_000_000i64..1_900_000_000,
            name in prop::sample::select(&ZONES[..]), hour in 0u8..24) {
            let now = Timestamp::from_second(second).unwrap();
            let next = next_local_hour(now, &zone(name), hour);
            prop_assert!(next > now && next.duration_since(now) <= SignedDuration::from_hours(49));
        }
    }
}
