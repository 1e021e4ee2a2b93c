//! `PUT /api/v1/employees/{employee_id}`: updates an employee. Publishes `employee.updated`.
//!
//! Omitted fields stay unchanged; null clears. Terms of employment change from a date on, the other fields at once. Status,
//! compensation and access roles have their own endpoints.

use axum::extract::State;
use directory::{EmploymentType, WorkPattern};
use garde::Validate;
use jiff::civil::Date;
use kernel::{DepartmentId, EmployeeId, JobRoleId, Minutes};
use lambda::http::{Caller, IfMatch, InScope, Json, Problem, Valid, Versioned};
use policy::terms::TermsChange;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{record::EmployeeForUpdate, view::EmployeeView};
use crate::{
    api::{Api, fields},
    store::RecordChanges,
};

lambda::endpoint!(EMPLOYEES_UPDATE, put(handle), Api);

/// Changes of an employee; omitted fields keep their values.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct EmployeeChanges {
    /// Employee code, unique among current and former employees in any case of letters: 1 to 32 letters, digits, `-`,
    /// `_` and `.`; stored in upper case.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::validate_employee_code)))]
    #[schema(value_type = String, min_length = 1, max_length = 32, pattern = "^[A-Za-z0-9._-]{1,32}$")]
    pub employee_code: Option<String>,
    /// Given name: 1 to 100 characters, at least one letter or digit.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::validate_name)))]
    #[schema(value_type = String, min_length = 1, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[\p{L}\p{N}][^\x00-\x1f\x7f-\x9f]*$")]
    pub first_name: Option<String>,
    /// Family name: 1 to 100 characters, at least one letter or digit.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::validate_name)))]
    #[schema(value_type = String, min_length = 1, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[\p{L}\p{N}][^\x00-\x1f\x7f-\x9f]*$")]
    pub last_name: Option<String>,
    /// Work e-mail address, unique among current employees; stored in lower case.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::validate_email)))]
    #[schema(value_type = String, format = Email, max_length = 254,
        pattern = r"^(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$")]
    pub email: Option<String>,
    /// Private phone number: digits, spaces and `+ - ( ) . / x`, with at least three digits; null removes it.
    #[serde(default, deserialize_with = "fields::nullable")]
    #[garde(inner(inner(custom(fields::validate_phone))))]
    #[schema(value_type = Option<String>, min_length = 3, max_length = 32, pattern = r"^(?=(?:[^0-9]*[0-9]){3})[0-9 +().x/-]{3,32}$")]
    pub phone: Option<Option<String>>,
    /// Id of the department.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[schema(value_type = DepartmentId)]
    pub department_id: Option<DepartmentId>,
    /// Job title: 1 to 100 characters, at least one letter or digit.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::validate_name)))]
    #[schema(value_type = String, min_length = 1, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[\p{L}\p{N}][^\x00-\x1f\x7f-\x9f]*$")]
    pub role: Option<String>,
    /// Id of the job role; null removes it. The job title does not change with it.
    #[serde(default, deserialize_with = "fields::nullable")]
    #[schema(value_type = Option<JobRoleId>)]
    pub job_role_id: Option<Option<JobRoleId>>,
    /// Id of the manager; null moves the employee to the top of the organisation. A current or future manager must be
    /// an active employee.
    #[serde(default, deserialize_with = "fields::nullable")]
    #[schema(value_type = Option<EmployeeId>)]
    pub manager_id: Option<Option<EmployeeId>>,
    /// First day of the employment: 1900-01-01 or later, at most two years after today, and not after the last day.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = String, format = Date)]
    pub hire_date: Option<Date>,
    /// First day of earlier service that counts for the length of service, such as before a rehire: 1900-01-01 or
    /// later, and before the hire date; null removes it.
    #[serde(default, deserialize_with = "fields::nullable")]
    #[garde(inner(inner(custom(fields::date))))]
    #[schema(value_type = Option<String>, format = Date)]
    pub earlier_service_from: Option<Option<Date>>,
    /// First day on which changed terms hold: employment type, FTE, standard day, work pattern, site, time zone,
    /// department and manager; only with one of these fields. Not before the hire date, at most 366 days before today,
    /// and at most 366 days after today or a later hire date. Default: today at the site, the new one if it changes, or
    /// the hire date if later. The other fields change at once.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = String, format = Date)]
    pub effective_from: Option<Date>,
    /// Type of the employment contract.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[schema(value_type = EmploymentType)]
    pub employment_type: Option<EmploymentType>,
    /// Full-time equivalent in basis points: 1 to 10000, which is full time.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::validate_fte_bp)))]
    #[schema(value_type = u16, minimum = 1, maximum = 10_000)]
    pub fte_bp: Option<u16>,
    /// Standard working day in minutes: 1 to 1440.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::validate_day_minutes)))]
    #[schema(value_type = i64, minimum = 1, maximum = 1440)]
    pub day_minutes: Option<Minutes>,
    /// Own work pattern; null removes it, so that the calendar of the site applies.
    #[serde(default, deserialize_with = "fields::nullable")]
    #[schema(value_type = Option<WorkPattern>)]
    pub work_pattern: Option<Option<WorkPattern>>,
    /// Code of the site, such as `berlin`: 1 to 40 lower-case letters, digits and hyphens.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::site)))]
    #[schema(value_type = String, min_length = 1, max_length = 40, pattern = "^[a-z0-9-]{1,40}$")]
    pub site: Option<String>,
    /// IANA time zone of the site, such as `Europe/Berlin`.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::validate_time_zone)))]
    #[schema(value_type = String, min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$")]
    pub time_zone: Option<String>,
}

impl From<EmployeeChanges> for RecordChanges {
    fn from(body: EmployeeChanges) -> Self {
        Self {
            employee_code: body.employee_code,
            first_name: body.first_name,
            last_name: body.last_name,
            email: body.email,
            phone: body.phone,
            job_role_id: body.job_role_id,
            job_title: body.role,
            hire_date: body.hire_date,
            earlier_service_from: body.earlier_service_from,
            terms: TermsChange {
                site: body.site,
                time_zone: body.time_zone,
                department_id: body.department_id,
                manager_id: body.manager_id,
                employment_type: body.employment_type,
                fte_bp: body.fte_bp,
                day_minutes: body.day_minutes,
                work_pattern: body.work_pattern,
            },
            effective_from: body.effective_from,
        }
    }
}

/// Changes the record of an employee.
///
/// Terms of employment hold from `effective_from` on. A changed field keeps its new value up to the next terms that change
/// the same field. Terms in the future take effect by themselves when their first day begins at the site. The values of
/// before, with the same `effective_from`, withdraw them.
///
/// The employee is notified. The status, the access roles and the compensation have operations of their own.
#[utoipa::path(put, path = "/api/v1/employees/{employee_id}", operation_id = "employees-update", tag = "employees",
    params(("employee_id" = EmployeeId, Path, description = "Id of the employee."), IfMatch),
    request_body = EmployeeChanges,
    responses(
        (status = 200, body = EmployeeView, description = "Employee after the change."),
        (status = 404, description = "`not_found`: the employee does not exist, or the caller may not see them."),
        (status = 409, description = "`terminated`: the employment has ended. \
            `email_taken`: another employee has this e-mail address. `code_taken`: another employee has this code. \
            `loop`: the manager is the employee, or reports to them. \
            `too_deep`: a chain of managers has at most 20 levels. \
            `chain_moved`: a manager higher up changed at the same time. \
            `changed_meanwhile`: another request changed it. `busy`: other requests won every attempt."),
        (status = 412, description = "`stale`: `If-Match` names an older version."),
        (status = 422, description = "`invalid`: a field is invalid, or names a department, job role or manager that \
            does not exist; the day is out of range; or the employee would have terms from more than 60 dates.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(EmployeeForUpdate { stored: before, fields }): InScope<EmployeeForUpdate>,
    if_match: IfMatch,
    Valid(Json(body)): Valid<Json<EmployeeChanges>>,
) -> Result<Versioned<EmployeeView>, Problem> {
    let origin = caller.origin();
    if_match.require(before.version)?;
    let (department, manager) = (body.department_id, body.manager_id.flatten());
    let after = before.value.with_changes(body.into(), origin.at)?;
    let mut version = before.version;
    if after != before.value {
        api.store.check_department_and_manager_of_dated_terms(&after, department, manager, origin.at).await?;
        let updated = api.store.check_placement_and_update_employee(origin, &before, &after).await;
        version = updated.map_err(if_match.map_conflict())?;
    }
    Ok(Versioned(version, EmployeeView::load(&api, after, fields, origin.at).await?))
}
