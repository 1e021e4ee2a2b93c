//! `GET /api/v1/leaves`: lists requests, latest first day first; or those pending for the caller, soonest first.

use access::{Role, Scope};
use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{DepartmentId, EmployeeId, Error, Page};
use lambda::http::{Caller, PageQuery, Paged, Problem};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{pending, view::LeaveView};
use crate::{
    api::{Api, fields},
    domain::request::{Request, RequestStatus},
    messages,
    store::RequestFilter,
};

lambda::endpoint!(LEAVES_LIST, get(handle), Api);

/// Person whose decision a leave request waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApproverFilter {
    /// Requests that the caller may decide now.
    Me,
}

/// Filter of leave requests; all given conditions must hold.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct LeaveListQuery {
    /// Only requests of this employee. Default: the employees whose requests the caller may list.
    pub employee_id: Option<EmployeeId>,
    /// Only requests of employees of this department.
    pub department: Option<DepartmentId>,
    /// Only requests with this status.
    pub status: Option<RequestStatus>,
    /// `me`: only pending requests that the caller may decide now, as an approver or as a delegate of one. They are
    /// ordered by first day, soonest first. A page may have fewer items than `limit`, or none, and still have a next
    /// page.
    #[param(inline)]
    pub waiting_for: Option<ApproverFilter>,
    /// Only requests that cover this day. Not with `from` or `to`.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    /// Only requests that end on this day or later.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Only requests that begin on this day or earlier.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
}

/// Lists leave requests, ordered by first day, latest first.
///
/// HR and auditors see all requests. Managers see those of their direct reports, and with `employee_id` those of any
/// report or their own. Others see their own. With `waiting_for`, everybody sees the requests that they may decide.
/// A decided request stays in the list of the manager whom the employee had at the decision.
#[utoipa::path(get, path = "/api/v1/leaves", operation_id = "leaves-list", tag = "leaves",
    params(LeaveListQuery, PageQuery),
    responses(
        (status = 200, body = Page<LeaveView>, description = "One page of leave requests."),
        (status = 400, description = "`invalid_cursor`: the cursor belongs to another list, filter or caller."),
        (status = 404, description = "`not_found`: the employee does not exist or is outside the caller's scope."),
        (status = 422, description = "`invalid`: `date` was sent with `from` or `to`, or the span ends before it begins.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Paged { filter, page }: Paged<LeaveListQuery>,
) -> Result<axum::Json<Page<LeaveView>>, Problem> {
    let LeaveListQuery { employee_id, department, status, waiting_for, date, from, to } = filter;
    let (from, to) = resolve_period(date, from, to)?;
    let (employee, manager) = employee_and_manager_in_scope(&caller, employee_id, waiting_for).await?;
    let filter = RequestFilter { employee, manager, department, status, from, to };
    if waiting_for == Some(ApproverFilter::Me) {
        let page = pending::list_pending_for_approver(&api, &caller, &filter, &page).await?;
        // Approvers may read the reasons.
        return Ok(axum::Json(page.map(|request| LeaveView::of(request, None).without_days())));
    }
    let page = api.store.list_requests(&filter, &page).await?;
    Ok(axum::Json(page.map(|request| listed_leave(&caller, request))))
}

/// View of a request in a list, without reasons for auditors.
pub(crate) fn listed_leave(caller: &Caller, request: Request) -> LeaveView {
    let own = request.employee_id == caller.id();
    let manages = caller.grant().includes(Scope::Reports) && !caller.grant().includes(Scope::All);
    let may_read = own || manages || caller.roles().has(Role::Hr) || request.manager_id == Some(caller.id());
    LeaveView::of(request, None).without_days().with_reasons_if(may_read)
}

/// First and last day of the filter: `date` means both.
///
/// # Errors
/// 422 for `date` with `from` or `to`, and for an empty period.
fn resolve_period(
    date: Option<Date>,
    from: Option<Date>,
    to: Option<Date>,
) -> Result<(Option<Date>, Option<Date>), Error> {
    match (date, from, to) {
        (Some(_), Some(_), _) | (Some(_), _, Some(_)) => {
            Err(Error::invalid("query:date", "date_and_period", messages::date_or_period()))
        }
        (Some(date), None, None) => Ok((Some(date), Some(date))),
        (None, Some(first), Some(last)) => fields::check_date_order("query:to", first, last).map(|()| (from, to)),
        (None, from, to) => Ok((from, to)),
    }
}

/// Employee and manager to filter by, so that the list contains only requests that the caller may list; 404 for an
/// employee outside the caller's scope.
async fn employee_and_manager_in_scope(
    caller: &Caller,
    employee_id: Option<EmployeeId>,
    waiting_for: Option<ApproverFilter>,
) -> Result<(Option<EmployeeId>, Option<EmployeeId>), Error> {
    let grant = caller.grant();
    match employee_id {
        Some(id) => {
            caller.person_in_scope(id).await?;
            Ok((Some(id), None))
        }
        None if waiting_for.is_some() || grant.includes(Scope::All) => Ok((None, None)),
        None if grant.includes(Scope::Reports) => Ok((None, Some(caller.id()))),
        None => Ok((Some(caller.id()), None)),
    }
}
