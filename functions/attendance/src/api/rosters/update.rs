//! `PUT /api/v1/rosters/{roster_id}`: changes a roster. Publishes `attendance.roster_updated`.
//!
//! What is left out stays as it is. Once somebody was put on a roster, only its name changes: what people worked, and what they are paid
//! for, never changes under them. Another rotation is another roster, which people are put on from a date.

use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{Code, Error, RosterId};
use lambda::http::{Caller, IfMatch, Json, Path, Problem, Valid, Versioned};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::create::check_cycle_by_policies;
use crate::{
    api::{Api, fields},
    domain::roster::RosterItem,
};

lambda::endpoint!(ROSTERS_UPDATE, put(handle), Api);

/// What changes.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RosterChanges {
    /// Name.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::name)))]
    pub name: Option<String>,
    /// A date on which the cycle begins; while nobody was ever put on it.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub starts_on: Option<Date>,
    /// The shifts of each day; while nobody was ever put on it.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::cycle)))]
    pub cycle: Option<Vec<Vec<String>>>,
}

/// Renames a roster, or changes one that nobody was ever put on.
#[utoipa::path(put, path = "/api/v1/rosters/{roster_id}", operation_id = "rosters-update", tag = "rosters",
    params(("roster_id" = RosterId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    request_body = RosterChanges,
    responses(
        (status = 200, body = RosterItem),
        (status = 404, description = "Not there, or removed"),
        (status = 409, description = "`roster_in_use`; or changed meanwhile"),
        (status = 412, description = "Changed since it was read"),
        (status = 422, description = "A field breaks a rule")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<RosterId>,
    named: IfMatch,
    Valid(Json(body)): Valid<Json<RosterChanges>>,
) -> Result<Versioned<RosterItem>, Problem> {
    let origin = caller.origin();
    let before = api.store.roster(id).await?;
    named.require(before.version)?;
    let mut after = before.value.clone();
    after.roster.name = body.name.map_or(after.roster.name, |name| name.trim().to_owned());
    after.roster.starts_on = body.starts_on.unwrap_or(after.roster.starts_on);
    after.roster.cycle = body.cycle.unwrap_or(after.roster.cycle);
    if after == before.value {
        return Ok(Versioned(before.version, after));
    }
    let cycle = after.roster.cycle != before.value.roster.cycle;
    if cycle || after.roster.starts_on != before.value.roster.starts_on {
        require_never_assigned(&before.value, if cycle { "/cycle" } else { "/starts_on" })?;
    }
    if cycle {
        check_cycle_by_policies(&api, &after.roster.cycle, origin.at).await?;
    }
    after.updated_at = origin.at;
    let version = api.store.update_roster(origin, &before, &after).await.map_err(named.map_conflict())?;
    Ok(Versioned(version, after))
}

/// A roster that nobody was ever put on.
fn require_never_assigned(record: &RosterItem, pointer: &str) -> Result<(), Error> {
    let Some(assigned_at) = record.assigned_at else { return Ok(()) };
    let detail = "People were put on this roster; make a new one, and put them on it from a date.";
    let error = Error::new(Code::RosterInUse, detail).with_field(pointer, "roster_in_use", detail);
    Err(error.with_current_state(json!({ "assigned_at": assigned_at })))
}
