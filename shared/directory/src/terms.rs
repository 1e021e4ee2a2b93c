//! Terms of employment by date, and a person's own work pattern. Rule 6 (docs/rules.md).

use jiff::civil::{Date, Time};
use kernel::{DepartmentId, EmployeeId, Minutes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{contract::ContractTerms, local_time::TimeOfDay};

/// Expected work of one day of a work pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PatternDay {
    /// Expected minutes without breaks, 0 to 1440; 0 on a day off.
    #[schema(value_type = i64, minimum = 0, maximum = 1440)]
    pub minutes: Minutes,
    /// Time at which the work starts. Default: the work has no fixed times.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<TimeOfDay>)]
    pub from: Option<Time>,
    /// Time at which the work ends, on the next day if it is not after `from`. Required with `from`. Time above
    /// `minutes` is an unpaid break in the middle.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<TimeOfDay>)]
    pub to: Option<Time>,
}

/// Work pattern of a person: a repeating cycle of days, such as the seven days of a week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkPattern {
    /// Date of the first day of a cycle. The cycle repeats before and after this date.
    #[schema(value_type = String, format = Date)]
    pub starts_on: Date,
    /// Days of the cycle, 1 to 56; at least one has work.
    #[schema(min_items = 1, max_items = 56)]
    pub cycle: Vec<PatternDay>,
}

/// Terms of employment that hold from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedTerms {
    /// First day of the terms.
    pub from: Date,
    /// Code of the site.
    pub site: String,
    /// IANA time zone of the site.
    pub time_zone: String,
    /// Department that the person works in.
    pub department_id: DepartmentId,
    /// Manager that the person reports to; none at the top.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub manager_id: Option<EmployeeId>,
    /// Terms of the contract.
    #[serde(flatten)]
    pub contract: ContractTerms,
    /// Own work pattern. Without one, the calendar of the site applies.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub work_pattern: Option<WorkPattern>,
}

impl WorkPattern {
    /// Maximum number of days of a cycle: eight weeks.
    pub const CYCLE_DAYS_MAX: usize = 56;

    /// Expected work of a date; none only if the cycle is empty.
    pub fn day(&self, date: Date) -> Option<&PatternDay> {
        self.cycle.get(position_in_cycle(self.starts_on, self.cycle.len(), date))
    }
}

/// Position of a date, from 0, in a cycle of `length` days that begins on `starts_on` and repeats before and after it.
pub fn position_in_cycle(starts_on: Date, length: usize, date: Date) -> usize {
    let length = i64::try_from(length).unwrap_or(i64::MAX).max(1);
    let days = date.duration_since(starts_on).as_hours() / 24;
    usize::try_from(days.rem_euclid(length)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn day(minutes: i64) -> PatternDay {
        PatternDay { minutes: Minutes(minutes), from: None, to: None }
    }

    #[test]
    fn pattern_repeats_before_and_after_its_first_day() {
        let pattern = WorkPattern { starts_on: date(2026, 3, 2), cycle: vec![day(480), day(480), day(0)] };
        let minutes = |date| pattern.day(date).map(|day| day.minutes.0);
        assert_eq!(minutes(date(2026, 3, 2)), Some(480));
        assert_eq!(minutes(date(2026, 3, 4)), Some(0));
        assert_eq!(minutes(date(2026, 3, 5)), Some(480));
        assert_eq!(minutes(date(2026, 3, 1)), Some(0));
        assert_eq!(minutes(date(2026, 2, 28)), Some(480));
    }
}
