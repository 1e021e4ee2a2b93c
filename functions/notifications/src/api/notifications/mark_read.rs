//! `PUT /api/v1/notifications/{notification_id}/mark-read`: marks one of the caller's notifications as read.

use axum::extract::State;
use kernel::{Error, NotificationId};
use lambda::http::{Caller, IfMatch, Path, Problem, Versioned};

use super::inbox::NotificationView;
use crate::{api::Api, messages};

lambda::endpoint!(NOTIFICATIONS_MARK_READ, put(handle), Api);

/// Marks a notification as read.
///
/// A repetition keeps the time of the first call.
#[utoipa::path(put, path = "/api/v1/notifications/{notification_id}/mark-read", operation_id = "notifications-mark-read",
    tag = "notifications",
    params(("notification_id" = NotificationId, Path, description = "Id of the notification."), IfMatch),
    responses(
        (status = 200, body = NotificationView, description = "Notification with the time at which it was read."),
        (status = 404, description = "`not_found`: the notification does not exist or is in the inbox of another person."),
        (status = 412, description = "`stale`: the notification was changed after it was read.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<NotificationId>,
    if_match: IfMatch,
) -> Result<Versioned<NotificationView>, Problem> {
    // Without `If-Match`, every version is accepted, so the notification need not be read first.
    if if_match.require(0).is_err() || if_match.require(u64::MAX).is_err() {
        let stored = api.store.find_notification(id).await?;
        let own = stored.filter(|stored| stored.value.recipient_id == caller.id());
        if_match.require(own.ok_or_else(|| Error::not_found(messages::notification()))?.version)?;
    }
    let read = api.store.mark_read(caller.origin(), id, caller.id()).await?;
    Ok(Versioned(read.version, read.value.into()))
}
