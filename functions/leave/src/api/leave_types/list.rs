//! `GET /api/v1/leave-types`: lists leave types by code.

use axum::extract::State;
use kernel::Page;
use lambda::http::{Caller, PageQuery, Paged, Problem};

use crate::{api::Api, domain::leave_type::LeaveType};

lambda::endpoint!(LEAVE_TYPES_LIST, get(handle), Api);

/// Lists leave types, sorted by code.
#[utoipa::path(get, path = "/api/v1/leave-types", operation_id = "leave-types-list", tag = "leave types",
    params(PageQuery),
    responses(
        (status = 200, body = Page<LeaveType>, description = "One page of leave types, sorted by code."),
        (status = 400, description = "`invalid_cursor`: the cursor belongs to another list, filter or caller.")))]
pub async fn handle(State(api): State<Api>, _: Caller, list: Paged) -> Result<axum::Json<Page<LeaveType>>, Problem> {
    Ok(axum::Json(api.store.list_leave_types(&list.page).await?))
}
