//! `GET /api/v1/notifications/{user_id}/unread`: lists one's own notifications that are not read yet, the newest first.

use axum::extract::State;
use kernel::{EmployeeId, Page};
use lambda::http::{Caller, Part, Path, Problem, Query, Valid};

use crate::api::{Api, own, view::NotificationView};

lambda::endpoint!(NOTIFICATIONS_UNREAD, get(handle), Api);

/// Lists what somebody was told and has not read.
#[utoipa::path(get, path = "/api/v1/notifications/{user_id}/unread", operation_id = "notifications-unread", tag = "notifications",
    params(("user_id" = EmployeeId, Path), Part),
    responses(
        (status = 200, body = Page<NotificationView>),
        (status = 400, description = "A cursor that does not open"),
        (status = 404, description = "Somebody else's inbox")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<EmployeeId>,
    Valid(Query(filter)): Valid<Query<Part>>,
) -> Result<axum::Json<Page<NotificationView>>, Problem> {
    own(&caller, id, "inbox")?;
    let view = caller.view(access::NOTIFICATIONS_UNREAD.name);
    let sealer = api.sealer(caller.origin().at).await?;
    let page = api.store.inbox(id, true, filter.limit, filter.cursor.as_deref(), (&sealer, &view)).await?;
    Ok(axum::Json(page.map(NotificationView::from)))
}
