//! `GET /api/v1/sites/{site}`: reads a site.

use axum::extract::State;
use lambda::http::{Caller, Path, Problem, Versioned};

use super::view::SiteView;
use crate::api::Api;

lambda::endpoint!(SITES_GET, get(handle), Api);

/// Returns a site with its fences.
#[utoipa::path(get, path = "/api/v1/sites/{site}", operation_id = "sites-get", tag = "sites",
    params(("site" = String, Path, min_length = 1, max_length = 40, pattern = "^[a-z0-9-]+$",
        description = "Code of the site, as in employee records.")),
    responses((status = 200, body = SiteView, description = "Site with its fences."),
        (status = 404, description = "`not_found`: the site has no settings.")))]
pub async fn handle(
    State(api): State<Api>,
    _: Caller,
    Path(site): Path<String>,
) -> Result<Versioned<SiteView>, Problem> {
    let stored = api.store.get_site(&site).await?;
    Ok(Versioned(stored.version, SiteView::from(stored.value)))
}
