//! `POST /api/v1/leaves/credits`: credits compensatory leave with its own expiry. Publishes `leave.balance_changed`.

use axum::{extract::State, response::Response};
use garde::Validate;
use jiff::{ToSpan, civil::Date};
use kernel::{EmployeeId, Error, Message, Minutes, Result};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Valid};
use policy::leave::{CreditInputs, EntryKind, LedgerEntry};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    api::{
        Api, fields,
        leaves::manual_posting::{self, LedgerEntryView, ManualPosting},
    },
    domain::amount::{SignedDays, parse_positive_amount},
    messages,
};

lambda::endpoint!(LEAVES_CREDITS_CREATE, post(handle), Api);

/// Most days between the work and its credit.
const BACK_DAYS_MAX: i32 = 366;

/// Credit of compensatory leave for work on a day off.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewCredit {
    /// Employee who worked; not the caller.
    pub employee_id: EmployeeId,
    /// Leave type: its code or one of its names, in any case.
    #[garde(custom(fields::validate_leave_type))]
    #[schema(
        min_length = 1,
        max_length = 60,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub leave_type: String,
    /// Amount in minutes, at most 366 days of the employee. Exactly one of `minutes` and `days` is required.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 527_040)]
    pub minutes: Option<Minutes>,
    /// Amount in whole or half standard days of the employee. Alternative to `minutes`.
    #[schema(value_type = Option<f64>, minimum = 0.5, maximum = 366, multiple_of = 0.5)]
    pub days: Option<SignedDays>,
    /// Day of the work, within the past 366 days. The credit counts from this day on.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub worked_on: Date,
    /// Last day on which the credit may be taken, today or later. Default: by `credit_expires_days` of the leave policy on the
    /// day of the work; without it, the credit does not expire.
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub expires_on: Option<Date>,
    /// Description of the work, kept in the ledger.
    #[garde(custom(fields::validate_reason))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
    )]
    pub reason: String,
}

/// Credits compensatory leave.
///
/// Managers credit their reports, HR all other employees. Nobody is notified.
#[utoipa::path(post, path = "/api/v1/leaves/credits", operation_id = "leaves-credits-create", tag = "leaves",
    params(IdempotencyHeader),
    request_body = NewCredit,
    responses(
        (status = 201, body = LedgerEntryView, description = "Posted entry, and the balance after it."),
        (status = 403, description = "`forbidden`: callers cannot credit themselves."),
        (status = 409, description = "`busy`: other requests won every attempt."),
        (status = 404, description = "`not_found`: the employee does not exist or is outside the caller's scope."),
        (status = 422, description = "`invalid`: the employee, the leave type, the amount or a day is not valid.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewCredit>>,
) -> std::result::Result<Response, Problem> {
    let origin = caller.origin();
    let idempotency_key = key.for_request(access::LEAVES_CREDITS_CREATE.name, caller.id(), &body);
    if let Some(answer) = manual_posting::find_replayed_answer(&api, &caller, idempotency_key.as_ref()).await? {
        return Ok(answer);
    }
    let manual = ManualPosting::load(&api, &caller, body.employee_id, &body.leave_type).await?;
    let policy = manual.policy_on(body.worked_on);
    let days = policy.and_then(|(_, rules)| rules.credit_expires_days);
    let expires_on = check_days_of_credit(&body, days, manual.today)?;
    let entry = LedgerEntry {
        id: format!("grant#{}", api.shell.ids.uuid(origin.at).simple()),
        kind: EntryKind::Grant,
        leave_type: manual.leave_type.clone(),
        on: body.worked_on,
        minutes: parse_positive_amount(body.minutes, body.days, manual.day_minutes(body.worked_on))?,
        days: Vec::new(),
        expires_on,
        leave_id: None,
        policy: policy.map(|(reference, _)| reference),
        rule: "credit".to_owned(),
        inputs: json!(CreditInputs {
            reason: body.reason.trim().to_owned(),
            worked_on: body.worked_on,
            credit_expires_days: days,
        }),
        posted_at: origin.at,
        posted_by: origin.actor.clone(),
    };
    let answer = manual
        .post(&api, &caller, idempotency_key.as_ref(), |account| manual.prepare_posting(account, &entry, "/worked_on"))
        .await;
    Ok(answer?)
}

/// Checks the days of a new credit, and returns the last day on which it may be taken: the requested one, else by the policy;
/// `None` without an expiry.
///
/// # Errors
/// 422 for work in the future or more than 366 days ago, and for a last day in the past.
fn check_days_of_credit(body: &NewCredit, credit_expires_days: Option<u16>, today: Date) -> Result<Option<Date>> {
    let invalid = |pointer: &'static str, code, detail: Message| Err(Error::invalid(pointer, code, detail));
    if body.worked_on > today {
        return invalid("/worked_on", "not_yet", messages::worked_in_future());
    }
    if body.worked_on < today.saturating_sub(BACK_DAYS_MAX.days()) {
        return invalid("/worked_on", "too_old", messages::worked_too_long_ago());
    }
    let by_policy = credit_expires_days.map(|days| body.worked_on.saturating_add(i32::from(days).days()));
    match (body.expires_on, by_policy) {
        (Some(last), _) if last < today => invalid("/expires_on", "in_the_past", messages::expires_in_the_past()),
        (None, Some(last)) if last < today => invalid("/worked_on", "expired", messages::credit_expired(last)),
        (given, by_policy) => Ok(given.or(by_policy)),
    }
}
