//! Entries that policies schedule over the years: instalments and ends of leave years. They follow from policies, dated
//! terms and employment alone; posted entries are only compared with them. Rules 6 and 7 (docs/rules.md).

use std::collections::{BTreeMap, BTreeSet};

use directory::Person;
use jiff::{ToSpan, civil::Date};
use kernel::Minutes;

use super::{
    Account, AccrualSchedule, BalanceLine, CarryOver, EntryKind, Instalment, LeaveRules, LeaveYear,
    accrual::expected_instalments,
    correcting_entries::{EntryDetails, EntryGroup, ExpectedEntry, correcting_entries},
    day_length::{DayLengthChange, day_length_changes, day_minutes_on},
    entitlement::EntitlementSegment,
    hours_worked::HOURS_WORKED_RULE,
    leave_years,
};
use crate::{Policy, PolicyRef, PolicySet};

/// Days before and after the projection in which a leave year that it touches can begin or end.
const LEAVE_YEAR_DAYS: i32 = 367;

/// End of a leave year.
#[derive(Debug, Clone)]
pub(super) struct LeaveYearEnd {
    pub(super) period: LeaveYear,
    pub(super) carry_over: CarryOver,
    /// Last day on which carried-over leave can be taken.
    pub(super) expires_on: Option<Date>,
    /// Policy version that defines the carry-over.
    pub(super) policy: PolicyRef,
}

/// Inputs of the projection of one account, and what follows from them without leave.
#[derive(Debug, Clone)]
pub(super) struct Projector<'a> {
    pub(super) policies: &'a PolicySet,
    pub(super) person: &'a Person,
    pub(super) account: &'a Account,
    /// Last day of the projection.
    pub(super) until: Date,
    /// Expected instalments of the days that are not closed, up to the last day.
    pub(super) instalments: Vec<Instalment>,
    /// Instalments that are not posted, and corrections of the posted ones.
    pub(super) instalment_lines: Vec<BalanceLine>,
    /// Ends of leave years with carry-over rules, by the day after them.
    pub(super) leave_year_ends: BTreeMap<Date, LeaveYearEnd>,
    /// Changes of the standard day that are not closed, up to the last scheduled day.
    pub(super) day_length_changes: BTreeMap<Date, DayLengthChange>,
}

impl<'a> Projector<'a> {
    /// Projector of an account up to and including `until`.
    pub(super) fn new(policies: &'a PolicySet, person: &'a Person, account: &'a Account, until: Date) -> Self {
        let mut projector = Self {
            policies,
            person,
            account,
            until,
            instalments: Vec::new(),
            instalment_lines: Vec::new(),
            leave_year_ends: BTreeMap::new(),
            day_length_changes: BTreeMap::new(),
        };
        let segments = projector.segments();
        projector.leave_year_ends = projector.find_leave_year_ends(&segments);
        projector.day_length_changes = day_length_changes(person);
        let last = projector.last_scheduled_day();
        projector.day_length_changes.retain(|on, _| *on <= last && is_open(account, *on));
        projector.instalments = expected_instalments(&segments, person.hire_date, &account.worked);
        projector.instalments.retain(|one| one.on <= until && is_open(account, one.on));
        let expected = projector.instalments.iter().map(|one| expected_instalment(policies, one)).collect();
        projector.instalment_lines = correcting_entries(expected, account, EntryGroup::Instalments, until, person);
        projector
    }

    /// Standard day of the person on a date.
    pub(super) fn day_minutes(&self, on: Date) -> Minutes {
        day_minutes_on(self.person, on)
    }

    /// Last day with scheduled entries. Nothing is granted and nothing expires after the last day of employment: the
    /// remaining leave is paid out.
    pub(super) fn last_scheduled_day(&self) -> Date {
        self.person.termination_date.map_or(self.until, |last| last.min(self.until))
    }

    /// Days of employment by policy version and terms, in order, for leave with a limit. They cover all leave years that
    /// the days of the projection touch.
    fn segments(&self) -> Vec<EntitlementSegment<'a>> {
        let (set, person) = (self.policies, self.person);
        let closed = self.account.closed_before.map(|closed| closed.saturating_sub(LEAVE_YEAR_DAYS.days()));
        let from = closed.map_or(person.hire_date, |closed| closed.max(person.hire_date));
        let end = self.until.saturating_add(LEAVE_YEAR_DAYS.days());
        let to = person.termination_date.map_or(end, |last| last.min(end));
        let subject = Policy::leave_subject(&self.account.leave_type);
        let policies = set.policies().iter().filter(|policy| policy.subject() == subject);
        let changes = policies.flat_map(|policy| {
            let after = policy.effective.to.and_then(|to| to.tomorrow().ok());
            [Some(policy.effective.from), after].into_iter().flatten()
        });
        let changes = changes.chain(person.terms.iter().map(|terms| terms.from));
        let changes: BTreeSet<Date> = changes.filter(|change| from < *change && *change <= to).collect();
        let begins = std::iter::once(from).chain(changes.iter().copied()).filter(|begin| *begin <= to);
        let ends = changes.iter().filter_map(|change| change.yesterday().ok()).chain(std::iter::once(to));
        let segments = begins.zip(ends).filter_map(|(from, to)| {
            let policy = set.applicable(&subject, person, from)?;
            let rules = policy.leave_rules().filter(|rules| rules.entitlement_days.is_some())?;
            let contract = person.terms_on(from).map_or(person.contract, |terms| terms.contract);
            Some(EntitlementSegment { from, to, policy: policy.reference, rules, contract })
        });
        segments.collect()
    }

    /// Ends of leave years with carry-over rules, by the day after them. Without such rules all leave is kept. A general
    /// carry-over policy does not apply to leave types whose credits expire by themselves.
    fn find_leave_year_ends(&self, segments: &[EntitlementSegment<'_>]) -> BTreeMap<Date, LeaveYearEnd> {
        let mut ends = BTreeMap::new();
        for segment in segments {
            for period in leave_years(segment.rules, self.person.hire_date, segment.from, segment.to) {
                let Ok(next) = period.to.tomorrow() else { continue };
                let inside = segment.from <= period.to && period.to <= segment.to;
                if !inside || next > self.last_scheduled_day() || !is_open(self.account, next) {
                    continue;
                }
                let own = (segment.rules, segment.policy);
                let Some((carry_over, policy)) = self.carry_over_rules(own, period.to) else { continue };
                let months = carry_over.expires_after_months.map(i32::from);
                let expires_on = months.and_then(|months| next.checked_add(months.months()).ok()?.yesterday().ok());
                ends.insert(next, LeaveYearEnd { period, carry_over, expires_on, policy });
            }
        }
        ends
    }

    /// Carry-over of the leave type's own policy, else of the carry-over policy; none if neither defines one.
    fn carry_over_rules(&self, (rules, policy): (&LeaveRules, PolicyRef), on: Date) -> Option<(CarryOver, PolicyRef)> {
        if let Some(own) = rules.carry_over {
            return Some((own, policy));
        }
        if rules.credit_expires_days.is_some() {
            return None;
        }
        let policy = self.policies.applicable(Policy::CARRY_OVER, self.person, on)?;
        match policy.rules {
            crate::PolicyRules::CarryOver(general) => Some((general, policy.reference)),
            _ => None,
        }
    }
}

/// Whether an account is not closed over a day. Scheduled entries of closed days are posted and part of the opening.
fn is_open(account: &Account, on: Date) -> bool {
    account.closed_before.is_none_or(|closed| closed <= on)
}

fn expected_instalment(policies: &PolicySet, instalment: &Instalment) -> ExpectedEntry {
    let Instalment { id, on, minutes, policy, inputs, .. } = instalment.clone();
    let schedule = policies.policy(policy).and_then(Policy::leave_rules).map(|rules| rules.accrual.schedule);
    ExpectedEntry {
        on,
        key: id,
        kind: EntryKind::Accrual,
        minutes,
        expires_on: None,
        policy: Some(policy),
        rule: schedule.map_or("accrual", rule_of_schedule).to_owned(),
        details: EntryDetails::Instalment(inputs),
    }
}

/// [`super::LedgerRule`] of an instalment.
const fn rule_of_schedule(schedule: AccrualSchedule) -> &'static str {
    match schedule {
        AccrualSchedule::Yearly => "accrual.yearly",
        AccrualSchedule::HalfYearly => "accrual.half_yearly",
        AccrualSchedule::Quarterly => "accrual.quarterly",
        AccrualSchedule::Monthly => "accrual.monthly",
        AccrualSchedule::SemiMonthly => "accrual.semi_monthly",
        AccrualSchedule::Biweekly => "accrual.biweekly",
        AccrualSchedule::Weekly => "accrual.weekly",
        AccrualSchedule::PerHoursWorked => HOURS_WORKED_RULE,
    }
}
