//! Leave years and the intervals in which instalments are earned. Rule 6 (docs/rules.md).

use jiff::{ToSpan, civil::Date};

use super::{AccrualSchedule, LeaveRules, PeriodStart};

/// Leave year; both days are included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeaveYear {
    /// First day of the leave year.
    pub from: Date,
    /// Last day of the leave year.
    pub to: Date,
}

impl LeaveYear {
    /// Number of calendar days.
    pub fn days(&self) -> i64 {
        i64::from((self.to - self.from).get_days()) + 1
    }

    /// Whether the leave year contains the day.
    pub fn contains(&self, on: Date) -> bool {
        (self.from..=self.to).contains(&on)
    }

    /// Part of the leave year from one day to another, both included, or to its end without `to`; none if they do not overlap.
    pub(super) fn part_between(&self, from: Date, to: Option<Date>) -> Option<Self> {
        let part = Self { from: self.from.max(from), to: to.map_or(self.to, |to| self.to.min(to)) };
        (part.from <= part.to).then_some(part)
    }

    /// Intervals in which instalments are earned: equal numbers of months, the first 15 days and the rest of each month,
    /// or one or two weeks from the first day on, of which the last interval may be shorter.
    pub(super) fn instalment_intervals(&self, schedule: AccrualSchedule) -> Vec<Self> {
        match schedule {
            AccrualSchedule::Weekly => self.intervals_of_days(7),
            AccrualSchedule::Biweekly => self.intervals_of_days(14),
            AccrualSchedule::SemiMonthly => {
                self.intervals_of_months(1).into_iter().flat_map(Self::half_months).collect()
            }
            AccrualSchedule::Monthly | AccrualSchedule::PerHoursWorked => self.intervals_of_months(1),
            AccrualSchedule::Quarterly => self.intervals_of_months(3),
            AccrualSchedule::HalfYearly => self.intervals_of_months(6),
            AccrualSchedule::Yearly => vec![*self],
        }
    }

    fn intervals_of_months(&self, months: i32) -> Vec<Self> {
        let count = 12 / months;
        let begins = |number: i32| self.from.saturating_add((number * months).months());
        let intervals = (0..count).filter_map(|number| {
            let to = if number + 1 == count { self.to } else { begins(number + 1).yesterday().ok()? };
            Some(Self { from: begins(number), to })
        });
        intervals.collect()
    }

    fn intervals_of_days(&self, days: i32) -> Vec<Self> {
        let begins = self.from.series(days.days()).take_while(|from| *from <= self.to);
        begins.map(|from| Self { from, to: from.saturating_add((days - 1).days()).min(self.to) }).collect()
    }

    /// The first 15 days of a month, and the rest.
    fn half_months(self) -> Vec<Self> {
        let second = self.from.saturating_add(15.days());
        let first = self.from.saturating_add(14.days());
        vec![Self { from: self.from, to: first }, Self { from: second, to: self.to }]
    }
}

/// Leave years that overlap `[from, to]`, in order.
pub fn leave_years(rules: &LeaveRules, hire_date: Date, from: Date, to: Date) -> Vec<LeaveYear> {
    let first = match rules.period_start {
        PeriodStart::Month(month) => {
            Date::new(from.year(), i8::try_from(month.clamp(1, 12)).unwrap_or(1), 1).unwrap_or(from)
        }
        PeriodStart::Anniversary => hire_date,
    };
    // Starts two years earlier, so that the leave year of the first day is included.
    let years = i32::from(from.year()) - i32::from(first.year()) - 2;
    let begins = |number: i32| first.checked_add((years + number).years());
    let leave_years = (0..).map_while(|number| {
        let (begin, next) = (begins(number).ok()?, begins(number + 1).ok()?);
        Some(LeaveYear { from: begin, to: next.yesterday().ok()? })
    });
    leave_years.skip_while(|year| year.to < from).take_while(|year| year.from <= to).collect()
}
