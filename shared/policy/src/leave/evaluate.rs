//! Evaluation of a leave request by the policies: rules 5 and 8 (docs/rules.md).

use jiff::civil::Date;
use kernel::Minutes;

use super::{
    Account, DaysBetween, LeaveCount, OccupiedMonth, OtherSlots, ProposedLeave, Step, Violation,
    count::{CountWithNeighbours, count_with_neighbours},
    forecast::forecast_balance,
    request_checks::RequestCheck,
    run::OtherLeave,
};
use crate::{ExpectedWork, Policy, PolicyRef, Portion, expected_work::minutes_of_hours};

/// Result of the evaluation of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// Policy version that applies on the first day.
    pub policy: PolicyRef,
    /// Duration of the request, day by day.
    pub count: LeaveCount,
    /// Days off that the request counts between it and adjoining leave, on each side at most once.
    pub between: Vec<DaysBetween>,
    /// First and last day whose leave decides the count.
    pub looked_at: (Date, Date),
    /// Minutes that can be taken on the first day, without this request ([`super::available_minutes`]); none for leave without a
    /// limit.
    pub available: Option<Minutes>,
    /// Duration of the request in minutes.
    pub required: Minutes,
    /// Lowest projected balance from the first day on with the request, and its date; none for leave without a limit.
    pub lowest: Option<(Date, Minutes)>,
    /// Violations, blocking ones first.
    pub violations: Vec<Violation>,
    /// Approval steps that apply to the duration with adjoining leave; empty when the request is approved at once.
    pub steps: Vec<Step>,
}

impl Evaluation {
    /// Whether no violation blocks the request.
    pub fn is_allowed(&self) -> bool {
        !self.violations.iter().any(|violation| violation.blocking)
    }
}

/// Reason why a request cannot be evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotEvaluable {
    /// No policy for the leave type applies to the person on the first day.
    NoPolicy,
    /// The person's site on the first day has no calendar.
    NoCalendar,
    /// The requested hours end on the next day, but the work of the day does not.
    EndsAfterMidnight,
}

/// Counts a request and checks it against the limits of its policy and the balance. Violations are no error.
///
/// `months` are the person's occupied months: those of the request, the one before and the one after. The run of leave that
/// contains the request is found in them.
///
/// # Errors
/// [`NotEvaluable`] when no policy or no calendar applies on the first day, or when requested hours end after midnight but the
/// work of the day does not.
pub fn evaluate_leave(
    work: &ExpectedWork<'_>,
    account: &Account,
    months: &[(Date, OccupiedMonth)],
    proposal: &ProposedLeave<'_>,
) -> Result<Evaluation, NotEvaluable> {
    let subject = Policy::leave_subject(proposal.leave_type);
    let policy = work.policies.applicable(&subject, work.person, proposal.first).ok_or(NotEvaluable::NoPolicy)?;
    let rules = policy.leave_rules().ok_or(NotEvaluable::NoPolicy)?;
    work.calendar(proposal.first).ok_or(NotEvaluable::NoCalendar)?;
    if is_past_the_work(work, proposal) {
        return Err(NotEvaluable::EndsAfterMidnight);
    }
    let others = OtherSlots { months, except: proposal.leave_id };
    let dates = (proposal.first, proposal.last);
    let CountWithNeighbours { count, between, looked_at } =
        count_with_neighbours(work, (dates, proposal.returned), proposal.portions, rules.into(), others);
    let required = count.total_minutes();
    let leave = OtherLeave::of(work, months, rules.run_types(), proposal.leave_id);
    let run = leave.run_with(&count, dates, proposal.portions, rules.sandwich);
    let check = RequestCheck { policy, rules, work, proposal, count: &count, required, run };
    let forecast = rules
        .entitlement_days
        .map(|_| forecast_balance((work.policies, work.person, account), proposal, &count, rules));
    let mut violations = check.violations_except_balance();
    if let Some(forecast) = &forecast {
        violations.extend(check.check_balance(forecast));
    }
    violations.sort_by_key(|violation| !violation.blocking);
    let steps = check.approval_steps();
    Ok(Evaluation {
        policy: policy.reference,
        available: forecast.as_ref().map(|forecast| forecast.available),
        required,
        lowest: forecast.map(|forecast| forecast.lowest),
        violations,
        steps,
        count,
        between,
        looked_at,
    })
}

/// Whether hours end after midnight although the work of the day does not: the end is then a mistake.
fn is_past_the_work(work: &ExpectedWork<'_>, proposal: &ProposedLeave<'_>) -> bool {
    match proposal.portions.first {
        Portion::Hours(from, to) => {
            minutes_of_hours((from, to)).1 > Minutes::CIVIL_DAY.0 && !work.day(proposal.first).ends_after_midnight()
        }
        Portion::Full | Portion::Half(_) => false,
    }
}
