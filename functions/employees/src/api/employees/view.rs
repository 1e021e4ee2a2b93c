//! What is shown of a person.

use access::{FieldGroup, ReadableFields};
use directory::{EmploymentStatus, EmploymentType};
use jiff::{Timestamp, civil::Date};
use kernel::{DepartmentId, EmployeeId, JobRoleId, Minutes, Money, Result};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{api::Api, store::Employee};

/// A person's record, without what the caller may not read.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EmployeeView {
    /// Id.
    pub id: EmployeeId,
    /// The organisation's own number.
    pub employee_code: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Work e-mail.
    pub email: String,
    /// Private telephone; only for those who may read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Name of the department.
    pub department: Option<String>,
    /// Department.
    pub department_id: DepartmentId,
    /// Title.
    pub role: String,
    /// Job role that the title comes from.
    pub job_role_id: Option<JobRoleId>,
    /// Whom the person reports to.
    pub manager_id: Option<EmployeeId>,
    /// `active`, `on_leave`, `suspended` or `terminated`.
    #[schema(value_type = String)]
    pub status: EmploymentStatus,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub hire_date: Date,
    /// Last day, of somebody who has left.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub termination_date: Option<Date>,
    /// `full_time`, `part_time`, `contract` or `intern`.
    #[schema(value_type = String)]
    pub employment_type: EmploymentType,
    /// Full-time equivalent in basis points; 10000 is full time.
    pub fte_bp: u16,
    /// Standard day length in minutes.
    pub day_minutes: Minutes,
    /// Work site.
    pub site: String,
    /// IANA zone of the work site.
    pub time_zone: String,
    /// Access roles.
    #[schema(value_type = Vec<String>)]
    pub roles: access::Roles,
    /// Pay per year as of today; only in the record of one person, for those who may read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salary: Option<Money>,
    /// When the record was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

impl EmployeeView {
    /// The record with the name of its department, as somebody with these field rights sees it, without pay.
    pub async fn read(api: &Api, employee: Employee, fields: ReadableFields, at: Timestamp) -> Result<Self> {
        let department = api.store.department_name(employee.person.department_id, at).await?;
        Ok(Self::of(employee, department, fields))
    }

    /// The record as somebody with these field rights sees it, without pay.
    pub fn of(employee: Employee, department: Option<String>, fields: ReadableFields) -> Self {
        let Employee { person, phone, job_role_id, created_at, updated_at } = employee;
        Self {
            id: person.id,
            employee_code: person.employee_code,
            first_name: person.first_name,
            last_name: person.last_name,
            email: person.email,
            phone: phone.filter(|_| fields.may_read(FieldGroup::Contact)),
            department,
            department_id: person.department_id,
            role: person.job_title,
            job_role_id,
            manager_id: person.manager_id,
            status: person.status,
            hire_date: person.hire_date,
            termination_date: person.termination_date,
            employment_type: person.contract.employment_type,
            fte_bp: person.contract.fte_bp,
            day_minutes: person.contract.day_minutes,
            site: person.site,
            time_zone: person.time_zone,
            roles: person.roles,
            salary: None,
            created_at,
            updated_at,
        }
    }
}
