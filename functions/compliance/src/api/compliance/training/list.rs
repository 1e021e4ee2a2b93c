//! `GET /api/v1/compliance/training`: lists trainings by due date.
//!
//! Without `employee_id`, managers see the trainings of their reports, and other employees their own.

use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, Page};
use lambda::http::{Caller, PageQuery, Paged, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::TrainingView;
use crate::{
    api::{Api, compliance::people_in_scope::ListScope, fields},
    domain::training::TrainingStatus,
    store::TrainingFilter,
};

lambda::endpoint!(COMPLIANCE_TRAINING_LIST, get(handle), Api);

/// Filter of the training list; all given values must match.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only trainings of this employee. Default: everybody for HR, administrators and auditors, the direct reports for
    /// managers, and otherwise the caller.
    pub employee_id: Option<EmployeeId>,
    /// Only trainings with this status today, at the caller's site. Default: all statuses.
    pub status: Option<TrainingStatus>,
    /// Only trainings that are due before this day. Default: all due dates.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub due_before: Option<Date>,
}

/// Lists trainings, sorted by due date.
///
/// HR, administrators and auditors see all trainings. Managers see those of their direct reports, and with
/// `employee_id` those of any report or their own. Others see their own.
#[utoipa::path(get, path = "/api/v1/compliance/training", operation_id = "compliance-training-list", tag = "compliance",
    params(Filter, PageQuery),
    responses((status = 200, description = "One page of trainings, sorted by due date.", body = Page<TrainingView>),
        (status = 404, description = "`not_found`: the employee does not exist or is outside the caller's scope.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Paged { filter, page }: Paged<Filter>,
) -> Result<axum::Json<Page<TrainingView>>, Problem> {
    let Filter { employee_id, status, due_before } = filter;
    let today = caller.person().today(caller.origin().at);
    let scope = ListScope::for_caller(&caller, employee_id).await?;
    let filter = TrainingFilter { employee: scope.employee, manager: scope.manager, status, due_before, today };
    let mut page = api.store.list_trainings(&filter, &page.bind_cursors_to(today)).await?;
    scope.retain_in_scope(&caller, &mut page, |training| training.employee_id).await?;
    Ok(axum::Json(page.map(|training| TrainingView::new(training, today))))
}
