//! `GET /api/v1/employees/{employee_id}/verify`: whether somebody works here, and the little that goes with it.

use axum::extract::State;
use directory::{EmploymentStatus, EmploymentType};
use kernel::{DepartmentId, EmployeeId};
use lambda::http::{Caller, Problem, Reached};
use serde::Serialize;
use utoipa::ToSchema;

use super::record::Record;
use crate::api::Api;

lambda::endpoint!(EMPLOYEES_VERIFY, get(handle), Api);

/// Proof that somebody works, or worked, here.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Verification {
    /// True: who is not there, or not visible, gets 404.
    pub exists: bool,
    /// `active`, `on_leave`, `suspended` or `terminated`.
    #[schema(value_type = String)]
    pub status: EmploymentStatus,
    /// Name of the department.
    pub department: Option<String>,
    /// Department.
    pub department_id: DepartmentId,
    /// Whom the person reports to.
    pub manager_id: Option<EmployeeId>,
    /// Kind of employment.
    #[schema(value_type = String)]
    pub employment_type: EmploymentType,
    /// Work site.
    pub site: String,
    /// IANA zone of the work site.
    pub time_zone: String,
}

/// Whether somebody works here.
#[utoipa::path(get, path = "/api/v1/employees/{employee_id}/verify", operation_id = "employees-verify", tag = "employees",
    params(("employee_id" = EmployeeId, Path)),
    responses((status = 200, body = Verification), (status = 404, description = "Not there, or not visible")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Reached(Record(stored)): Reached<Record>,
) -> Result<axum::Json<Verification>, Problem> {
    let person = stored.value.person;
    let department = api.store.department_name(person.department_id, caller.origin().at).await?;
    Ok(axum::Json(Verification {
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
