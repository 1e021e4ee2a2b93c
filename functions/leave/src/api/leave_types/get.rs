//! `GET /api/v1/leave-types/{leave_type}`: reads a leave type.

use axum::extract::State;
use lambda::http::{Caller, Path, Problem, Versioned};

use crate::{api::Api, domain::leave_type::LeaveType};

lambda::endpoint!(LEAVE_TYPES_GET, get(handle), Api);

/// Reads a leave type.
#[utoipa::path(get, path = "/api/v1/leave-types/{leave_type}", operation_id = "leave-types-get", tag = "leave types",
    params(("leave_type" = String, Path, description = "Its code")),
    responses((status = 200, body = LeaveType), (status = 404, description = "Not there, or removed")))]
pub async fn handle(
    State(api): State<Api>,
    _: Caller,
    Path(code): Path<String>,
) -> Result<Versioned<LeaveType>, Problem> {
    Ok(api.store.leave_type(&code).await?.into())
}
