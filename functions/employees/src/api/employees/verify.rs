//! `GET /api/v1/employees/{employee_id}/verify`: verifies an employment, for other services.

use axum::extract::State;
use directory::{EmploymentStatus, EmploymentType};
use kernel::{DepartmentId, EmployeeId};
use lambda::http::{Caller, InScope, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::record::ScopedEmployee;
use crate::api::Api;

lambda::endpoint!(EMPLOYEES_VERIFY, get(handle), Api);

/// Current or ended employment with its status, as of now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EmploymentVerification {
    /// Always true. An unknown or invisible employee returns 404.
    pub exists: bool,
    /// Employment status of the employee.
    pub status: EmploymentStatus,
    /// Name of the department, even if it was deleted; null if it is unknown.
    #[schema(required = true)]
    pub department: Option<String>,
    /// Id of the department.
    pub department_id: DepartmentId,
    /// Id of the manager; null at the top of the organisation.
    #[schema(required = true)]
    pub manager_id: Option<EmployeeId>,
    /// Type of the employment contract.
    pub employment_type: EmploymentType,
    /// Code of the site, such as `berlin`.
    pub site: String,
    /// IANA time zone of the site.
    pub time_zone: String,
}

/// Returns the employment status of an employee, to verify an employment.
#[utoipa::path(get, path = "/api/v1/employees/{employee_id}/verify", operation_id = "employees-verify", tag = "employees",
    params(("employee_id" = EmployeeId, Path, description = "Id of the employee.")),
    responses(
        (status = 200, body = EmploymentVerification, description = "Employment, current or ended."),
        (status = 404, description = "`not_found`: the employee does not exist, or the caller may not see them.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(ScopedEmployee(stored)): InScope<ScopedEmployee>,
) -> Result<axum::Json<EmploymentVerification>, Problem> {
    let person = stored.value.person;
    let department = api.store.find_department_name(person.department_id, caller.origin().at).await?;
    Ok(axum::Json(EmploymentVerification {
        exists: true,
        status: person.status,
        department,
        department_id: person.department_id,
        manager_id: person.manager_id,
        employment_type: person.contract.employment_type,
        site: person.site,
        time_zone: person.time_zone,
    }))
}
