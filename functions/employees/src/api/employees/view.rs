//! API representation of an employee.

use access::{FieldGroup, ReadableFields};
use directory::{DatedTerms, EmploymentStatus, EmploymentType, WorkPattern};
use jiff::{Timestamp, civil::Date};
use kernel::{DepartmentId, EmployeeId, JobRoleId, Minutes, Money, Result};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{api::Api, store::Employee};

/// Employee, without the fields that the caller may not read.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EmployeeView {
    /// Id of the employee.
    pub id: EmployeeId,
    /// Employee code of the organisation, in upper case.
    pub employee_code: String,
    /// Given name of the employee.
    pub first_name: String,
    /// Family name of the employee.
    pub last_name: String,
    /// Work e-mail address, in lower case.
    #[schema(format = Email)]
    pub email: String,
    /// Private phone number; omitted without one, or if the caller may not read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub phone: Option<String>,
    /// Name of the department, even if it was deleted; null if it is unknown.
    #[schema(required = true)]
    pub department: Option<String>,
    /// Id of the department.
    pub department_id: DepartmentId,
    /// Job title of the employee.
    pub role: String,
    /// Id of the job role; null without one.
    #[schema(required = true)]
    pub job_role_id: Option<JobRoleId>,
    /// Id of the manager; null at the top of the organisation.
    #[schema(required = true)]
    pub manager_id: Option<EmployeeId>,
    /// Employment status of the employee.
    pub status: EmploymentStatus,
    /// First day of the employment.
    #[schema(value_type = String, format = Date)]
    pub hire_date: Date,
    /// First day of earlier service that counts for the length of service; omitted without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Date, required = false)]
    pub earlier_service_from: Option<Date>,
    /// Last day of the employment, planned or past; omitted until it is known. Until its end, the status is not
    /// `terminated`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Date, required = false)]
    pub termination_date: Option<Date>,
    /// Type of the employment contract.
    pub employment_type: EmploymentType,
    /// Full-time equivalent in basis points: 1 to 10000, which is full time.
    #[schema(minimum = 1, maximum = 10_000)]
    pub fte_bp: u16,
    /// Standard working day in minutes: 1 to 1440.
    #[schema(value_type = i64, minimum = 1, maximum = 1440)]
    pub day_minutes: Minutes,
    /// Own work pattern; null if the calendar of the site applies.
    #[schema(required = true)]
    pub work_pattern: Option<WorkPattern>,
    /// Terms of employment by first day, past and future ones, earliest first: at most 60. Empty if the terms of today hold
    /// on all days. Omitted in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<DatedTermsView>, required = false, max_items = 60)]
    pub terms: Option<Vec<DatedTermsView>>,
    /// Code of the site, such as `berlin`.
    pub site: String,
    /// IANA time zone of the site.
    pub time_zone: String,
    /// Access roles; `employee` is always among them.
    #[schema(value_type = Vec<access::Role>)]
    pub roles: access::Roles,
    /// Yearly salary as of today at the employee's site. Omitted in lists, without one, and if the caller may not read
    /// it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Money, required = false)]
    pub salary: Option<Money>,
    /// Time at which the record was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Time of the last change of the record. The compensation is not part of it.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

/// Terms of employment from a date on, up to the next ones.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DatedTermsView {
    /// First day of the terms. The first terms begin with the hire date.
    #[schema(value_type = String, format = Date)]
    pub effective_from: Date,
    /// Type of the employment contract.
    pub employment_type: EmploymentType,
    /// Full-time equivalent in basis points: 1 to 10000, which is full time.
    #[schema(minimum = 1, maximum = 10_000)]
    pub fte_bp: u16,
    /// Standard working day in minutes: 1 to 1440.
    #[schema(value_type = i64, minimum = 1, maximum = 1440)]
    pub day_minutes: Minutes,
    /// Own work pattern; null if the calendar of the site applies.
    #[schema(required = true)]
    pub work_pattern: Option<WorkPattern>,
    /// Code of the site, such as `berlin`.
    pub site: String,
    /// IANA time zone of the site.
    pub time_zone: String,
    /// Id of the department.
    pub department_id: DepartmentId,
    /// Id of the manager; null at the top of the organisation.
    #[schema(required = true)]
    pub manager_id: Option<EmployeeId>,
}

impl From<&DatedTerms> for DatedTermsView {
    fn from(terms: &DatedTerms) -> Self {
        let DatedTerms { from, site, time_zone, department_id, manager_id, contract, work_pattern } = terms.clone();
        Self {
            effective_from: from,
            employment_type: contract.employment_type,
            fte_bp: contract.fte_bp,
            day_minutes: contract.day_minutes,
            work_pattern,
            site,
            time_zone,
            department_id,
            manager_id,
        }
    }
}

impl EmployeeView {
    /// View with the name of the department, which is looked up, and the readable fields, without the salary.
    pub async fn load(api: &Api, employee: Employee, fields: ReadableFields, at: Timestamp) -> Result<Self> {
        let department = api.store.find_department_name(employee.person.department_id, at).await?;
        let terms = employee.person.terms.iter().map(DatedTermsView::from).collect();
        Ok(Self { terms: Some(terms), ..Self::new(employee, department, fields) })
    }

    /// View with this name of the department and the readable fields, without the dated terms and the salary.
    pub fn new(employee: Employee, department: Option<String>, fields: ReadableFields) -> Self {
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
            earlier_service_from: person.earlier_service_from,
            termination_date: person.termination_date,
            employment_type: person.contract.employment_type,
            fte_bp: person.contract.fte_bp,
            day_minutes: person.contract.day_minutes,
            work_pattern: person.work_pattern,
            terms: None,
            site: person.site,
            time_zone: person.time_zone,
            roles: person.roles,
            salary: None,
            created_at,
            updated_at,
        }
    }
}
