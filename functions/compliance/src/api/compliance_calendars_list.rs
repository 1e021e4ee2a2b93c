//! `GET /api/v1/compliance/calendars`: lists the current calendars of all sites.

use axum::{Router, extract::State, routing::get};
use kernel::Page;
use lambda::{
    InitError, Shell,
    http::{Caller, Part, Problem, Query, Valid},
};
use policy::Calendar;

use super::{Api, pages::page};

/// Lists calendars by site.
#[utoipa::path(get, path = "/api/v1/compliance/calendars", operation_id = "compliance-calendars-list", tag = "compliance",
    params(Part),
    responses((status = 200, body = Page<Calendar>), (status = 400, description = "A cursor that does not open")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Valid(Query(part)): Valid<Query<Part>>,
) -> Result<axum::Json<Page<Calendar>>, Problem> {
    let view = caller.view(access::COMPLIANCE_CALENDARS_LIST.name);
    let (sealer, calendars) = tokio::try_join!(api.sealer(caller.origin().at), api.records.calendars())?;
    let site = |calendar: &Calendar| calendar.site.clone();
    Ok(axum::Json(page(calendars, site, part.limit, part.cursor.as_deref(), (&sealer, &view))?))
}

/// The route.
///
/// # Errors
/// What is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::COMPLIANCE_CALENDARS_LIST.path, get(handle)).with_state(Api::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::COMPLIANCE_CALENDARS_LIST, router);
}
