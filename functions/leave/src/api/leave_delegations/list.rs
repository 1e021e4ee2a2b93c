//! `GET /api/v1/leave-delegations`: lists delegations by their days, latest first.

use access::Scope;
use axum::extract::State;
use garde::Validate;
use kernel::{EmployeeId, Error, Page};
use lambda::http::{Caller, PageQuery, Paged, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{api::Api, domain::delegation::Delegation, messages, store::DelegationFilter};

lambda::endpoint!(LEAVE_DELEGATIONS_LIST, get(handle), Api);

/// Filter of delegations; at most one condition.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct DelegationListQuery {
    /// Only delegations given by this employee; not with `delegate_id`.
    pub delegator_id: Option<EmployeeId>,
    /// Only delegations to this employee; not with `delegator_id`.
    pub delegate_id: Option<EmployeeId>,
}

/// Lists delegations, latest first.
///
/// HR sees all delegations. Others see those that they have given, and with their own id as `delegate_id` those that
/// were given to them.
#[utoipa::path(get, path = "/api/v1/leave-delegations", operation_id = "leave-delegations-list", tag = "leave delegations",
    params(DelegationListQuery, PageQuery),
    responses(
        (status = 200, body = Page<Delegation>, description = "One page of delegations, latest first."),
        (status = 400, description = "`invalid_cursor`: the cursor belongs to another list, filter or caller."),
        (status = 404, description = "`not_found`: the employee is not the caller, and the caller is not HR."),
        (status = 422, description = "`invalid`: both filters were sent.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Paged { filter: query, page }: Paged<DelegationListQuery>,
) -> Result<axum::Json<Page<Delegation>>, Problem> {
    let filter = delegation_filter_in_scope(&caller, query.delegator_id, query.delegate_id)?;
    Ok(axum::Json(api.store.list_delegations(filter, &page).await?))
}

/// Filter of the query, limited to delegations that the caller may list.
///
/// # Errors
/// 404 for another employee unless the caller is in HR; 422 for both filters.
fn delegation_filter_in_scope(
    caller: &Caller,
    delegator: Option<EmployeeId>,
    delegate: Option<EmployeeId>,
) -> Result<DelegationFilter, Error> {
    let all = caller.grant().includes(Scope::All);
    let in_scope = |id: EmployeeId| if all || id == caller.id() { Ok(id) } else { Err(Error::employee_not_found()) };
    match (delegator, delegate) {
        (Some(_), Some(_)) => Err(Error::invalid("query:delegate_id", "one_of_two", messages::delegator_or_delegate())),
        (Some(id), None) => Ok(DelegationFilter::GivenBy(in_scope(id)?)),
        (None, Some(id)) => Ok(DelegationFilter::GivenTo(in_scope(id)?)),
        (None, None) if all => Ok(DelegationFilter::All),
        (None, None) => Ok(DelegationFilter::GivenBy(caller.id())),
    }
}
