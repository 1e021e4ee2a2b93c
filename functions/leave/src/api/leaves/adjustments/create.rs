//! `POST /api/v1/leaves/adjustments`: adjusts a balance, with a reason. Publishes `leave.balance_changed`.

use axum::{extract::State, response::Response};
use garde::Validate;
use jiff::{ToSpan, civil::Date};
use kernel::{EmployeeId, Error, Minutes};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Valid};
use policy::leave::{EntryKind, LedgerEntry, ManualInputs};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    api::{
        Api, fields,
        leaves::{
            below_floor::{ChangeBelowFloor, FloorOverride},
            manual_posting::{self, LedgerEntryView, ManualPosting},
        },
    },
    domain::amount::{SignedDays, parse_amount},
    messages,
};

lambda::endpoint!(LEAVES_ADJUSTMENTS_CREATE, post(handle), Api);

/// Most days between today and the day from which an adjustment counts.
const AHEAD_DAYS_MAX: i32 = 366;

/// Manual adjustment of a leave balance.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewAdjustment {
    /// Employee whose balance is adjusted; not the caller.
    pub employee_id: EmployeeId,
    /// Leave type: its code or one of its names, in any case.
    #[garde(custom(fields::validate_leave_type))]
    #[schema(
        min_length = 1,
        max_length = 60,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub leave_type: String,
    /// Signed amount in minutes, not zero, at most 366 standard days of the employee
    /// in either direction. Exactly one of `minutes` and `days` is
    /// required.
    #[schema(value_type = Option<i64>, minimum = -527_040, maximum = 527_040)]
    pub minutes: Option<Minutes>,
    /// Signed amount in whole or half standard days of the employee, not zero. Alternative to `minutes`.
    pub days: Option<SignedDays>,
    /// Day from which the adjustment counts, at most 366 days ahead. Default: today at the employee's site.
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub on: Option<Date>,
    /// Reason of the adjustment, kept in the ledger.
    #[garde(custom(fields::validate_reason))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
    )]
    pub reason: String,
    /// Whether the adjustment may take the balance below the floor of its policy. Default: false.
    #[serde(rename = "override", default, skip_serializing_if = "std::ops::Not::not")]
    pub override_floor: bool,
}

/// Adjusts a leave balance.
///
/// HR adjusts balances of all other employees. An adjustment that takes the balance below the floor of its policy needs
/// `override`. Nobody is notified.
#[utoipa::path(post, path = "/api/v1/leaves/adjustments", operation_id = "leaves-adjustments-create", tag = "leaves",
    params(IdempotencyHeader),
    request_body = NewAdjustment,
    responses(
        (status = 201, body = LedgerEntryView, description = "Posted entry, and the balance after it."),
        (status = 403, description = "`forbidden`: callers cannot adjust their own balance."),
        (status = 409, description = "`busy`: other requests won every attempt."),
        (status = 422, description = "`invalid`: the employee, the leave type, the amount or the day is not valid. \
            `below_floor`: the balance falls below the floor of its policy; `current` holds the figures.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewAdjustment>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let idempotency_key = key.for_request(access::LEAVES_ADJUSTMENTS_CREATE.name, caller.id(), &body);
    if let Some(answer) = manual_posting::find_replayed_answer(&api, &caller, idempotency_key.as_ref()).await? {
        return Ok(answer);
    }
    let manual = ManualPosting::load(&api, &caller, body.employee_id, &body.leave_type).await?;
    let on = body.on.unwrap_or(manual.today);
    if on > manual.today.saturating_add(AHEAD_DAYS_MAX.days()) {
        return Err(Error::invalid("/on", "too_far", messages::more_than_a_year_ahead()).into());
    }
    let entry = LedgerEntry {
        id: format!("adjust#{}", api.shell.ids.uuid(origin.at).simple()),
        kind: EntryKind::Adjust,
        leave_type: manual.leave_type.clone(),
        on,
        minutes: parse_amount(body.minutes, body.days, manual.day_minutes(on))?,
        days: Vec::new(),
        expires_on: None,
        leave_id: None,
        policy: None,
        rule: "manual".to_owned(),
        inputs: json!(ManualInputs { reason: body.reason.trim().to_owned() }),
        posted_at: origin.at,
        posted_by: origin.actor.clone(),
    };
    let floor = FloorOverride::parse(body.override_floor, Some(&body.reason), "/reason")?;
    let answer = manual
        .post(&api, &caller, idempotency_key.as_ref(), |account| {
            let (posting, view) = manual.prepare_posting(account, &entry, "/on")?;
            floor.require_for(view.below_floor.clone().map(|balance| ChangeBelowFloor { leave_id: None, balance }))?;
            Ok((posting, view))
        })
        .await;
    Ok(answer?)
}
