//! `GET /api/v1/sites/{site}`: reads a site.

use axum::{Router, extract::State, routing::get};
use lambda::{
    InitError, Shell,
    http::{Caller, Path, Problem, Versioned},
};

use super::{Api, site_view::SiteView};

/// Reads a site with its fences.
#[utoipa::path(get, path = "/api/v1/sites/{site}", operation_id = "sites-get", tag = "sites",
    params(("site" = String, Path, description = "Its slug")),
    responses((status = 200, body = SiteView), (status = 404, description = "Not there, or removed")))]
pub async fn handle(
    State(api): State<Api>,
    _: Caller,
    Path(site): Path<String>,
) -> Result<Versioned<SiteView>, Problem> {
    let stored = api.records.standing_site(&site).await?;
    Ok(Versioned(stored.version, SiteView::from(stored.value)))
}

/// The route.
///
/// # Errors
/// What is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::SITES_GET.path, get(handle)).with_state(Api::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::SITES_GET, router);
}
