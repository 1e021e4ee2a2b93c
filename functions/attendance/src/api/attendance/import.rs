//! `POST /api/v1/attendance/import`: takes in the punches of a device as CSV, or says what would become of each row. Publishes
//! `attendance.punches_received` for every day that changes.
//!
//! Every row meets a fate of its own, and a broken one harms no other. A second import of the same file finds nothing but duplicates.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use garde::Validate;
use jiff::tz::TimeZone;
use kernel::Error;
use lambda::http::{Caller, IdempotencyHeader, LargeJson, Problem, Replayed, Valid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    compressed_answer,
    punch_importer::{PunchImportResult, PunchImporter},
};
use crate::{api::Api, domain::csv_import, store::Race};

lambda::endpoint!(ATTENDANCE_IMPORT, post(handle), Api);

/// No file is longer.
const CSV_BYTES_MAX: usize = 1024 * 1024;

/// A device's file.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct PunchFile {
    /// At most 5000 rows and 1 MiB of comma or semicolon separated values under a header: `employee_code` and `time` (RFC 3339, or what
    /// the clock on the wall said: `2026-11-20 08:59:12`), and if there `kind` (`in`, `out`, `break_start`, `break_end`; empty or `auto`:
    /// in when the person is out, else out), `device`, `location`.
    #[garde(length(bytes, max = CSV_BYTES_MAX))]
    pub csv: String,
    /// The IANA zone of times without offset; that of each person's site unless told.
    #[garde(inner(length(chars, max = 64)))]
    pub zone: Option<String>,
    /// Only tells what would become of each row.
    #[serde(default)]
    pub dry_run: bool,
}

/// Takes in the punches of a device's file.
#[utoipa::path(post, path = "/api/v1/attendance/import", operation_id = "attendance-import", tag = "attendance",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = PunchFile,
    responses(
        (status = 200, body = PunchImportResult, description = "What became of each row, in the order of the file"),
        (status = 413, description = "More than 2 MiB"),
        (status = 422, description = "No file of punches, and nothing taken from it: `no_header`, `no_rows`, `too_many_rows`, \
            `missing_column`, `unknown_column`, `duplicate_column`; `unknown_zone`")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(LargeJson(body)): Valid<LargeJson<PunchFile>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.for_request(access::ATTENDANCE_IMPORT.name, caller.id(), &body).filter(|_| !body.dry_run);
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::ok(compressed_answer::decompress(&answer)?));
    }
    let zone = body.zone.as_deref().map(TimeZone::get).transpose();
    let zone = zone.map_err(|_| Error::invalid("/zone", "unknown_zone", "There is no such time zone."))?;
    let lines = csv_import::read(&body.csv)?;
    let answer = PunchImporter::new(&api, origin, zone, body.dry_run).await?.take(lines).await?;
    // What another try would change is not the last word on this file.
    let Some(once) = once.filter(|_| !answer.may_be_tried_again()) else {
        return Ok(axum::Json(answer).into_response());
    };
    match api.store.write_days(origin, &[], Some(&once), &compressed_answer::compress(&answer)?).await? {
        Race::Won(Some(store::CommitOutcome::Replayed(first))) => {
            Ok(Replayed::ok(compressed_answer::decompress(&first)?))
        }
        Race::Won(_) | Race::Lost => Ok(axum::Json(answer).into_response()),
    }
}
