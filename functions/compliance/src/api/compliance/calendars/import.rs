//! `POST /api/v1/compliance/calendars/{site}/import`: takes holidays from an iCalendar file into the next version of a site's
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
        calendar::next_version,
        ics::{ImportResult, ImportedEvent, import_holidays},
    },
};

lambda::endpoint!(COMPLIANCE_CALENDARS_IMPORT, post(handle), Api);

/// A file of holidays.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct CalendarFile {
    /// The text of an iCalendar file (RFC 5545); its all-day events become holidays, those of every year yearly ones.
    pub ics: String,
    /// Puts these holidays in the place of those that stand, instead of beside them.
    #[serde(default)]
    pub replace: bool,
    /// Only tells what would become of them.
    #[serde(default)]
    pub dry_run: bool,
}

/// What became of a file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CalendarImport {
    /// Whether there is a new version now.
    pub changed: bool,
    /// So many events became holidays.
    pub added: usize,
    /// So many were holidays already.
    pub duplicate: usize,
    /// So many are none.
    pub refused: usize,
    /// Every event of the file, in its order.
    pub events: Vec<ImportedEvent>,
    /// The calendar with these holidays; of a dry run, as it would be.
    pub calendar: Calendar,
}

/// Takes holidays from an iCalendar file.
#[utoipa::path(post, path = "/api/v1/compliance/calendars/{site}/import", operation_id = "compliance-calendars-import",
    tag = "compliance",
    params(("site" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = CalendarFile,
    responses(
        (status = 200, body = CalendarImport),
        (status = 404, description = "The site has no calendar yet"),
        (status = 409, description = "Somebody else changed the calendar at the same time"),
        (status = 422, description = "No iCalendar file, or too many holidays")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(site): Path<String>,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<CalendarFile>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.for_request(access::COMPLIANCE_CALENDARS_IMPORT.name, caller.id(), &(&site, &body));
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::ok(answer));
    }
    let before = api.store.get_calendar(&site).await?.ok_or_else(|| Error::not_found("calendar"))?;
    let standing = if body.replace { Vec::new() } else { before.holidays.clone() };
    let (holidays, events) = import_holidays(&body.ics, standing)?;
    let changed = holidays != before.holidays;
    let calendar = if changed {
        let made = (origin.at, origin.actor.clone());
        next_version(&site, Some(&before), (before.week.clone(), holidays), made).map_err(as_file_error)?
    } else {
        before.clone()
    };
    let count = |fate: ImportResult| events.iter().filter(|event| event.fate == fate).count();
    let (added, duplicate, refused) =
        (count(ImportResult::Added), count(ImportResult::Duplicate), count(ImportResult::Refused));
    let written = changed && !body.dry_run;
    let answer = CalendarImport { changed: written, added, duplicate, refused, events, calendar };
    if !written {
        return Ok(axum::Json(answer).into_response());
    }
    let outcome =
        api.store.create_calendar_version(origin, Some(&before), &answer.calendar, once.as_ref(), &answer).await?;
    Ok(ok(outcome, answer))
}

/// What is wrong with the holidays is wrong with the file that they come from.
fn as_file_error(error: Error) -> Error {
    let first = Error::new(error.problem_code(), error.detail());
    error.fields().iter().fold(first, |all, field| all.with_field("/ics", field.code.clone(), field.detail.clone()))
}
