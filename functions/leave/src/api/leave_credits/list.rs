//! `GET /api/v1/leave-credits`: lists compensatory credits, latest day first.

use access::{Relation, Scope};
use axum::extract::State;
use garde::Validate;
use kernel::{EmployeeId, Error, Page};
use lambda::http::{Caller, PageQuery, Paged, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::CreditView;
use crate::{
    api::Api,
    domain::credit::{Credit, CreditStatus},
    store::credits::CreditFilter,
};

lambda::endpoint!(LEAVE_CREDITS_LIST, get(handle), Api);

/// Filters of the list of credits; all must match.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct CreditQuery {
    /// Only credits of this employee. Default: everybody for HR and auditors, the direct reports for managers, and
    /// otherwise the caller.
    pub employee_id: Option<EmployeeId>,
    /// Only credits with this status. Default: all statuses if the list is of one employee, otherwise `pending`.
    pub status: Option<CreditStatus>,
}

/// Lists compensatory credits for work on days off, latest day first.
///
/// HR and auditors see all credits. Managers see those of their direct reports, and with `employee_id` those of any
/// report or their own. Others see their own. A credit that is not pending stays in the list of the manager whom the
/// employee had when it was last pending, or else when it was created.
#[utoipa::path(get, path = "/api/v1/leave-credits", operation_id = "leave-credits-list", tag = "leave credits",
    params(CreditQuery, PageQuery),
    responses((status = 200, body = Page<CreditView>, description = "One page of credits, latest day first."),
        (status = 404, description = "`not_found`: the employee does not exist or is outside the caller's scope.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Paged { filter: query, page }: Paged<CreditQuery>,
) -> Result<axum::Json<Page<CreditView>>, Problem> {
    let (filter, relation) = filter_in_scope(&caller, &query).await?;
    let page = api.store.list_credits(&filter, &page).await?;
    let view = |credit: Credit| {
        let own = credit.employee_id == caller.id();
        CreditView::of(credit, caller.readable_fields(if own { Relation::Oneself } else { relation }))
    };
    Ok(axum::Json(page.map(view)))
}

/// Filter of the query within the caller's scope, and the caller's relation to these employees.
///
/// # Errors
/// 404 for an employee outside the scope.
async fn filter_in_scope(caller: &Caller, query: &CreditQuery) -> Result<(CreditFilter, Relation), Error> {
    let grant = caller.grant();
    let filter = CreditFilter { status: query.status, ..CreditFilter::default() };
    let of = |employee| CreditFilter { employee: Some(employee), ..filter };
    match query.employee_id {
        Some(id) if id == caller.id() => Ok((of(id), Relation::Oneself)),
        Some(id) => {
            caller.person_in_scope(id).await?;
            Ok((of(id), if grant.includes(Scope::All) { Relation::Other } else { Relation::Report }))
        }
        None if grant.includes(Scope::All) => Ok((filter, Relation::Other)),
        None if grant.includes(Scope::Reports) => {
            Ok((CreditFilter { manager: Some(caller.id()), ..filter }, Relation::Report))
        }
        None => Ok((of(caller.id()), Relation::Oneself)),
    }
}
