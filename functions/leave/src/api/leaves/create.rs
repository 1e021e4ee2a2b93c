//! `POST /api/v1/leaves`: asks for leave. Publishes `leave.request_created`, or `leave.request_approved` with `created` in its
//! data where the policy asks nobody.
//!
//! One round trip of reads beside the caller's own record, then one transaction. Whoever was slower than somebody else reads and
//! judges again, so that of many who want the same day one gets it and the others hear which request stands.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use directory::Person;
use kernel::{Error, LeaveId};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid, VerifiedToken, created};
use serde_json::json;

use super::{
    new_leave::{self, LeaveDates, NewLeave},
    request_context,
    request_inputs::{admit_and_load, once},
    view::LeaveView,
};
use crate::{
    api::Api,
    domain::request::{Request, RequestDetails},
    store::NewRequestWrite,
};

lambda::endpoint!(LEAVES_CREATE, post(handle), Api);

/// Asks for leave.
#[utoipa::path(post, path = "/api/v1/leaves", operation_id = "leaves-create", tag = "leaves",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = NewLeave,
    responses(
        (status = 201, body = LeaveView),
        (status = 404, description = "Somebody else's leave, and the caller is not HR"),
        (status = 409, description = "`overlap`, with the request that stands; `busy`"),
        (status = 422, description = "Impossible days, unknown type, or `policy_violation`, with each violation at its field")))]
pub async fn handle(
    State(api): State<Api>,
    arriving: VerifiedToken,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewLeave>>,
) -> Result<Response, Problem> {
    let (caller, when, found) = admit_and_load(&api, arriving, &key, &body).await?;
    if let Some(answer) = found.answered {
        return Ok(Replayed::created(answer));
    }
    let person = whose(&caller, &body, found.person)?;
    let leave_type = body.resolve_leave_type(&found.types)?;
    let (origin, once) = (caller.origin(), once(&key, caller.id(), &body));
    let id = LeaveId::new(api.shell.ids.uuid(origin.at));
    let today = person.today(origin.at);
    let known = (found.code == leave_type.code).then_some(found.standing);
    let answer = api.until_won_from(origin.at, known, |known| async {
        let standing = match known {
            Some(known) => known,
            None => api.store.leave_position(person.id, &leave_type.code, when.first, when.last).await?,
        };
        let slot = new_leave::slot(id, leave_type, when);
        let months =
            standing.months.occupying(&slot, when.first, when.last).map_err(|it| new_leave::overlap_conflict(&it))?;
        let attachment = body.attachment_id.is_some();
        let mut judged =
            new_leave::evaluate_request((&found.book, &person, &standing), leave_type, when, attachment, today)?;
        judged.violations = new_leave::apply_override(judged.violations, body.override_policy);
        new_leave::reject_violations(&judged, &person)?;
        let request = Request::new(id, (&*person, leave_type), wanted(&body, when), judged, (caller.id(), origin.at));
        let waits_for = request_context::pending_approvers(&api, &request, &person, origin.at).await?;
        let view = LeaveView::of(request.clone(), waits_for);
        let data = json!({ "created": true, "override": body.override_policy });
        let opening =
            NewRequestWrite { request: &request, person: &person, standing: &standing, months: &months, data };
        let opened = api.store.create_request(origin, opening, once.as_ref(), &view).await?;
        Ok(opened.map(|outcome| created(outcome, format!("/api/v1/leaves/{id}"), view)).or(None))
    });
    Ok(answer.await?)
}

/// Whose leave it is: the caller's own, or with HR anybody's who works here.
fn whose(caller: &Caller, body: &NewLeave, found: Option<Arc<Person>>) -> Result<Arc<Person>, Error> {
    let own = body.employee_id.is_none_or(|id| id == caller.id());
    let all = caller.grant().includes(access::Scope::All);
    if body.override_policy && (own || !all) {
        let detail = "Only HR overrules a policy, and never for themselves.";
        return Err(Error::forbidden().with_field("/override", "forbidden", detail));
    }
    if body.override_policy && body.reason.is_none() {
        return Err(Error::invalid("/reason", "required", "Say why the policy is overruled."));
    }
    let person = match (own, all) {
        (true, _) => Arc::new(caller.person().clone()),
        (false, true) => {
            found.ok_or_else(|| Error::invalid("/employee_id", "unknown_employee", "There is no such person."))?
        }
        (false, false) => return Err(Error::not_found("person")),
    };
    new_leave::require_active(&person)?;
    Ok(person)
}

fn wanted(body: &NewLeave, when: LeaveDates) -> RequestDetails {
    RequestDetails {
        days: (when.first, when.last),
        portion: when.portion,
        reason: body.reason.as_deref().map(|reason| reason.trim().to_owned()),
        attachment_id: body.attachment_id.clone(),
    }
}
