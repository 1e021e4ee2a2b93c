//! `GET /api/v1/sites`: lists sites by their slugs.

use axum::{Router, extract::State, routing::get};
use kernel::Page;
use lambda::{
    InitError, Shell,
    http::{Caller, Part, Problem, Query, Valid},
};

use super::{Api, site_view::SiteView};

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
    let page = api.records.sites_page(filter.limit, filter.cursor.as_deref(), &sealer, &view).await?;
    Ok(axum::Json(page.map(SiteView::from)))
}

/// The route.
///
/// # Errors
/// What is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::SITES_LIST.path, get(handle)).with_state(Api::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::SITES_LIST, router);
}
