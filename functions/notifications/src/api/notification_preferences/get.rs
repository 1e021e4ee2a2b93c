//! `GET /api/v1/notification-preferences/{user_id}`: reads the caller's notification preferences.

use kernel::EmployeeId;
use lambda::http::{InScope, Problem, Versioned};

use super::{own_preferences::OwnPreferences, preferences_view::PreferencesView};
use crate::api::Api;

lambda::endpoint!(NOTIFICATION_PREFERENCES_GET, get(handle), Api);

/// Returns the caller's notification preferences.
///
/// The `ETag` is `"0"` if the caller never set preferences; then the defaults are returned.
#[utoipa::path(get, path = "/api/v1/notification-preferences/{user_id}", operation_id = "notification-preferences-get",
    tag = "notifications",
    params(("user_id" = EmployeeId, Path, description = "Id of the caller; no other employee is accepted.")),
    responses(
        (status = 200, body = PreferencesView, description = "Preferences of the caller."),
        (status = 404, description = "`not_found`: the id is not that of the caller.")))]
async fn handle(
    InScope(OwnPreferences(stored)): InScope<OwnPreferences>,
) -> Result<Versioned<PreferencesView>, Problem> {
    Ok(Versioned(stored.version, stored.value.into()))
}
