//! Accrual per hour worked: each month earns a share of its worked minutes. Rule 6 (docs/rules.md).

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::Minutes;

use super::{
    AccrualInputs, AccrualSchedule, LeaveYear, WorkedShare,
    entitlement::{EarnedInterval, EntitlementSegment},
    ratio::Ratio,
};

/// [`super::LedgerRule`] of instalments for hours worked.
pub(super) const HOURS_WORKED_RULE: &str = "accrual.per_hours_worked";

/// Running total of the days that hours of work earn in a leave year, capped at the yearly entitlement.
#[derive(Debug, Clone, Copy)]
pub(super) struct HoursTotal {
    earned: Ratio,
    granted: Ratio,
}

impl Default for HoursTotal {
    fn default() -> Self {
        Self { earned: Ratio::ZERO, granted: Ratio::ZERO }
    }
}

impl HoursTotal {
    /// Adds earned days, and returns those by which the total capped at `most` grows: 0 above the cap. Days above the cap
    /// count once it rises; a lower cap takes nothing back.
    pub(super) fn add(&mut self, days: Ratio, most: Ratio) -> Ratio {
        self.earned = self.earned.plus(days);
        let growth = self.earned.min(most).less(self.granted);
        self.granted = self.granted.plus(growth);
        growth
    }
}

/// Months of a leave year in a run of segments that earn the same share of the worked minutes. A month counts on its last day
/// under this schedule.
pub(super) fn intervals_of_hours(
    run: &[EntitlementSegment<'_>],
    share: WorkedShare,
    worked: &BTreeMap<Date, Minutes>,
    year: LeaveYear,
) -> Vec<EarnedInterval> {
    let Some((first, last)) = run.first().zip(run.last()) else { return Vec::new() };
    let months = year.instalment_intervals(AccrualSchedule::PerHoursWorked);
    let of = u8::try_from(months.len()).unwrap_or(u8::MAX);
    let earned = months.iter().zip(1..).filter_map(|(month, number)| {
        let covered = month.part_between(first.from, Some(last.to))?;
        let posting = run.iter().find(|segment| segment.contains(covered.to))?;
        let (mut days, mut minutes) = (Ratio::ZERO, Minutes::ZERO);
        for segment in run {
            let Some(part) = month.part_between(segment.from, Some(segment.to)) else { continue };
            let in_part: Minutes = worked.range(part.from..=part.to).map(|(_, minutes)| *minutes).sum();
            let numerator = i128::from(in_part.0.max(0)) * i128::from(share.earned_minutes);
            days = days.plus(Ratio::new(numerator, i128::from(share.worked_minutes) * i128::from(segment.day())));
            minutes = minutes + in_part;
        }
        let inputs = AccrualInputs {
            entitlement_days: posting.rules.entitlement_days,
            period_from: year.from,
            period_to: year.to,
            number,
            of,
            interval_from: month.from,
            interval_to: month.to,
            employed_days: covered.days(),
            interval_days: month.days(),
            fte_bp: posting.effective_fte_bp(),
            day_minutes: posting.contract.day_minutes,
            full_day_minutes: posting.rules.prorate_by_fte.then(|| posting.rules.full_day()),
            round_to: posting.rules.accrual.round_to,
            parts: Vec::new(),
            worked_minutes: Some(minutes),
            worked_share: Some(share),
            posted_before_minutes: None,
            target_minutes: None,
            why: None,
        };
        let most_days = Some(posting.yearly_days());
        Some(EarnedInterval {
            on: covered.to,
            policy: posting.policy,
            days,
            first_day: covered.from,
            inputs,
            most_days,
        })
    });
    earned.collect()
}
