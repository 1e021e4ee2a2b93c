//! `GET /api/v1/leave-types/{leave_type}`: returns a leave type.

use axum::extract::State;
use lambda::http::{Caller, Path, Problem, Versioned};

use crate::{api::Api, domain::leave_type::LeaveType};

lambda::endpoint!(LEAVE_TYPES_GET, get(handle), Api);

/// Returns a leave type.
#[utoipa::path(get, path = "/api/v1/leave-types/{leave_type}", operation_id = "leave-types-get", tag = "leave types",
    params(("leave_type" = String, Path, pattern = "^[a-z0-9][a-z0-9-]{0,39}$", description = "Code of the leave type.")),
    responses(
        (status = 200, body = LeaveType, description = "Leave type."),
        (status = 404, description = "`not_found`: the leave type does not exist or was deleted.")))]
pub async fn handle(
    State(api): State<Api>,
    _: Caller,
    Path(code): Path<String>,
) -> Result<Versioned<LeaveType>, Problem> {
    Ok(api.store.get_leave_type(&code).await?.into())
}
