//! `GET /api/v1/notifications/trace?event_id=`: why an event did, or did not, notify somebody.

use axum::extract::State;
use garde::Validate;
use kernel::{Error, EventId};
use lambda::http::{Caller, Problem, Query, Valid};
use serde::Deserialize;
use utoipa::IntoParams;

use super::traced_notification::may_see_all_traces;
use crate::{api::Api, domain::trace::RoutingTrace};

lambda::endpoint!(NOTIFICATIONS_TRACE_LIST, get(handle), Api);

/// Of which event.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// The event, as notifications and audit records name it.
    pub event_id: EventId,
}

/// Tells what was decided of an event: HR and administrators see everybody, others themselves.
#[utoipa::path(get, path = "/api/v1/notifications/trace", operation_id = "notifications-trace-list", tag = "notifications",
    params(Filter),
    responses(
        (status = 200, body = RoutingTrace),
        (status = 404, description = "Nothing was decided, or nothing that concerns the caller")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Valid(Query(filter)): Valid<Query<Filter>>,
) -> Result<axum::Json<RoutingTrace>, Problem> {
    let whole = api.store.get_full_trace(filter.event_id).await?;
    let part = if may_see_all_traces(&caller) { whole } else { whole.and_then(|trace| trace.visible_to(caller.id())) };
    Ok(axum::Json(part.ok_or_else(|| Error::not_found("decision about this event"))?))
}
