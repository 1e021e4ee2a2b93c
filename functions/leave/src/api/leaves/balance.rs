//! `GET /api/v1/leaves/{leave_id}/balance`: the balance that a request draws on, as of its first day.

use axum::extract::State;
use directory::Person;
use jiff::civil::Date;
use kernel::LeaveId;
use lambda::http::{Caller, Path, Problem, Reach};
use policy::{LeaveAmount, PolicySet, leave::Account};
use serde::Serialize;
use utoipa::ToSchema;

use super::reached_leave::LeaveWithStanding;
use crate::{
    api::Api,
    domain::{balance, request::Request},
};

lambda::endpoint!(LEAVES_BALANCE, get(handle), Api);

/// The balance that a request draws on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LeaveRequestBalance {
    /// The type's code.
    pub leave_type: String,
    /// The first day of the request.
    #[schema(value_type = String, format = Date)]
    pub as_of: Date,
    /// Whether the policy sets no limit.
    pub unlimited: bool,
    /// The balance at the end of that day: posted, scheduled until then, taken and held.
    pub balance: LeaveAmount,
    /// What could still be taken on that day; null where the policy sets no limit.
    pub available: Option<LeaveAmount>,
    /// What pending requests hold, this one included while it is pending.
    pub held: LeaveAmount,
    /// What approved requests take in the leave year, up to and with that day.
    pub taken: LeaveAmount,
    /// What the request takes.
    pub required: LeaveAmount,
}

/// Reads the balance that a request draws on.
#[utoipa::path(get, path = "/api/v1/leaves/{leave_id}/balance", operation_id = "leaves-balance", tag = "leaves",
    params(("leave_id" = LeaveId, Path)),
    responses((status = 200, body = LeaveRequestBalance), (status = 404, description = "Not there, or not for the caller to see")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<LeaveId>,
) -> Result<axum::Json<LeaveRequestBalance>, Problem> {
    let at = caller.origin().at;
    let reached = LeaveWithStanding::reach(&api, &caller, id);
    let (reached, book) = tokio::try_join!(reached, api.store.rulebook.book(at))?;
    let LeaveWithStanding { leave, standing } = reached;
    Ok(axum::Json(balance(&book, &leave.context.person, &standing.account.value, &leave.stored.value)))
}

fn balance(book: &PolicySet, person: &Person, account: &Account, request: &Request) -> LeaveRequestBalance {
    let days = |minutes| LeaveAmount::from_minutes(minutes, person.contract.day_minutes);
    let known = balance::balance_on(book, person, account, request.start_date);
    LeaveRequestBalance {
        leave_type: request.leave_type.clone(),
        as_of: request.start_date,
        unlimited: known.available.is_none(),
        balance: days(known.balance),
        available: known.available.map(days),
        held: days(known.held),
        taken: days(known.taken),
        required: request.duration,
    }
}
