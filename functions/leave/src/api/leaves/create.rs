//! `POST /api/v1/leaves`: requests leave. Publishes `leave.request_created`, or `leave.request_approved` with `created`
//! in its data if the policy has no approval step.
//!
//! It costs one round trip of reads, parallel to the caller's own record, and one transaction. After a lost race the
//! request is read and evaluated again: of many requests for the same day one wins, and the others get the winner's id.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use directory::Person;
use kernel::{Error, LeaveId};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid, VerifiedToken, created};
use policy::leave::RequestedDates;
use serde_json::json;

use super::{
    interruption::place_request,
    new_leave::{self, NewLeave},
    request_context,
    request_inputs::{admit_and_load_inputs, new_leave_idempotency_key},
    view::LeaveView,
};
use crate::{
    api::Api,
    domain::request::{Request, RequestDetails},
    messages,
    store::NewRequestWrite,
};

lambda::endpoint!(LEAVES_CREATE, post(handle), Api);

/// Requests leave.
///
/// Employees request leave for themselves, HR also for others. The request is pending, or approved at once if the
/// policy has no approval step. The employee and HR are notified, and of a pending request also the manager and the
/// approvers. Leave whose policy interrupts other leave, such as sick leave, takes the place of approved leave of these types:
/// the days in common come back, and the rest of that leave stays approved.
#[utoipa::path(post, path = "/api/v1/leaves", operation_id = "leaves-create", tag = "leaves",
    params(IdempotencyHeader),
    request_body = NewLeave,
    responses(
        (status = 201, body = LeaveView, description = "New request."),
        (status = 403, description = "`forbidden`: only HR may set `override`, and only for another employee."),
        (status = 404, description = "`not_found`: the leave is for another employee, and the caller is not HR."),
        (status = 409, description = "`overlap`: an existing request covers one of the days; `current` names it. \
            `busy`: other requests won every attempt."),
        (status = 422, description = "`invalid`: the days, the leave type or the employee is not valid. `policy_violation`: policies do \
            not allow this leave; `errors` names each violation, and `current` holds the figures.")))]
pub async fn handle(
    State(api): State<Api>,
    token: VerifiedToken,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewLeave>>,
) -> Result<Response, Problem> {
    let (caller, dates, inputs) = admit_and_load_inputs(&api, token, &key, &body).await?;
    if let Some(answer) = inputs.answered {
        return Ok(Replayed::created(answer));
    }
    let person = resolve_employee(&caller, &body, inputs.person)?;
    let leave_type = body.resolve_leave_type(&inputs.types)?;
    let (origin, idempotency_key) = (caller.origin(), new_leave_idempotency_key(&key, caller.id(), &body));
    let id = LeaveId::new(api.shell.ids.uuid(origin.at));
    let (today, work) = (person.today(origin.at), inputs.plans.expected_work(&inputs.book, &person));
    let known = (inputs.code == leave_type.code).then_some(inputs.state);
    let answer = api.until_won_from(origin.at, known, |known| async {
        let state = match known {
            Some(known) => known,
            None => api.store.load_account_and_months(person.id, &leave_type.code, dates.first, dates.last).await?,
        };
        let placed = place_request(&api, origin, (&work, &state), ((id, &leave_type.code), dates)).await?;
        let placement = placed.map_err(|overlap| new_leave::overlap_error(&overlap, "/start_date"))?;
        let has_attachment = body.attachment_id.is_some();
        let (account, slots) = (&placement.state.account.value, placement.state.months.slots_by_month());
        let of_type = (leave_type.code.as_str(), leave_type.name.as_str());
        let mut evaluation =
            new_leave::evaluate_request(&work, (account, &slots), of_type, (dates, &[]), has_attachment, today)?;
        evaluation.violations = new_leave::unblock_by_override(evaluation.violations, body.override_policy);
        new_leave::require_no_blocking_violations(&evaluation, &person)?;
        let looked_at = evaluation.looked_at;
        let request = Request::new(
            id,
            (&*person, leave_type),
            request_details(&body, dates),
            evaluation,
            (caller.id(), origin.at),
        );
        let waits_for = request_context::load_approvers_of_new_request(&api, &request, &person, origin.at).await?;
        let view = LeaveView::of(request.clone(), waits_for);
        let data = json!({ "created": true, "override": body.override_policy });
        let months = placement.months.with_days_between(&request);
        let write = NewRequestWrite {
            request: &request,
            person: &person,
            state: &state,
            months: &months,
            looked_at,
            interrupted: &placement.interrupted,
            data,
        };
        let saved = api.store.create_request(origin, write, idempotency_key.as_ref(), &view).await?;
        Ok(saved.map(|outcome| created(outcome, format!("/api/v1/leaves/{id}"), view)).won_or(None))
    });
    Ok(answer.await?)
}

/// Employee of the request: the caller, or for HR anybody who is active or on leave. Refuses an `override` that the
/// caller may not set or that has no reason.
fn resolve_employee(caller: &Caller, body: &NewLeave, other: Option<Arc<Person>>) -> Result<Arc<Person>, Error> {
    let own = body.employee_id.is_none_or(|id| id == caller.id());
    let all = caller.grant().includes(access::Scope::All);
    if body.override_policy && (own || !all) {
        return Err(Error::forbidden().with_field("/override", "forbidden", messages::override_for_hr()));
    }
    if body.override_policy && body.reason.is_none() {
        return Err(Error::invalid("/reason", "required", messages::override_without_reason()));
    }
    let person = match (own, all) {
        (true, _) => Arc::new(caller.person().clone()),
        (false, true) => {
            other.ok_or_else(|| Error::invalid("/employee_id", "unknown_employee", messages::unknown_employee()))?
        }
        (false, false) => return Err(Error::employee_not_found()),
    };
    new_leave::require_active_or_on_leave(&person)?;
    Ok(person)
}

fn request_details(body: &NewLeave, dates: RequestedDates) -> RequestDetails {
    RequestDetails {
        days: (dates.first, dates.last),
        portions: dates.portions,
        reason: body.reason.as_deref().map(|reason| reason.trim().to_owned()),
        attachment_id: body.attachment_id.clone(),
    }
}
