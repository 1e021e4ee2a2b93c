//! Days with constant terms, and what their intervals earn. Rule 6 (docs/rules.md).

use directory::ContractTerms;
use jiff::civil::Date;

use super::{AccrualInputs, LeaveRules, ratio::Ratio};
use crate::PolicyRef;

/// Days on which one policy version and one set of terms apply to an employed person.
#[derive(Debug, Clone, Copy)]
pub(super) struct EntitlementSegment<'a> {
    pub(super) from: Date,
    pub(super) to: Date,
    pub(super) policy: PolicyRef,
    /// Rules with an entitlement.
    pub(super) rules: &'a LeaveRules,
    pub(super) contract: ContractTerms,
}

impl EntitlementSegment<'_> {
    /// Entitlement per leave year in standard days of the contract: the days of the policy, and their full-time days
    /// times FTE if the policy prorates.
    pub(super) fn yearly_days(&self) -> Ratio {
        let days = Ratio::new(self.rules.entitlement_days.unwrap_or_default().0.into(), 100);
        if !self.rules.prorate_by_fte {
            return days;
        }
        let earned = i128::from(self.rules.full_day().0) * i128::from(self.contract.fte_bp);
        days.times(Ratio::new(earned, i128::from(self.day()) * 10_000))
    }

    /// Minutes of the standard day, at least 1.
    pub(super) fn day(&self) -> i64 {
        self.contract.day_minutes.0.max(1)
    }

    /// FTE by which the entitlement is reduced.
    pub(super) const fn effective_fte_bp(&self) -> u16 {
        if self.rules.prorate_by_fte { self.contract.fte_bp } else { 10_000 }
    }

    /// Whether the next segment begins on the next day.
    pub(super) fn is_followed_by(&self, next: &Self) -> bool {
        self.to.tomorrow().is_ok_and(|day| day == next.from)
    }

    /// Whether the next segment follows with the same intervals, posting days and rounding.
    pub(super) fn continues_in(&self, next: &Self) -> bool {
        let same = self.rules.accrual == next.rules.accrual && self.rules.period_start == next.rules.period_start;
        same && self.is_followed_by(next)
    }

    pub(super) fn contains(&self, on: Date) -> bool {
        (self.from..=self.to).contains(&on)
    }
}

/// Part of the entitlement that one interval of a leave year earns under one schedule.
pub(super) struct EarnedInterval {
    pub(super) on: Date,
    pub(super) policy: PolicyRef,
    /// Exact standard days of the person that the interval earns.
    pub(super) days: Ratio,
    /// First day of the interval under this schedule.
    pub(super) first_day: Date,
    pub(super) inputs: AccrualInputs,
    /// Most standard days of the leave year, if hours of work earn them; none for a schedule of the calendar, whose instalments
    /// add up to the entitlement.
    pub(super) most_days: Option<Ratio>,
}
