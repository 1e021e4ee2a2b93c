//! Evaluation of a leave request by the policies: rules 5 and 8 (docs/rules.md).

use directory::Person;
use jiff::civil::Date;
use kernel::Minutes;

use super::{
    Account, LeaveCount, OccupiedMonth, ProposedLeave, Step, Violation, count_leave, forecast::forecast_balance,
    request_checks::RequestCheck,
};
use crate::{Policy, PolicyRef, PolicySet};

/// Result of the evaluation of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// Policy version that applies on the first day.
    pub policy: PolicyRef,
    /// Duration of the request, day by day.
    pub count: LeaveCount,
    /// Minutes that can be taken on the first day, without this request ([`super::available_minutes`]); none for leave without a
    /// limit.
    pub available: Option<Minutes>,
    /// Duration of the request in minutes.
    pub required: Minutes,
    /// Lowest projected balance from the first day on with the request, and its date; none for leave without a limit.
    pub lowest: Option<(Date, Minutes)>,
    /// Violations, blocking ones first.
    pub violations: Vec<Violation>,
    /// Approval steps that apply to the duration; empty when the request is approved at once.
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
    /// The person's site has no calendar.
    NoCalendar,
}

/// Counts a request and checks it against the limits of its policy and the balance. Violations are no error.
///
/// `months` are the person's occupied months: those of the request, the one before and the one after. The longest absence is
/// measured in them.
///
/// # Errors
/// [`NotEvaluable`] when no policy or no calendar applies.
pub fn evaluate_leave(
    policies: &PolicySet,
    person: &Person,
    account: &Account,
    months: &[(Date, OccupiedMonth)],
    proposal: &ProposedLeave<'_>,
) -> Result<Evaluation, NotEvaluable> {
    let subject = Policy::leave_subject(proposal.leave_type);
    let policy = policies.applicable(&subject, person, proposal.first).ok_or(NotEvaluable::NoPolicy)?;
    let rules = policy.leave_rules().ok_or(NotEvaluable::NoPolicy)?;
    let calendar = policies.calendar(&person.site).ok_or(NotEvaluable::NoCalendar)?;
    let day_minutes = person.contract.day_minutes;
    let count = count_leave(calendar, (proposal.first, proposal.last), proposal.portion, day_minutes, rules.sandwich);
    let required = count.total_minutes();
    let check = RequestCheck { policy, rules, calendar, person, months, proposal, count: &count, required };
    let forecast = rules.entitlement_days.map(|_| {
        let floor = rules.lowest_allowed_balance(day_minutes);
        forecast_balance((policies, person, account), proposal, &count, floor)
    });
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
    })
}
