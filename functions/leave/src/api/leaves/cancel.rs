//! `POST /api/v1/leaves/{leave_id}/cancel`: returns all days of a request, or its first or last days. Publishes
//! `leave.request_cancelled`.
//!
//! By default the days from the first one that has not begun by its plan are returned. Without days left the request is
//! cancelled; otherwise it keeps its status with the days that stay.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use directory::Person;
use events::EventType;
use garde::Validate;
use jiff::civil::Date;
use kernel::{Code, Error, LeaveId};
use lambda::http::{Caller, IdempotencyHeader, Json, LoadInScope, Path, Problem, Replayed, Valid, updated};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{leave_in_scope::employee_in_scope, request_context, view::LeaveView};
use crate::{
    api::{Api, fields},
    domain::{
        changed_days::DaysReturned,
        request::{Request, RequestStatus},
        returned_days::{NotReturnable, ReturnReason},
    },
    messages,
    store::{AccountAndMonths, RequestUpdateWrite, Stored},
};

lambda::endpoint!(LEAVES_CANCEL, post(handle), Api);

/// Cancellation of a leave request, or of its first or last days.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct CancelLeave {
    /// First day to return. Default: the first day of the request, of an approved leave the first one that has not begun
    /// by its plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Last day to return, not before `from`. Default: the last day of the request. Days before `from` and after `to` must not
    /// both stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// Reason of the cancellation, kept in the audit trail. Required if HR returns days that have begun.
    #[garde(inner(custom(fields::validate_reason)))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
    )]
    pub reason: Option<String>,
}

/// Cancels a leave request, or returns its first or last days.
///
/// Employees cancel their own requests; HR cancels all. Of an approved leave, only days that have not begun by their
/// plan are returned; HR may also return days that have begun, of another employee and with a reason. What remains keeps
/// its status, without a new approval and notice. The employee, the manager, the approvers and HR are notified.
#[utoipa::path(post, path = "/api/v1/leaves/{leave_id}/cancel", operation_id = "leaves-cancel", tag = "leaves",
    params(("leave_id" = LeaveId, Path, description = "Id of the leave request."),
        IdempotencyHeader),
    request_body = CancelLeave,
    responses(
        (status = 200, body = LeaveView, description = "Request after the return: cancelled, or with the days that stay."),
        (status = 404, description = "`not_found`: the request does not exist, or belongs to another employee."),
        (status = 409, description = "`already_decided`: the request was rejected or cancelled before; `current` holds the decision. \
            `over`: all days of the leave have begun. `busy`: other requests won every attempt."),
        (status = 422, description = "`invalid`: the days are out of order, outside the leave or have begun, or days before and after \
            them would stay.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<LeaveId>,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<CancelLeave>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let idempotency_key = key.for_request(access::LEAVES_CANCEL.name, caller.id(), &(id, &body));
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed::ok(answer));
    }
    let answer = api.until_won(origin.at, || async {
        let leave = LeaveToCancel::load_in_scope(&api, &caller, id).await?;
        let request = &leave.before.value;
        let first_returnable = leave.first_day_to_return(&api, &caller).await?;
        let days = days_to_return(request, &body, first_returnable, right_to_begun_days(&caller, request))?;
        let DaysReturned { after, entries, days } = request
            .return_days(days, ReturnReason::Cancelled, leave.before.version, origin)
            .map_err(|reason| not_returnable_error(request, reason))?;
        let view = LeaveView::of(after.clone(), None);
        let write = RequestUpdateWrite {
            after: &after,
            entries: &entries,
            state: &leave.state,
            months: None,
            looked_at: None,
            event: EventType::LeaveRequestCancelled,
            data: json!({
                "reason": body.reason, "was": request.status, "returned_from": days.0, "returned_to": days.1,
            }),
        };
        let saved = api.store.update_request(origin, &leave.before, write, idempotency_key.as_ref(), &view).await?;
        Ok(saved.map(|outcome| updated(outcome, leave.before.version + 1, view)))
    });
    Ok(answer.await?)
}

/// Request in any status whose employee is in the caller's scope, its employee, account and months.
struct LeaveToCancel {
    before: Stored<Request>,
    person: Arc<Person>,
    state: AccountAndMonths,
}

impl LoadInScope<Api> for LeaveToCancel {
    type Id = LeaveId;

    async fn load_in_scope(api: &Api, caller: &Caller, id: LeaveId) -> Result<Self, Error> {
        let before = api.store.get_request(id).await?;
        let (person, state) = tokio::try_join!(
            employee_in_scope(caller, &before.value),
            api.store.load_account_and_months_of(&before.value)
        )?;
        Ok(Self { before, person, state })
    }
}

impl LeaveToCancel {
    /// First day that may be returned: of a pending request its first day, of a leave the first one that has not begun
    /// by its plan. The plan is read only for a leave that may have begun.
    async fn first_day_to_return(&self, api: &Api, caller: &Caller) -> Result<Date, Error> {
        let (request, at) = (&self.before.value, caller.origin().at);
        if request.status != RequestStatus::Approved || request.start_date > self.person.today(at) {
            return Ok(request.start_date);
        }
        let (book, plans) =
            tokio::try_join!(api.store.rulebook.load(at), api.store.plans.load(request.employee_id, at))?;
        Ok(plans.expected_work(&book, &self.person).first_date_not_begun(at).max(request.start_date))
    }
}

/// Right of the caller to return days that have begun: only HR has it, for another employee.
fn right_to_begun_days(caller: &Caller, request: &Request) -> BegunDays {
    let others = caller.grant().includes(access::Scope::All) && caller.id() != request.employee_id;
    if others { BegunDays::WithReason } else { BegunDays::Refused }
}

/// Right of a caller to return days that have begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BegunDays {
    Refused,
    WithReason,
}

/// First and last day to return; they may reach beyond the request. Days before `first_returnable` need the right to days
/// that have begun.
///
/// # Errors
/// 409 `over` if all days have begun and none is named; 422 for days that have begun and may not be returned.
fn days_to_return(
    request: &Request,
    body: &CancelLeave,
    first_returnable: Date,
    begun_days: BegunDays,
) -> Result<(Date, Date), Error> {
    let (from, to) = (body.from.unwrap_or(first_returnable), body.to.unwrap_or(request.end_date));
    let has_begun_days = from.max(request.start_date) < first_returnable;
    match begun_days {
        _ if first_returnable > request.end_date && (body.from.is_none() || begun_days == BegunDays::Refused) => {
            return Err(Error::new(Code::Over, messages::leave_over()));
        }
        BegunDays::Refused if has_begun_days => {
            return Err(Error::invalid("/from", "begun", messages::days_have_begun(first_returnable)));
        }
        BegunDays::WithReason if has_begun_days && body.reason.is_none() => {
            return Err(Error::invalid("/reason", "required", messages::begun_days_without_reason()));
        }
        BegunDays::Refused | BegunDays::WithReason => {}
    }
    fields::check_date_order("/to", from, to)?;
    Ok((from, to))
}

/// Problem of days that cannot be returned.
fn not_returnable_error(request: &Request, reason: NotReturnable) -> Error {
    match reason {
        NotReturnable::Decided => request_context::already_decided_error(request),
        NotReturnable::NoDays => {
            Error::invalid("/from", "outside_leave", messages::days_outside_leave(request.start_date, request.end_date))
        }
        NotReturnable::Inside => Error::invalid("/to", "inside_leave", messages::days_inside_leave()),
    }
}
