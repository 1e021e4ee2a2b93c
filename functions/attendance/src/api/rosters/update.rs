//! `PUT /api/v1/rosters/{roster_id}`: changes a roster. Publishes `attendance.roster_updated`.
//!
//! Omitted fields stay. Once an employee was assigned, only the name can change, so that past work and pay stay the
//! same. A different rotation is a new roster, assigned from a day on.

use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{Code, Error, RosterId};
use lambda::http::{Caller, IfMatch, Json, Path, Problem, Valid, Versioned};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::create::{RosterDay, check_cycle_by_policies};
use crate::{
    api::{Api, fields},
    domain::roster::RosterItem,
    messages,
};

lambda::endpoint!(ROSTERS_UPDATE, put(handle), Api);

/// Changes of a roster; omitted fields keep their values.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RosterChanges {
    /// Name of the roster, one line of 1 to 60 characters.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::validate_name)))]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 60, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$")]
    pub name: Option<String>,
    /// Date of the first day of a cycle. Cannot change once an employee was assigned.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = String, required = false, format = Date)]
    pub starts_on: Option<Date>,
    /// Shift codes of each day, 1 to 56 days; an empty day is a rest day. Cannot change once an employee was assigned.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::validate_cycle)))]
    #[schema(value_type = Vec<RosterDay>, required = false, min_items = 1, max_items = 56)]
    pub cycle: Option<Vec<Vec<String>>>,
}

/// Changes the name of a roster, or the cycle of one that was never assigned.
///
/// A different cycle for assigned employees is a new roster, to which they are assigned from a day on.
#[utoipa::path(put, path = "/api/v1/rosters/{roster_id}", operation_id = "rosters-update", tag = "rosters",
    params(("roster_id" = RosterId, Path, description = "Id of the roster."), IfMatch),
    request_body = RosterChanges,
    responses(
        (status = 200, body = RosterItem, description = "Roster after the change."),
        (status = 404, description = "`not_found`: the roster does not exist or was deleted."),
        (status = 409, description = "`roster_in_use`: the cycle cannot change, because employees are or were assigned to the roster. \
            `changed_meanwhile`: another request changed the roster at the same time."),
        (status = 412, description = "`stale`: `If-Match` names an older version.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<RosterId>,
    if_match: IfMatch,
    Valid(Json(body)): Valid<Json<RosterChanges>>,
) -> Result<Versioned<RosterItem>, Problem> {
    let origin = caller.origin();
    let before = api.store.get_roster(id).await?;
    if_match.require(before.version)?;
    let mut after = before.value.clone();
    after.roster.name = body.name.map_or(after.roster.name, |name| name.trim().to_owned());
    after.roster.starts_on = body.starts_on.unwrap_or(after.roster.starts_on);
    after.roster.cycle = body.cycle.unwrap_or(after.roster.cycle);
    if after == before.value {
        return Ok(Versioned(before.version, after));
    }
    let new_cycle = after.roster.cycle != before.value.roster.cycle;
    if new_cycle || after.roster.starts_on != before.value.roster.starts_on {
        require_never_assigned(&before.value, if new_cycle { "/cycle" } else { "/starts_on" })?;
    }
    if new_cycle {
        check_cycle_by_policies(&api, &after.roster.cycle, origin.at).await?;
    }
    after.updated_at = origin.at;
    let version = api.store.update_roster(origin, &before, &after).await.map_err(if_match.map_conflict())?;
    Ok(Versioned(version, after))
}

/// Checks that no employee was ever assigned to the roster.
///
/// # Errors
/// 409 `roster_in_use`.
fn require_never_assigned(item: &RosterItem, pointer: &str) -> Result<(), Error> {
    let Some(assigned_at) = item.assigned_at else { return Ok(()) };
    Err(Error::new(Code::RosterInUse, messages::roster_in_use())
        .with_field(pointer, "roster_in_use", messages::roster_in_use())
        .with_current_state(json!({ "assigned_at": assigned_at })))
}
