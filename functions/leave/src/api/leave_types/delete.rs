//! `DELETE /api/v1/leave-types/{leave_type}`: deletes a leave type. Publishes `leave.type_deleted`.
//!
//! It can no longer be requested; its requests and accounts stay. A type that a current or future policy grants cannot
//! be deleted.

use axum::{extract::State, http::StatusCode};
use jiff::tz::TimeZone;
use kernel::{Code, Error};
use lambda::http::{Caller, IfMatch, Path, Problem};
use policy::{Policy, PolicySet};
use serde_json::json;

use crate::{api::Api, messages};

lambda::endpoint!(LEAVE_TYPES_DELETE, delete(handle), Api);

/// Deletes a leave type that no policy grants.
///
/// It can no longer be requested; existing requests and balances stay.
#[utoipa::path(delete, path = "/api/v1/leave-types/{leave_type}", operation_id = "leave-types-delete", tag = "leave types",
    params(("leave_type" = String, Path, pattern = "^[a-z0-9][a-z0-9-]{0,39}$", description = "Code of the leave type."),
        IfMatch),
    responses(
        (status = 204, description = "The leave type was deleted."),
        (status = 404, description = "`not_found`: the leave type does not exist or was deleted."),
        (status = 409, description = "`in_use`: policies still grant this leave; `current` lists them. \
            `changed_meanwhile`: another request changed the leave type at the same time."),
        (status = 412, description = "`stale`: the leave type changed after the version in `If-Match`.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(code): Path<String>,
    if_match: IfMatch,
) -> Result<StatusCode, Problem> {
    let origin = caller.origin();
    let (before, book) =
        tokio::try_join!(api.store.get_leave_type(&code), api.store.rulebook.load_consistent(origin.at))?;
    if_match.require(before.version)?;
    require_no_granting_policy(&book, &code, origin.at)?;
    let after = before.value.tombstone(origin.at);
    api.store.delete_leave_type(origin, &before, &after).await.map_err(if_match.map_conflict())?;
    Ok(StatusCode::NO_CONTENT)
}

/// 409 with the policies that grant the leave type today or later, if there are any.
fn require_no_granting_policy(book: &PolicySet, code: &str, at: jiff::Timestamp) -> Result<(), Error> {
    let (subject, today) = (format!("leave:{code}"), at.to_zoned(TimeZone::UTC).date());
    // Only policies that apply today or later grant the type, not versions that a later one has ended.
    let grants_it = |policy: &&Policy| {
        let current = book.version_on(policy.reference.policy_id, today);
        let applies = policy.effective.from > today || current.is_some_and(|one| one.reference == policy.reference);
        policy.subject() == subject && applies && policy.effective.to.is_none_or(|to| to >= today)
    };
    let policies: Vec<_> = book.policies().iter().filter(grants_it).map(|policy| policy.reference.policy_id).collect();
    if policies.is_empty() {
        return Ok(());
    }
    Err(Error::new(Code::InUse, messages::leave_type_in_use()).with_current_state(json!({ "policies": policies })))
}
