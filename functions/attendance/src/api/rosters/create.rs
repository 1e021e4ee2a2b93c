//! `POST /api/v1/rosters`: creates a roster. Publishes `attendance.roster_created`.

use axum::{extract::State, response::Response};
use directory::earliest_date_anywhere;
use garde::Validate;
use jiff::{Timestamp, civil::Date};
use kernel::{Code, Error, RosterId};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid, created};
use policy::attendance::Roster;
use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ArrayBuilder, ObjectBuilder, RefOr, Schema, schema::Type},
};

use crate::{
    api::{Api, fields},
    domain::roster::{RosterItem, SHIFTS_MAX, find_cycle_error, rules_in_force_from},
    messages,
    store::ROSTERS_MAX,
};

lambda::endpoint!(ROSTERS_CREATE, post(handle), Api);

/// Codes of the shifts of one day, at most 4; empty on a rest day.
#[derive(Debug)]
pub struct RosterDay;

impl PartialSchema for RosterDay {
    fn schema() -> RefOr<Schema> {
        let code = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[a-z0-9-]{1,40}$"));
        let description = "Codes of the shifts of one day, at most 4; empty on a rest day.";
        ArrayBuilder::new().items(code).max_items(Some(SHIFTS_MAX)).description(Some(description)).into()
    }
}

impl ToSchema for RosterDay {}

/// Roster to create, with its cycle.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewRoster {
    /// Name of the roster, one line of 1 to 60 characters.
    #[garde(custom(fields::validate_name))]
    #[schema(
        min_length = 1,
        max_length = 60,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub name: String,
    /// Date of the first day of a cycle. The cycle repeats before and after this date.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub starts_on: Date,
    /// Shift codes of each day, 1 to 56 days; an empty day is a rest day. The shifts must exist in a current or later
    /// attendance policy, and must not overlap.
    #[garde(custom(fields::validate_cycle))]
    #[schema(value_type = Vec<RosterDay>, min_items = 1, max_items = 56)]
    pub cycle: Vec<Vec<String>>,
}

/// Creates a roster.
///
/// Unknown shifts and shifts that overlap are refused with 422 `invalid` at their place. Employees follow the
/// roster once they are assigned to it.
#[utoipa::path(post, path = "/api/v1/rosters", operation_id = "rosters-create", tag = "rosters",
    params(IdempotencyHeader),
    request_body = NewRoster,
    responses(
        (status = 201, body = RosterItem, description = "Created roster."),
        (status = 409, description = "`too_many`: there are 1000 rosters, the maximum, deleted ones included."),
        (status = 422, description = "`idempotency_key_reused`: the key belongs to a different request.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewRoster>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let idempotency_key = key.for_request(access::ROSTERS_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    check_cycle_by_policies(&api, &body.cycle, origin.at).await?;
    if api.store.all_rosters_cached(origin.at).await?.0.len() >= ROSTERS_MAX {
        return Err(Error::new(Code::TooMany, messages::rosters_max(ROSTERS_MAX)).into());
    }
    let NewRoster { name, starts_on, cycle } = body;
    let id = RosterId::new(api.shell.ids.uuid(origin.at));
    let new = RosterItem {
        roster: Roster { id, name: name.trim().to_owned(), starts_on, cycle },
        assigned_at: None,
        created_by: caller.id(),
        created_at: origin.at,
        updated_at: origin.at,
        deleted_at: None,
    };
    let outcome = api.store.create_roster(origin, &new, idempotency_key.as_ref(), &new).await?;
    Ok(created(outcome, format!("/api/v1/rosters/{id}"), new))
}

/// Checks a cycle against the attendance policies that apply now or later.
///
/// # Errors
/// 422 `overlap` or `unknown_shift` at the shift in `/cycle`.
pub(crate) async fn check_cycle_by_policies(api: &Api, cycle: &[Vec<String>], at: Timestamp) -> Result<(), Error> {
    let policies = api.store.rulebook.load(at).await?;
    match find_cycle_error(cycle, &rules_in_force_from(&policies, earliest_date_anywhere(at))) {
        None => Ok(()),
        Some(error) => {
            let pointer = format!("/cycle/{}/{}", error.day, error.at);
            Err(Error::invalid(pointer, error.code(), error.detail()))
        }
    }
}
