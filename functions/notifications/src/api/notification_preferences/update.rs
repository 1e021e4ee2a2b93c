//! `PUT /api/v1/notification-preferences/{user_id}`: replaces the caller's notification preferences. Publishes
//! `notification.preferences_changed`.

use axum::extract::State;
use kernel::{EmployeeId, Error, Message};
use lambda::http::{Caller, IfMatch, InScope, Json, Problem, Versioned};

use super::{own_preferences::OwnPreferences, preferences_view::PreferencesView};
use crate::{
    api::Api,
    domain::{
        notification_type::NotificationType,
        preference::{ALL, Preferences},
    },
    messages,
};

lambda::endpoint!(NOTIFICATION_PREFERENCES_UPDATE, put(handle), Api);

const HOUR_MAX: u8 = 23;

/// Replaces the caller's notification preferences.
///
/// Omitted fields are reset to their defaults. Security e-mails are sent regardless of preferences.
#[utoipa::path(put, path = "/api/v1/notification-preferences/{user_id}", operation_id = "notification-preferences-update",
    tag = "notifications",
    params(("user_id" = EmployeeId, Path, description = "Id of the caller; no other employee is accepted."), IfMatch),
    request_body = Preferences,
    responses(
        (status = 200, body = PreferencesView, description = "Preferences after the change."),
        (status = 404, description = "`not_found`: the id is not that of the caller."),
        (status = 412, description = "`stale`: the preferences were changed after they were read."),
        (status = 422, description = "`invalid`: a notification type is unknown, the hour is above 23, or the quiet hours end when they start.")))]
async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(OwnPreferences(before)): InScope<OwnPreferences>,
    if_match: IfMatch,
    Json(preferences): Json<Preferences>,
) -> Result<Versioned<PreferencesView>, Problem> {
    check_preferences(&preferences)?;
    if_match.require(before.version)?;
    if before.value == preferences && before.version > 0 {
        return Ok(Versioned(before.version, preferences.into()));
    }
    let version = api.store.save_preferences(caller.origin(), caller.id(), &preferences, before.version).await?;
    Ok(Versioned(version, preferences.into()))
}

/// Checks notification types, digest hour and quiet hours.
///
/// # Errors
/// 422 with a pointer to every invalid value.
fn check_preferences(preferences: &Preferences) -> kernel::Result<()> {
    let mut error: Option<Error> = None;
    let mut add = |pointer: String, code: &str, detail: Message| {
        error = Some(error.take().unwrap_or_else(Error::invalid_values).with_field(pointer, code, detail));
    };
    let keys = [
        ("channels", preferences.channels.keys().collect::<Vec<_>>()),
        ("digest", preferences.digest.keys().collect()),
    ];
    for (field, keys) in keys {
        for key in keys.into_iter().filter(|key| *key != ALL && NotificationType::parse_selectable(key).is_none()) {
            let key = key.replace('~', "~0").replace('/', "~1");
            add(format!("/{field}/{key}"), "unknown_type", messages::unknown_preference_key());
        }
    }
    if preferences.digest_hour > HOUR_MAX {
        add("/digest_hour".to_owned(), "invalid", messages::digest_hour_range());
    }
    if preferences.quiet_hours.is_some_and(|quiet| quiet.from == quiet.to) {
        add("/quiet_hours/to".to_owned(), "invalid", messages::quiet_hours_empty());
    }
    error.map_or(Ok(()), Err)
}
