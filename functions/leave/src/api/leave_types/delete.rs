//! `DELETE /api/v1/leave-types/{leave_type}`: removes a leave type. Publishes `leave.type_deleted`.
//!
//! Nobody can ask for it any more; requests and accounts of it stay. While a policy gives it to anybody, now or later, it stays.

use axum::{extract::State, http::StatusCode};
use jiff::tz::TimeZone;
use kernel::{Code, Error};
use lambda::http::{Caller, IfMatch, Path, Problem};
use policy::{Policy, PolicySet};
use serde_json::json;

use crate::api::Api;

lambda::endpoint!(LEAVE_TYPES_DELETE, delete(handle), Api);

/// Removes a leave type that no policy gives.
#[utoipa::path(delete, path = "/api/v1/leave-types/{leave_type}", operation_id = "leave-types-delete", tag = "leave types",
    params(("leave_type" = String, Path, description = "Its code"),
        ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    responses(
        (status = 204, description = "Removed"),
        (status = 404, description = "Not there, or removed before"),
        (status = 409, description = "`in_use`, with the policies that give it; or changed meanwhile"),
        (status = 412, description = "Changed since it was read")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(code): Path<String>,
    named: IfMatch,
) -> Result<StatusCode, Problem> {
    let origin = caller.origin();
    let (before, book) = tokio::try_join!(api.store.leave_type(&code), api.store.rulebook.load_consistent(origin.at))?;
    named.require(before.version)?;
    unused(&book, &code, origin.at)?;
    let after = before.value.removed(origin.at);
    api.store.delete_leave_type(origin, &before, &after).await.map_err(named.map_conflict())?;
    Ok(StatusCode::NO_CONTENT)
}

fn unused(book: &PolicySet, code: &str, at: jiff::Timestamp) -> Result<(), Error> {
    let (subject, today) = (format!("leave:{code}"), at.to_zoned(TimeZone::UTC).date());
    // A version that a later one has ended no longer counts: only what applies today or begins later gives the type.
    let gives = |policy: &&Policy| {
        let current = book.version_on(policy.reference.policy_id, today);
        let applies = policy.effective.from > today || current.is_some_and(|one| one.reference == policy.reference);
        policy.subject() == subject && applies && policy.effective.to.is_none_or(|to| to >= today)
    };
    let policies: Vec<_> = book.policies().iter().filter(gives).map(|policy| policy.reference.policy_id).collect();
    if policies.is_empty() {
        return Ok(());
    }
    let detail = "Policies still give this leave; end them first.";
    Err(Error::new(Code::InUse, detail).with_current_state(json!({ "policies": policies })))
}
