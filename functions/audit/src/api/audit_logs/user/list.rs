//! `GET /api/v1/audit-logs/user/{user_id}`: what one person (or one part of the system) did, newest first.

use axum::{Json, extract::State};
use kernel::Page;
use lambda::http::{Caller, PageQuery, Paged, Problem, Reached};

use super::activities::Activities;
use crate::{
    api::{
        Api,
        audit_logs::{
            listing::{Filter, records},
            redaction::{fields_for_all, fields_for_own},
        },
    },
    domain::record::Record,
};

lambda::endpoint!(AUDIT_LOGS_USER_LIST, get(handle), Api);

/// A page of somebody's activities; everybody may read their own.
#[utoipa::path(get, path = "/api/v1/audit-logs/user/{user_id}", operation_id = "audit-logs-user-list", tag = "audit",
    params(("user_id" = String, Path, description = "A person's id, or `system:<function>`"), Filter, PageQuery),
    responses(
        (status = 200, description = "Newest first", body = Page<Record>),
        (status = 404, description = "Somebody else's activities")))]
async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Reached(Activities { user_id, own }): Reached<Activities>,
    Paged { mut filter, page }: Paged<Filter>,
) -> Result<Json<Page<Record>>, Problem> {
    filter.reject_filter("user_id", filter.user_id.is_some())?;
    filter.user_id = Some(user_id);
    let fields = |record: &Record| if own { fields_for_own(&caller, record) } else { fields_for_all(&caller) };
    Ok(Json(records(&api.store, filter, &page, caller.origin().at, fields).await?))
}
