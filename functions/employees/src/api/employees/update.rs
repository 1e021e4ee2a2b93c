//! `PUT /api/v1/employees/{employee_id}`: changes a person's record. Publishes `employee.updated`.
//!
//! What is left out stays as it is; null clears. Status, pay and access roles have endpoints of their own.

use axum::extract::State;
use directory::EmploymentType;
use garde::Validate;
use jiff::civil::Date;
use kernel::{DepartmentId, EmployeeId, JobRoleId, Minutes};
use lambda::http::{Caller, IfMatch, Json, Problem, Reached, Valid, Versioned};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{record::RecordToChange, view::EmployeeView};
use crate::{
    api::{Api, fields},
    domain::chain,
    store::Changes,
};

lambda::endpoint!(EMPLOYEES_UPDATE, put(handle), Api);

/// What changes.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct EmployeeChanges {
    /// The organisation's own number.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::code)))]
    pub employee_code: Option<String>,
    /// Given name.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::name)))]
    pub first_name: Option<String>,
    /// Family name.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::name)))]
    pub last_name: Option<String>,
    /// Work e-mail; nobody else's.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::email)))]
    pub email: Option<String>,
    /// Private telephone; null clears.
    #[serde(default, deserialize_with = "fields::nullable")]
    #[garde(inner(inner(custom(fields::phone))))]
    #[schema(value_type = Option<String>)]
    pub phone: Option<Option<String>>,
    /// Department.
    #[serde(default, deserialize_with = "fields::not_null")]
    pub department_id: Option<DepartmentId>,
    /// Title.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::name)))]
    pub role: Option<String>,
    /// Job role; null clears. Does not change the title by itself.
    #[serde(default, deserialize_with = "fields::nullable")]
    #[schema(value_type = Option<JobRoleId>)]
    pub job_role_id: Option<Option<JobRoleId>>,
    /// Whom the person reports to, somebody active; null for the top.
    #[serde(default, deserialize_with = "fields::nullable")]
    #[schema(value_type = Option<EmployeeId>)]
    pub manager_id: Option<Option<EmployeeId>>,
    /// First day.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub hire_date: Option<Date>,
    /// Kind of employment.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[schema(value_type = Option<String>)]
    pub employment_type: Option<EmploymentType>,
    /// Full-time equivalent in basis points.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::fte_bp)))]
    pub fte_bp: Option<u16>,
    /// Standard day length in minutes.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::day_minutes)))]
    pub day_minutes: Option<Minutes>,
    /// Work site, a slug.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::site)))]
    pub site: Option<String>,
    /// IANA zone of the work site.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::zone)))]
    pub time_zone: Option<String>,
}

impl From<EmployeeChanges> for Changes {
    fn from(body: EmployeeChanges) -> Self {
        Self {
            employee_code: body.employee_code,
            first_name: body.first_name,
            last_name: body.last_name,
            email: body.email,
            phone: body.phone,
            department_id: body.department_id,
            job_role_id: body.job_role_id,
            job_title: body.role,
            manager_id: body.manager_id,
            site: body.site,
            time_zone: body.time_zone,
            employment_type: body.employment_type,
            fte_bp: body.fte_bp,
            day_minutes: body.day_minutes,
            hire_date: body.hire_date,
        }
    }
}

/// Changes a person's record.
#[utoipa::path(put, path = "/api/v1/employees/{employee_id}", operation_id = "employees-update", tag = "employees",
    params(("employee_id" = EmployeeId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    request_body = EmployeeChanges,
    responses(
        (status = 200, body = EmployeeView),
        (status = 404, description = "Not there, or not visible"),
        (status = 409, description = "Taken, a loop of managers, somebody who has left, or changed meanwhile"),
        (status = 412, description = "Changed since it was read"),
        (status = 422, description = "A field breaks a rule, or names something that does not stand")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Reached(RecordToChange { stored: before, fields }): Reached<RecordToChange>,
    named: IfMatch,
    Valid(Json(body)): Valid<Json<EmployeeChanges>>,
) -> Result<Versioned<EmployeeView>, Problem> {
    let origin = caller.origin();
    named.require(before.version)?;
    let after = before.value.with_changes(body.into(), origin.at)?;
    let mut version = before.version;
    if after != before.value {
        let moved = after.person.manager_id.filter(|manager| before.value.person.manager_id != Some(*manager));
        let managers = api.store.get_manager_chain(moved).await?;
        chain::check_chain(Some(before.value.person.id), &managers, chain::MANAGERS_MAX, "/manager_id")?;
        version = api.store.update_employee(origin, &before, &after, &managers).await.map_err(named.map_conflict())?;
    }
    Ok(Versioned(version, EmployeeView::read(&api, after, fields, origin.at).await?))
}
