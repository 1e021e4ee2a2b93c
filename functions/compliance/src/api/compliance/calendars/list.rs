//! `GET /api/v1/compliance/calendars`: lists the current calendars of all sites.

use axum::extract::State;
use kernel::Page;
use lambda::http::{Caller, Part, Problem, Query, Valid};
use policy::Calendar;

use crate::api::{Api, compliance::whole_list_page::page};

lambda::endpoint!(COMPLIANCE_CALENDARS_LIST, get(handle), Api);

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
    let (sealer, calendars) = tokio::try_join!(api.sealer(caller.origin().at), api.store.calendars())?;
    let site = |calendar: &Calendar| calendar.site.clone();
    Ok(axum::Json(page(calendars, site, part.limit, part.cursor.as_deref(), (&sealer, &view))?))
}
