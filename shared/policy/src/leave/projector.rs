//! Entries that policies schedule over the years: instalments, ends of leave years and leaver corrections. Rules 6 and
//! 7 (docs/rules.md).

use std::collections::{BTreeMap, BTreeSet};

use directory::Person;
use jiff::{ToSpan, civil::Date};
use kernel::Minutes;
use serde_json::json;

use super::{
    Account, AccrualSchedule, BalanceLine, CarryOver, EntryKind, Instalment, LeaveRules, LeaveYear, LeaverInputs,
    accrual::{LEAVER_SUFFIX, instalments_from, leave_years},
    correcting_entries::ExpectedEntry,
};
use crate::{Policy, PolicyRef, PolicySet};

/// Days on which one version of a policy applies.
#[derive(Debug, Clone, Copy)]
struct PolicySegment<'a> {
    from: Date,
    to: Date,
    policy: &'a Policy,
    rules: &'a LeaveRules,
}

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

/// Inputs of the projection of one account.
#[derive(Debug, Clone, Copy)]
pub(super) struct Projector<'a> {
    pub(super) policies: &'a PolicySet,
    pub(super) person: &'a Person,
    pub(super) account: &'a Account,
    /// Last day of the projection.
    pub(super) until: Date,
}

impl<'a> Projector<'a> {
    /// Standard day of the person.
    pub(super) const fn day_minutes(&self) -> Minutes {
        self.person.contract.day_minutes
    }

    /// Last day with scheduled entries. Nothing is granted and nothing expires after the last day of employment: the
    /// remaining leave is paid out.
    pub(super) fn last_scheduled_day(&self) -> Date {
        self.person.termination_date.map_or(self.until, |last| last.min(self.until))
    }

    /// Whether the account is not closed over a day. Scheduled entries of closed days are posted and part of the opening.
    fn is_open(&self, on: Date) -> bool {
        self.account.closed_before.is_none_or(|closed| closed <= on)
    }

    /// Policy versions by the days on which they apply, in order, for leave with a limit. The day before the account
    /// was closed is included, because a leave year that ended on it is closed on the next day.
    fn segments(&self) -> Vec<PolicySegment<'a>> {
        self.segments_to(self.last_scheduled_day())
    }

    fn segments_to(&self, to: Date) -> Vec<PolicySegment<'a>> {
        let (set, hired) = (self.policies, self.person.hire_date);
        let before = self.account.closed_before.and_then(|closed| closed.yesterday().ok());
        let from = before.map_or(hired, |before| before.max(hired));
        let subject = Policy::leave_subject(&self.account.leave_type);
        let policies = set.policies().iter().filter(|policy| policy.subject() == subject);
        let changes = policies.flat_map(|policy| {
            let after = policy.effective.to.and_then(|to| to.tomorrow().ok());
            [Some(policy.effective.from), after].into_iter().flatten()
        });
        let changes: BTreeSet<Date> = changes.filter(|change| from < *change && *change <= to).collect();
        let begins = std::iter::once(from).chain(changes.iter().copied()).filter(|begin| *begin <= to);
        let ends = changes.iter().filter_map(|change| change.yesterday().ok()).chain(std::iter::once(to));
        let segments = begins.zip(ends).filter_map(|(from, to)| {
            let policy = set.applicable(&subject, self.person, from)?;
            let rules = policy.leave_rules().filter(|rules| rules.entitlement_days.is_some())?;
            Some(PolicySegment { from, to, policy, rules })
        });
        segments.collect()
    }

    /// Instalments of one leave year by the policy of a segment, including those that the segment does not post.
    fn instalments(&self, segment: &PolicySegment<'_>, period: LeaveYear) -> Vec<Instalment> {
        let reference = segment.policy.reference;
        let begins = self.policies.first_day_of_policy(reference.policy_id).unwrap_or(segment.from);
        instalments_from(segment.rules, reference, self.person, period, begins.max(self.person.hire_date))
    }

    /// Instalments that are not posted. If the schedule changed within a leave year, the minutes granted by the earlier
    /// schedule are not granted again.
    pub(super) fn unposted_accruals(&self) -> Vec<BalanceLine> {
        let accruals = self.account.postings.iter().filter(|posting| posting.kind == EntryKind::Accrual);
        let mut given: Vec<(String, Minutes)> = accruals.map(|posting| (posting.id.clone(), posting.minutes)).collect();
        let mut lines = Vec::new();
        for segment in self.segments() {
            for period in leave_years(segment.rules, self.person.hire_date, segment.from, segment.to) {
                let mut granted = granted_by_other_schedules(&given, period, segment.rules.accrual.schedule);
                for instalment in self.instalments(&segment, period) {
                    let covered = instalment.minutes.min(granted);
                    granted = granted - covered;
                    let here = segment.from <= instalment.on && instalment.on <= segment.to;
                    let left = instalment.minutes - covered;
                    let number = (instalment.number, instalment.count);
                    let known =
                        given.iter().any(|(id, _)| instalment_number_and_count(id, period.from) == Some(number));
                    if !here || !self.is_open(instalment.on) || known || left == Minutes::ZERO {
                        continue;
                    }
                    given.push((instalment.id.clone(), left));
                    lines.push(Self::accrual_line(&segment, Instalment { minutes: left, ..instalment }));
                }
            }
        }
        lines
    }

    fn accrual_line(segment: &PolicySegment<'_>, instalment: Instalment) -> BalanceLine {
        let Instalment { id, on, minutes, policy, inputs, .. } = instalment;
        let rule = format!("accrual.{}", schedule_name(segment.rules.accrual.schedule));
        BalanceLine {
            on,
            kind: EntryKind::Accrual,
            minutes,
            entry_id: id,
            expires_on: None,
            posted: false,
            leave_id: None,
            policy: Some(policy),
            rule,
            why: inputs.explanation(minutes),
            inputs: json!(inputs),
        }
    }

    /// Ends of leave years with carry-over rules, by the day after them. Without such rules all leave is kept. A general
    /// carry-over policy does not apply to leave types whose credits expire by themselves.
    pub(super) fn leave_year_ends(&self) -> BTreeMap<Date, LeaveYearEnd> {
        let mut ends = BTreeMap::new();
        for segment in self.segments() {
            for period in leave_years(segment.rules, self.person.hire_date, segment.from, segment.to) {
                let Ok(next) = period.to.tomorrow() else { continue };
                let inside = segment.from <= period.to && period.to <= segment.to;
                if !inside || next > self.last_scheduled_day() || !self.is_open(next) {
                    continue;
                }
                let Some((carry_over, policy)) = self.carry_over_rules(&segment, period.to) else { continue };
                let months = carry_over.expires_after_months.map(i32::from);
                let expires_on = months.and_then(|months| next.checked_add(months.months()).ok()?.yesterday().ok());
                ends.insert(next, LeaveYearEnd { period, carry_over, expires_on, policy });
            }
        }
        ends
    }

    /// Carry-over of the leave type's own policy, else of the carry-over policy; none if neither defines one.
    fn carry_over_rules(&self, segment: &PolicySegment<'_>, on: Date) -> Option<(CarryOver, PolicyRef)> {
        if let Some(own) = segment.rules.carry_over {
            return Some((own, segment.policy.reference));
        }
        if segment.rules.credit_expires_days.is_some() {
            return None;
        }
        let policy = self.policies.applicable(Policy::CARRY_OVER, self.person, on)?;
        match policy.rules {
            crate::PolicyRules::CarryOver(general) => Some((general, policy.reference)),
            _ => None,
        }
    }

    /// Corrections of a leaver's instalments per leave year. From the interval of the last day of employment on, the
    /// posted minutes become the earned ones; instalments posted for another last day are corrected, too. None if the
    /// account is closed over a leave year, because its instalments are then unknown.
    pub(super) fn leaver_corrections(&self) -> Option<Vec<ExpectedEntry>> {
        let last = self.person.termination_date.filter(|last| *last <= self.until);
        let given = self.account.postings.iter().filter(|posting| posting.kind == EntryKind::Accrual);
        let cut =
            given.filter(|posting| posting.id.contains(LEAVER_SUFFIX) || last.is_some_and(|last| last < posting.on));
        let mut days: Vec<Date> = cut.map(|posting| posting.on).filter(|on| *on <= self.until).collect();
        days.sort_by(|a, b| b.cmp(a));
        days.extend(last);
        let segments = self.segments_to(self.until);
        // Takes the last day of employment of each leave year, else its earliest shortened instalment, which further
        // postings do not change.
        let mut years: BTreeMap<LeaveYear, (Date, PolicySegment<'_>)> = BTreeMap::new();
        for day in days {
            let segment = segments.iter().find(|segment| segment.from <= day && day <= segment.to).copied();
            let Some(segment) = segment else { continue };
            for period in leave_years(segment.rules, self.person.hire_date, day, day) {
                years.insert(period, (day, segment));
            }
        }
        if last.is_some_and(|last| !self.is_open(last)) || years.keys().any(|period| !self.is_open(period.from)) {
            return None;
        }
        Some(
            years
                .into_iter()
                .filter_map(|(period, (on, segment))| self.leaver_correction(period, on, &segment))
                .collect(),
        )
    }

    fn leaver_correction(&self, period: LeaveYear, on: Date, segment: &PolicySegment<'_>) -> Option<ExpectedEntry> {
        let (given, earned) = self.posted_and_earned_minutes(segment, period);
        if given == earned {
            return None;
        }
        let inputs = LeaverInputs {
            termination_date: self.person.termination_date,
            period_from: period.from,
            period_to: period.to,
            given_minutes: given,
            earned_minutes: earned,
            day_minutes: Some(self.day_minutes()),
            posted_before_minutes: None,
            target_minutes: None,
            why: None,
        };
        Some(ExpectedEntry {
            on,
            key: format!("leaver#{}", period.from),
            kind: EntryKind::Adjust,
            minutes: earned - given,
            expires_on: None,
            policy: Some(segment.policy.reference),
            rule: "leaver".to_owned(),
            why: inputs.explanation(self.day_minutes()),
            inputs: json!(inputs),
        })
    }

    /// Posted and earned minutes of the instalments from the interval of the last day of employment on, and of
    /// instalments shortened for an earlier last day. Instalments before them were earned under the rules of their
    /// time.
    fn posted_and_earned_minutes(&self, segment: &PolicySegment<'_>, period: LeaveYear) -> (Minutes, Minutes) {
        let instalments = self.instalments(segment, period);
        let of = segment.rules.accrual.schedule.instalment_count();
        let last = self.person.termination_date.filter(|last| *last <= self.until && *last <= period.to);
        let first = last.map(|last| period.interval_number(last, of));
        let (mut given, mut earned) = (Minutes::ZERO, Minutes::ZERO);
        for posting in self.account.postings.iter().filter(|posting| posting.kind == EntryKind::Accrual) {
            let Some((number, _)) = instalment_number_and_count(&posting.id, period.from).filter(|(_, all)| *all == of)
            else {
                continue;
            };
            if posting.id.contains(LEAVER_SUFFIX) || first.is_some_and(|first| number >= first) {
                let right = instalments.iter().find(|instalment| instalment.number == number);
                given = given + posting.minutes;
                earned = earned + right.map_or(Minutes::ZERO, |instalment| instalment.minutes);
            }
        }
        (given, earned)
    }
}

/// Minutes that other schedules granted in a leave year.
fn granted_by_other_schedules(given: &[(String, Minutes)], period: LeaveYear, schedule: AccrualSchedule) -> Minutes {
    let others = given.iter().filter(|(id, _)| {
        instalment_number_and_count(id, period.from).is_some_and(|(_, of)| of != schedule.instalment_count())
    });
    others.map(|(_, minutes)| *minutes).sum()
}

/// Number and count of an instalment, by the id of its entry; none for other entries and other leave years. `from` is the
/// first day of the leave year.
fn instalment_number_and_count(id: &str, from: Date) -> Option<(u8, u8)> {
    let (number, of) = id.strip_prefix(&format!("accrual#{from}#"))?.split_once("of")?;
    let of = of.split_once(LEAVER_SUFFIX).map_or(of, |(of, _)| of);
    Some((number.parse().ok()?, of.parse().ok()?))
}

const fn schedule_name(schedule: AccrualSchedule) -> &'static str {
    match schedule {
        AccrualSchedule::Yearly => "yearly",
        AccrualSchedule::HalfYearly => "half_yearly",
        AccrualSchedule::Quarterly => "quarterly",
        AccrualSchedule::Monthly => "monthly",
        AccrualSchedule::SemiMonthly => "semi_monthly",
    }
}
