//! `GET /api/v1/leave-types`: lists leave types by code.

use axum::extract::State;
use kernel::Page;
use lambda::http::{Caller, Part, Problem, Query, Valid};

use crate::api::Api;
use crate::domain::leave_type::LeaveType;

lambda::endpoint!(LEAVE_TYPES_LIST, get(handle), Api);

/// Lists leave types.
#[utoipa::path(get, path = "/api/v1/leave-types", operation_id = "leave-types-list", tag = "leave types",
    params(Part),
    responses((status = 200, body = Page<LeaveType>), (status = 400, description = "A cursor that does not open")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Valid(Query(filter)): Valid<Query<Part>>,
) -> Result<axum::Json<Page<LeaveType>>, Problem> {
    let sealer = api.sealer(caller.origin().at).await?;
    let view = caller.view(access::LEAVE_TYPES_LIST.name);
    Ok(axum::Json(api.store.types_page(filter.limit, filter.cursor.as_deref(), &sealer, &view).await?))
}
