//! `POST /api/v1/shift-assignments`: puts somebody on a roster, or on shifts for some days. Publishes `attendance.shift_assigned`.
//!
//! One transaction writes the assignment and the person's schedule. Two rosters never overlap, nor do two assignments to shifts; shifts go
//! before the roster. Days in it that are settled already are derived again.

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
};

lambda::endpoint!(SHIFT_ASSIGNMENTS_CREATE, post(handle), Api);

/// A new assignment: to a roster, or to shifts.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewShiftAssignment {
    /// Who.
    pub employee_id: EmployeeId,
    /// On this roster; instead of `shifts`.
    pub roster_id: Option<RosterId>,
    /// On these shifts on each of the days, whatever the roster says; an empty list makes them rest days.
    #[garde(inner(custom(fields::shifts)))]
    pub shifts: Option<Vec<String>>,
    /// First day.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day; open when not given. Shifts by themselves have one.
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
}

/// Puts somebody on a roster, or on shifts for some days. Managers do so for the people below them, HR for everybody.
#[utoipa::path(post, path = "/api/v1/shift-assignments", operation_id = "shift-assignments-create", tag = "rosters",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = NewShiftAssignment,
    responses(
        (status = 201, body = ShiftAssignment),
        (status = 404, description = "The person is not there, or out of the caller's reach"),
        (status = 409, description = "`overlap`, with the assignment that stands; `too_many`"),
        (status = 422, description = "A field breaks a rule: also `unknown_shift`, `unknown_roster`, `before_hire`, `too_old`")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewShiftAssignment>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.for_request(access::SHIFT_ASSIGNMENTS_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    let NewShiftAssignment { employee_id, roster_id, shifts, from, to } = body;
    let (person, _) = caller.reach(employee_id).await?;
    if person.status == EmploymentStatus::Terminated {
        return Err(Error::invalid("/employee_id", "not_active", "The person is terminated.").into());
    }
    let work = save::work(roster_id, shifts)?;
    let new = ShiftAssignment {
        id: AssignmentId::new(api.shell.ids.uuid(origin.at)),
        employee_id,
        work: work.ok_or_else(|| Error::invalid("/roster_id", "one_of_two", "Name a roster or shifts."))?,
        from,
        to,
        created_by: caller.id(),
        created_at: origin.at,
        updated_at: origin.at,
        deleted_at: None,
    };
    let outcome = save::save(&api, origin, &person, (None, &new), once.as_ref()).await?;
    Ok(created(outcome, format!("/api/v1/shift-assignments/{}", new.id), new))
}
