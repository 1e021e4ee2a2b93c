//! `GET /api/v1/notifications/{notification_id}/trace`: why a notification came, and what became of it.

use axum::extract::State;
use kernel::{EmployeeId, NotificationId};
use lambda::http::{Problem, Reached};
use serde::Serialize;
use utoipa::ToSchema;

use super::traced_notification::{DeliveryView, TracedNotification};
use crate::{api::Api, domain::trace::RoutingTrace};

lambda::endpoint!(NOTIFICATIONS_TRACE_GET, get(handle), Api);

/// Why a notification came, and what became of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NotificationTrace {
    /// The notification.
    pub notification_id: NotificationId,
    /// Its recipient.
    pub recipient_id: EmployeeId,
    /// What it is about.
    pub notification_type: String,
    /// What was decided of its event and this recipient; absent once it is older than 90 days.
    pub routing: Option<RoutingTrace>,
    /// Channel by channel, the inbox last: where the delivery stands, and after how many tries.
    pub deliveries: Vec<DeliveryView>,
}

/// Tells why a notification came.
#[utoipa::path(get, path = "/api/v1/notifications/{notification_id}/trace", operation_id = "notifications-trace-get",
    tag = "notifications",
    params(("notification_id" = NotificationId, Path)),
    responses((status = 200, body = NotificationTrace), (status = 404, description = "Not there, or somebody else's")))]
async fn handle(
    State(api): State<Api>,
    Reached(TracedNotification { notification, deliveries }): Reached<TracedNotification>,
) -> Result<axum::Json<NotificationTrace>, Problem> {
    let routing = api.store.get_full_trace(notification.event_id).await?;
    let out = deliveries.into_iter().map(DeliveryView::from);
    let deliveries = out.chain(DeliveryView::for_inbox(&notification)).collect();
    Ok(axum::Json(NotificationTrace {
        notification_id: notification.id,
        recipient_id: notification.recipient_id,
        notification_type: notification.notification_type,
        routing: routing.and_then(|trace| trace.visible_to(notification.recipient_id)),
        deliveries,
    }))
}
