//! `GET /api/v1/leave-types`: lists leave types by code.

use axum::{Router, extract::State, routing::get};
use kernel::Page;
use lambda::{
    InitError, Shell,
    http::{Caller, Part, Problem, Query, Valid},
};

use super::Api;
use crate::domain::leave_type::LeaveType;

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
    Ok(axum::Json(api.records.types_page(filter.limit, filter.cursor.as_deref(), &sealer, &view).await?))
}

/// The route.
///
/// # Errors
/// What is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::LEAVE_TYPES_LIST.path, get(handle)).with_state(Api::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::LEAVE_TYPES_LIST, router);
}
