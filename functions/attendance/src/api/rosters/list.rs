//! `GET /api/v1/rosters`: lists rosters in the order in which they were made.

use axum::extract::State;
use kernel::Page;
use lambda::http::{Caller, Part, Problem, Query, Valid};

use crate::api::Api;
use crate::domain::roster::RosterRecord;

lambda::endpoint!(ROSTERS_LIST, get(handle), Api);

/// Lists rosters.
#[utoipa::path(get, path = "/api/v1/rosters", operation_id = "rosters-list", tag = "rosters",
    params(Part),
    responses((status = 200, body = Page<RosterRecord>), (status = 400, description = "A cursor that does not open")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Valid(Query(filter)): Valid<Query<Part>>,
) -> Result<axum::Json<Page<RosterRecord>>, Problem> {
    let sealer = api.sealer(caller.origin().at).await?;
    let view = caller.view(access::ROSTERS_LIST.name);
    Ok(axum::Json(api.store.rosters_page(filter.limit, filter.cursor.as_deref(), &sealer, &view).await?))
}
