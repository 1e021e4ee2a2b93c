//! `GET /api/v1/rosters`: lists rosters in the order of their creation.

use axum::extract::State;
use kernel::Page;
use lambda::http::{PageQuery, Paged, Problem};

use crate::{api::Api, domain::roster::RosterItem};

lambda::endpoint!(ROSTERS_LIST, get(handle), Api);

/// Lists rosters, oldest first.
#[utoipa::path(get, path = "/api/v1/rosters", operation_id = "rosters-list", tag = "rosters",
    params(PageQuery),
    responses((status = 200, body = Page<RosterItem>, description = "One page of rosters, oldest first.")))]
pub async fn handle(
    State(api): State<Api>,
    Paged { page, .. }: Paged,
) -> Result<axum::Json<Page<RosterItem>>, Problem> {
    Ok(axum::Json(api.store.list_rosters(&page).await?))
}
