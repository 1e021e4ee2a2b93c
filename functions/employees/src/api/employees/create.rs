//! `POST /api/v1/employees`: creates an employee. Publishes `employee.created`, and with a salary
//! `employee.compensation_changed`.

use access::{FieldGroup, Relation};
use axum::{extract::State, response::Response};
use directory::{ContractTerms, EmploymentType, WorkPattern};
use garde::Validate;
use jiff::civil::Date;
use kernel::{DepartmentId, EmployeeId, Error, JobRoleId, Minutes, Money};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid, created};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::EmployeeView;
use crate::{
    api::{Api, fields},
    domain::{
        chain,
        compensation::{self, CompensationEntry, CompensationHistory},
    },
    messages,
    store::{Employee, EmployeeDraft},
};

lambda::endpoint!(EMPLOYEES_CREATE, post(handle), Api);

/// Employee to create, optionally with a salary.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewEmployee {
    /// Employee code, unique among current and former employees in any case of letters: 1 to 32 letters, digits, `-`,
    /// `_` and `.`; stored in upper case. Default: a generated code.
    #[garde(inner(custom(fields::validate_employee_code)))]
    #[schema(min_length = 1, max_length = 32, pattern = "^[A-Za-z0-9._-]{1,32}$")]
    pub employee_code: Option<String>,
    /// Given name: 1 to 100 characters, at least one letter or digit.
    #[garde(custom(fields::validate_name))]
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[\p{L}\p{N}][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub first_name: String,
    /// Family name: 1 to 100 characters, at least one letter or digit.
    #[garde(custom(fields::validate_name))]
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[\p{L}\p{N}][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub last_name: String,
    /// Work e-mail address, unique among current employees; stored in lower case.
    #[garde(custom(fields::validate_email))]
    #[schema(format = Email, max_length = 254,
        pattern = r"^(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$")]
    pub email: String,
    /// Private phone number: digits, spaces and `+ - ( ) . / x`, with at least three digits. Default: none.
    #[garde(inner(custom(fields::validate_phone)))]
    #[schema(min_length = 3, max_length = 32, pattern = r"^(?=(?:[^0-9]*[0-9]){3})[0-9 +().x/-]{3,32}$")]
    pub phone: Option<String>,
    /// Id of the department.
    pub department_id: DepartmentId,
    /// Job title: 1 to 100 characters, at least one letter or digit. Default: the title of the job role; `role` or
    /// `job_role_id` is required.
    #[garde(inner(custom(fields::validate_name)))]
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[\p{L}\p{N}][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub role: Option<String>,
    /// Id of the job role. Default: none.
    pub job_role_id: Option<JobRoleId>,
    /// Id of the manager, an active employee. Default: none, the top of the organisation.
    pub manager_id: Option<EmployeeId>,
    /// First day of the employment: 1900-01-01 or later, and at most two years after today.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub hire_date: Date,
    /// First day of earlier service that counts for the length of service, such as before a rehire: 1900-01-01 or
    /// later, and before the hire date. Default: none.
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub earlier_service_from: Option<Date>,
    /// Type of the employment contract. Default: `full_time`.
    #[serde(default = "default_employment_type")]
    pub employment_type: EmploymentType,
    /// Full-time equivalent in basis points: 1 to 10000. Default: 10000, full time.
    #[serde(default = "default_fte_bp")]
    #[garde(custom(fields::validate_fte_bp))]
    #[schema(minimum = 1, maximum = 10_000, default = 10_000)]
    pub fte_bp: u16,
    /// Standard working day in minutes: 1 to 1440. Default: 480, eight hours.
    #[serde(default = "default_day_minutes")]
    #[garde(custom(fields::validate_day_minutes))]
    #[schema(value_type = i64, minimum = 1, maximum = 1440, default = 480)]
    pub day_minutes: Minutes,
    /// Own work pattern. Default: none, so that the calendar of the site applies.
    pub work_pattern: Option<WorkPattern>,
    /// Code of the site, such as `berlin`: 1 to 40 lower-case letters, digits and hyphens.
    #[garde(custom(fields::site))]
    #[schema(min_length = 1, max_length = 40, pattern = "^[a-z0-9-]{1,40}$")]
    pub site: String,
    /// IANA time zone of the site, such as `Europe/Berlin`.
    #[garde(custom(fields::validate_time_zone))]
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$")]
    pub time_zone: String,
    /// Yearly salary from the hire date on. Only callers who may read compensation may set it. Default: none.
    pub salary: Option<Money>,
}

const fn default_employment_type() -> EmploymentType {
    EmploymentType::FullTime
}

const fn default_fte_bp() -> u16 {
    10_000
}

const fn default_day_minutes() -> Minutes {
    Minutes(480)
}

/// Creates an employee.
///
/// The employee, the manager and HR are notified.
#[utoipa::path(post, path = "/api/v1/employees", operation_id = "employees-create", tag = "employees",
    params(IdempotencyHeader),
    request_body = NewEmployee,
    responses(
        (status = 201, body = EmployeeView, description = "Created employee."),
        (status = 403, description = "`forbidden`: the caller's roles do not allow this, or not with a salary."),
        (status = 409, description = "`email_taken`: another employee has this e-mail address. \
            `code_taken`: another employee has this code. `too_deep`: a chain of managers has at most 20 levels. \
            `busy`: other requests won every attempt."),
        (status = 422, description = "`invalid`: a field is invalid, or names a department, job role or manager that \
            does not exist. `idempotency_key_reused`: the key belongs to a different request.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewEmployee>>,
) -> Result<Response, Problem> {
    let (origin, fields) = (caller.origin(), caller.readable_fields(Relation::Other));
    if body.salary.is_some() && !fields.may_read(FieldGroup::Pay) {
        return Err(Error::forbidden().with_field("/salary", "forbidden", messages::salary_needs_pay_access()).into());
    }
    let idempotency_key = key.for_request(access::EMPLOYEES_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    let managers = api.store.get_manager_chain(body.manager_id).await?;
    chain::check_placement(None, &managers, chain::MANAGER_LEVELS_MAX, "/manager_id")?;
    let salary = body.salary;
    let employee = new_employee(&api, &caller, body).await?;
    let history = salary.map(|salary| initial_compensation(&caller, &employee, salary)).transpose()?;
    let mut view = EmployeeView::load(&api, employee.clone(), fields, origin.at).await?;
    let current = history.as_ref().and_then(|history| history.effective_on(employee.person.today(origin.at)));
    view.salary = current.map(|entry| entry.salary);
    let outcome =
        api.store.create_employee(origin, &employee, history.as_ref(), idempotency_key.as_ref(), &view).await?;
    Ok(created(outcome, format!("/api/v1/employees/{}", employee.person.id), view))
}

/// Employee of a request, not yet stored; without a job title, it gets the title of the job role.
async fn new_employee(api: &Api, caller: &Caller, body: NewEmployee) -> Result<Employee, Error> {
    let at = caller.origin().at;
    let job_title = match (body.role, body.job_role_id) {
        (Some(title), _) => title,
        (None, Some(role)) => api.store.get_job_role_title(role).await?,
        (None, None) => {
            return Err(Error::invalid("/role", "required", messages::job_title_needed()));
        }
    };
    let draft = EmployeeDraft {
        employee_code: body.employee_code,
        first_name: body.first_name,
        last_name: body.last_name,
        email: body.email,
        phone: body.phone,
        department_id: body.department_id,
        job_role_id: body.job_role_id,
        job_title,
        manager_id: body.manager_id,
        site: body.site,
        time_zone: body.time_zone,
        contract: ContractTerms {
            employment_type: body.employment_type,
            fte_bp: body.fte_bp,
            day_minutes: body.day_minutes,
        },
        work_pattern: body.work_pattern,
        hire_date: body.hire_date,
        earlier_service_from: body.earlier_service_from,
    };
    Employee::new(EmployeeId::new(api.shell.ids.uuid(at)), draft, at)
}

/// History with the salary from the hire date on.
fn initial_compensation(caller: &Caller, employee: &Employee, salary: Money) -> Result<CompensationHistory, Error> {
    compensation::check_salary_amount(&salary)?;
    let origin = caller.origin();
    let effective_date = employee.person.hire_date;
    Ok(CompensationHistory::starting_with(CompensationEntry {
        effective_date,
        salary,
        reason: None,
        set_by: origin.actor.clone(),
        set_at: origin.at,
    }))
}
