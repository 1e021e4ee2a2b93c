//! `GET /api/v1/employees`: lists people by name. Who has left is listed only under `status=terminated`.

use access::{Relation, Scope};
use axum::extract::State;
use directory::EmploymentStatus;
use garde::Validate;
use kernel::{DepartmentId, EmployeeId, Error, JobRoleId, Page};
use lambda::http::{Caller, PageQuery, Paged, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::EmployeeView;
use crate::{
    api::{Api, fields},
    store::{Employee, EmployeeFilter},
};

lambda::endpoint!(EMPLOYEES_LIST, get(handle), Api);

/// Which people.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// In this department.
    pub department: Option<DepartmentId>,
    /// With this status; all but `terminated` when not given.
    #[param(value_type = Option<String>)]
    pub status: Option<EmploymentStatus>,
    /// Reporting directly to this person.
    pub manager: Option<EmployeeId>,
    /// With this job role.
    pub job_role: Option<JobRoleId>,
    /// Beginning of the family name, or of family name and given name; case and accents do not matter.
    #[garde(inner(custom(fields::prefix)))]
    pub name: Option<String>,
}

/// Lists people. Managers see those who report to them directly; with another `manager` they get 404.
#[utoipa::path(get, path = "/api/v1/employees", operation_id = "employees-list", tag = "employees",
    params(Filter, PageQuery),
    responses((status = 200, body = Page<EmployeeView>), (status = 400, description = "A cursor that does not open"),
        (status = 404, description = "A manager asks for the reports of somebody else")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Paged { filter, page }: Paged<Filter>,
) -> Result<axum::Json<Page<EmployeeView>>, Problem> {
    let Filter { department, status, manager, job_role, name } = filter;
    let mut wanted = EmployeeFilter { status, department, manager, job_role, name };
    if !caller.grant().includes(Scope::All) {
        if manager.is_some_and(|manager| manager != caller.id()) {
            return Err(Error::not_found("person").into());
        }
        wanted.manager = Some(caller.id());
    }
    Ok(axum::Json(to_view_page(&api, &caller, api.store.list_employees(&wanted, &page).await?).await?))
}

/// A page as the caller may see it.
pub(crate) async fn to_view_page(
    api: &Api,
    caller: &Caller,
    page: Page<Employee>,
) -> Result<Page<EmployeeView>, Error> {
    let departments = page.items.iter().map(|employee| employee.person.department_id);
    let names = api.store.department_names(departments, caller.origin().at).await?;
    Ok(page.map(|employee| {
        let fields = caller.readable_fields(relation_from_record(caller, &employee));
        let department = names.get(&employee.person.department_id).cloned();
        EmployeeView::of(employee, department, fields)
    }))
}

/// A person's relation to the caller, as far as their record alone tells.
fn relation_from_record(caller: &Caller, employee: &Employee) -> Relation {
    match employee.person.manager_id {
        _ if employee.person.id == caller.id() => Relation::Oneself,
        Some(manager) if manager == caller.id() => Relation::Report,
        _ => Relation::Other,
    }
}
