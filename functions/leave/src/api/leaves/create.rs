//! `POST /api/v1/leaves`: asks for leave. Publishes `leave.request_created`, or `leave.request_approved` with `created` in its
//! data where the policy asks nobody.
//!
//! One round trip of reads beside the caller's own record, then one transaction. Whoever was slower than somebody else reads and
//! judges again, so that of many who want the same day one gets it and the others hear which request stands.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use directory::Person;
use kernel::{Error, LeaveId};
use lambda::http::{Arriving, Caller, Idempotency, Json, Problem, Replayed, Valid, created};
use serde_json::json;

use super::{
    new_leave::{self, NewLeave, When},
    request_context,
    request_inputs::{look, once},
    view::LeaveView,
};
use crate::{
    api::Api,
    domain::request::{Request, Wanted},
    store::Opening,
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
    arriving: Arriving,
    key: Idempotency,
    Valid(Json(body)): Valid<Json<NewLeave>>,
) -> Result<Response, Problem> {
    let (caller, when, found) = look(&api, arriving, &key, &body).await?;
    if let Some(answer) = found.answered {
        return Ok(Replayed::created(answer));
    }
    let person = whose(&caller, &body, found.person)?;
    let leave_type = body.type_among(&found.types)?;
    let (origin, once) = (caller.origin(), once(&key, caller.id(), &body));
    let id = LeaveId::new(api.shell.mint.uuid(origin.at));
    let today = person.today(origin.at);
    let known = (found.code == leave_type.code).then_some(found.standing);
    let answer = api.until_won_from(origin.at, known, |known| async {
        let standing = match known {
            Some(known) => known,
            None => api.store.standing(person.id, &leave_type.code, when.first, when.last).await?,
        };
        let slot = new_leave::slot(id, leave_type, when);
        let months = standing.months.with(&slot, when.first, when.last).map_err(|it| new_leave::overlapping(&it))?;
        let attachment = body.attachment_id.is_some();
        let mut judged = new_leave::weigh((&found.book, &person, &standing), leave_type, when, attachment, today)?;
        judged.violations = new_leave::overruled(judged.violations, body.overrule);
        new_leave::refuse_blocking(&judged, &person)?;
        let request = Request::new(id, (&*person, leave_type), wanted(&body, when), judged, (caller.id(), origin.at));
        let waits_for = request_context::waits_for(&api, &request, &person, origin.at).await?;
        let view = LeaveView::of(request.clone(), waits_for);
        let data = json!({ "created": true, "override": body.overrule });
        let opening = Opening { request: &request, person: &person, standing: &standing, months: &months, data };
        let opened = api.store.open(origin, opening, once.as_ref(), &view).await?;
        Ok(opened.map(|outcome| created(outcome, format!("/api/v1/leaves/{id}"), view)).or(None))
    });
    Ok(answer.await?)
}

/// Whose leave it is: the caller's own, or with HR anybody's who works here.
fn whose(caller: &Caller, body: &NewLeave, found: Option<Arc<Person>>) -> Result<Arc<Person>, Error> {
    let own = body.employee_id.is_none_or(|id| id == caller.id());
    let all = caller.grant().has(access::Scope::All);
    if body.overrule && (own || !all) {
        let detail = "Only HR overrules a policy, and never for themselves.";
        return Err(Error::forbidden().field("/override", "forbidden", detail));
    }
    if body.overrule && body.reason.is_none() {
        return Err(Error::invalid("/reason", "required", "Say why the policy is overruled."));
    }
    let person = match (own, all) {
        (true, _) => Arc::new(caller.person().clone()),
        (false, true) => {
            found.ok_or_else(|| Error::invalid("/employee_id", "unknown_employee", "There is no such person."))?
        }
        (false, false) => return Err(Error::not_found("person")),
    };
    new_leave::works_here(&person)?;
    Ok(person)
}

fn wanted(body: &NewLeave, when: When) -> Wanted {
    Wanted {
        days: (when.first, when.last),
        portion: when.portion,
        reason: body.reason.as_deref().map(|reason| reason.trim().to_owned()),
        attachment_id: body.attachment_id.clone(),
    }
}
