//! `GET /api/v1/audit-logs`: searches the audit trail by time and filters, newest first.

use axum::{Json, Router, extract::State, routing::get};
use kernel::Page;
use lambda::{
    InitError, Shell,
    http::{Caller, Problem, Query, Valid},
};

use crate::{
    domain::record::Record,
    reading::{Filters, Reader, of_others},
};

/// A page of records, without what the caller may not read.
#[utoipa::path(
    get,
    path = "/api/v1/audit-logs",
    tag = "audit",
    operation_id = "audit-logs-list",
    params(Filters),
    responses(
        (status = 200, description = "Newest first", body = Page<Record>),
        (status = 400, description = "A cursor of another list, or an unknown filter"),
        (status = 422, description = "A range that is empty or longer than 366 days"),
    ),
)]
pub async fn handle(
    State(reader): State<Reader>,
    caller: Caller,
    Valid(Query(filters)): Valid<Query<Filters>>,
) -> Result<Json<Page<Record>>, Problem> {
    let page = reader.page(&caller, access::AUDIT_LOGS_LIST.name, &filters, |_| of_others(&caller)).await?;
    Ok(Json(page))
}

/// The one route.
///
/// # Errors
/// Names what is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::AUDIT_LOGS_LIST.path, get(handle)).with_state(Reader::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::AUDIT_LOGS_LIST, router);
}
