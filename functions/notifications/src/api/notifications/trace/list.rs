//! `GET /api/v1/notifications/trace?event_id=`: reads the routing decisions of an event.

use axum::extract::State;
use garde::Validate;
use kernel::{Error, EventId};
use lambda::http::{Caller, Problem, Query, Valid};
use serde::Deserialize;
use utoipa::IntoParams;

use super::traced_notification::may_see_all_traces;
use crate::{api::Api, domain::trace::RoutingTrace, messages};

lambda::endpoint!(NOTIFICATIONS_TRACE_LIST, get(handle), Api);

/// Query of a routing trace.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct TraceQuery {
    /// Id of the event. Notifications contain it as `event_id`; the id of an audit record is `audit_` and the same
    /// digits.
    pub event_id: EventId,
}

/// Returns the routing decisions about an event.
///
/// They show who was notified, and why or why not. HR and administrators see all recipients, others only themselves. Of a
/// bulk message, the last 20 pages of 50 recipients are shown. A trace is kept for 90 days; that of an event that can notify
/// only its subject as long as the notification, two years.
#[utoipa::path(get, path = "/api/v1/notifications/trace", operation_id = "notifications-trace-list", tag = "notifications",
    params(TraceQuery),
    responses(
        (status = 200, body = RoutingTrace, description = "Routing decisions that the caller may see."),
        (status = 404, description = "`not_found`: the event has no decision that the caller may see.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Valid(Query(query)): Valid<Query<TraceQuery>>,
) -> Result<axum::Json<RoutingTrace>, Problem> {
    let trace = api.store.find_full_trace(query.event_id).await?;
    let visible =
        if may_see_all_traces(&caller) { trace } else { trace.and_then(|trace| trace.limited_to(caller.id())) };
    Ok(axum::Json(visible.ok_or_else(|| Error::not_found(messages::event_decision()))?))
}
