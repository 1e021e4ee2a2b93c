//! `PUT /api/v1/notification-preferences/{user_id}`: sets what somebody wants to hear. Publishes
//! `notification.preferences_changed`.

use axum::extract::State;
use kernel::{Code, EmployeeId, Error, Result as Checked};
use lambda::http::{Caller, IfMatch, Json, Problem, Reached, Versioned};

use super::own_preferences::OwnPreferences;
use crate::{
    api::Api,
    domain::{
        notification_type,
        preference::{ALL, Preferences},
    },
};

lambda::endpoint!(NOTIFICATION_PREFERENCES_UPDATE, put(handle), Api);

const HOUR_MAX: u8 = 23;

/// Sets one's own preferences, all of them. Security mails come whatever they say.
#[utoipa::path(put, path = "/api/v1/notification-preferences/{user_id}", operation_id = "notification-preferences-update",
    tag = "notifications",
    params(("user_id" = EmployeeId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    request_body = Preferences,
    responses(
        (status = 200, body = Preferences),
        (status = 404, description = "Somebody else's"),
        (status = 412, description = "Changed since they were read"),
        (status = 422, description = "An unknown type, an hour that no day has, or quiet hours without length")))]
async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Reached(OwnPreferences(before)): Reached<OwnPreferences>,
    named: IfMatch,
    Json(wants): Json<Preferences>,
) -> Result<Versioned<Preferences>, Problem> {
    check(&wants)?;
    named.require(before.version)?;
    if before.value == wants && before.version > 0 {
        return Ok(Versioned(before.version, wants));
    }
    let version = api.store.update_preferences(caller.origin(), caller.id(), &wants, before.version).await?;
    Ok(Versioned(version, wants))
}

fn check(wants: &Preferences) -> Checked<()> {
    let invalid = || Error::new(Code::Invalid, "The request breaks a rule.");
    let mut wrong = None;
    let mut blame = |pointer: String, code: &str, detail: &str| {
        wrong = Some(wrong.take().unwrap_or_else(invalid).with_field(pointer, code, detail));
    };
    let known = |name: &String| name == ALL || notification_type::is_known(name);
    let names = [("channels", wants.channels.keys().collect::<Vec<_>>()), ("digest", wants.digest.keys().collect())];
    for (part, names) in names {
        for name in names.into_iter().filter(|name| !known(name)) {
            let name = name.replace('~', "~0").replace('/', "~1");
            blame(format!("/{part}/{name}"), "unknown_type", "a notification type, or `all`");
        }
    }
    if wants.digest_hour > HOUR_MAX {
        blame("/digest_hour".to_owned(), "invalid", "an hour from 0 to 23");
    }
    if wants.quiet_hours.is_some_and(|quiet| quiet.from == quiet.to) {
        blame("/quiet_hours/to".to_owned(), "invalid", "another time than `from`");
    }
    wrong.map_or(Ok(()), Err)
}
