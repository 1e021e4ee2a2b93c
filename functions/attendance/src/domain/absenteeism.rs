//! How much of a department's time was absence: sums per day and per person, folded page by page.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{EmployeeId, Minutes};
use policy::attendance::{DayOutcome, DayStatus};
use serde::Serialize;
use utoipa::ToSchema;

use super::month_totals::{DayCounts, OccurrenceTotals};

/// Time that was expected, worked, missed and taken off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct AbsenceSums {
    /// How many days became what.
    pub days: DayCounts,
    /// Was to be worked, leave taken out.
    pub expected_minutes: Minutes,
    /// Worked.
    pub worked_minutes: Minutes,
    /// Leave.
    pub leave_minutes: Minutes,
    /// Absences: expected, not on leave, and nobody came.
    pub absent: OccurrenceTotals,
    /// Late arrivals.
    pub late: OccurrenceTotals,
}

impl AbsenceSums {
    /// The same with one more day.
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

    /// Absence of what was expected, in basis points, rounded half up; nothing where nothing was expected.
    pub fn absence_rate_bp(&self) -> Option<u32> {
        rate(self.absent.minutes, self.expected_minutes)
    }

    /// Absence and leave of what would have been expected without leave, in basis points.
    pub fn away_rate_bp(&self) -> Option<u32> {
        rate(self.absent.minutes + self.leave_minutes, self.expected_minutes + self.leave_minutes)
    }
}

fn rate(part: Minutes, whole: Minutes) -> Option<u32> {
    let (part, whole) = (i128::from(part.0), i128::from(whole.0));
    let rate = (part * 20_000 + whole).checked_div(whole * 2)?;
    u32::try_from(rate).ok()
}

/// A department's month.
#[derive(Debug, Clone, Default)]
pub struct Absenteeism {
    pub all: AbsenceSums,
    pub by_day: BTreeMap<Date, AbsenceSums>,
    pub by_person: BTreeMap<EmployeeId, AbsenceSums>,
}

impl Absenteeism {
    /// The same with one more settled day of somebody.
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
    fn a_rate_is_a_part_of_something() {
        for (part, whole, expected) in
            [(0, 480, Some(0)), (480, 480, Some(10_000)), (1, 3, Some(3_333)), (2, 3, Some(6_667)), (0, 0, None)]
        {
            assert_eq!(rate(Minutes(part), Minutes(whole)), expected, "{part} of {whole}");
        }
    }
}
