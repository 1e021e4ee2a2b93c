//! `GET /api/v1/leave-feeds`: lists the calendar feeds of the caller, without their secrets.

use axum::extract::State;
use kernel::Page;
use lambda::http::{Caller, PageQuery, Paged, Problem};

use super::create::FeedView;
use crate::api::Api;

lambda::endpoint!(LEAVE_FEEDS_LIST, get(handle), Api);

/// Lists the active calendar feeds of the caller, oldest first.
#[utoipa::path(get, path = "/api/v1/leave-feeds", operation_id = "leave-feeds-list", tag = "leaves",
    params(PageQuery),
    responses(
        (status = 200, body = Page<FeedView>, description = "One page of calendar feeds, without secrets."),
        (status = 400, description = "`invalid_cursor`: the cursor belongs to another list, filter or caller.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    list: Paged,
) -> Result<axum::Json<Page<FeedView>>, Problem> {
    let page = api.store.list_active_feeds(caller.id(), &list.page).await?;
    Ok(axum::Json(page.map(|feed| FeedView::from(&feed))))
}
