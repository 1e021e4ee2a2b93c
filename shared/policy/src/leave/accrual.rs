//! Accrual: a pure function of policy version, hire date and dates. Rule 6.

use directory::Person;
use jiff::{ToSpan, civil::Date};
use kernel::Minutes;
use serde_json::json;

use super::{AccrualRules, LeaveRules, PeriodStart, PostedAt, RoundTo};
use crate::{PolicyRef, leave::ratio::Ratio};

/// What a leaver's last instalment is marked with, so that it can be made whole when the last day is moved.
pub(super) const LEAVER_SUFFIX: &str = "-until-";

/// A leave year, both days included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeaveYear {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// One instalment of the entitlement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instalment {
    /// [`super::Entry::id`]: `accrual#<period from>#<number>of<all>`; of a leaver's last one, `-until-<last day>` follows.
    pub id: String,
    /// Its number in the leave year, from 1. Those of nothing are left out.
    pub number: u8,
    /// How many a leave year has.
    pub count: u8,
    /// The day on which it is posted.
    pub on: Date,
    /// How much.
    pub minutes: Minutes,
    /// The policy version.
    pub policy: PolicyRef,
    /// For the entry: entitlement, period, number of number, employed days of days, full-time part.
    pub inputs: serde_json::Value,
}

impl LeaveYear {
    /// How many days.
    pub fn days(&self) -> i64 {
        i64::from((self.to - self.from).get_days()) + 1
    }

    /// Whether a day lies in it.
    pub fn holds(&self, on: Date) -> bool {
        (self.from..=self.to).contains(&on)
    }

    /// What of it lies between two days.
    fn within(&self, from: Date, to: Option<Date>) -> Option<Self> {
        let cut = Self { from: self.from.max(from), to: to.map_or(self.to, |to| self.to.min(to)) };
        (cut.from <= cut.to).then_some(cut)
    }

    /// The parts in which an instalment is earned: equal numbers of months; half months are the first 15 days and the rest.
    fn intervals(&self, of: u8) -> Vec<Self> {
        let months = i32::from((12 / of).max(1));
        let halves = of > 12;
        let count = i32::from(of.min(12));
        let begins = |number: i32| self.from.saturating_add((number * months).months());
        let whole = (0..count).filter_map(|number| {
            let next = if number + 1 == count { self.to } else { begins(number + 1).yesterday().ok()? };
            Some(Self { from: begins(number), to: next })
        });
        whole.flat_map(|month| if halves { month.halves() } else { vec![month] }).collect()
    }

    /// The number, from 1, of the interval that holds a day.
    pub(super) fn interval_number(&self, on: Date, of: u8) -> u8 {
        let before = self.intervals(of).iter().take_while(|interval| interval.to < on).count();
        u8::try_from(before).unwrap_or(u8::MAX).saturating_add(1)
    }

    /// The first 15 days of a month, and the rest.
    fn halves(self) -> Vec<Self> {
        let second = self.from.saturating_add(15.days());
        let first = self.from.saturating_add(14.days());
        vec![Self { from: self.from, to: first }, Self { from: second, to: self.to }]
    }
}

/// The leave years that touch `[from, to]`, in order.
pub fn leave_years(rules: &LeaveRules, hire_date: Date, from: Date, to: Date) -> Vec<LeaveYear> {
    let first = match rules.period_start {
        PeriodStart::Month(month) => {
            Date::new(from.year(), i8::try_from(month.clamp(1, 12)).unwrap_or(1), 1).unwrap_or(from)
        }
        PeriodStart::Anniversary => hire_date,
    };
    // From two years before, so that the leave year that holds the first day is among them.
    let years = i32::from(from.year()) - i32::from(first.year()) - 2;
    let begins = |number: i32| first.checked_add((years + number).years());
    let periods = (0..).map_while(|number| {
        let (begin, next) = (begins(number).ok()?, begins(number + 1).ok()?);
        Some(LeaveYear { from: begin, to: next.yesterday().ok()? })
    });
    periods.skip_while(|period| period.to < from).take_while(|period| period.from <= to).collect()
}

/// The instalments of one leave year: they sum exactly to the entitlement (rounded as the policy says), those of joiners and leavers to their
/// part of it by calendar days. None where the entitlement is not limited. Instalments of nothing are left out.
pub fn instalments(rules: &LeaveRules, policy: PolicyRef, person: &Person, period: LeaveYear) -> Vec<Instalment> {
    instalments_from(rules, policy, person, period, person.hire_date)
}

/// The same for somebody whose entitlement begins on a later day than the first at work: that of the policy.
pub(super) fn instalments_from(
    rules: &LeaveRules,
    policy: PolicyRef,
    person: &Person,
    period: LeaveYear,
    begins: Date,
) -> Vec<Instalment> {
    let Some(entitlement) = Entitlement::of(rules, person) else { return Vec::new() };
    let of = rules.accrual.schedule.instalments();
    let intervals = period.intervals(of);
    let earned = |interval: &LeaveYear| interval.within(begins.max(person.hire_date), person.termination_date);
    let Some(last) = intervals.iter().rposition(|interval| earned(interval).is_some()) else { return Vec::new() };
    let (mut part, mut before) = (Ratio::ZERO, Minutes::ZERO);
    let mut instalments = Vec::new();
    for (at, (interval, number)) in intervals.iter().zip(1..).enumerate().take(last + 1) {
        let Some(employed) = earned(interval) else { continue };
        part = part.plus(Ratio::new(employed.days().into(), interval.days().into()));
        let share = part.times(entitlement.minutes).divided_by(i128::from(of));
        let sum = entitlement.rounded(share, at == last);
        let minutes = sum - before;
        before = sum;
        if minutes == Minutes::ZERO {
            continue;
        }
        let on = match rules.accrual.posted_at {
            PostedAt::Start => employed.from,
            PostedAt::End => employed.to,
        };
        let inputs = json!({
            "entitlement_days": rules.entitlement_days, "period_from": period.from, "period_to": period.to,
            "number": number, "of": of, "interval_from": interval.from, "interval_to": interval.to,
            "employed_days": employed.days(), "interval_days": interval.days(),
            "fte_bp": entitlement.fte_bp, "day_minutes": person.contract.day_minutes, "round_to": rules.accrual.round_to,
        });
        let cut = person.termination_date.filter(|gone| at == last && *gone < period.to);
        let until = cut.map(|gone| format!("{LEAVER_SUFFIX}{gone}")).unwrap_or_default();
        let id = format!("accrual#{}#{number}of{of}{until}", period.from);
        instalments.push(Instalment { id, number, count: of, on, minutes, policy, inputs });
    }
    instalments
}

/// What somebody gets a leave year, exactly; and in what multiples.
struct Entitlement {
    minutes: Ratio,
    fte_bp: u16,
    /// Twice the unit, so that half a day of an odd number of minutes is exact.
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

    /// A part of it in the policy's multiples: down, and the whole to the nearest (half up).
    fn rounded(&self, share: Ratio, whole: bool) -> Minutes {
        let units = share.times(Ratio::new(2, self.twice_unit));
        let units = if whole { units.nearest() } else { units.floor() };
        Minutes(i64::try_from(units * self.twice_unit / 2).unwrap_or(i64::MAX))
    }
}
