//! `POST /api/v1/compliance/validate`: checks a leave request or the work of a day against the policies. Writes nothing.
//!
//! The check uses the same functions, policies, calendars and accounts as the leave and attendance services.

use axum::extract::State;
use directory::{EmploymentStatus, Person};
use jiff::{Timestamp, ToSpan};
use kernel::{Error, Minutes};
use lambda::{
    FromShell, InitError, Shell,
    http::{Caller, IdempotencyHeader, Json, Problem, Valid},
};
use policy::{
    ExpectedWork, LeaveAmount, PlanReader, Policy, PolicySet,
    leave::{Evaluation, ExplainedViolation, NotEvaluable, ProposedLeave, Violation, evaluate_leave, months_between},
    working_time,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::validation_input::{LeaveValidationInput, PlannedLeave, ValidationInput, ValidationSubject};
use crate::{
    api::Api,
    messages,
    store::{AccountSnapshot, LeaveAccounts},
};

lambda::endpoint!(COMPLIANCE_VALIDATE, post(handle), ValidationApi);

/// Result of a validation: the violations, and for leave the balance.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ValidationResult {
    /// Subject of the validation, as in the request.
    pub policy: ValidationSubject,
    /// Whether no blocking violation was found.
    pub valid: bool,
    /// Balance available from the first day of the leave on, without this request, in days of the employee's standard day,
    /// rounded to three decimals; negative if the floor is passed already. Null for leave without a limit, and for
    /// `attendance_validation`.
    #[schema(required = true)]
    pub balance: Option<f64>,
    /// Duration of the request in days of the employee's standard day, rounded to three decimals; null for
    /// `attendance_validation`.
    #[schema(required = true)]
    pub required: Option<f64>,
    /// Exact value of `balance` in minutes; null like `balance`.
    #[schema(required = true)]
    pub balance_minutes: Option<Minutes>,
    /// Exact value of `required` in minutes; null for `attendance_validation`.
    #[schema(required = true)]
    pub required_minutes: Option<Minutes>,
    /// Violations of the policies, blocking ones first.
    pub violations: Vec<ExplainedViolation>,
}

/// Handler state: that of the other endpoints, and read access to the leave accounts.
#[derive(Clone)]
pub struct ValidationApi {
    api: Api,
    accounts: LeaveAccounts,
    plans: PlanReader,
}

/// Checks a leave request or the work of a day against the policies.
///
/// It writes nothing. Managers check for their reports, HR and administrators for all employees, others for themselves.
#[utoipa::path(post, path = "/api/v1/compliance/validate", operation_id = "compliance-validate", tag = "compliance",
    params(lambda::http::UnusedIdempotencyHeader),
    request_body = ValidationInput,
    responses(
        (status = 200, description = "Violations of the policies, and for leave the balance.", body = ValidationResult),
        (status = 404, description = "`not_found`: the employee does not exist or is outside the caller's scope."),
        (status = 422, description = "`invalid`: a value is out of range; or for leave, the employee is suspended or has left, or no \
            policy or calendar applies.")))]
pub async fn handle(
    State(api): State<ValidationApi>,
    caller: Caller,
    _: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<ValidationInput>>,
) -> Result<axum::Json<ValidationResult>, Problem> {
    let at = caller.origin().at;
    let policies = api.api.store.policy_reader().load(at);
    Ok(axum::Json(match body {
        ValidationInput::Leave(leave) => {
            let planned = leave.planned_leave()?;
            let person = caller.person_in_scope(leave.employee_id);
            let account = api.load_account_snapshot(&leave, &planned.leave_type, &planned);
            let plans = api.plans.load(leave.employee_id, at);
            let ((person, _), policies, account, plans) = tokio::try_join!(person, policies, account, plans)?;
            let work = plans.expected_work(&policies, &person);
            api.check_leave(&work, planned, account, &leave, at).await?
        }
        ValidationInput::Work(work) => {
            let day = work.worked_day()?;
            let person = caller.person_in_scope(work.employee_id);
            let ((person, _), policies) = tokio::try_join!(person, policies)?;
            work_validation_result(working_time::check_working_time(&policies, &person, &day))
        }
    }))
}

impl ValidationApi {
    /// Account of a leave type, and the occupied months from one month before the leave to one month after it.
    async fn load_account_snapshot(
        &self,
        body: &LeaveValidationInput,
        leave_type: &str,
        planned: &PlannedLeave,
    ) -> Result<AccountSnapshot, Error> {
        let around = months_between(planned.first.saturating_sub(1.month()), planned.last.saturating_add(1.month()));
        self.accounts.load_snapshot(body.employee_id, leave_type, &around).await
    }

    /// Evaluates a planned leave request. `account` is that of the leave type or policy name in the request.
    async fn check_leave(
        &self,
        work: &ExpectedWork<'_>,
        mut planned: PlannedLeave,
        mut account: AccountSnapshot,
        body: &LeaveValidationInput,
        at: Timestamp,
    ) -> Result<ValidationResult, Error> {
        let person = work.person;
        require_active_or_on_leave(person)?;
        let unknown = || Error::invalid("/leave_type", "unknown_leave_type", messages::leave_type_unknown());
        let code = find_leave_type_code(work.policies, person, &planned.leave_type).ok_or_else(unknown)?;
        if code != planned.leave_type {
            // The request names a policy; the account is stored under the code of its leave type.
            account = self.load_account_snapshot(body, code, &planned).await?;
            code.clone_into(&mut planned.leave_type);
        }
        let proposed = ProposedLeave {
            leave_id: None,
            leave_type: &planned.leave_type,
            first: planned.first,
            last: planned.last,
            returned: &[],
            portions: planned.portions,
            attachment: planned.attachment,
            today: person.today(at),
        };
        let evaluation = evaluate_leave(work, &account.account, &account.months, &proposed);
        let evaluation = evaluation.map_err(|reason| not_evaluable_error(reason, &planned, person))?;
        Ok(leave_validation_result(evaluation, person.contract.day_minutes))
    }
}

/// Code of the leave type that `name` is the code of in any leave policy, or else of a leave policy with this name
/// whose scope covers the person, on any date. `name` is in lower case.
fn find_leave_type_code<'a>(policies: &'a PolicySet, person: &Person, name: &str) -> Option<&'a str> {
    let leave = || policies.policies().iter().filter_map(|policy| Some((policy, policy.leave_rules()?)));
    let by_code = leave().find(|(_, rules)| rules.leave_type == name);
    let is_named = |policy: &Policy| policy.scope.covers(person) && policy.name.to_lowercase() == name;
    by_code.or_else(|| leave().find(|(policy, _)| is_named(policy))).map(|(_, rules)| rules.leave_type.as_str())
}

fn require_active_or_on_leave(person: &Person) -> Result<(), Error> {
    let detail = match person.status {
        EmploymentStatus::Active | EmploymentStatus::OnLeave => return Ok(()),
        EmploymentStatus::Suspended => messages::suspended_without_leave(),
        EmploymentStatus::Terminated => messages::terminated_without_leave(),
    };
    Err(Error::invalid("/employee_id", "not_active", detail))
}

fn not_evaluable_error(reason: NotEvaluable, planned: &PlannedLeave, person: &Person) -> Error {
    match reason {
        NotEvaluable::NoPolicy => {
            let detail = messages::leave_policy_missing(planned.leave_type.as_str(), planned.first);
            Error::invalid("/leave_type", "no_policy", detail)
        }
        NotEvaluable::NoCalendar => {
            let detail = messages::calendar_missing(person.site.as_str());
            Error::invalid("/employee_id", "no_calendar", detail)
        }
        NotEvaluable::EndsAfterMidnight => {
            Error::invalid("/to", "ends_before_it_begins", messages::hours_end_before_they_begin())
        }
    }
}

fn leave_validation_result(evaluation: Evaluation, day_minutes: Minutes) -> ValidationResult {
    ValidationResult {
        policy: ValidationSubject::LeaveRequest,
        valid: evaluation.is_allowed(),
        balance: evaluation.available.map(|balance| LeaveAmount::from_minutes(balance, day_minutes).days),
        required: Some(LeaveAmount::from_minutes(evaluation.required, day_minutes).days),
        balance_minutes: evaluation.available,
        required_minutes: Some(evaluation.required),
        violations: evaluation.violations.into_iter().map(ExplainedViolation::from).collect(),
    }
}

fn work_validation_result(violations: Vec<Violation>) -> ValidationResult {
    ValidationResult {
        policy: ValidationSubject::AttendanceValidation,
        valid: !violations.iter().any(|violation| violation.blocking),
        balance: None,
        required: None,
        balance_minutes: None,
        required_minutes: None,
        violations: violations.into_iter().map(ExplainedViolation::from).collect(),
    }
}

impl FromShell for ValidationApi {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        Ok(Self {
            api: Api::from_shell(shell)?,
            accounts: LeaveAccounts::new(shell.table("LEAVE_TABLE")?),
            plans: PlanReader::new(shell.table("ATTENDANCE_TABLE")?),
        })
    }
}
