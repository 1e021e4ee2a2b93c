//! `GET /api/v1/leave-credits/{credit_id}`: reads a compensatory credit.

use kernel::CreditId;
use lambda::http::{InScope, Problem, Versioned};

use super::{credit_in_scope::CreditInScope, view::CreditView};
use crate::api::Api;

lambda::endpoint!(LEAVE_CREDITS_GET, get(handle), Api);

/// Returns the compensatory credit for the work of a day off.
#[utoipa::path(get, path = "/api/v1/leave-credits/{credit_id}", operation_id = "leave-credits-get", tag = "leave credits",
    params(("credit_id" = CreditId, Path, description = "Id of the compensatory credit.")),
    responses((status = 200, body = CreditView, description = "Compensatory credit."),
        (status = 404, description = "`not_found`: the credit does not exist, or the caller may not see it.")))]
pub async fn handle(
    InScope(CreditInScope { stored, fields, .. }): InScope<CreditInScope>,
) -> Result<Versioned<CreditView>, Problem> {
    Ok(Versioned(stored.version, CreditView::of(stored.value, fields)))
}
