//! `GET /api/v1/notification-preferences/{user_id}`: reads what somebody wants to hear.

use axum::extract::State;
use kernel::EmployeeId;
use lambda::http::{Caller, Path, Problem, Versioned};

use crate::api::{Api, own};
use crate::domain::preference::Preferences;

lambda::endpoint!(NOTIFICATION_PREFERENCES_GET, get(handle), Api);

/// Reads one's own preferences. Whoever never said anything has version 0.
#[utoipa::path(get, path = "/api/v1/notification-preferences/{user_id}", operation_id = "notification-preferences-get",
    tag = "notifications",
    params(("user_id" = EmployeeId, Path)),
    responses((status = 200, body = Preferences), (status = 404, description = "Somebody else's")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<EmployeeId>,
) -> Result<Versioned<Preferences>, Problem> {
    own(&caller, id, "preferences")?;
    let found = api.store.preferences(id).await?;
    Ok(Versioned(found.version, found.value))
}
