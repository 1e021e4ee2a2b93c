//! `GET /api/v1/employees/{employee_id}/reports`: who reports directly to a person and has not left.

use axum::extract::State;
use kernel::{EmployeeId, Page};
use lambda::http::{Caller, Part, Path, Problem, Query, Valid};

use super::list::shown;
use crate::api::{Api, view::EmployeeView};
use crate::store::Wanted;

lambda::endpoint!(EMPLOYEES_REPORTS, get(handle), Api);

/// Lists who reports to a person.
#[utoipa::path(get, path = "/api/v1/employees/{employee_id}/reports", operation_id = "employees-reports", tag = "employees",
    params(("employee_id" = EmployeeId, Path), Part),
    responses((status = 200, body = Page<EmployeeView>), (status = 404, description = "Not there, or not visible")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<EmployeeId>,
    Valid(Query(part)): Valid<Query<Part>>,
) -> Result<axum::Json<Page<EmployeeView>>, Problem> {
    let above = api.store.person(id).await?.value;
    caller.may_reach(&above.person).await?;
    let wanted = Wanted { manager: Some(id), ..Wanted::default() };
    let question = format!("{}/{id}", access::EMPLOYEES_REPORTS.name);
    let sealer = api.sealer(caller.origin().at).await?;
    let page = api.store.people(&wanted, part.limit, part.cursor.as_deref(), &sealer, &caller.view(question)).await?;
    Ok(axum::Json(shown(&api, &caller, page).await?))
}
