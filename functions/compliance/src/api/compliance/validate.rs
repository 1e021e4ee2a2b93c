//! `POST /api/v1/compliance/validate`: what the policies say to something that is planned or happened. Writes nothing.
//!
//! The same engine as everywhere else, over the same policies, calendars and accounts.

use axum::extract::State;
use directory::{Person, Status};
use jiff::{Timestamp, ToSpan};
use kernel::{Error, Minutes};
use lambda::{
    FromShell, InitError, Shell,
    http::{Caller, Idempotency, Json, Problem, Valid},
};
use policy::{
    Book, Days, Policy,
    leave::{Ask, Judgement, Silent, Violation, judge, months},
    work,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::question::{PlannedLeave, Question, Topic};
use crate::{
    api::Api,
    store::{Balance, Balances},
};

lambda::endpoint!(COMPLIANCE_VALIDATE, post(handle), Judge);

/// What the policies say.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Verdict {
    /// What was asked.
    pub policy: Topic,
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
    balances: Balances,
}

/// Judges a request for leave, or a day's work.
#[utoipa::path(post, path = "/api/v1/compliance/validate", operation_id = "compliance-validate", tag = "compliance",
    params(("Idempotency-Key" = Option<String>, Header, description = "Nothing is written, so every answer is as of now")),
    request_body = Question,
    responses(
        (status = 200, body = Verdict),
        (status = 404, description = "The person is not there, or not visible"),
        (status = 422, description = "A field breaks a rule, or no policy or calendar applies")))]
pub async fn handle(
    State(judge): State<Judge>,
    caller: Caller,
    _: Idempotency,
    Valid(Json(body)): Valid<Json<Question>>,
) -> Result<axum::Json<Verdict>, Problem> {
    let at = caller.origin().at;
    let person = caller.reach(body.employee_id);
    Ok(axum::Json(match body.policy {
        Topic::LeaveRequest => {
            let planned = body.leave()?;
            let book = judge.api.store.rulebook().book(at);
            let balance = judge.balance(&body, &planned.leave_type, &planned);
            let ((person, _), book, balance) = tokio::try_join!(person, book, balance)?;
            judge.leave((&book, &person), planned, balance, &body, at).await?
        }
        Topic::AttendanceValidation => {
            let day = body.work()?;
            let ((person, _), book) = tokio::try_join!(person, judge.api.store.rulebook().book(at))?;
            worked(work::judge(&book, &person, &day))
        }
    }))
}

impl Judge {
    async fn balance(&self, body: &Question, code: &str, planned: &PlannedLeave) -> Result<Balance, Error> {
        let around = months(planned.first.saturating_sub(1.month()), planned.last.saturating_add(1.month()));
        self.balances.of(body.employee_id, code, &around).await
    }

    async fn leave(
        &self,
        (book, person): (&Book, &Person),
        mut planned: PlannedLeave,
        mut balance: Balance,
        body: &Question,
        at: Timestamp,
    ) -> Result<Verdict, Error> {
        works_here(person)?;
        let unknown = || Error::invalid("/leave_type", "unknown_leave_type", "There is no such leave type.");
        let code = code_of(book, person, &planned.leave_type).ok_or_else(unknown)?;
        if code != planned.leave_type {
            // It was a name: only then a second round trip.
            balance = self.balance(body, code, &planned).await?;
            code.clone_into(&mut planned.leave_type);
        }
        let ask = Ask {
            leave_id: None,
            leave_type: &planned.leave_type,
            first: planned.first,
            last: planned.last,
            portion: planned.portion,
            attachment: planned.attachment,
            today: person.today(at),
        };
        let judgement = judge(book, person, &balance.account, &balance.months, &ask);
        let judgement = judgement.map_err(|silent| unsaid(silent, &planned, person))?;
        Ok(shown(judgement, person.contract.day_minutes))
    }
}

/// The code of a leave type that policies know, by itself or by the name of a policy for this person; lower case comes in.
fn code_of<'a>(book: &'a Book, person: &Person, said: &str) -> Option<&'a str> {
    let leave = || book.policies().iter().filter_map(|policy| Some((policy, policy.leave()?)));
    let by_code = leave().find(|(_, rules)| rules.leave_type == said);
    let named = |policy: &Policy| policy.fits(person).is_some() && policy.name.to_lowercase() == said;
    by_code.or_else(|| leave().find(|(policy, _)| named(policy))).map(|(_, rules)| rules.leave_type.as_str())
}

fn works_here(person: &Person) -> Result<(), Error> {
    match person.status {
        Status::Active | Status::OnLeave => Ok(()),
        Status::Suspended | Status::Terminated => {
            Err(Error::invalid("/employee_id", "not_active", format!("The person is {}.", person.status)))
        }
    }
}

fn unsaid(silent: Silent, planned: &PlannedLeave, person: &Person) -> Error {
    match silent {
        Silent::NoPolicy => {
            let detail =
                format!("No policy gives the person leave of the type `{}` on {}.", planned.leave_type, planned.first);
            Error::invalid("/leave_type", "no_policy", detail)
        }
        Silent::NoCalendar => {
            Error::invalid("/employee_id", "no_calendar", format!("The site `{}` has no calendar.", person.site))
        }
    }
}

fn shown(judgement: Judgement, day: Minutes) -> Verdict {
    Verdict {
        policy: Topic::LeaveRequest,
        valid: judgement.valid(),
        balance: judgement.balance.map(|balance| Days::of(balance, day).days),
        required: Some(Days::of(judgement.required, day).days),
        balance_minutes: judgement.balance,
        required_minutes: Some(judgement.required),
        violations: judgement.violations,
    }
}

fn worked(violations: Vec<Violation>) -> Verdict {
    Verdict {
        policy: Topic::AttendanceValidation,
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
        Ok(Self { api: Api::from_shell(shell)?, balances: Balances::new(shell.table("LEAVE_TABLE")?) })
    }
}
