//! Asking for leave: what `POST /leaves` and its preview read, and what the policies say to it.

use directory::{EmploymentStatus, Person};
use garde::Validate;
use jiff::{
    ToSpan,
    civil::{Date, Time},
};
use kernel::{Code, EmployeeId, Error, LeaveId, Result};
use policy::{
    Half, LeaveAmount, PolicySet, Portion,
    leave::{Evaluation, Overlap, ProposedLeave, Slot, Violation, evaluate},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    api::fields,
    domain::leave_type::{LeaveType, find_leave_type},
    store::{LeavePosition, REQUEST_DAYS_MAX},
};

/// Violations that HR cannot overrule: a balance is corrected by an adjustment, and nothing cannot be taken.
const NOT_OVERRIDABLE: [&str; 2] = ["insufficient_balance", "nothing_to_take"];

/// A request for leave.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewLeave {
    /// Whose leave; the caller's when not given. HR may ask for others.
    pub employee_id: Option<EmployeeId>,
    /// The type: its code or its name, in any case.
    #[garde(custom(fields::leave_type))]
    pub leave_type: String,
    /// First day.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub start_date: Date,
    /// Last day.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub end_date: Date,
    /// Only this half of the one day.
    pub half: Option<Half>,
    /// From when on the one day, local time; with `to`.
    #[schema(value_type = Option<String>)]
    pub from: Option<Time>,
    /// Until when on the one day, local time; with `from`.
    #[schema(value_type = Option<String>)]
    pub to: Option<Time>,
    /// Why.
    #[garde(inner(custom(fields::validate_reason)))]
    pub reason: Option<String>,
    /// An attached file's id.
    #[garde(inner(custom(fields::attachment_id)))]
    pub attachment_id: Option<String>,
    /// HR only, for others, with a reason: what a policy forbids goes through and is recorded. An insufficient balance does not.
    #[serde(rename = "override", default)]
    pub override_policy: bool,
}

/// When somebody wants to be away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LeaveDates {
    pub(crate) first: Date,
    pub(crate) last: Date,
    pub(crate) portion: Portion,
}

impl NewLeave {
    /// The days and the part of them.
    pub(crate) fn when(&self) -> Result<LeaveDates> {
        let (first, last) = (self.start_date, self.end_date);
        fields::in_order("/end_date", first, last)?;
        if last > first.saturating_add((REQUEST_DAYS_MAX - 1).days()) {
            return Err(Error::invalid(
                "/end_date",
                "too_long",
                format!("A request has at most {REQUEST_DAYS_MAX} days."),
            ));
        }
        Ok(LeaveDates { first, last, portion: Portion::from_request(self.half, self.from, self.to, first == last)? })
    }

    /// The type that is meant.
    pub(crate) fn resolve_leave_type<'a>(&self, types: &'a [LeaveType]) -> Result<&'a LeaveType> {
        find_leave_type(types, &self.leave_type)
            .ok_or_else(|| Error::invalid("/leave_type", "unknown_leave_type", "There is no such leave type."))
    }
}

/// Only somebody who works here can be away from it.
pub(crate) fn require_active(person: &Person) -> Result<()> {
    match person.status {
        EmploymentStatus::Active | EmploymentStatus::OnLeave => Ok(()),
        EmploymentStatus::Suspended | EmploymentStatus::Terminated => {
            Err(Error::invalid("/employee_id", "not_active", format!("The person is {}.", person.status)))
        }
    }
}

/// What the policies say to a request of this person.
pub(crate) fn evaluate_request(
    (book, person, standing): (&PolicySet, &Person, &LeavePosition),
    leave_type: &LeaveType,
    when: LeaveDates,
    attachment: bool,
    today: Date,
) -> Result<Evaluation> {
    let ask = ProposedLeave {
        leave_id: None,
        leave_type: &leave_type.code,
        first: when.first,
        last: when.last,
        portion: when.portion,
        attachment,
        today,
    };
    evaluate(book, person, &standing.account.value, &standing.months.slots_by_month(), &ask).map_err(|silent| {
        match silent {
            policy::leave::NotEvaluable::NoPolicy => Error::invalid(
                "/leave_type",
                "no_policy",
                format!("No policy gives the person {} on {}.", leave_type.name, when.first),
            ),
            policy::leave::NotEvaluable::NoCalendar => {
                Error::invalid("/employee_id", "no_calendar", format!("The site `{}` has no calendar.", person.site))
            }
        }
    })
}

/// What is left of the violations when HR overrules what can be.
pub(crate) fn apply_override(violations: Vec<Violation>, overrule: bool) -> Vec<Violation> {
    let may = |violation: &Violation| overrule && !NOT_OVERRIDABLE.contains(&violation.code.as_str());
    violations.into_iter().map(|one| Violation { blocking: one.blocking && !may(&one), ..one }).collect()
}

/// Refuses what a policy forbids, with each reason at its field.
pub(crate) fn reject_violations(judgement: &Evaluation, person: &Person) -> Result<()> {
    let blocking: Vec<_> = judgement.violations.iter().filter(|violation| violation.blocking).collect();
    if blocking.is_empty() {
        return Ok(());
    }
    let refusal = Error::new(Code::PolicyViolation, "The policies do not allow this request.");
    let refusal = blocking.iter().fold(refusal, |refusal, violation| {
        refusal.with_field(&violation.pointer, violation.code.clone(), violation.explanation.clone())
    });
    let day = person.contract.day_minutes;
    Err(refusal.with_current_state(json!({
        "balance": judgement.balance.map(|balance| LeaveAmount::from_minutes(balance, day)),
        "required": LeaveAmount::from_minutes(judgement.required, day),
        "violations": judgement.violations,
    })))
}

/// What is in the way of a request: 409 with the one that stands.
pub(crate) fn overlap_conflict(overlap: &Overlap) -> Error {
    let Overlap { date, slot } = overlap;
    Error::new(Code::Overlap, format!("There is a request on {date} already."))
        .with_field("/start_date", "overlap", format!("{date} is taken"))
        .with_current_state(
            json!({ "leave_id": slot.leave_id, "leave_type": slot.leave_type, "date": date, "portion": slot.portion }),
        )
}

/// What a request would hold of each of its days.
pub(crate) fn slot(id: LeaveId, leave_type: &LeaveType, when: LeaveDates) -> Slot {
    Slot { leave_id: id, leave_type: leave_type.code.clone(), portion: when.portion }
}
