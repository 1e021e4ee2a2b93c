//! `POST /api/v1/shift-assignments`: assigns an employee to a roster, or to shifts for some days. Publishes
//! `attendance.shift_assigned`.
//!
//! One transaction writes the assignment and the schedule. Two roster assignments must not overlap, and two shift
//! assignments neither; shifts override the roster. Settled days within the assignment are derived again.

use axum::{extract::State, response::Response};
use directory::EmploymentStatus;
use garde::Validate;
use jiff::civil::Date;
use kernel::{AssignmentId, EmployeeId, Error, RosterId};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid, created};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::save;
use crate::{
    api::{Api, fields},
    domain::assignment::ShiftAssignment,
    messages,
};

lambda::endpoint!(SHIFT_ASSIGNMENTS_CREATE, post(handle), Api);

/// Assignment of an employee to a roster or to shifts.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewShiftAssignment {
    /// Id of the employee to assign.
    pub employee_id: EmployeeId,
    /// Id of the roster. Exactly one of `roster_id` and `shifts` is required.
    pub roster_id: Option<RosterId>,
    /// Codes of the shifts on each of the days, at most 4. They override the roster; an empty list makes the days rest
    /// days.
    #[garde(inner(custom(fields::validate_shifts)))]
    #[schema(max_items = 4, pattern = "^[a-z0-9-]{1,40}$")]
    pub shifts: Option<Vec<String>>,
    /// First day of the assignment, within the employment.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day of the assignment, not before `from`. Required with `shifts`. Default with `roster_id`: no last day.
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
}

/// Assigns an employee to a roster, or to shifts for some days.
///
/// Managers assign their reports, HR all employees. Settled days within the assignment are derived again, unless they are
/// more than 366 days ago. Unknown shifts and rosters, and a first day outside the employment, are refused with 422 `invalid`
/// at their field.
#[utoipa::path(post, path = "/api/v1/shift-assignments", operation_id = "shift-assignments-create", tag = "rosters",
    params(IdempotencyHeader),
    request_body = NewShiftAssignment,
    responses(
        (status = 201, body = ShiftAssignment, description = "Created assignment."),
        (status = 404, description = "`not_found`: the employee does not exist or is outside the caller's scope."),
        (status = 409, description = "`overlap`: another assignment of the same kind covers one of the days; `current` holds it. \
            `too_many`: the employee has 400 assignments, the maximum. `busy`: other requests won every attempt."),
        (status = 422, description = "`idempotency_key_reused`: the key belongs to a different request.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewShiftAssignment>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let idempotency_key = key.for_request(access::SHIFT_ASSIGNMENTS_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    let NewShiftAssignment { employee_id, roster_id, shifts, from, to } = body;
    let (person, _) = caller.person_in_scope(employee_id).await?;
    if person.status == EmploymentStatus::Terminated {
        return Err(Error::invalid("/employee_id", "not_active", messages::employment_over()).into());
    }
    let work = save::assigned_work(roster_id, shifts)?;
    let new = ShiftAssignment {
        id: AssignmentId::new(api.shell.ids.uuid(origin.at)),
        employee_id,
        work: work.ok_or_else(|| Error::invalid("/roster_id", "one_of_two", messages::roster_or_shifts()))?,
        from,
        to,
        created_by: caller.id(),
        created_at: origin.at,
        updated_at: origin.at,
        deleted_at: None,
    };
    let outcome = save::save_with_schedule(&api, origin, &person, (None, &new), idempotency_key.as_ref()).await?;
    Ok(created(outcome, format!("/api/v1/shift-assignments/{}", new.id), new))
}
