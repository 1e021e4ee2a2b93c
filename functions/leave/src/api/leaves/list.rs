//! `GET /api/v1/leaves`: lists requests, those that begin last first; or what waits for the caller, soonest first.

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
    store::RequestFilter,
};

lambda::endpoint!(LEAVES_LIST, get(handle), Api);

/// For whose decision requests wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaitingFor {
    /// The caller's.
    Me,
}

/// Which requests; everything that is given must hold.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Of this person.
    pub employee_id: Option<EmployeeId>,
    /// Of this department.
    pub department: Option<DepartmentId>,
    /// With this status.
    pub status: Option<RequestStatus>,
    /// That wait for the caller's decision now: as manager, as a named approver, for HR, one level up once it went there, or
    /// in the place of any of these. Exactly what `leaves-approve` would take, the one that begins soonest first. A page
    /// with a cursor may have fewer items than it could.
    #[param(inline)]
    pub waiting_for: Option<WaitingFor>,
    /// That cover this day; instead of `from` and `to`.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    /// That last until this day or longer.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// That begin on this day or earlier.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
}

/// Lists requests. HR and auditors see everybody's; managers those of the people who report to them directly, and with
/// `employee_id` those of anybody below them; everybody else their own. With `waiting_for`, the way of approval decides alone.
#[utoipa::path(get, path = "/api/v1/leaves", operation_id = "leaves-list", tag = "leaves",
    params(Filter, PageQuery),
    responses((status = 200, body = Page<LeaveView>), (status = 400, description = "A cursor that does not open"),
        (status = 404, description = "Somebody who is out of the caller's reach"),
        (status = 422, description = "`date` together with `from` or `to`, or a period that ends before it begins")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Paged { filter, page }: Paged<Filter>,
) -> Result<axum::Json<Page<LeaveView>>, Problem> {
    let Filter { employee_id, department, status, waiting_for, date, from, to } = filter;
    let (from, to) = period(date, from, to)?;
    let (employee, manager) = scope(&caller, employee_id, waiting_for).await?;
    let wanted = RequestFilter { employee, manager, department, status, from, to };
    if waiting_for == Some(WaitingFor::Me) {
        let page = pending::list_pending_for_approver(&api, &caller, &wanted, &page).await?;
        // Whoever decides reads the reasons.
        return Ok(axum::Json(page.map(|request| LeaveView::of(request, None).in_list())));
    }
    let page = api.store.requests(&wanted, &page).await?;
    Ok(axum::Json(page.map(|request| shown(&caller, request))))
}

/// A request in a list. Whoever reaches it as an auditor only sees that somebody is away, not why.
pub(crate) fn shown(caller: &Caller, request: Request) -> LeaveView {
    let own = request.employee_id == caller.id();
    let above = caller.grant().includes(Scope::Reports) && !caller.grant().includes(Scope::All);
    let reads = own || above || caller.roles().has(Role::Hr) || request.manager_id == Some(caller.id());
    LeaveView::of(request, None).in_list().with_reasons_if(reads)
}

fn period(date: Option<Date>, from: Option<Date>, to: Option<Date>) -> Result<(Option<Date>, Option<Date>), Error> {
    match (date, from, to) {
        (Some(_), Some(_), _) | (Some(_), _, Some(_)) => {
            Err(Error::invalid("query:date", "date_and_period", "Give either a date or a period."))
        }
        (Some(date), None, None) => Ok((Some(date), Some(date))),
        (None, Some(first), Some(last)) => fields::in_order("query:to", first, last).map(|()| (from, to)),
        (None, from, to) => Ok((from, to)),
    }
}

/// Whose requests, and below whom, the caller's grant allows.
async fn scope(
    caller: &Caller,
    wanted: Option<EmployeeId>,
    waiting_for: Option<WaitingFor>,
) -> Result<(Option<EmployeeId>, Option<EmployeeId>), Error> {
    let grant = caller.grant();
    match wanted {
        Some(id) => {
            caller.reach(id).await?;
            Ok((Some(id), None))
        }
        None if waiting_for.is_some() || grant.includes(Scope::All) => Ok((None, None)),
        None if grant.includes(Scope::Reports) => Ok((None, Some(caller.id()))),
        None => Ok((Some(caller.id()), None)),
    }
}
