//! `PUT /api/v1/notifications/{notification_id}/mark-read`: marks one of one's own notifications as read.

use axum::extract::State;
use kernel::{Error, NotificationId};
use lambda::http::{Caller, IfMatch, Path, Problem, Versioned};

use super::inbox::NotificationView;
use crate::api::Api;

lambda::endpoint!(NOTIFICATIONS_MARK_READ, put(handle), Api);

/// Marks a notification as read. Whoever does it again gets the time of the first.
#[utoipa::path(put, path = "/api/v1/notifications/{notification_id}/mark-read", operation_id = "notifications-mark-read",
    tag = "notifications",
    params(
        ("notification_id" = NotificationId, Path),
        ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    responses(
        (status = 200, body = NotificationView),
        (status = 404, description = "Not there, or somebody else's"),
        (status = 412, description = "Changed since it was read")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<NotificationId>,
    named: IfMatch,
) -> Result<Versioned<NotificationView>, Problem> {
    // No version satisfies both: somebody who named one is told before anything is marked.
    if named.require(0).is_err() || named.require(u64::MAX).is_err() {
        let found = api.store.notification(id).await?.filter(|found| found.value.recipient_id == caller.id());
        named.require(found.ok_or_else(|| Error::not_found("notification"))?.version)?;
    }
    let read = api.store.mark_read(caller.origin(), id, caller.id()).await?;
    Ok(Versioned(read.version, read.value.into()))
}
