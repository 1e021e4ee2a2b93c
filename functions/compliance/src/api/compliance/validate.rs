//! `POST /api/v1/compliance/validate`: what the policies say to something that is planned or happened. Writes nothing.
//!
//! The same engine as everywhere else, over the same policies, calendars and accounts.

use axum::extract::State;
use directory::{EmploymentStatus, Person};
use jiff::{Timestamp, ToSpan};
use kernel::{Error, Minutes};
use lambda::{
    FromShell, InitError, Shell,
    http::{Caller, IdempotencyHeader, Json, Problem, Valid},
};
use policy::{
    LeaveAmount, Policy, PolicySet,
    leave::{Evaluation, NotEvaluable, ProposedLeave, Violation, evaluate, months},
    work,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::question::{PlannedLeave, ValidationRequest, ValidationSubject};
use crate::{
    api::Api,
    store::{AccountSnapshot, LeaveAccounts},
};

lambda::endpoint!(COMPLIANCE_VALIDATE, post(handle), Judge);

/// What the policies say.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ValidationResult {
    /// What was asked.
    pub policy: ValidationSubject,
    /// Whether nothing stands in the way.
    pub valid: bool,
    /// Of leave: what could be taken on the first day, without this request, in days; null where the balance does not limit.
    pub balance: Option<f64>,
    /// Of leave: what the request takes, in days.
    pub required: Option<f64>,
    /// The same, exact.
    pub balance_minutes: Option<Minutes>,
    /// The same, exact.
    pub required_minutes: Option<Minutes>,
    /// Breaches, those in the way first.
    pub violations: Vec<Violation>,
}

/// State of this endpoint.
#[derive(Clone)]
pub struct Judge {
    api: Api,
    balances: LeaveAccounts,
}

/// Judges a request for leave, or a day's work.
#[utoipa::path(post, path = "/api/v1/compliance/validate", operation_id = "compliance-validate", tag = "compliance",
    params(("Idempotency-Key" = Option<String>, Header, description = "Nothing is written, so every answer is as of now")),
    request_body = ValidationRequest,
    responses(
        (status = 200, body = ValidationResult),
        (status = 404, description = "The person is not there, or not visible"),
        (status = 422, description = "A field breaks a rule, or no policy or calendar applies")))]
pub async fn handle(
    State(judge): State<Judge>,
    caller: Caller,
    _: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<ValidationRequest>>,
) -> Result<axum::Json<ValidationResult>, Problem> {
    let at = caller.origin().at;
    let person = caller.reach(body.employee_id);
    Ok(axum::Json(match body.policy {
        ValidationSubject::LeaveRequest => {
            let planned = body.leave()?;
            let book = judge.api.store.rulebook().book(at);
            let balance = judge.balance(&body, &planned.leave_type, &planned);
            let ((person, _), book, balance) = tokio::try_join!(person, book, balance)?;
            judge.leave((&book, &person), planned, balance, &body, at).await?
        }
        ValidationSubject::AttendanceValidation => {
            let day = body.work()?;
            let ((person, _), book) = tokio::try_join!(person, judge.api.store.rulebook().book(at))?;
            work_result(work::check_working_time(&book, &person, &day))
        }
    }))
}

impl Judge {
    async fn balance(
        &self,
        body: &ValidationRequest,
        code: &str,
        planned: &PlannedLeave,
    ) -> Result<AccountSnapshot, Error> {
        let around = months(planned.first.saturating_sub(1.month()), planned.last.saturating_add(1.month()));
        self.balances.get(body.employee_id, code, &around).await
    }

    async fn leave(
        &self,
        (book, person): (&PolicySet, &Person),
        mut planned: PlannedLeave,
        mut balance: AccountSnapshot,
        body: &ValidationRequest,
        at: Timestamp,
    ) -> Result<ValidationResult, Error> {
        require_active(person)?;
        let unknown = || Error::invalid("/leave_type", "unknown_leave_type", "There is no such leave type.");
        let code = resolve_leave_type(book, person, &planned.leave_type).ok_or_else(unknown)?;
        if code != planned.leave_type {
            // It was a name: only then a second round trip.
            balance = self.balance(body, code, &planned).await?;
            code.clone_into(&mut planned.leave_type);
        }
        let ask = ProposedLeave {
            leave_id: None,
            leave_type: &planned.leave_type,
            first: planned.first,
            last: planned.last,
            portion: planned.portion,
            attachment: planned.attachment,
            today: person.today(at),
        };
        let judgement = evaluate(book, person, &balance.account, &balance.months, &ask);
        let judgement = judgement.map_err(|silent| not_evaluable_error(silent, &planned, person))?;
        Ok(leave_result(judgement, person.contract.day_minutes))
    }
}

/// The code of a leave type that policies know, by itself or by the name of a policy for this person; lower case comes in.
fn resolve_leave_type<'a>(book: &'a PolicySet, person: &Person, said: &str) -> Option<&'a str> {
    let leave = || book.policies().iter().filter_map(|policy| Some((policy, policy.leave()?)));
    let by_code = leave().find(|(_, rules)| rules.leave_type == said);
    let named = |policy: &Policy| policy.specificity_for(person).is_some() && policy.name.to_lowercase() == said;
    by_code.or_else(|| leave().find(|(policy, _)| named(policy))).map(|(_, rules)| rules.leave_type.as_str())
}

fn require_active(person: &Person) -> Result<(), Error> {
    match person.status {
        EmploymentStatus::Active | EmploymentStatus::OnLeave => Ok(()),
        EmploymentStatus::Suspended | EmploymentStatus::Terminated => {
            Err(Error::invalid("/employee_id", "not_active", format!("The person is {}.", person.status)))
        }
    }
}

fn not_evaluable_error(silent: NotEvaluable, planned: &PlannedLeave, person: &Person) -> Error {
    match silent {
        NotEvaluable::NoPolicy => {
            let detail =
                format!("No policy gives the person leave of the type `{}` on {}.", planned.leave_type, planned.first);
            Error::invalid("/leave_type", "no_policy", detail)
        }
        NotEvaluable::NoCalendar => {
            Error::invalid("/employee_id", "no_calendar", format!("The site `{}` has no calendar.", person.site))
        }
    }
}

fn leave_result(judgement: Evaluation, day: Minutes) -> ValidationResult {
    ValidationResult {
        policy: ValidationSubject::LeaveRequest,
        valid: judgement.is_allowed(),
        balance: judgement.balance.map(|balance| LeaveAmount::from_minutes(balance, day).days),
        required: Some(LeaveAmount::from_minutes(judgement.required, day).days),
        balance_minutes: judgement.balance,
        required_minutes: Some(judgement.required),
        violations: judgement.violations,
    }
}

fn work_result(violations: Vec<Violation>) -> ValidationResult {
    ValidationResult {
        policy: ValidationSubject::AttendanceValidation,
        valid: !violations.iter().any(|violation| violation.blocking),
        balance: None,
        required: None,
        balance_minutes: None,
        required_minutes: None,
        violations,
    }
}

impl FromShell for Judge {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        Ok(Self { api: Api::from_shell(shell)?, balances: LeaveAccounts::new(shell.table("LEAVE_TABLE")?) })
    }
}
