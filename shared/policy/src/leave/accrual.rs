//! Accrual of the entitlement by policy version and hire date: rule 6 (docs/rules.md).

use super::{AccrualInputs, AccrualRules, LeaveRules, PeriodStart, PostedAt, RoundTo};
use crate::{PolicyRef, leave::ratio::Ratio};
use directory::Person;
use jiff::{ToSpan, civil::Date};
use kernel::Minutes;

/// Marks the id of a leaver's last instalment, so that it can be corrected when the last day of employment moves.
pub(super) const LEAVER_SUFFIX: &str = "-until-";

/// Leave year; both days are included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeaveYear {
    /// First day of the leave year.
    pub from: Date,
    /// Last day of the leave year.
    pub to: Date,
}

/// Instalment of the entitlement, posted or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instalment {
    /// [`super::LedgerEntry::id`] of its entry: `accrual#<first day of the leave year>#<number>of<count>`. The last
    /// instalment of a leaver also ends in `-until-<last day>`.
    pub id: String,
    /// Number in the leave year, from 1. Instalments of 0 minutes are omitted.
    pub number: u8,
    /// Number of instalments per leave year.
    pub count: u8,
    /// Date on which the instalment is posted.
    pub on: Date,
    /// Minutes of the instalment.
    pub minutes: Minutes,
    /// Policy version that grants the instalment.
    pub policy: PolicyRef,
    /// Inputs of the computation, for the ledger entry.
    pub inputs: AccrualInputs,
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

    /// Part of the leave year between two days, if any.
    fn part_between(&self, from: Date, to: Option<Date>) -> Option<Self> {
        let part = Self { from: self.from.max(from), to: to.map_or(self.to, |to| self.to.min(to)) };
        (part.from <= part.to).then_some(part)
    }

    /// Intervals in which `count` instalments are earned: equal numbers of months, or the first 15 days and the rest of
    /// each month.
    fn instalment_intervals(&self, count: u8) -> Vec<Self> {
        let months = i32::from((12 / count).max(1));
        let halves = count > 12;
        let whole_count = i32::from(count.min(12));
        let begins = |number: i32| self.from.saturating_add((number * months).months());
        let whole = (0..whole_count).filter_map(|number| {
            let next = if number + 1 == whole_count { self.to } else { begins(number + 1).yesterday().ok()? };
            Some(Self { from: begins(number), to: next })
        });
        whole.flat_map(|month| if halves { month.half_months() } else { vec![month] }).collect()
    }

    /// Number of the instalment interval that contains a day, from 1.
    pub(super) fn interval_number(&self, on: Date, count: u8) -> u8 {
        let before = self.instalment_intervals(count).iter().take_while(|interval| interval.to < on).count();
        u8::try_from(before).unwrap_or(u8::MAX).saturating_add(1)
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

/// Instalments of one leave year. They add up exactly to the entitlement, rounded as the policy says; those of joiners
/// and leavers to their share by calendar days. Empty for leave without a limit. Instalments of 0 minutes are omitted.
pub fn instalments(rules: &LeaveRules, policy: PolicyRef, person: &Person, leave_year: LeaveYear) -> Vec<Instalment> {
    instalments_from(rules, policy, person, leave_year, person.hire_date)
}

/// Instalments of a person whose entitlement begins on `begins`, for example with the policy.
pub(super) fn instalments_from(
    rules: &LeaveRules,
    policy: PolicyRef,
    person: &Person,
    leave_year: LeaveYear,
    begins: Date,
) -> Vec<Instalment> {
    let Some(entitlement) = Entitlement::of(rules, person) else { return Vec::new() };
    let count = rules.accrual.schedule.instalment_count();
    let intervals = leave_year.instalment_intervals(count);
    let earned = |interval: &LeaveYear| interval.part_between(begins.max(person.hire_date), person.termination_date);
    let Some(last) = intervals.iter().rposition(|interval| earned(interval).is_some()) else { return Vec::new() };
    let (mut employed_part, mut before) = (Ratio::ZERO, Minutes::ZERO);
    let mut instalments = Vec::new();
    for (at, (interval, number)) in intervals.iter().zip(1..).enumerate().take(last + 1) {
        let Some(employed) = earned(interval) else { continue };
        employed_part = employed_part.plus(Ratio::new(employed.days().into(), interval.days().into()));
        let share = employed_part.times(entitlement.minutes).divided_by(i128::from(count));
        let sum = if at == last { entitlement.rounded_to_nearest(share) } else { entitlement.rounded_down(share) };
        let minutes = sum - before;
        before = sum;
        if minutes == Minutes::ZERO {
            continue;
        }
        let on = match rules.accrual.posted_at {
            PostedAt::Start => employed.from,
            PostedAt::End => employed.to,
        };
        let inputs = AccrualInputs {
            entitlement_days: rules.entitlement_days,
            period_from: leave_year.from,
            period_to: leave_year.to,
            number,
            of: count,
            interval_from: interval.from,
            interval_to: interval.to,
            employed_days: employed.days(),
            interval_days: interval.days(),
            fte_bp: entitlement.fte_bp,
            day_minutes: person.contract.day_minutes,
            round_to: rules.accrual.round_to,
            why: None,
        };
        let shortened = person.termination_date.filter(|last_day| at == last && *last_day < leave_year.to);
        let until = shortened.map(|last_day| format!("{LEAVER_SUFFIX}{last_day}")).unwrap_or_default();
        let id = format!("accrual#{}#{number}of{count}{until}", leave_year.from);
        instalments.push(Instalment { id, number, count, on, minutes, policy, inputs });
    }
    instalments
}

/// Exact entitlement per leave year, and its rounding unit.
struct Entitlement {
    minutes: Ratio,
    fte_bp: u16,
    /// Twice the unit in minutes, so that half of an odd number of minutes is exact.
    twice_unit: i128,
}

impl Entitlement {
    fn of(rules: &LeaveRules, person: &Person) -> Option<Self> {
        let days = rules.entitlement_days?;
        let contract = person.contract;
        let fte_bp = if rules.prorate_by_fte { contract.fte_bp } else { 10_000 };
        let day = i128::from(contract.day_minutes.0.max(1));
        let AccrualRules { round_to, .. } = rules.accrual;
        let twice_unit = match round_to {
            RoundTo::Minute => 2,
            RoundTo::HalfDay => day,
            RoundTo::Day => day * 2,
        };
        let minutes = Ratio::new(i128::from(days.0) * day * i128::from(fte_bp), 2 * 10_000);
        Some(Self { minutes, fte_bp, twice_unit })
    }

    /// Share in minutes, rounded down to the unit.
    fn rounded_down(&self, share: Ratio) -> Minutes {
        self.minutes_of_units(self.units(share).floor())
    }

    /// Share in minutes, rounded to the nearest unit, a half up.
    fn rounded_to_nearest(&self, share: Ratio) -> Minutes {
        self.minutes_of_units(self.units(share).nearest())
    }

    /// Share in units, not rounded.
    fn units(&self, share: Ratio) -> Ratio {
        share.times(Ratio::new(2, self.twice_unit))
    }

    fn minutes_of_units(&self, units: i128) -> Minutes {
        Minutes(i64::try_from(units * self.twice_unit / 2).unwrap_or(i64::MAX))
    }
}
