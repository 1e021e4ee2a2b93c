//! Days of a leave request with their minutes: rules 1 and 2 (docs/rules.md).

use directory::Person;
use jiff::{ToSpan, civil::Date};
use kernel::Minutes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::day_length::day_minutes_on;
use crate::Portion;

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
    /// - `rest_day`: no work is expected on the day
    /// - `half_day`: only one half of the day is worked
    /// - `holiday: <names>`: the day or a half of it is a holiday
    /// - `outside_hours`: the requested hours are outside the opening hours
    /// - `sandwich`: the day off is between two counted days
    /// - `between`: the day off is between the request and adjoining leave; it may lie outside the dates of the request
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(pattern = "^(rest_day$|half_day$|outside_hours$|sandwich$|between$|holiday: )")]
    pub why: Option<String>,
}

/// Reason of a day off between two counted days of one request.
pub(super) const SANDWICH: &str = "sandwich";
/// Reason of a day off between a request and adjoining leave.
pub(super) const BETWEEN: &str = "between";

impl DayCount {
    /// Whether the day is a day off that counts because it lies between the request and adjoining leave.
    pub fn is_between(&self) -> bool {
        self.why.as_deref() == Some(BETWEEN)
    }

    /// Whether the day is a day off that counts because it lies between counted days, of one request or of two.
    pub fn is_counted_day_off(&self) -> bool {
        self.is_between() || self.why.as_deref() == Some(SANDWICH)
    }
}

/// Duration of a request by day, counted by one version of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeaveCount {
    /// All requested days in order, without returned ones, and the days off between the request and adjoining leave before
    /// or after them.
    pub days: Vec<DayCount>,
    /// Code of the site whose calendar was used.
    pub site: String,
    /// Version of the calendar that was used.
    #[schema(minimum = 1)]
    pub calendar_version: u32,
}

impl LeaveCount {
    /// Standard day of the person on the first requested day; of the current contract without days.
    pub fn day_minutes(&self, person: &Person) -> Minutes {
        let first = self.days.iter().find(|day| !day.is_between()).or(self.days.first());
        first.map_or(person.contract.day_minutes, |day| day_minutes_on(person, day.date))
    }

    /// Total minutes of the request.
    pub fn total_minutes(&self) -> Minutes {
        self.days.iter().map(|day| day.minutes).sum()
    }

    /// Dates of the days off that count because they lie between the request and adjoining leave.
    pub fn dates_between(&self) -> impl Iterator<Item = Date> + '_ {
        self.days.iter().filter(|day| day.is_between()).map(|day| day.date)
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
