//! `GET /api/v1/notification-preferences/{user_id}`: reads what somebody wants to hear.

use axum::{Router, extract::State, routing::get};
use kernel::EmployeeId;
use lambda::{
    InitError, Shell,
    http::{Caller, Path, Problem, Versioned},
};

use super::{Api, own};
use crate::domain::preference::Preferences;

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

/// The route.
///
/// # Errors
/// What is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::NOTIFICATION_PREFERENCES_GET.path, get(handle)).with_state(Api::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::NOTIFICATION_PREFERENCES_GET, router);
}
