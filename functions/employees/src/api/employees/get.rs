//! `GET /api/v1/employees/{employee_id}`: reads a person; pay and telephone only for those who may.

use access::{FieldGroup, Relation};
use axum::extract::State;
use kernel::{EmployeeId, Error};
use lambda::http::{Caller, Path, Problem, Versioned};

use crate::api::{Api, view::EmployeeView};
use crate::{domain::compensation::History, store::Stored};

lambda::endpoint!(EMPLOYEES_GET, get(handle), Api);

/// Reads a person.
#[utoipa::path(get, path = "/api/v1/employees/{employee_id}", operation_id = "employees-get", tag = "employees",
    params(("employee_id" = EmployeeId, Path)),
    responses((status = 200, body = EmployeeView), (status = 404, description = "Not there, or not visible")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<EmployeeId>,
) -> Result<Versioned<EmployeeView>, Problem> {
    let at = caller.origin().at;
    // Pay is read beside the person, not after, so that it costs no second round trip.
    let (found, pay) = tokio::join!(api.store.person(id), pay_if_readable(&api, &caller, id));
    let Stored { value: employee, version } = found?;
    let fields = caller.may_reach(&employee.person).await?;
    let department = employee.person.department_id;
    let names = api.store.department_names(std::iter::once(department), at).await?;
    let today = employee.person.today(at);
    let mut view = EmployeeView::of(employee, names.get(&department).cloned(), fields);
    if fields.may_read(FieldGroup::Pay) {
        view.salary = pay?.value.on(today).map(|entry| entry.salary);
    }
    Ok(Versioned(version, view))
}

/// Pay, unless it is known beforehand that the caller may not read it.
async fn pay_if_readable(api: &Api, caller: &Caller, id: EmployeeId) -> Result<Stored<History>, Error> {
    let nearest = if caller.id() == id { Relation::Own } else { Relation::Report };
    if caller.fields(nearest).may_read(FieldGroup::Pay) {
        api.store.pay(id).await
    } else {
        Ok(Stored { value: History::default(), version: 0 })
    }
}
