//! `PUT /api/v1/shift-assignments/{assignment_id}`: changes an assignment. Publishes `attendance.shift_reassigned`.
//!
//! Omitted fields stay; `to: null` makes the assignment open-ended. Settled days whose planned work changes are
//! derived again.

use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{AssignmentId, RosterId};
use lambda::http::{Caller, IfMatch, InScope, Json, Problem, Valid, Versioned};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{assignment_in_scope::AssignmentInScope, save};
use crate::{
    api::{Api, fields},
    domain::assignment::ShiftAssignment,
};

lambda::endpoint!(SHIFT_ASSIGNMENTS_UPDATE, put(handle), Api);

/// Changes of a shift assignment; omitted fields keep their values.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ShiftAssignmentChanges {
    /// Id of the roster. Send at most one of `roster_id` and `shifts`.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[schema(value_type = RosterId, required = false)]
    pub roster_id: Option<RosterId>,
    /// Codes of the shifts on each of the days, at most 4; an empty list makes the days rest days.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::validate_shifts)))]
    #[schema(value_type = Vec<String>, required = false, max_items = 4, pattern = "^[a-z0-9-]{1,40}$")]
    pub shifts: Option<Vec<String>>,
    /// First day of the assignment.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = String, required = false, format = Date)]
    pub from: Option<Date>,
    /// Last day of the assignment, not before `from`; null removes the last day of an assignment to a roster.
    #[serde(default, deserialize_with = "fields::nullable")]
    #[garde(inner(inner(custom(fields::date))))]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Option<Date>>,
}

/// Changes the work or the days of a shift assignment.
#[utoipa::path(put, path = "/api/v1/shift-assignments/{assignment_id}", operation_id = "shift-assignments-update", tag = "rosters",
    params(("assignment_id" = AssignmentId, Path, description = "Id of the shift assignment."), IfMatch),
    request_body = ShiftAssignmentChanges,
    responses(
        (status = 200, body = ShiftAssignment, description = "Assignment after the change."),
        (status = 404, description = "`not_found`: the assignment does not exist, was deleted, or is outside the caller's scope."),
        (status = 409, description = "`overlap`: another assignment of the same kind covers one of the days; `current` holds it. \
            `too_old`: the assignment ended more than a year ago. `too_many`: the employee has 400 assignments, the maximum. \
            `changed_meanwhile`: another request changed the assignment at the same time. `busy`: other requests won every attempt."),
        (status = 412, description = "`stale`: `If-Match` names an older version.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(AssignmentInScope { stored: before, person }): InScope<AssignmentInScope>,
    if_match: IfMatch,
    Valid(Json(body)): Valid<Json<ShiftAssignmentChanges>>,
) -> Result<Versioned<ShiftAssignment>, Problem> {
    let origin = caller.origin();
    if_match.require(before.version)?;
    let ShiftAssignmentChanges { roster_id, shifts, from, to } = body;
    let mut after = before.value.clone();
    after.work = save::assigned_work(roster_id, shifts)?.unwrap_or(after.work);
    after.from = from.unwrap_or(after.from);
    after.to = to.unwrap_or(after.to);
    if after == before.value {
        return Ok(Versioned(before.version, after));
    }
    after.updated_at = origin.at;
    let saved = save::save_with_schedule(&api, origin, &person, (Some(&before), &after), None).await;
    saved.map_err(if_match.map_conflict())?;
    Ok(Versioned(before.version + 1, after))
}
