//! `POST /api/v1/leaves/credits`: credits compensatory leave, with an end of its own. Publishes `leave.balance_changed`.

use axum::{extract::State, response::Response};
use garde::Validate;
use jiff::{ToSpan, civil::Date};
use kernel::{EmployeeId, Error, Minutes, Result};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Valid};
use policy::leave::{EntryKind, LedgerEntry};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    api::{
        Api, fields,
        leaves::manual_posting::{self, LedgerEntryView, ManualPosting},
    },
    domain::amount::{SignedDays, parse_positive_amount},
};

lambda::endpoint!(LEAVES_CREDITS_CREATE, post(handle), Api);

/// Work is credited for so many days after it was done.
const BACK_DAYS_MAX: i32 = 366;

/// Leave for work that was done.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewCredit {
    /// Who has worked.
    pub employee_id: EmployeeId,
    /// Leave type: its code or a name.
    #[garde(custom(fields::leave_type))]
    pub leave_type: String,
    /// How much; or `days`.
    pub minutes: Option<Minutes>,
    /// How much, in whole or half days of the person; or `minutes`.
    pub days: Option<SignedDays>,
    /// The day that was worked. The credit counts from then on.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub worked_on: Date,
    /// The last day on which it may be taken; unless told, as the policy says.
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub expires_on: Option<Date>,
    /// What was worked, and why. It stands in the ledger.
    #[garde(custom(fields::validate_reason))]
    pub reason: String,
}

/// Credits compensatory leave.
#[utoipa::path(post, path = "/api/v1/leaves/credits", operation_id = "leaves-credits-create", tag = "leaves",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = NewCredit,
    responses(
        (status = 201, body = LedgerEntryView),
        (status = 403, description = "To oneself"),
        (status = 409, description = "Others keep changing the account"),
        (status = 404, description = "Out of reach"),
        (status = 422, description = "A field breaks a rule, or names nobody or no leave type")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewCredit>>,
) -> std::result::Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.for_request(access::LEAVES_CREDITS_CREATE.name, caller.id(), &body);
    if let Some(answer) = manual_posting::replayed_answer(&api, &caller, once.as_ref()).await? {
        return Ok(answer);
    }
    let desk = ManualPosting::of(&api, &caller, body.employee_id, &body.leave_type).await?;
    let policy = desk.policy_on(body.worked_on);
    let days = policy.and_then(|(_, rules)| rules.credit_expires_days);
    let expires_on = last_day(&body, days, desk.today)?;
    let entry = LedgerEntry {
        id: format!("grant#{}", api.shell.ids.uuid(origin.at).simple()),
        kind: EntryKind::Grant,
        leave_type: desk.leave_type.clone(),
        on: body.worked_on,
        minutes: parse_positive_amount(body.minutes, body.days, desk.day_minutes())?,
        days: Vec::new(),
        expires_on,
        leave_id: None,
        policy: policy.map(|(reference, _)| reference),
        rule: "credit".to_owned(),
        inputs: json!({"reason": body.reason.trim(), "worked_on": body.worked_on, "credit_expires_days": days}),
        posted_at: origin.at,
        posted_by: origin.actor.clone(),
    };
    let answer = desk.post(&api, &caller, once.as_ref(), |account| desk.prepare(account, &entry, "/worked_on")).await;
    Ok(answer?)
}

/// The last day on which the credit may be taken.
fn last_day(body: &NewCredit, credit_expires_days: Option<u16>, today: Date) -> Result<Option<Date>> {
    let invalid = |pointer: &'static str, code, detail: &str| Err(Error::invalid(pointer, code, detail));
    if body.worked_on > today {
        return invalid("/worked_on", "not_yet", "Only work that was done is credited.");
    }
    if body.worked_on < today.saturating_sub(BACK_DAYS_MAX.days()) {
        return invalid("/worked_on", "too_old", "Work is credited within a year.");
    }
    let by_policy = credit_expires_days.map(|days| body.worked_on.saturating_add(i32::from(days).days()));
    match (body.expires_on, by_policy) {
        (Some(last), _) if last < today => invalid("/expires_on", "in_the_past", "It would have ended already."),
        (None, Some(last)) if last < today => invalid(
            "/worked_on",
            "expired",
            &format!("By the policy it ended on {last}; say `expires_on` to credit it all the same."),
        ),
        (given, by_policy) => Ok(given.or(by_policy)),
    }
}
