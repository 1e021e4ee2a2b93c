//! `GET /api/v1/notifications/{user_id}/unread`: lists the caller's unread notifications, newest first.

use axum::extract::State;
use kernel::{EmployeeId, Page};
use lambda::http::{InScope, PageQuery, Paged, Problem};

use super::inbox::{NotificationView, OwnInbox};
use crate::{api::Api, store::InboxPart};

lambda::endpoint!(NOTIFICATIONS_UNREAD, get(handle), Api);

/// Lists the caller's unread notifications, newest first.
#[utoipa::path(get, path = "/api/v1/notifications/{user_id}/unread", operation_id = "notifications-unread",
    tag = "notifications",
    params(("user_id" = EmployeeId, Path, description = "Id of the caller; no other employee is accepted."), PageQuery),
    responses(
        (status = 200, body = Page<NotificationView>, description = "One page of unread notifications, newest first."),
        (status = 404, description = "`not_found`: the id is not that of the caller.")))]
async fn handle(
    State(api): State<Api>,
    InScope(OwnInbox(owner)): InScope<OwnInbox>,
    Paged { page, .. }: Paged,
) -> Result<axum::Json<Page<NotificationView>>, Problem> {
    let page = api.store.list_inbox(owner, InboxPart::Unread, &page).await?;
    Ok(axum::Json(page.map(NotificationView::from)))
}
