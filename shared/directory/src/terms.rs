//! Terms of employment by date, and a person's own work pattern. Rule 6 (docs/rules.md).

use std::borrow::Cow;

use jiff::civil::{Date, Time};
use kernel::{DepartmentId, EmployeeId, Minutes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{ContractTerms, Person, TimeOfDay};

/// Expected work of one day of a work pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PatternDay {
    /// Expected minutes without breaks, 0 to 1440; 0 on a day off.
    #[schema(minimum = 0, maximum = 1440)]
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
    /// Most days of a cycle: eight weeks.
    pub const CYCLE_DAYS_MAX: usize = 56;

    /// Expected work of a date.
    pub fn day(&self, date: Date) -> Option<&PatternDay> {
        let length = i64::try_from(self.cycle.len()).unwrap_or(i64::MAX).max(1);
        let days = date.duration_since(self.starts_on).as_hours() / 24;
        self.cycle.get(usize::try_from(days.rem_euclid(length)).unwrap_or_default())
    }
}

impl DatedTerms {
    /// Current terms of a person, from a day on.
    pub fn current(person: &Person, from: Date) -> Self {
        Self {
            from,
            site: person.site.clone(),
            time_zone: person.time_zone.clone(),
            department_id: person.department_id,
            manager_id: person.manager_id,
            contract: person.contract,
            work_pattern: person.work_pattern.clone(),
        }
    }

    /// The person with these terms as the current ones.
    #[must_use]
    pub fn apply_to(&self, person: &Person) -> Person {
        let terms = self.clone();
        Person {
            site: terms.site,
            time_zone: terms.time_zone,
            department_id: terms.department_id,
            manager_id: terms.manager_id,
            contract: terms.contract,
            work_pattern: terms.work_pattern,
            ..person.clone()
        }
    }
}

impl Person {
    /// Most dated terms of a person.
    pub const TERMS_MAX: usize = 60;

    /// Dated terms that hold on a day: the last ones that have begun; before the first ones, the first. None if the
    /// current terms hold on all days.
    pub fn terms_on(&self, date: Date) -> Option<&DatedTerms> {
        let begun = self.terms.iter().rev().find(|terms| terms.from <= date);
        begun.or_else(|| self.terms.first())
    }

    /// Day of the person's own work pattern that a date is; none without a pattern.
    pub fn pattern_day(&self, date: Date) -> Option<&PatternDay> {
        let pattern = match self.terms_on(date) {
            Some(terms) => &terms.work_pattern,
            None => &self.work_pattern,
        };
        pattern.as_ref().and_then(|pattern| pattern.day(date))
    }

    /// The person with the terms of a day as the current ones.
    pub fn as_of(&self, date: Date) -> Cow<'_, Self> {
        match self.terms_on(date) {
            None => Cow::Borrowed(self),
            Some(terms) => Cow::Owned(terms.apply_to(self)),
        }
    }
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
