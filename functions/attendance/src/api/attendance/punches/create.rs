//! `POST /api/v1/attendance/punches`: hands in punches that a device kept while it was offline. Publishes
//! `attendance.punches_received` for every day that changes.
//!
//! The device's clock says when; each punch is flagged for it. All days change in one transaction, and the same punch of a second is
//! taken once, so that a device may send a batch as often as it likes.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use garde::Validate;
use jiff::{SignedDuration, Timestamp};
use lambda::http::{Caller, Idempotency, Json, Problem, Replayed, Valid};
use policy::attendance::PunchKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::offline_batch::{PunchesTaken, offline};
use crate::api::{
    Api,
    attendance::{punch_context::Ground, punch_result::AttendancePosition},
    fields,
};
use crate::store::Attempt;
use store::pause::{ATTEMPTS_MAX, busy};

lambda::endpoint!(ATTENDANCE_PUNCHES_CREATE, post(handle), Api);

/// Punches are taken for so long after they were made.
pub(crate) const OLD_MAX: SignedDuration = SignedDuration::from_hours(72);

/// A punch that a device kept.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct OfflinePunch {
    /// What was done.
    pub kind: PunchKind,
    /// When, by the device's clock: within the last 72 hours.
    #[schema(value_type = String, format = DateTime)]
    pub captured_at: Timestamp,
    /// Where, in words.
    #[garde(inner(custom(fields::words)))]
    pub location: Option<String>,
    /// With what.
    #[garde(inner(custom(fields::words)))]
    pub device: Option<String>,
    /// Where, by the device.
    #[garde(dive)]
    pub position: Option<AttendancePosition>,
}

/// Punches that a device kept.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfflinePunches {
    /// In any order: 1 to 100.
    #[garde(length(min = 1, max = 100), dive)]
    pub punches: Vec<OfflinePunch>,
}

/// Hands in punches that a device kept while it was offline.
#[utoipa::path(post, path = "/api/v1/attendance/punches", operation_id = "attendance-punches-create", tag = "attendance",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = OfflinePunches,
    responses(
        (status = 200, body = PunchesTaken, description = "What became of each punch, in the order of the request"),
        (status = 409, description = "`busy`: others change the same days right now"),
        (status = 422, description = "No punch is taken: something in the body is out of range")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: Idempotency,
    Valid(Json(body)): Valid<Json<OfflinePunches>>,
) -> Result<Response, Problem> {
    let once = key.once(access::ATTENDANCE_PUNCHES_CREATE.name, caller.id(), &body);
    let at = caller.origin().at;
    let (answered, ground) = tokio::try_join!(api.store.answered(once.as_ref(), at), Ground::of(&api, caller))?;
    if let Some(answer) = answered {
        return Ok(Replayed::done(answer));
    }
    let origin = ground.caller.origin();
    let punches = offline(&api, &ground, &body.punches);
    for tries in 1..=ATTEMPTS_MAX {
        let (answer, days) = punches.met(&api).await?;
        match api.store.keep_days(origin, &days, once.as_ref(), &answer).await? {
            Attempt::Done(Some(store::Outcome::Replayed(first))) => return Ok(Replayed::done(first)),
            Attempt::Done(_) => return Ok(axum::Json(answer).into_response()),
            Attempt::Lost => store::pause::before_another(&*api.shell.mint, at, tries).await,
        }
    }
    Err(busy().into())
}
