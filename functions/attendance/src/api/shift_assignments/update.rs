//! `PUT /api/v1/shift-assignments/{assignment_id}`: changes an assignment. Publishes `attendance.shift_reassigned`.
//!
//! What is left out stays as it is; `to: null` leaves it open. Settled days on which it changes what was to be worked are derived again.

use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{AssignmentId, RosterId};
use lambda::http::{Caller, IfMatch, Json, Problem, Reached, Valid, Versioned};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{reached_assignment::ReachedAssignment, save};
use crate::{
    api::{Api, fields},
    domain::assignment::ShiftAssignment,
};

lambda::endpoint!(SHIFT_ASSIGNMENTS_UPDATE, put(handle), Api);

/// What changes.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ShiftAssignmentChanges {
    /// On this roster.
    #[serde(default, deserialize_with = "fields::not_null")]
    pub roster_id: Option<RosterId>,
    /// On these shifts on each of the days.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::shifts)))]
    pub shifts: Option<Vec<String>>,
    /// First day.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Last day; null for none.
    #[serde(default, deserialize_with = "fields::nullable")]
    #[garde(inner(inner(custom(fields::date))))]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Option<Date>>,
}

/// Changes what somebody is assigned to, or when.
#[utoipa::path(put, path = "/api/v1/shift-assignments/{assignment_id}", operation_id = "shift-assignments-update", tag = "rosters",
    params(("assignment_id" = AssignmentId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    request_body = ShiftAssignmentChanges,
    responses(
        (status = 200, body = ShiftAssignment),
        (status = 404, description = "Not there, taken back, or out of the caller's reach"),
        (status = 409, description = "`overlap`, with the assignment that stands; `too_old`; or changed meanwhile"),
        (status = 412, description = "Changed since it was read"),
        (status = 422, description = "A field breaks a rule")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Reached(ReachedAssignment { stored: before, person }): Reached<ReachedAssignment>,
    named: IfMatch,
    Valid(Json(body)): Valid<Json<ShiftAssignmentChanges>>,
) -> Result<Versioned<ShiftAssignment>, Problem> {
    let origin = caller.origin();
    named.require(before.version)?;
    let ShiftAssignmentChanges { roster_id, shifts, from, to } = body;
    let mut after = before.value.clone();
    after.work = save::work(roster_id, shifts)?.unwrap_or(after.work);
    after.from = from.unwrap_or(after.from);
    after.to = to.unwrap_or(after.to);
    if after == before.value {
        return Ok(Versioned(before.version, after));
    }
    after.updated_at = origin.at;
    let kept = save::save(&api, origin, &person, (Some(&before), &after), None).await;
    kept.map_err(named.map_conflict())?;
    Ok(Versioned(before.version + 1, after))
}
