//! `GET /api/v1/employees`: lists employees by name. Former employees are listed only with `status=terminated`.

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

/// Filter of the employee list; all parameters must match.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct EmployeesQuery {
    /// Only employees of this department itself, not of its sub-departments.
    pub department: Option<DepartmentId>,
    /// Only employees with this status. Default: all except `terminated`.
    pub status: Option<EmploymentStatus>,
    /// Only direct reports of this employee. Managers without another role see only their own reports: they may leave
    /// it out, and the id of anybody else gives 404.
    pub manager: Option<EmployeeId>,
    /// Only employees with this job role.
    pub job_role: Option<JobRoleId>,
    /// Beginning of the family name, or of family name and given name, at most 100 characters. Case and accents are
    /// ignored.
    #[garde(inner(custom(fields::validate_name_prefix)))]
    #[param(max_length = 100)]
    pub name: Option<String>,
}

/// Lists employees, sorted by name.
///
/// HR, administrators and auditors see all employees, managers only their direct reports. Salaries are never listed.
#[utoipa::path(get, path = "/api/v1/employees", operation_id = "employees-list", tag = "employees",
    params(EmployeesQuery, PageQuery),
    responses(
        (status = 200, body = Page<EmployeeView>, description = "One page of employees, sorted by name."),
        (status = 400, description = "`invalid_cursor`: the cursor belongs to another list, filter or caller."),
        (status = 404, description = "`not_found`: a manager who has no other role sent the `manager` of others.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Paged { filter, page }: Paged<EmployeesQuery>,
) -> Result<axum::Json<Page<EmployeeView>>, Problem> {
    let EmployeesQuery { department, status, manager, job_role, name } = filter;
    let mut filter = EmployeeFilter { status, department, manager, job_role, name };
    if !caller.grant().includes(Scope::All) {
        if manager.is_some_and(|manager| manager != caller.id()) {
            return Err(Error::employee_not_found().into());
        }
        filter.manager = Some(caller.id());
    }
    Ok(axum::Json(to_view_page(&api, &caller, api.store.list_employees(&filter, &page).await?).await?))
}

/// Page of views with department names and the fields that the caller may read, without salaries.
pub(crate) async fn to_view_page(
    api: &Api,
    caller: &Caller,
    page: Page<Employee>,
) -> Result<Page<EmployeeView>, Error> {
    let departments = page.items.iter().map(|employee| employee.person.department_id);
    let names = api.store.find_department_names(departments, caller.origin().at).await?;
    Ok(page.map(|employee| {
        let fields = caller.readable_fields(relation_from_record(caller, &employee));
        let department = names.get(&employee.person.department_id).cloned();
        EmployeeView::new(employee, department, fields)
    }))
}

/// Relation of the caller to a listed employee, derived from the record alone: indirect reports count as others.
fn relation_from_record(caller: &Caller, employee: &Employee) -> Relation {
    match employee.person.manager_id {
        _ if employee.person.id == caller.id() => Relation::Oneself,
        Some(manager) if manager == caller.id() => Relation::Report,
        _ => Relation::Other,
    }
}
