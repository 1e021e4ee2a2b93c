//! `GET /api/v1/sites`: lists sites by their slugs.

use axum::extract::State;
use kernel::Page;
use lambda::http::{Caller, Part, Problem, Query, Valid};

use super::view::SiteView;
use crate::api::Api;

lambda::endpoint!(SITES_LIST, get(handle), Api);

/// Lists sites with their fences.
#[utoipa::path(get, path = "/api/v1/sites", operation_id = "sites-list", tag = "sites",
    params(Part),
    responses((status = 200, body = Page<SiteView>), (status = 400, description = "A cursor that does not open")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Valid(Query(filter)): Valid<Query<Part>>,
) -> Result<axum::Json<Page<SiteView>>, Problem> {
    let sealer = api.sealer(caller.origin().at).await?;
    let view = caller.view(access::SITES_LIST.name);
    let page = api.store.sites_page(filter.limit, filter.cursor.as_deref(), &sealer, &view).await?;
    Ok(axum::Json(page.map(SiteView::from)))
}
