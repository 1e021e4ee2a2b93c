//! `GET /api/v1/notification-preferences/{user_id}`: reads the caller's notification preferences.

use kernel::EmployeeId;
use lambda::http::{InScope, Problem, Versioned};

use super::{own_preferences::OwnPreferences, preferences_view::PreferencesView};
use crate::api::Api;

lambda::endpoint!(NOTIFICATION_PREFERENCES_GET, get(handle), Api);

/// Gets the caller's notification preferences.
///
/// Version 0 means that no preferences were set and the defaults apply.
#[utoipa::path(get, path = "/api/v1/notification-preferences/{user_id}", operation_id = "notification-preferences-get",
    tag = "notifications",
    params(("user_id" = EmployeeId, Path, description = "Employee id of the caller.")),
    responses(
        (status = 200, body = PreferencesView, description = "Preferences of the caller."),
        (status = 404, description = "`not_found`: the id is not that of the caller.")))]
async fn handle(
    InScope(OwnPreferences(stored)): InScope<OwnPreferences>,
) -> Result<Versioned<PreferencesView>, Problem> {
    Ok(Versioned(stored.version, stored.value.into()))
}
