//! `POST /api/v1/rosters`: adds a roster. Publishes `attendance.roster_created`.

use axum::{extract::State, response::Response};
use directory::earliest_date_anywhere;
use garde::Validate;
use jiff::{Timestamp, civil::Date};
use kernel::{Code, Error, RosterId};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid, created};
use policy::attendance::Roster;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::{Api, fields},
    domain::roster::{RosterItem, check_cycle, rules_in_force},
    store::ROSTERS_MAX,
};

lambda::endpoint!(ROSTERS_CREATE, post(handle), Api);

/// A new roster.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewRoster {
    /// Name.
    #[garde(custom(fields::name))]
    pub name: String,
    /// A date on which the cycle begins; it goes back from there as it goes on.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub starts_on: Date,
    /// The shifts of each day, by the codes of the attendance policies; none on a rest day. 1 to 56 days of at most 4 shifts, which do
    /// not overlap.
    #[garde(custom(fields::cycle))]
    pub cycle: Vec<Vec<String>>,
}

/// Adds a roster.
#[utoipa::path(post, path = "/api/v1/rosters", operation_id = "rosters-create", tag = "rosters",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = NewRoster,
    responses(
        (status = 201, body = RosterItem),
        (status = 409, description = "`too_many`"),
        (status = 422, description = "A field breaks a rule: also `unknown_shift` and `overlap`, with the day and the shift")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewRoster>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.for_request(access::ROSTERS_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    check_cycle_by_policies(&api, &body.cycle, origin.at).await?;
    if api.store.rosters(origin.at).await?.0.len() >= ROSTERS_MAX {
        let detail = format!("There are {ROSTERS_MAX} rosters, removed ones among them; people can share one.");
        return Err(Error::new(Code::TooMany, detail).into());
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
    let outcome = api.store.create_roster(origin, &new, once.as_ref(), &new).await?;
    Ok(created(outcome, format!("/api/v1/rosters/{id}"), new))
}

/// Whether somebody could work a cycle by some attendance policy that applies now or later.
pub(crate) async fn check_cycle_by_policies(api: &Api, cycle: &[Vec<String>], at: Timestamp) -> Result<(), Error> {
    let book = api.store.rulebook.book(at).await?;
    match check_cycle(cycle, &rules_in_force(&book, earliest_date_anywhere(at))) {
        None => Ok(()),
        Some(fault) => {
            let pointer = format!("/cycle/{}/{}", fault.day, fault.at);
            Err(Error::invalid(pointer, fault.problem(), fault.to_string()))
        }
    }
}
