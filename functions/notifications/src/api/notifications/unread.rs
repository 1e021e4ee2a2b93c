//! `GET /api/v1/notifications/{user_id}/unread`: lists one's own notifications that are not read yet, the newest first.

use axum::extract::State;
use kernel::{EmployeeId, Page};
use lambda::http::{PageQuery, Paged, Problem, Reached};

use super::inbox::{Inbox, NotificationView};
use crate::api::Api;

lambda::endpoint!(NOTIFICATIONS_UNREAD, get(handle), Api);

/// Lists what somebody was told and has not read.
#[utoipa::path(get, path = "/api/v1/notifications/{user_id}/unread", operation_id = "notifications-unread", tag = "notifications",
    params(("user_id" = EmployeeId, Path), PageQuery),
    responses(
        (status = 200, body = Page<NotificationView>),
        (status = 400, description = "A cursor that does not open"),
        (status = 404, description = "Somebody else's inbox")))]
async fn handle(
    State(api): State<Api>,
    Reached(Inbox(owner)): Reached<Inbox>,
    Paged { page, .. }: Paged,
) -> Result<axum::Json<Page<NotificationView>>, Problem> {
    let page = api.store.inbox(owner, true, &page).await?;
    Ok(axum::Json(page.map(NotificationView::from)))
}
