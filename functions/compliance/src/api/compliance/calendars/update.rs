//! `PUT /api/v1/compliance/calendars/{site}`: makes the next version of a site's calendar, or its first. Publishes
//! `compliance.calendar_updated`.
//!
//! Requests for leave that were counted by an earlier version keep their count; what has changed is posted by an adjustment.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use garde::Validate;
use lambda::http::{Caller, Created, IfMatch, Json, Path, Problem, Valid, Versioned};
use policy::{Calendar, Holiday, Week};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{api::Api, domain::calendar::next_version};

lambda::endpoint!(COMPLIANCE_CALENDARS_UPDATE, put(handle), Api);

/// A week and holidays.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct CalendarDraft {
    /// The week.
    pub week: Week,
    /// Holidays.
    pub holidays: Vec<Holiday>,
}

/// Makes the next version of a calendar.
#[utoipa::path(put, path = "/api/v1/compliance/calendars/{site}", operation_id = "compliance-calendars-update",
    tag = "compliance",
    params(("site" = String, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    request_body = CalendarDraft,
    responses(
        (status = 200, body = Calendar),
        (status = 201, body = Calendar, description = "The first calendar of the site"),
        (status = 404, description = "No site can be called so"),
        (status = 409, description = "Somebody else made this version"),
        (status = 412, description = "Changed since it was read"),
        (status = 422, description = "A field breaks a rule")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(site): Path<String>,
    named: IfMatch,
    Valid(Json(body)): Valid<Json<CalendarDraft>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let before = api.store.get_calendar(&site).await?;
    named.require(before.as_ref().map_or(0, |before| u64::from(before.version)))?;
    let made = (origin.at, origin.actor.clone());
    let calendar = next_version(&site, before.as_ref(), (body.week, body.holidays), made)?;
    let stored = api.store.create_calendar_version(origin, before.as_ref(), &calendar, None, &()).await;
    stored.map_err(named.map_conflict())?;
    Ok(match before {
        Some(_) => Versioned(u64::from(calendar.version), calendar).into_response(),
        None => Created { location: format!("/api/v1/compliance/calendars/{site}"), version: 1, body: calendar }
            .into_response(),
    })
}
