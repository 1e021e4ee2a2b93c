//! `POST /api/v1/compliance/calendars/{site}/import`: imports holidays from an iCalendar file into the next version of a site's
//! calendar. Publishes `compliance.calendar_updated`.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use garde::Validate;
use kernel::Error;
use lambda::http::{Caller, IdempotencyHeader, Json, Path, Problem, Replayed, Valid, ok};
use policy::Calendar;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::Api,
    domain::{
        calendar::next_calendar_version,
        ics::{ImportStatus, ImportedEvent, import_holidays},
    },
    messages,
};

lambda::endpoint!(COMPLIANCE_CALENDARS_IMPORT, post(handle), Api);

/// File with holidays, and how to import it.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct CalendarFile {
    /// Text of an iCalendar file (RFC 5545) with at least one event. All-day events become holidays; events that recur
    /// every year become yearly holidays.
    #[schema(min_length = 1, content_media_type = "text/calendar")]
    pub ics: String,
    /// Whether the events replace all existing holidays; otherwise they are added. Default: false.
    #[serde(default)]
    pub replace: bool,
    /// Whether only the result is computed, and nothing is stored. Default: false.
    #[serde(default)]
    pub dry_run: bool,
}

/// Result of a calendar import.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CalendarImport {
    /// Whether a new version of the calendar was stored; false in a dry run.
    pub changed: bool,
    /// Number of events that were added as holidays.
    pub added: usize,
    /// Number of events on the days of a holiday of the calendar, or of an earlier event of the file.
    pub duplicate: usize,
    /// Number of events that cannot be holidays; the others are imported.
    pub refused: usize,
    /// Result of each event, in the order of the file.
    pub events: Vec<ImportedEvent>,
    /// Calendar after the import: the new version, in a dry run as the import would store it, or the current one if the
    /// holidays stay the same.
    pub calendar: Calendar,
}

/// Imports holidays from an iCalendar file.
///
/// It creates the next version of the calendar if the file changes the holidays. The same file again adds nothing.
/// Leave that was counted before keeps its count until `leaves-recounts-create`.
#[utoipa::path(post, path = "/api/v1/compliance/calendars/{site}/import", operation_id = "compliance-calendars-import",
    tag = "compliance",
    params(("site" = String, Path, description = "Code of the site: 1 to 40 lower-case letters, digits and hyphens.",
        min_length = 1, max_length = 40, pattern = "^[a-z0-9-]+$"), IdempotencyHeader),
    request_body = CalendarFile,
    responses(
        (status = 200, description = "Result of the import, event by event.", body = CalendarImport),
        (status = 404, description = "`not_found`: the site has no calendar. Create one first."),
        (status = 409, description = "`changed_meanwhile`: another request changed the calendar at the same time. \
            `busy`: other requests won every attempt."),
        (status = 422, description = "`invalid`: the text is not an iCalendar file with events, or the calendar would have \
            more than 400 holidays. `idempotency_key_reused`: the key belongs to a different request.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(site): Path<String>,
    header: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<CalendarFile>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let idempotency_key = header.for_request(access::COMPLIANCE_CALENDARS_IMPORT.name, caller.id(), &(&site, &body));
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed::ok(answer));
    }
    let before = api.store.find_current_calendar(&site).await?.ok_or_else(|| Error::not_found(messages::calendar()))?;
    let existing = if body.replace { Vec::new() } else { before.holidays.clone() };
    let (holidays, events) = import_holidays(&body.ics, existing)?;
    let differs = holidays != before.holidays;
    let calendar = if differs {
        let created = (origin.at, origin.actor.clone());
        next_calendar_version(&site, Some(&before), (before.week.clone(), holidays), created)
            .map_err(point_to_ics_field)?
    } else {
        before.clone()
    };
    let count = |status: ImportStatus| events.iter().filter(|event| event.status == status).count();
    let (added, duplicate, refused) =
        (count(ImportStatus::Added), count(ImportStatus::Duplicate), count(ImportStatus::Refused));
    let changed = differs && !body.dry_run;
    let answer = CalendarImport { changed, added, duplicate, refused, events, calendar };
    if !changed {
        return Ok(axum::Json(answer).into_response());
    }
    let outcome = api
        .store
        .create_calendar_version(origin, Some(&before), &answer.calendar, idempotency_key.as_ref(), &answer)
        .await?;
    Ok(ok(outcome, answer))
}

/// The error with all pointers replaced by `/ics`, the field with the file that contains the faulty holidays.
fn point_to_ics_field(error: Error) -> Error {
    let first = Error::new(error.problem_code(), error.detail().clone());
    error.fields().iter().fold(first, |all, field| all.with_field("/ics", field.code.clone(), field.detail.clone()))
}
