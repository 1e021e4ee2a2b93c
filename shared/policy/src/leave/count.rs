//! What a request counts: a sum over days, never interval arithmetic. Rules 1 and 2.

use jiff::{ToSpan, civil::Date};
use kernel::Minutes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Sandwich;
use crate::{Calendar, DayPattern, Half, Portion, WorkedHalves, calendar::minute_range};

/// What one day of a request counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DayCount {
    /// The day.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// What was asked for of it.
    pub portion: Portion,
    /// What it counts.
    pub minutes: Minutes,
    /// Why it counts less than was asked for, or more: `rest_day`, `holiday: Christmas Day`, `half_day` (only the other half, or one
    /// half, is worked), `outside_hours`, `sandwich`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub why: Option<String>,
}

/// What a request counts, day by day, by one version of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeaveCount {
    /// Every day from first to last, in order.
    pub days: Vec<DayCount>,
    /// The site whose calendar was used.
    pub site: String,
    /// Its version.
    pub calendar_version: u32,
}

impl LeaveCount {
    /// The sum.
    pub fn total(&self) -> Minutes {
        self.days.iter().map(|day| day.minutes).sum()
    }

    /// The days that count, as runs.
    pub fn runs(&self) -> Vec<DayRange> {
        runs(self.days.iter().map(|day| (day.date, day.minutes)))
    }
}

/// Days that follow each other and count the same: what a ledger entry keeps of its days. Minutes are per day, and never 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DayRange {
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Minutes of each; signed as the entry is.
    pub minutes: Minutes,
}

impl DayRange {
    /// How many days.
    pub fn days(&self) -> i64 {
        i64::from((self.to - self.from).get_days()) + 1
    }

    /// What falls on or before a day.
    pub fn until(&self, on: Date) -> Minutes {
        let last = self.to.min(on);
        if last < self.from {
            return Minutes::ZERO;
        }
        Minutes(self.minutes.0.saturating_mul(Self { to: last, ..*self }.days()))
    }

    /// Its days, in order.
    pub fn dates(&self) -> impl Iterator<Item = Date> + use<> {
        let to = self.to;
        self.from.series(1.day()).take_while(move |day| *day <= to)
    }

    /// What of it lies on a day or later.
    pub fn since(&self, from: Date) -> Option<Self> {
        (self.to >= from).then(|| Self { from: self.from.max(from), ..*self })
    }
}

/// Days, in order, as runs; days of 0 minutes are left out.
pub fn runs(days: impl Iterator<Item = (Date, Minutes)>) -> Vec<DayRange> {
    let mut runs: Vec<DayRange> = Vec::new();
    for (date, minutes) in days.filter(|(_, minutes)| *minutes != Minutes::ZERO) {
        match runs.last_mut() {
            Some(last) if last.minutes == minutes && last.to.tomorrow().is_ok_and(|next| next == date) => {
                last.to = date
            }
            _ => runs.push(DayRange { from: date, to: date, minutes }),
        }
    }
    runs
}

/// Counts a request from `first` to `last`; every day is asked for with `portion` (a half or a span only when the two are one day).
pub fn count(
    calendar: &Calendar,
    (first, last): (Date, Date),
    portion: Portion,
    day_minutes: Minutes,
    sandwich: Sandwich,
) -> LeaveCount {
    let dates = first.series(1.day()).take_while(|day| *day <= last);
    let mut days: Vec<DayCount> = dates.map(|date| day(calendar, date, portion, day_minutes)).collect();
    if sandwich == Sandwich::Inside {
        apply_sandwich(&mut days, day_minutes, first);
    }
    LeaveCount { days, site: calendar.site.clone(), calendar_version: calendar.version }
}

/// Counts frozen days again by another calendar, from a day on; answers the new count and, per day that changed, the difference
/// (new - old), for an adjustment entry. Days before `from` are answered as they were: history is never recomputed.
pub fn recount(
    frozen: &LeaveCount,
    calendar: &Calendar,
    day_minutes: Minutes,
    sandwich: Sandwich,
    from: Date,
) -> (LeaveCount, Vec<(Date, Minutes)>) {
    let again = |old: &DayCount| match old.date < from {
        true => old.clone(),
        false => day(calendar, old.date, old.portion, day_minutes),
    };
    let mut days: Vec<DayCount> = frozen.days.iter().map(again).collect();
    if sandwich == Sandwich::Inside {
        apply_sandwich(&mut days, day_minutes, from);
    }
    let changed = days.iter().zip(&frozen.days).map(|(new, old)| (new.date, new.minutes - old.minutes));
    let changed = changed.filter(|(_, difference)| *difference != Minutes::ZERO).collect();
    (LeaveCount { days, site: calendar.site.clone(), calendar_version: calendar.version }, changed)
}

/// One day, without its neighbours.
fn day(calendar: &Calendar, date: Date, portion: Portion, day_minutes: Minutes) -> DayCount {
    let minutes = calendar.minutes(date, portion, day_minutes);
    let asked = nominal_minutes(portion, day_minutes);
    DayCount { date, portion, minutes, why: (minutes < asked).then(|| reduction_reason(calendar, date, portion)) }
}

/// What a portion would count on a day that is wholly worked and open.
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

/// Why a day counts less than was asked for.
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

/// The sandwich rule: days off between two days that count, count in full. Days before `from` stay as they are.
fn apply_sandwich(days: &mut [DayCount], day_minutes: Minutes, from: Date) {
    let counted = |day: &DayCount| day.minutes != Minutes::ZERO;
    let (Some(first), Some(last)) = (days.iter().position(counted), days.iter().rposition(counted)) else { return };
    let inside = days.iter_mut().take(last).skip(first);
    for day in inside.filter(|day| day.minutes == Minutes::ZERO && day.date >= from) {
        day.minutes = day_minutes;
        day.why = Some("sandwich".to_owned());
    }
}
