//! `POST /api/v1/attendance/import`: imports the punches of a device as CSV, or previews the import. Publishes
//! `attendance.punches_received` for every changed day.
//!
//! Each row has its own result; an invalid row does not affect the others. A second import of the same file finds
//! duplicates only.

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
use crate::{api::Api, domain::csv_import, messages, store::Race};

lambda::endpoint!(ATTENDANCE_IMPORT, post(handle), Api);

/// Maximum size of a CSV file.
const CSV_BYTES_MAX: usize = 1024 * 1024;

/// CSV file of a device.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct PunchFile {
    /// CSV file of at most 5000 rows and 1 MiB, separated by commas or semicolons, with a header. Columns:
    /// `employee_code`, `time` (RFC 3339, or a local time such as `2026-11-20 08:59:12`), and optionally `kind`,
    /// `device` and `location`. Kinds are `in`, `out`, `break_start` and `break_end`; an empty kind or `auto` means
    /// `out` if the employee is checked in at that time by all punches of the day, whatever the order of the files,
    /// otherwise `in`.
    #[garde(length(bytes, max = CSV_BYTES_MAX))]
    #[schema(min_length = 1, max_length = 1048576)]
    pub csv: String,
    /// IANA time zone of times without an offset. Default: the time zone of each employee's site.
    #[garde(inner(length(chars, max = 64)))]
    #[schema(min_length = 1, max_length = 64)]
    pub zone: Option<String>,
    /// Whether only the result of each row is computed, and nothing is stored. Default: false.
    #[serde(default)]
    pub dry_run: bool,
}

/// Imports the punches of a device's CSV file.
///
/// Each row has its own result; a refused one does not affect the others. The same file again reports its rows as
/// `duplicate`: a punch is the same if employee, instant, kind, device and its number among equal rows are the same.
///
/// A file without a known header or without rows, and one with more than 5,000 rows, is refused as a whole with 422
/// `invalid`. Field codes: `no_header`, `no_rows`, `too_many_rows`, `missing_column`, `unknown_column`,
/// `duplicate_column`, `unknown_zone`.
#[utoipa::path(post, path = "/api/v1/attendance/import", operation_id = "attendance-import", tag = "attendance",
    params(IdempotencyHeader),
    request_body = PunchFile,
    responses(
        (status = 200, body = PunchImportResult, description = "Result of each row, in the order of the file."),
        (status = 422, description = "`idempotency_key_reused`: the key belongs to a different request.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(LargeJson(body)): Valid<LargeJson<PunchFile>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let idempotency_key = key.for_request(access::ATTENDANCE_IMPORT.name, caller.id(), &body).filter(|_| !body.dry_run);
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed::ok(compressed_answer::decompress_answer(&answer)?));
    }
    let zone = body.zone.as_deref().map(TimeZone::get).transpose();
    let zone = zone.map_err(|_| Error::invalid("/zone", "unknown_zone", messages::unknown_zone()))?;
    let lines = csv_import::parse_csv(&body.csv)?;
    let answer = PunchImporter::load(&api, origin, zone, body.dry_run).await?.import_rows(lines).await?;
    // A result that a retry may change is not stored under the key.
    let Some(idempotency_key) = idempotency_key.filter(|_| !answer.is_retryable()) else {
        return Ok(axum::Json(answer).into_response());
    };
    match api
        .store
        .write_days(origin, &[], Some(&idempotency_key), &compressed_answer::compress_answer(&answer)?)
        .await?
    {
        Race::Won(Some(store::CommitOutcome::Replayed(first))) => {
            Ok(Replayed::ok(compressed_answer::decompress_answer(&first)?))
        }
        Race::Won(_) | Race::Lost => Ok(axum::Json(answer).into_response()),
    }
}
