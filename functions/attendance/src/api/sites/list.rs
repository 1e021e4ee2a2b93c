//! `GET /api/v1/sites`: lists sites by their codes.

use axum::extract::State;
use kernel::Page;
use lambda::http::{PageQuery, Paged, Problem};

use super::view::SiteView;
use crate::api::Api;

lambda::endpoint!(SITES_LIST, get(handle), Api);

/// Lists sites with their fences, sorted by code.
#[utoipa::path(get, path = "/api/v1/sites", operation_id = "sites-list", tag = "sites",
    params(PageQuery),
    responses((status = 200, body = Page<SiteView>, description = "One page of sites, sorted by code.")))]
pub async fn handle(State(api): State<Api>, Paged { page, .. }: Paged) -> Result<axum::Json<Page<SiteView>>, Problem> {
    Ok(axum::Json(api.store.list_sites(&page).await?.map(SiteView::from)))
}
