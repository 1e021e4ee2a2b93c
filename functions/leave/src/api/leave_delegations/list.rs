//! `GET /api/v1/leave-delegations`: lists delegations, the latest first.

use access::Scope;
use axum::extract::State;
use garde::Validate;
use kernel::{EmployeeId, Error, Page};
use lambda::http::{Caller, PageQuery, Paged, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{api::Api, domain::delegation::Delegation, store::DelegationFilter};

lambda::endpoint!(LEAVE_DELEGATIONS_LIST, get(handle), Api);

/// Which delegations.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Those that this person has given.
    pub delegator_id: Option<EmployeeId>,
    /// Those that let this person decide; instead of `delegator_id`.
    pub delegate_id: Option<EmployeeId>,
}

/// Lists delegations: HR sees all, everybody else those that they have given, or with `delegate_id` those given to them.
#[utoipa::path(get, path = "/api/v1/leave-delegations", operation_id = "leave-delegations-list", tag = "leave delegations",
    params(Filter, PageQuery),
    responses((status = 200, body = Page<Delegation>), (status = 400, description = "A cursor that does not open"),
        (status = 404, description = "Somebody else's"), (status = 422, description = "Both filters at once")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Paged { filter, page }: Paged<Filter>,
) -> Result<axum::Json<Page<Delegation>>, Problem> {
    let wanted = wanted(&caller, filter.delegator_id, filter.delegate_id)?;
    Ok(axum::Json(api.store.delegations(wanted, &page).await?))
}

fn wanted(
    caller: &Caller,
    delegator: Option<EmployeeId>,
    delegate: Option<EmployeeId>,
) -> Result<DelegationFilter, Error> {
    let all = caller.grant().includes(Scope::All);
    let reach = |id: EmployeeId| if all || id == caller.id() { Ok(id) } else { Err(Error::not_found("person")) };
    match (delegator, delegate) {
        (Some(_), Some(_)) => {
            Err(Error::invalid("query:delegate_id", "one_of_two", "Ask for the one who gave or the one who may."))
        }
        (Some(id), None) => Ok(DelegationFilter::GivenBy(reach(id)?)),
        (None, Some(id)) => Ok(DelegationFilter::GivenTo(reach(id)?)),
        (None, None) if all => Ok(DelegationFilter::All),
        (None, None) => Ok(DelegationFilter::GivenBy(caller.id())),
    }
}
