//! `GET /api/v1/leave-credits`: lists compensatory credits, latest day first.

use access::Relation;
use axum::extract::State;
use garde::Validate;
use kernel::{EmployeeId, Page};
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
    let (people, relation) = caller.people_of_list(query.employee_id).await?;
    let filter = CreditFilter { people, status: query.status };
    let page = api.store.list_credits(&filter, &page).await?;
    let view = |credit: Credit| {
        let own = credit.employee_id == caller.id();
        CreditView::of(credit, caller.readable_fields(if own { Relation::Oneself } else { relation }))
    };
    Ok(axum::Json(page.map(view)))
}
