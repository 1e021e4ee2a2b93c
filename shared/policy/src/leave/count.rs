//! Duration of a request as a sum over its days: rules 1 and 2 (docs/rules.md).

use jiff::{ToSpan, civil::Date};
use kernel::Minutes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Sandwich;
use crate::{Calendar, DayPattern, Half, Portion, WorkedHalves, calendar::minute_range};

/// One day of a leave request, with the minutes that it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DayCount {
    /// Date of the day.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Requested part of the day.
    pub portion: Portion,
    /// Minutes that the day counts.
    pub minutes: Minutes,
    /// Reason why the day counts fewer minutes than requested, or more with `sandwich`; absent otherwise.
    ///
    /// - `rest_day`: the calendar does not work on the day
    /// - `half_day`: the calendar works only one half of the day
    /// - `holiday: <names>`: the day or a half of it is a holiday
    /// - `outside_hours`: the requested hours are outside the opening hours
    /// - `sandwich`: the day off is between two counted days
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(pattern = "^(rest_day$|half_day$|outside_hours$|sandwich$|holiday: )")]
    pub why: Option<String>,
}

/// Duration of a request by day, counted by one version of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeaveCount {
    /// All days from first to last, in order.
    pub days: Vec<DayCount>,
    /// Code of the site whose calendar was used.
    pub site: String,
    /// Version of the calendar that was used.
    #[schema(minimum = 1)]
    pub calendar_version: u32,
}

impl LeaveCount {
    /// Total minutes of the request.
    pub fn total_minutes(&self) -> Minutes {
        self.days.iter().map(|day| day.minutes).sum()
    }

    /// Consecutive days with equal minutes as ranges; days of 0 minutes are omitted.
    pub fn day_ranges(&self) -> Vec<DayRange> {
        day_ranges(self.days.iter().map(|day| (day.date, day.minutes)))
    }
}

/// Consecutive days with equal minutes per day, as a ledger entry stores them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DayRange {
    /// First day of the range.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day of the range.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Minutes of each day, signed like the entry and never 0.
    pub minutes: Minutes,
}

impl DayRange {
    /// Number of days.
    pub fn days(&self) -> i64 {
        i64::from((self.to - self.from).get_days()) + 1
    }

    /// Minutes of the days up to and including a day.
    pub fn minutes_until(&self, on: Date) -> Minutes {
        let last = self.to.min(on);
        if last < self.from {
            return Minutes::ZERO;
        }
        Minutes(self.minutes.0.saturating_mul(Self { to: last, ..*self }.days()))
    }

    /// Dates of the range, in order.
    pub fn dates(&self) -> impl Iterator<Item = Date> + use<> {
        let to = self.to;
        self.from.series(1.day()).take_while(move |day| *day <= to)
    }

    /// Part of the range from a day on, if any.
    pub fn since(&self, from: Date) -> Option<Self> {
        (self.to >= from).then(|| Self { from: self.from.max(from), ..*self })
    }
}

/// Groups consecutive days with equal minutes into ranges. The days must be in order; days of 0 minutes are omitted.
pub fn day_ranges(days: impl Iterator<Item = (Date, Minutes)>) -> Vec<DayRange> {
    let mut ranges: Vec<DayRange> = Vec::new();
    for (date, minutes) in days.filter(|(_, minutes)| *minutes != Minutes::ZERO) {
        match ranges.last_mut() {
            Some(last) if last.minutes == minutes && last.to.tomorrow().is_ok_and(|next| next == date) => {
                last.to = date
            }
            _ => ranges.push(DayRange { from: date, to: date, minutes }),
        }
    }
    ranges
}

/// Counts a request from `first` to `last`. Each day is requested with `portion`; a half or hours require that both
/// days are the same.
pub fn count_leave(
    calendar: &Calendar,
    (first, last): (Date, Date),
    portion: Portion,
    day_minutes: Minutes,
    sandwich: Sandwich,
) -> LeaveCount {
    let dates = first.series(1.day()).take_while(|day| *day <= last);
    let mut days: Vec<DayCount> = dates.map(|date| count_day(calendar, date, portion, day_minutes)).collect();
    if sandwich == Sandwich::Inside {
        apply_sandwich(&mut days, day_minutes, first);
    }
    LeaveCount { days, site: calendar.site.clone(), calendar_version: calendar.version }
}

/// Counts a stored count again by another calendar, from a day on. Returns the new count and the difference (new - old)
/// of each changed day, for an adjustment entry. Days before `from` keep their count.
pub fn recount_leave(
    frozen: &LeaveCount,
    calendar: &Calendar,
    day_minutes: Minutes,
    sandwich: Sandwich,
    from: Date,
) -> (LeaveCount, Vec<(Date, Minutes)>) {
    let again = |old: &DayCount| match old.date < from {
        true => old.clone(),
        false => count_day(calendar, old.date, old.portion, day_minutes),
    };
    let mut days: Vec<DayCount> = frozen.days.iter().map(again).collect();
    if sandwich == Sandwich::Inside {
        apply_sandwich(&mut days, day_minutes, from);
    }
    let changed = days.iter().zip(&frozen.days).map(|(new, old)| (new.date, new.minutes - old.minutes));
    let changed = changed.filter(|(_, difference)| *difference != Minutes::ZERO).collect();
    (LeaveCount { days, site: calendar.site.clone(), calendar_version: calendar.version }, changed)
}

/// Count of one day, without the sandwich rule.
fn count_day(calendar: &Calendar, date: Date, portion: Portion, day_minutes: Minutes) -> DayCount {
    let minutes = calendar.counted_minutes(date, portion, day_minutes);
    let nominal = nominal_minutes(portion, day_minutes);
    DayCount { date, portion, minutes, why: (minutes < nominal).then(|| reduction_reason(calendar, date, portion)) }
}

/// Minutes of a portion on a full working day.
fn nominal_minutes(portion: Portion, day_minutes: Minutes) -> Minutes {
    match portion {
        Portion::Full => day_minutes,
        Portion::Half(half) => WorkedHalves { am: half == Half::Am, pm: half == Half::Pm }.minutes(day_minutes),
        Portion::Hours(from, to) => {
            let (from, to) = minute_range((from, to));
            Minutes(to - from)
        }
    }
}

/// Value of [`DayCount::why`] for a day that counts fewer minutes than requested.
fn reduction_reason(calendar: &Calendar, date: Date, portion: Portion) -> String {
    let pattern = calendar.week.day(date.weekday()).pattern;
    if pattern == DayPattern::Off {
        return "rest_day".to_owned();
    }
    let names: Vec<&str> = calendar.holidays_on(date).iter().map(|holiday| holiday.name.as_str()).collect();
    match (names.is_empty(), portion) {
        (false, _) => format!("holiday: {}", names.join(", ")),
        (true, Portion::Hours(..)) => "outside_hours".to_owned(),
        (true, Portion::Full | Portion::Half(_)) => "half_day".to_owned(),
    }
}

/// Sandwich rule: days off between two counted days count in full. Days before `from` keep their count.
fn apply_sandwich(days: &mut [DayCount], day_minutes: Minutes, from: Date) {
    let counted = |day: &DayCount| day.minutes != Minutes::ZERO;
    let (Some(first), Some(last)) = (days.iter().position(counted), days.iter().rposition(counted)) else { return };
    let inside = days.iter_mut().take(last).skip(first);
    for day in inside.filter(|day| day.minutes == Minutes::ZERO && day.date >= from) {
        day.minutes = day_minutes;
        day.why = Some("sandwich".to_owned());
    }
}
