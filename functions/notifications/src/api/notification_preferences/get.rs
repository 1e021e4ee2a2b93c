//! `GET /api/v1/notification-preferences/{user_id}`: reads what somebody wants to hear.

use kernel::EmployeeId;
use lambda::http::{Problem, Reached, Versioned};

use super::own_preferences::OwnPreferences;
use crate::{api::Api, domain::preference::Preferences};

lambda::endpoint!(NOTIFICATION_PREFERENCES_GET, get(handle), Api);

/// Reads one's own preferences. Whoever never said anything has version 0.
#[utoipa::path(get, path = "/api/v1/notification-preferences/{user_id}", operation_id = "notification-preferences-get",
    tag = "notifications",
    params(("user_id" = EmployeeId, Path)),
    responses((status = 200, body = Preferences), (status = 404, description = "Somebody else's")))]
async fn handle(Reached(OwnPreferences(found)): Reached<OwnPreferences>) -> Result<Versioned<Preferences>, Problem> {
    Ok(Versioned(found.version, found.value))
}
