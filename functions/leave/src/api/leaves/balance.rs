//! `GET /api/v1/leaves/{leave_id}/balance`: the balance that a request uses, as of its first day.

use axum::extract::State;
use directory::Person;
use jiff::civil::Date;
use kernel::LeaveId;
use lambda::http::{Caller, LoadInScope, Path, Problem};
use policy::{
    LeaveAmount, PolicySet,
    leave::{Account, day_minutes_on},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::leave_in_scope::LeaveWithAccount;
use crate::{
    api::Api,
    domain::{balance, request::Request},
};

lambda::endpoint!(LEAVES_BALANCE, get(handle), Api);

/// Balance that a leave request uses, as of its first day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LeaveRequestBalance {
    /// Code of the leave type.
    pub leave_type: String,
    /// First day of the request; the balance is that of this day.
    #[schema(value_type = String, format = Date)]
    pub as_of: Date,
    /// Whether the policy sets no limit, as for sick leave.
    pub unlimited: bool,
    /// Balance at the end of that day, with held days deducted.
    pub balance: LeaveAmount,
    /// Amount that can still be taken on that day without a later day falling below the floor; null for leave without a
    /// limit.
    #[schema(required = true)]
    pub available: Option<LeaveAmount>,
    /// Leave held by pending requests on any date, including this one.
    pub held: LeaveAmount,
    /// Approved leave of the leave year up to and including that day.
    pub taken: LeaveAmount,
    /// Amount that the request takes.
    pub required: LeaveAmount,
}

/// Returns the balance that a leave request uses, as of its first day.
#[utoipa::path(get, path = "/api/v1/leaves/{leave_id}/balance", operation_id = "leaves-balance", tag = "leaves",
    params(("leave_id" = LeaveId, Path, description = "Id of the leave request.")),
    responses(
        (status = 200, body = LeaveRequestBalance, description = "Balance on the first day of the request."),
        (status = 404, description = "`not_found`: the request does not exist, or the caller may not see it.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<LeaveId>,
) -> Result<axum::Json<LeaveRequestBalance>, Problem> {
    let at = caller.origin().at;
    let loaded = LeaveWithAccount::load_in_scope(&api, &caller, id);
    let (loaded, book) = tokio::try_join!(loaded, api.store.rulebook.load(at))?;
    let LeaveWithAccount { leave, state } = loaded;
    Ok(axum::Json(request_balance(&book, &leave.context.person, &state.account.value, &leave.stored.value)))
}

fn request_balance(book: &PolicySet, person: &Person, account: &Account, request: &Request) -> LeaveRequestBalance {
    let day_minutes = day_minutes_on(person, request.start_date);
    let days = |minutes| LeaveAmount::from_minutes(minutes, day_minutes);
    let figures = balance::balance_on(book, person, account, request.start_date);
    LeaveRequestBalance {
        leave_type: request.leave_type.clone(),
        as_of: request.start_date,
        unlimited: figures.available.is_none(),
        balance: days(figures.balance),
        available: figures.available.map(days),
        held: days(figures.held),
        taken: days(figures.taken),
        required: request.duration,
    }
}
