//! `GET /api/v1/audit-logs/user/{user_id}`: what one person (or one part of the system) did, newest first.

use access::Relation;
use axum::{Json, extract::State};
use kernel::{Error, Page};
use lambda::http::{Caller, Path, Problem, Query, Valid};

use crate::{
    api::audit_logs::listing::{Filters, Reader, of_others, of_own_activity},
    domain::record::Record,
};

lambda::endpoint!(AUDIT_LOGS_USER_LIST, get(handle), Reader);

/// No id of a user is longer.
const USER_ID_BYTES_MAX: usize = 256;

/// A page of somebody's activities; everybody may read their own.
#[utoipa::path(
    get,
    path = "/api/v1/audit-logs/user/{user_id}",
    tag = "audit",
    operation_id = "audit-logs-user-list",
    params(("user_id" = String, Path, description = "A person's id, or `system:<function>`"), Filters),
    responses(
        (status = 200, description = "Newest first", body = Page<Record>),
        (status = 404, description = "Somebody else's activities"),
    ),
)]
pub async fn handle(
    State(reader): State<Reader>,
    caller: Caller,
    Path(user_id): Path<String>,
    Valid(Query(mut filters)): Valid<Query<Filters>>,
) -> Result<Json<Page<Record>>, Problem> {
    let own = user_id == caller.id().to_string();
    let relation = if own { Relation::Own } else { Relation::Other };
    if !caller.grant().reaches(relation) || user_id.len() > USER_ID_BYTES_MAX {
        return Err(Error::not_found("user").into());
    }
    filters.without("user_id", filters.user_id.is_some())?;
    filters.user_id = Some(user_id);
    let fields = |record: &Record| if own { of_own_activity(&caller, record) } else { of_others(&caller) };
    let page = reader.page(&caller, access::AUDIT_LOGS_USER_LIST.name, &filters, fields).await?;
    Ok(Json(page))
}
