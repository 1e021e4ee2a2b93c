//! Length of the standard day by date, and the conversion of minutes when it changes. Rule 6 (docs/rules.md).

use std::collections::BTreeMap;

use directory::Person;
use jiff::civil::Date;
use kernel::Minutes;

/// Start of the ids of the entries that convert a balance; the date and the two lengths follow:
/// `day_length#2026-07-01#480to360`.
pub(super) const DAY_LENGTH: &str = "day_length#";

/// Change of the standard day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DayLengthChange {
    pub(super) old: Minutes,
    pub(super) new: Minutes,
}

/// Standard day of a person on a date, by the terms of that date; after the last day of employment, by the last terms.
pub fn day_minutes_on(person: &Person, on: Date) -> Minutes {
    let on = person.termination_date.map_or(on, |last| on.min(last));
    person.contract_on(on).day_minutes
}

/// Minutes of leave after a change of the standard day: the same number of days, rounded to the nearest minute, a half
/// away from zero.
pub fn convert_day_length(minutes: Minutes, old_day: Minutes, new_day: Minutes) -> Minutes {
    let (old, new) = (i128::from(old_day.0.max(1)), i128::from(new_day.0.max(1)));
    let size = (i128::from(minutes.0.unsigned_abs()) * new * 2 + old) / (old * 2);
    let size = Minutes(i64::try_from(size).unwrap_or(i64::MAX));
    if minutes < Minutes::ZERO { -size } else { size }
}

/// Changes of the standard day up to the last day of employment, by their first day.
pub(super) fn day_length_changes(person: &Person) -> BTreeMap<Date, DayLengthChange> {
    let day_minutes = |on| person.contract_on(on).day_minutes;
    let lengths = person.terms.iter().filter_map(|terms| {
        let old = day_minutes(terms.from.yesterday().ok()?);
        Some((terms.from, DayLengthChange { old, new: day_minutes(terms.from) }))
    });
    let employed = |on: &Date| person.termination_date.is_none_or(|last| *on <= last);
    lengths.filter(|(on, change)| change.old != change.new && employed(on)).collect()
}

impl DayLengthChange {
    /// Id of the entry of a change, without its generation.
    pub(super) fn key(self, on: Date) -> String {
        format!("{DAY_LENGTH}{on}#{}to{}", self.old.0, self.new.0)
    }

    /// Change of an entry, by its id; none for other entries.
    pub(super) fn of_entry(id: &str) -> Option<Self> {
        let (old, new) = id.strip_prefix(DAY_LENGTH)?.split('#').nth(1)?.split_once("to")?;
        Some(Self { old: Minutes(old.parse().ok()?), new: Minutes(new.parse().ok()?) })
    }
}
