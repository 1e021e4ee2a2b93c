//! `PUT /api/v1/compliance/calendars/{site}`: stores the first or next version of a site's calendar. Publishes
//! `compliance.calendar_updated`.
//!
//! Leave requests that were counted by an earlier version keep their count; a recount posts the difference as an adjustment.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use garde::Validate;
use lambda::http::{Caller, Created, IfMatch, Json, Path, Problem, Valid, Versioned};
use policy::{Calendar, Holiday, Week};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{api::Api, domain::calendar::next_calendar_version};

lambda::endpoint!(COMPLIANCE_CALENDARS_UPDATE, put(handle), Api);

/// Content of a new version of a calendar.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct CalendarDraft {
    /// Working halves and opening hours of each weekday.
    pub week: Week,
    /// All holidays of the new version, at most 400.
    #[schema(max_items = 400)]
    pub holidays: Vec<Holiday>,
}

/// Creates the first or next version of a site's calendar.
///
/// Each call creates a version; `If-Match` prevents a second one. Earlier versions can still be read. Leave that was
/// counted before keeps its count until `leaves-recounts-create`.
#[utoipa::path(put, path = "/api/v1/compliance/calendars/{site}", operation_id = "compliance-calendars-update",
    tag = "compliance",
    params(("site" = String, Path, description = "Code of the site: 1 to 40 lower-case letters, digits and hyphens.",
        min_length = 1, max_length = 40, pattern = "^[a-z0-9-]+$"), IfMatch),
    request_body = CalendarDraft,
    responses(
        (status = 200, description = "Next version of the calendar.", body = Calendar),
        (status = 201, description = "First version of the site's calendar.", body = Calendar),
        (status = 404, description = "`not_found`: the path is not a valid code of a site."),
        (status = 409, description = "`changed_meanwhile`: another request created this version at the same time."),
        (status = 412, description = "`stale`: `If-Match` names an older version.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(site): Path<String>,
    if_match: IfMatch,
    Valid(Json(body)): Valid<Json<CalendarDraft>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let before = api.store.find_current_calendar(&site).await?;
    if_match.require(before.as_ref().map_or(0, |before| u64::from(before.version)))?;
    let created = (origin.at, origin.actor.clone());
    let calendar = next_calendar_version(&site, before.as_ref(), (body.week, body.holidays), created)?;
    let stored = api.store.create_calendar_version(origin, before.as_ref(), &calendar, None, &()).await;
    stored.map_err(if_match.map_conflict())?;
    Ok(match before {
        Some(_) => Versioned(u64::from(calendar.version), calendar).into_response(),
        None => Created { location: format!("/api/v1/compliance/calendars/{site}"), version: 1, body: calendar }
            .into_response(),
    })
}
