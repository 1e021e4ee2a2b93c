//! What the policies say to a request. Rules 5 and 8.

use directory::Person;
use jiff::civil::Date;
use kernel::Minutes;

use super::{
    Account, LeaveCount, OccupiedMonth, Step,
    ask::{ProposedLeave, Violation},
    breaches::RequestCheck,
    count,
    forecast::forecast,
};
use crate::{Policy, PolicyRef, PolicySet};

/// What the policies say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// The policy version that applies on the first day.
    pub policy: PolicyRef,
    /// What it counts.
    pub count: LeaveCount,
    /// What could be taken on the first day ([`super::available`]), without this request; none where the balance does not limit.
    pub balance: Option<Minutes>,
    /// What it takes.
    pub required: Minutes,
    /// The lowest projected balance from the first day on with it, and the day.
    pub lowest: Option<(Date, Minutes)>,
    /// Breaches, those in the way first.
    pub violations: Vec<Violation>,
    /// The steps of approval that it needs, those that its length does not call for left out.
    pub steps: Vec<Step>,
}

impl Evaluation {
    /// Whether nothing stands in the way.
    pub fn is_allowed(&self) -> bool {
        !self.violations.iter().any(|violation| violation.blocking)
    }
}

/// Why nothing can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotEvaluable {
    /// No policy of this type applies to the person on the first day.
    NoPolicy,
    /// The person's site has no calendar.
    NoCalendar,
}

/// Judges a request. `months` are the person's months around it (one before, those it touches, one after), for the longest run.
///
/// # Errors
/// When no policy or no calendar applies.
pub fn evaluate(
    book: &PolicySet,
    person: &Person,
    account: &Account,
    months: &[(Date, OccupiedMonth)],
    ask: &ProposedLeave<'_>,
) -> Result<Evaluation, NotEvaluable> {
    let policy =
        book.applicable(&Policy::leave_subject(ask.leave_type), person, ask.first).ok_or(NotEvaluable::NoPolicy)?;
    let rules = policy.leave().ok_or(NotEvaluable::NoPolicy)?;
    let calendar = book.calendar(&person.site).ok_or(NotEvaluable::NoCalendar)?;
    let count = count(calendar, (ask.first, ask.last), ask.portion, person.contract.day_minutes, rules.sandwich);
    let required = count.total();
    let case = RequestCheck { policy, rules, calendar, person, months, ask, count: &count, required };
    let forecast = rules.entitlement_days.map(|_| {
        let floor = rules.floor(person.contract.day_minutes);
        forecast((book, person, account), ask, &count, floor)
    });
    let mut violations = case.violations();
    if let Some(forecast) = &forecast {
        violations.extend(case.check_balance(forecast));
    }
    violations.sort_by_key(|violation| !violation.blocking);
    let steps = case.steps();
    Ok(Evaluation {
        policy: policy.reference,
        balance: forecast.as_ref().map(|forecast| forecast.available),
        required,
        lowest: forecast.map(|forecast| forecast.with),
        violations,
        steps,
        count,
    })
}
