//! `POST /api/v1/employees`: adds a person. Publishes `employee.created`, and `employee.compensation_changed` with pay.

use access::{FieldGroup, Relation};
use axum::{extract::State, response::Response};
use directory::{ContractTerms, EmploymentType};
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
    store::{Draft, Employee},
};

lambda::endpoint!(EMPLOYEES_CREATE, post(handle), Api);

/// A new person.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewEmployee {
    /// The organisation's own number; made up when not given.
    #[garde(inner(custom(fields::code)))]
    pub employee_code: Option<String>,
    /// Given name.
    #[garde(custom(fields::name))]
    pub first_name: String,
    /// Family name.
    #[garde(custom(fields::name))]
    pub last_name: String,
    /// Work e-mail; nobody else's.
    #[garde(custom(fields::email))]
    pub email: String,
    /// Private telephone.
    #[garde(inner(custom(fields::phone)))]
    pub phone: Option<String>,
    /// Department.
    pub department_id: DepartmentId,
    /// Title; that of the job role when not given.
    #[garde(inner(custom(fields::name)))]
    pub role: Option<String>,
    /// Job role.
    pub job_role_id: Option<JobRoleId>,
    /// Whom the person reports to; somebody active.
    pub manager_id: Option<EmployeeId>,
    /// First day.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub hire_date: Date,
    /// `full_time` unless told, `part_time`, `contract` or `intern`.
    #[serde(default = "full_time")]
    #[schema(value_type = String)]
    pub employment_type: EmploymentType,
    /// Full-time equivalent in basis points.
    #[serde(default = "full_fte_bp")]
    #[garde(custom(fields::fte_bp))]
    pub fte_bp: u16,
    /// Standard day length in minutes.
    #[serde(default = "eight_hours")]
    #[garde(custom(fields::day_minutes))]
    pub day_minutes: Minutes,
    /// Work site, a slug.
    #[garde(custom(fields::site))]
    pub site: String,
    /// IANA zone of the work site.
    #[garde(custom(fields::zone))]
    pub time_zone: String,
    /// Pay per year from the first day on; only from those who may read pay.
    pub salary: Option<Money>,
}

const fn full_time() -> EmploymentType {
    EmploymentType::FullTime
}

const fn full_fte_bp() -> u16 {
    10_000
}

const fn eight_hours() -> Minutes {
    Minutes(480)
}

/// Adds a person.
#[utoipa::path(post, path = "/api/v1/employees", operation_id = "employees-create", tag = "employees",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = NewEmployee,
    responses(
        (status = 201, body = EmployeeView),
        (status = 403, description = "Pay was given by somebody who may not read it"),
        (status = 409, description = "E-mail or code belongs to somebody else"),
        (status = 422, description = "A field breaks a rule, or names something that does not stand")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewEmployee>>,
) -> Result<Response, Problem> {
    let (origin, fields) = (caller.origin(), caller.readable_fields(Relation::Other));
    if body.salary.is_some() && !fields.may_read(FieldGroup::Pay) {
        return Err(Error::forbidden()
            .with_field("/salary", "forbidden", "pay is set by those who may read it")
            .into());
    }
    let once = key.for_request(access::EMPLOYEES_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    let managers = api.store.get_manager_chain(body.manager_id).await?;
    chain::check_chain(None, &managers, chain::MANAGERS_MAX, "/manager_id")?;
    let salary = body.salary;
    let employee = create_employee(&api, &caller, body).await?;
    let history = salary.map(|salary| initial_compensation(&caller, &employee, salary)).transpose()?;
    let mut view = EmployeeView::read(&api, employee.clone(), fields, origin.at).await?;
    let pay = history.as_ref().and_then(|history| history.effective_on(employee.person.today(origin.at)));
    view.salary = pay.map(|entry| entry.salary);
    let outcome = api.store.create_employee(origin, &employee, history.as_ref(), once.as_ref(), &view).await?;
    Ok(created(outcome, format!("/api/v1/employees/{}", employee.person.id), view))
}

async fn create_employee(api: &Api, caller: &Caller, body: NewEmployee) -> Result<Employee, Error> {
    let at = caller.origin().at;
    let job_title = match (body.role, body.job_role_id) {
        (Some(title), _) => title,
        (None, Some(role)) => api.store.get_job_role_title(role).await?,
        (None, None) => {
            return Err(Error::invalid("/role", "required", "Give a title, or a job role that has one."));
        }
    };
    let draft = Draft {
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
        hire_date: body.hire_date,
    };
    Employee::hired(EmployeeId::new(api.shell.ids.uuid(at)), draft, at)
}

fn initial_compensation(caller: &Caller, employee: &Employee, salary: Money) -> Result<CompensationHistory, Error> {
    compensation::check_amount(&salary)?;
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
