//! `PUT /api/v1/leaves/{leave_id}/reject`: says no; the days that were held come back. Publishes `leave.request_rejected`.

use axum::extract::State;
use events::EventType;
use garde::Validate;
use kernel::{Error, LeaveId};
use lambda::http::{Caller, IfMatch, Json, Path, Problem, Valid, Versioned};
use policy::leave::Approval;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{
    request_context::{self, Case},
    view::LeaveView,
};
use crate::api::{Api, fields};
use crate::{
    domain::request::Request,
    store::{Attempt, Settling, Standing, Stored},
};
use store::pause::{ATTEMPTS_MAX, busy};

lambda::endpoint!(LEAVES_REJECT, put(handle), Api);

/// A no.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct Reject {
    /// Why.
    #[garde(custom(fields::reason))]
    pub reason: String,
}

/// Rejects a request: whoever may approve the step that waits may reject it.
#[utoipa::path(put, path = "/api/v1/leaves/{leave_id}/reject", operation_id = "leaves-reject", tag = "leaves",
    params(("leave_id" = LeaveId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    request_body = Reject,
    responses(
        (status = 200, body = LeaveView),
        (status = 403, description = "`own_request`, or `not_your_step`"),
        (status = 404, description = "Not there, or not for the caller to see"),
        (status = 409, description = "`already_decided`, with the decision that stands; `busy`"),
        (status = 412, description = "Changed since it was read")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<LeaveId>,
    named: IfMatch,
    Valid(Json(body)): Valid<Json<Reject>>,
) -> Result<Versioned<LeaveView>, Problem> {
    let reason = body.reason.trim().to_owned();
    for tries in 1..=ATTEMPTS_MAX {
        let before = api.store.request(id).await?;
        let (case, standing) =
            tokio::try_join!(Case::of(&api, &caller, &before.value), api.store.standing_of(&before.value))?;
        case.may_see(&before.value)?;
        named.check(before.version)?;
        let approval = said_no(&caller, &case, &before.value, &reason)?;
        match finish(&api, &caller, (&before, &standing), approval, &reason).await? {
            Attempt::Done(after) => return Ok(Versioned(before.version + 1, LeaveView::of(after, None))),
            Attempt::Lost => store::pause::before_another(&*api.shell.mint, caller.origin().at, tries).await,
        }
    }
    Err(busy().into())
}

fn said_no(caller: &Caller, case: &Case, request: &Request, reason: &str) -> Result<Approval, Error> {
    let approval = request.waiting().ok_or_else(|| request_context::already_decided(request))?;
    let decided = approval.reject(&case.who, caller.origin().at, reason.to_owned());
    decided.ok_or_else(|| request_context::refused(request, &case.who))
}

async fn finish(
    api: &Api,
    caller: &Caller,
    (before, standing): (&Stored<Request>, &Standing),
    approval: Approval,
    reason: &str,
) -> Result<Attempt<Request>, Error> {
    let (origin, request) = (caller.origin(), &before.value);
    let data = json!({ "reason": reason });
    let (after, entries) = request.rejected(approval, caller.id(), reason.to_owned(), origin);
    let settling = Settling {
        after: &after,
        entries: &entries,
        standing,
        freed_from: Some(request.start_date),
        event: EventType::LeaveRequestRejected,
        data,
    };
    Ok(api.store.settle(origin, before, settling, None, &()).await?.with(after))
}
