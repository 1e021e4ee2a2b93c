//! `PUT /api/v1/leave-credits/{credit_id}/reject`: rejects a proposed credit. Publishes `leave.credit_rejected`.

use axum::extract::State;
use events::EventType;
use garde::Validate;
use kernel::CreditId;
use lambda::http::{Caller, IfMatch, Json, LoadInScope, Path, Problem, Valid, Versioned};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    credit_in_scope::{CreditInScope, require_may_decide},
    view::CreditView,
};
use crate::api::{Api, fields};

lambda::endpoint!(LEAVE_CREDITS_REJECT, put(handle), Api);

/// Rejection of a proposed compensatory credit.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RejectCredit {
    /// Reason shown to the employee and kept with the decision.
    #[garde(custom(fields::validate_reason))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
    )]
    pub reason: String,
}

/// Rejects a proposed compensatory credit.
///
/// HR and the managers of the employee decide, but never about their own work. Nothing is posted. The employee is
/// notified. If the day changes later, the difference is proposed.
#[utoipa::path(put, path = "/api/v1/leave-credits/{credit_id}/reject", operation_id = "leave-credits-reject",
    tag = "leave credits",
    params(("credit_id" = CreditId, Path, description = "Id of the compensatory credit."), IfMatch),
    request_body = RejectCredit,
    responses(
        (status = 200, body = CreditView, description = "Credit with the decision."),
        (status = 403, description = "`own_request`: the credit is of the caller's own work."),
        (status = 404, description = "`not_found`: the credit does not exist, or the caller may not see it."),
        (status = 409, description = "`already_decided`: the credit has no open proposal; `current` holds the decision. \
            `busy`: other requests won every attempt."),
        (status = 412, description = "`stale`: `If-Match` names an older version.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CreditId>,
    if_match: IfMatch,
    Valid(Json(body)): Valid<Json<RejectCredit>>,
) -> Result<Versioned<CreditView>, Problem> {
    let (origin, reason) = (caller.origin(), body.reason.trim());
    let view = api.until_won(origin.at, || async {
        let CreditInScope { stored: before, fields, .. } = CreditInScope::load_in_scope(&api, &caller, id).await?;
        if_match.require(before.version)?;
        require_may_decide(&caller, &before.value)?;
        let after = before.value.rejected(caller.id(), reason.to_owned(), origin.at);
        let event = (EventType::LeaveCreditRejected, before.value.open_minutes());
        let rejected = api.store.save_credit(origin, before.version, &after, Some(event)).await?;
        Ok(rejected.replace_won(Versioned(before.version + 1, CreditView::of(after, fields))))
    });
    Ok(view.await?)
}
