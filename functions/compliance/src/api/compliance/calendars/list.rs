//! `GET /api/v1/compliance/calendars`: lists the current calendar of each site.

use axum::extract::State;
use kernel::Page;
use lambda::http::{PageQuery, Paged, Problem};
use policy::Calendar;
use store::Order;

use crate::api::Api;

lambda::endpoint!(COMPLIANCE_CALENDARS_LIST, get(handle), Api);

/// Lists the current calendar of each site, sorted by site.
#[utoipa::path(get, path = "/api/v1/compliance/calendars", operation_id = "compliance-calendars-list", tag = "compliance",
    params(PageQuery),
    responses((status = 200, description = "One page of calendars, sorted by site.", body = Page<Calendar>)))]
pub async fn handle(State(api): State<Api>, Paged { page, .. }: Paged) -> Result<axum::Json<Page<Calendar>>, Problem> {
    let calendars = api.store.list_current_calendars().await?;
    Ok(axum::Json(page.page_of_all(calendars, |calendar| calendar.site.clone(), Order::Ascending)?))
}
