//! `GET /api/v1/attendance-corrections`: lists corrections, newest first.

use access::Relation;
use axum::extract::State;
use garde::Validate;
use kernel::{EmployeeId, Page};
use lambda::http::{Caller, PageQuery, Paged, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::CorrectionView;
use crate::{
    api::Api,
    domain::correction::{Correction, CorrectionStatus},
    store::CorrectionFilter,
};

lambda::endpoint!(ATTENDANCE_CORRECTIONS_LIST, get(handle), Api);

/// Filters of the correction list; all must match.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct CorrectionQuery {
    /// Only corrections of this employee. Default: everybody for HR and auditors, the direct reports for managers, and
    /// otherwise the caller.
    pub employee_id: Option<EmployeeId>,
    /// Only corrections with this status. Default: all statuses if the list is of one employee, otherwise `pending`.
    pub status: Option<CorrectionStatus>,
}

/// Lists attendance corrections, newest first.
///
/// HR and auditors see all corrections. Managers see those of their direct reports, and with `employee_id` those of any
/// report or their own. Others see their own.
#[utoipa::path(get, path = "/api/v1/attendance-corrections", operation_id = "attendance-corrections-list",
    tag = "attendance corrections",
    params(CorrectionQuery, PageQuery),
    responses((status = 200, body = Page<CorrectionView>, description = "One page of corrections, newest first."),
        (status = 404, description = "`not_found`: the employee does not exist or is outside the caller's scope.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Paged { filter: query, page }: Paged<CorrectionQuery>,
) -> Result<axum::Json<Page<CorrectionView>>, Problem> {
    let (people, relation) = caller.people_of_list(query.employee_id).await?;
    let filter = CorrectionFilter { people, status: query.status };
    let page = api.store.list_corrections(&filter, &page).await?;
    let view = |correction: Correction| {
        let own = correction.employee_id == caller.id();
        let fields = caller.readable_fields(if own { Relation::Oneself } else { relation });
        CorrectionView::of(correction, fields).without_original()
    };
    Ok(axum::Json(page.map(view)))
}
