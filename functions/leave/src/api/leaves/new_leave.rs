//! New leave requests: the body of `POST /leaves` and of its preview, and their policy evaluation.

use directory::{EmploymentStatus, Person};
use garde::Validate;
use jiff::civil::{Date, Time};
use kernel::{Code, EmployeeId, Error, LeaveId, Result};
use policy::{
    ExpectedWork, Half, LeaveAmount, Portion,
    leave::{
        Account, Evaluation, ExplainedViolation, OccupiedMonth, Overlap, PortionFields, ProposedLeave, RequestedDates,
        Violation, evaluate_leave,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    api::fields,
    domain::leave_type::{LeaveType, find_leave_type},
    messages,
};

/// New leave request for an employee.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewLeave {
    /// Employee who takes the leave; only HR may name others, and managers in a preview. Default: the caller.
    pub employee_id: Option<EmployeeId>,
    /// Leave type: its code or one of its names, in any case.
    #[garde(custom(fields::validate_leave_type))]
    #[schema(
        min_length = 1,
        max_length = 60,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub leave_type: String,
    /// First day of the leave.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub start_date: Date,
    /// Last day of the leave, not before `start_date`; a request has at most 366 days.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub end_date: Date,
    /// Half of the day, for a request of one day; not with `from` and `to`. Default: the whole day.
    pub half: Option<Half>,
    /// Start time for a request of one day, local to the employee's site. Requires `to`.
    #[schema(value_type = Option<String>, pattern = r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$")]
    pub from: Option<Time>,
    /// End time for a request of one day, local to the employee's site; on the next day if it is not after `from`.
    /// Requires `from`.
    #[schema(value_type = Option<String>, pattern = r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$")]
    pub to: Option<Time>,
    /// Whether a leave of several days starts in the middle of its first day; not allowed for one day. Default: false.
    #[serde(default)]
    pub starts_at_midday: bool,
    /// Whether a leave of several days ends in the middle of its last day; not allowed for one day. Default: false.
    #[serde(default)]
    pub ends_at_midday: bool,
    /// Reason of the leave; required with `override`.
    #[garde(inner(custom(fields::validate_reason)))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
    )]
    pub reason: Option<String>,
    /// Id of an attached file in another system, such as a certificate. It is stored and not checked.
    #[garde(inner(custom(fields::validate_attachment_id)))]
    #[schema(pattern = "^[A-Za-z0-9._-]{1,128}$")]
    pub attachment_id: Option<String>,
    /// Whether policy violations are recorded instead of refusing the request, except `insufficient_balance`,
    /// `nothing_to_take`, and leave after the last day of employment. Only HR, for another employee. Requires `reason`.
    /// Default: false.
    #[serde(rename = "override", default)]
    pub override_policy: bool,
}

impl NewLeave {
    /// Days and portions of the request.
    ///
    /// # Errors
    /// 422 for days out of order, more than 366 days, or a portion that does not fit the days.
    pub(crate) fn validated_dates(&self) -> Result<RequestedDates> {
        let fields = PortionFields {
            half: self.half,
            from: self.from,
            to: self.to,
            starts_at_midday: self.starts_at_midday,
            ends_at_midday: self.ends_at_midday,
        };
        RequestedDates::from_request((self.start_date, self.end_date), fields, "/end_date")
    }

    /// Leave type with this code or name; 422 for an unknown one.
    pub(crate) fn resolve_leave_type<'a>(&self, types: &'a [LeaveType]) -> Result<&'a LeaveType> {
        find_leave_type(types, &self.leave_type)
            .ok_or_else(|| Error::invalid("/leave_type", "unknown_leave_type", messages::unknown_leave_type()))
    }
}

/// 422 unless the employee is active or on leave.
pub(crate) fn require_active_or_on_leave(person: &Person) -> Result<()> {
    match person.status {
        EmploymentStatus::Active | EmploymentStatus::OnLeave => Ok(()),
        EmploymentStatus::Suspended | EmploymentStatus::Terminated => {
            Err(fields::inactive_employee_error("/employee_id", person.status))
        }
    }
}

/// Evaluates a request by the policy of its first day. The result contains violations; 422 without a policy or calendar, or
/// for hours that end after midnight on a day whose work ends before. The request must not be in `account` and `months`.
pub(crate) fn evaluate_request(
    work: &ExpectedWork<'_>,
    (account, months): (&Account, &[(Date, OccupiedMonth)]),
    (leave_type, leave_type_name): (&str, &str),
    (dates, returned): (RequestedDates, &[Date]),
    has_attachment: bool,
    today: Date,
) -> Result<Evaluation> {
    let proposed = ProposedLeave {
        leave_id: None,
        leave_type,
        first: dates.first,
        last: dates.last,
        returned,
        portions: dates.portions,
        attachment: has_attachment,
        today,
    };
    evaluate_leave(work, account, months, &proposed).map_err(|reason| match reason {
        policy::leave::NotEvaluable::NoPolicy => {
            Error::invalid("/leave_type", "no_policy", messages::no_policy(leave_type_name, dates.first))
        }
        policy::leave::NotEvaluable::NoCalendar => {
            let site = work.person.as_of(dates.first).site.clone();
            Error::invalid("/employee_id", "no_calendar", messages::site_without_calendar(site))
        }
        policy::leave::NotEvaluable::EndsAfterMidnight => {
            Error::invalid("/to", "ends_before_it_begins", messages::hours_end_before_they_begin())
        }
    })
}

/// The violations, most of them not blocking if `override_policy`, and unchanged otherwise.
pub(crate) fn unblock_by_override(violations: Vec<Violation>, override_policy: bool) -> Vec<Violation> {
    let blocks = |one: &Violation| one.blocking && !(override_policy && one.is_overridable());
    violations.into_iter().map(|one| Violation { blocking: blocks(&one), ..one }).collect()
}

/// `current` of 422 `policy_violation`: figures of the evaluation.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvaluationFigures {
    /// Most that can be taken on the first day without a later day falling below the floor, without the request; negative if
    /// the balance falls below it already. Null for leave without a limit.
    balance: Option<LeaveAmount>,
    /// Amount that the request takes.
    required: LeaveAmount,
    /// All violations, also those that do not block.
    violations: Vec<ExplainedViolation>,
}

/// `current` of 409 `overlap`: the day and the request that occupies it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OccupiedDay<'a> {
    /// Id of the existing request.
    leave_id: LeaveId,
    /// Code of its leave type.
    leave_type: &'a str,
    /// First day that both requests cover.
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// Part of the day that the existing request occupies.
    portion: Portion,
}

/// 422 with all violations if one of them blocks; each blocking one is reported at its field.
pub(crate) fn require_no_blocking_violations(evaluation: &Evaluation, person: &Person) -> Result<()> {
    let blocking: Vec<_> = evaluation.violations.iter().filter(|violation| violation.blocking).collect();
    if blocking.is_empty() {
        return Ok(());
    }
    let problem = Error::new(Code::PolicyViolation, messages::policy_violation());
    let problem = blocking.iter().fold(problem, |problem, violation| {
        problem.with_field(&violation.pointer, violation.finding.code.clone(), violation.message())
    });
    let day = evaluation.count.day_minutes(person);
    let figures = EvaluationFigures {
        balance: evaluation.available.map(|balance| LeaveAmount::from_minutes(balance, day)),
        required: LeaveAmount::from_minutes(evaluation.required, day),
        violations: evaluation.violations.iter().cloned().map(ExplainedViolation::from).collect(),
    };
    Err(problem.with_current_state(json!(figures)))
}

/// 409 at `pointer` that names the existing request and the first common day.
pub(crate) fn overlap_error(overlap: &Overlap, pointer: &str) -> Error {
    let Overlap { date, slot } = overlap;
    let existing =
        OccupiedDay { leave_id: slot.leave_id, leave_type: &slot.leave_type, date: *date, portion: slot.portion };
    let detail = messages::overlap(*date);
    Error::new(Code::Overlap, detail.clone()).with_field(pointer, "overlap", detail).with_current_state(json!(existing))
}
