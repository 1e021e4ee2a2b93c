//! Absence totals of a department's month: in all, per day and per person.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{EmployeeId, Minutes};
use policy::attendance::{DayOutcome, DayStatus};
use serde::Serialize;
use utoipa::ToSchema;

use super::month_totals::{DayCounts, OccurrenceTotals};

/// Expected and worked time, leave, absences and late arrivals of settled days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct AbsenceSums {
    /// Number of settled days by status.
    pub days: DayCounts,
    /// Expected working time in minutes, after leave is deducted.
    pub expected_minutes: Minutes,
    /// Worked minutes, without breaks.
    pub worked_minutes: Minutes,
    /// Minutes of leave taken.
    pub leave_minutes: Minutes,
    /// Number of days of absence, and their missing minutes: work was expected, and there is no punch.
    pub absent: OccurrenceTotals,
    /// Number of days with a late arrival, and their late minutes.
    pub late: OccurrenceTotals,
}

impl AbsenceSums {
    /// Adds a settled day.
    pub fn add(&mut self, outcome: &DayOutcome) {
        self.days.add(outcome.status);
        self.expected_minutes = self.expected_minutes + outcome.expected_minutes;
        self.worked_minutes = self.worked_minutes + outcome.worked_minutes;
        self.leave_minutes = self.leave_minutes + outcome.leave_minutes;
        if outcome.status == DayStatus::Absent {
            self.absent.add(outcome.missing_minutes);
        }
        self.late.add(outcome.late_minutes);
    }

    /// Absence in basis points of the expected time, from which leave is deducted; `None` when no work was expected.
    pub fn absence_rate_bp(&self) -> Option<u32> {
        share_bp(self.absent.minutes, self.expected_minutes)
    }

    /// Absence plus leave, in basis points of the expected time before leave is deducted; `None` when no work was
    /// expected.
    pub fn absence_and_leave_rate_bp(&self) -> Option<u32> {
        share_bp(self.absent.minutes + self.leave_minutes, self.expected_minutes + self.leave_minutes)
    }
}

/// Share of `part` in `whole` in basis points, rounded half up; `None` if `whole` is zero.
fn share_bp(part: Minutes, whole: Minutes) -> Option<u32> {
    let (part, whole) = (i128::from(part.0), i128::from(whole.0));
    let rate = (part * 20_000 + whole).checked_div(whole * 2)?;
    u32::try_from(rate).ok()
}

/// Absence totals of a department's month.
#[derive(Debug, Clone, Default)]
pub struct Absenteeism {
    pub all: AbsenceSums,
    pub by_day: BTreeMap<Date, AbsenceSums>,
    pub by_person: BTreeMap<EmployeeId, AbsenceSums>,
}

impl Absenteeism {
    /// Adds a settled day of an employee.
    pub fn add(&mut self, employee: EmployeeId, date: Date, outcome: &DayOutcome) {
        self.all.add(outcome);
        self.by_day.entry(date).or_default().add(outcome);
        self.by_person.entry(employee).or_default().add(outcome);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_is_rounded_and_absent_without_expectation() {
        for (part, whole, expected) in
            [(0, 480, Some(0)), (480, 480, Some(10_000)), (1, 3, Some(3_333)), (2, 3, Some(6_667)), (0, 0, None)]
        {
            assert_eq!(share_bp(Minutes(part), Minutes(whole)), expected, "{part} of {whole}");
        }
    }
}
