//! `GET /api/v1/leave-feeds`: one's own calendar links, without their secrets.

use axum::extract::State;
use kernel::Page;
use lambda::http::{Caller, Part, Problem, Query, Valid};

use super::create::FeedView;
use crate::api::Api;

lambda::endpoint!(LEAVE_FEEDS_LIST, get(handle), Api);

/// Lists one's own calendar links that stand, oldest first.
#[utoipa::path(get, path = "/api/v1/leave-feeds", operation_id = "leave-feeds-list", tag = "leaves",
    params(Part),
    responses((status = 200, body = Page<FeedView>), (status = 400, description = "A cursor that does not open")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Valid(Query(part)): Valid<Query<Part>>,
) -> Result<axum::Json<Page<FeedView>>, Problem> {
    let sealer = api.sealer(caller.origin().at).await?;
    let view = caller.view(access::LEAVE_FEEDS_LIST.name);
    let page = api.store.feeds(caller.id(), part.limit, part.cursor.as_deref(), &sealer, &view).await?;
    Ok(axum::Json(page.map(|feed| FeedView::from(&feed))))
}
