//! `GET /api/v1/notifications/{notification_id}/trace`: reads the routing decision and the deliveries of a notification.

use axum::extract::State;
use kernel::{EmployeeId, NotificationId};
use lambda::http::{InScope, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::traced_notification::{DeliveryView, TracedNotification};
use crate::{
    api::Api,
    domain::{notification_type::NotificationType, trace::RoutingTrace},
};

lambda::endpoint!(NOTIFICATIONS_TRACE_GET, get(handle), Api);

/// Routing decision and deliveries of a notification.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NotificationTrace {
    /// Id of the notification.
    pub notification_id: NotificationId,
    /// Recipient of the notification.
    pub recipient_id: EmployeeId,
    /// Type of the notification.
    pub notification_type: NotificationType,
    /// Routing decisions about the event and this recipient; null after 90 days, unless the event can notify only its subject,
    /// and for recipients of a bulk message before its last 20 pages of 50.
    #[schema(required)]
    pub routing: Option<RoutingTrace>,
    /// Deliveries, one per channel, the inbox last.
    pub deliveries: Vec<DeliveryView>,
}

/// Returns the routing decision and the deliveries of a notification.
///
/// HR and administrators see the traces of all notifications, others those of their own.
#[utoipa::path(get, path = "/api/v1/notifications/{notification_id}/trace", operation_id = "notifications-trace-get",
    tag = "notifications",
    params(("notification_id" = NotificationId, Path, description = "Id of the notification.")),
    responses(
        (status = 200, body = NotificationTrace, description = "Trace of the notification."),
        (status = 404, description = "`not_found`: the notification does not exist or is for another person.")))]
async fn handle(
    State(api): State<Api>,
    InScope(TracedNotification { notification, deliveries }): InScope<TracedNotification>,
) -> Result<axum::Json<NotificationTrace>, Problem> {
    let routing = api.store.find_full_trace(notification.event_id).await?;
    let sent = deliveries.into_iter().map(DeliveryView::from);
    let deliveries = sent.chain(DeliveryView::for_inbox(&notification)).collect();
    Ok(axum::Json(NotificationTrace {
        notification_id: notification.id,
        recipient_id: notification.recipient_id,
        notification_type: notification.notification_type,
        routing: routing.and_then(|trace| trace.limited_to(notification.recipient_id)),
        deliveries,
    }))
}
