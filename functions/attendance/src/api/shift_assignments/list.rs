//! `GET /api/v1/shift-assignments`: lists shift assignments, latest first.

use access::Scope;
use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, Error, ErrorKind, Page, RosterId};
use lambda::http::{Caller, PageQuery, Paged, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    api::{Api, fields},
    domain::assignment::ShiftAssignment,
    store::{AssignmentFilter, AssignmentOwner},
};

lambda::endpoint!(SHIFT_ASSIGNMENTS_LIST, get(handle), Api);

/// Filters of the assignment list; all must match.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct AssignmentQuery {
    /// Only assignments of this employee. Default: the caller; with `roster_id`, all employees in the caller's scope.
    pub employee_id: Option<EmployeeId>,
    /// Only assignments to this roster. A page may have fewer items than `limit`, or none, and still have a next page.
    pub roster_id: Option<RosterId>,
    /// Only assignments that cover this day.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
}

/// Lists shift assignments, latest first.
///
/// HR and auditors see all assignments, managers those of their reports, others their own. Assignments of an employee
/// are ordered by their first day, those of a roster by their last day.
#[utoipa::path(get, path = "/api/v1/shift-assignments", operation_id = "shift-assignments-list", tag = "rosters",
    params(AssignmentQuery, PageQuery),
    responses((status = 200, body = Page<ShiftAssignment>, description = "One page of shift assignments, latest first."),
        (status = 404, description = "`not_found`: the employee does not exist or is outside the caller's scope.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Paged { filter: query, page }: Paged<AssignmentQuery>,
) -> Result<axum::Json<Page<ShiftAssignment>>, Problem> {
    let AssignmentQuery { employee_id, roster_id, date } = query;
    let sees_others = caller.grant().includes(Scope::All) || caller.grant().includes(Scope::Reports);
    let owner = match (employee_id, roster_id) {
        (Some(id), roster) => AssignmentOwner::Employee(caller.person_in_scope(id).await?.0.id, roster),
        (None, Some(roster)) if sees_others => AssignmentOwner::Roster(roster),
        (None, roster) => AssignmentOwner::Employee(caller.id(), roster),
    };
    let mut page = api.store.list_assignments(&AssignmentFilter { owner, date }, &page).await?;
    if matches!(owner, AssignmentOwner::Roster(_)) && !caller.grant().includes(Scope::All) {
        page.items = assignments_in_scope(&caller, page.items).await?;
    }
    Ok(axum::Json(page))
}

/// Assignments of employees in the caller's scope.
async fn assignments_in_scope(
    caller: &Caller,
    assignments: Vec<ShiftAssignment>,
) -> Result<Vec<ShiftAssignment>, Error> {
    let mut visible = Vec::with_capacity(assignments.len());
    for assignment in assignments {
        match caller.person_in_scope(assignment.employee_id).await {
            Ok(_) => visible.push(assignment),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(visible)
}
