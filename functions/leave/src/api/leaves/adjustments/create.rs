//! `POST /api/v1/leaves/adjustments`: corrects a balance, with a reason. Publishes `leave.balance_changed`.

use axum::{extract::State, response::Response};
use garde::Validate;
use jiff::{ToSpan, civil::Date};
use kernel::{EmployeeId, Error, Minutes};
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
    domain::amount::{SignedDays, parse_amount},
};

lambda::endpoint!(LEAVES_ADJUSTMENTS_CREATE, post(handle), Api);

/// How far ahead a correction may count from, in days.
const AHEAD_DAYS_MAX: i32 = 366;

/// A correction.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewAdjustment {
    /// Whose balance.
    pub employee_id: EmployeeId,
    /// Leave type: its code or a name.
    #[garde(custom(fields::leave_type))]
    pub leave_type: String,
    /// How much, signed; or `days`.
    pub minutes: Option<Minutes>,
    /// How much, signed, in whole or half days of the person; or `minutes`.
    pub days: Option<SignedDays>,
    /// Counts from this day on; today unless told.
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub on: Option<Date>,
    /// Why. It stands in the ledger.
    #[garde(custom(fields::validate_reason))]
    pub reason: String,
}

/// Corrects a balance. A correction may go below what the policy allows for requests: it says what is true.
#[utoipa::path(post, path = "/api/v1/leaves/adjustments", operation_id = "leaves-adjustments-create", tag = "leaves",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = NewAdjustment,
    responses(
        (status = 201, body = LedgerEntryView),
        (status = 403, description = "One's own balance"),
        (status = 409, description = "Others keep changing the account"),
        (status = 422, description = "A field breaks a rule, or names nobody or no leave type")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewAdjustment>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.for_request(access::LEAVES_ADJUSTMENTS_CREATE.name, caller.id(), &body);
    if let Some(answer) = manual_posting::replayed_answer(&api, &caller, once.as_ref()).await? {
        return Ok(answer);
    }
    let desk = ManualPosting::of(&api, &caller, body.employee_id, &body.leave_type).await?;
    let on = body.on.unwrap_or(desk.today);
    if on > desk.today.saturating_add(AHEAD_DAYS_MAX.days()) {
        return Err(Error::invalid("/on", "too_far", "At most a year ahead.").into());
    }
    let entry = LedgerEntry {
        id: format!("adjust#{}", api.shell.ids.uuid(origin.at).simple()),
        kind: EntryKind::Adjust,
        leave_type: desk.leave_type.clone(),
        on,
        minutes: parse_amount(body.minutes, body.days, desk.day_minutes())?,
        days: Vec::new(),
        expires_on: None,
        leave_id: None,
        policy: None,
        rule: "manual".to_owned(),
        inputs: json!({"reason": body.reason.trim()}),
        posted_at: origin.at,
        posted_by: origin.actor.clone(),
    };
    let answer = desk.post(&api, &caller, once.as_ref(), |account| desk.prepare(account, &entry, "/on")).await;
    Ok(answer?)
}
