//! Punches at the clock: one round trip of reads beside the caller's own record, then one conditional write, which
//! returns the current day when it fails.
//!
//! A check-in may be late or outside every window. The write that records it announces that once a day. The first
//! attempt assumes a day without record; if that fails, the punch is assessed against the stored day.

use access::{Operation, Relation};
use aws_lc_rs::digest::{SHA256, digest};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use events::EventType;
use garde::Validate;
use jiff::{SignedDuration, Timestamp, civil::Date};
use kernel::{Code, EmployeeId, Error, PunchId, Result};
use lambda::http::{Caller, Created, IdempotencyHeader, Replayed, VerifiedToken, Versioned};
use policy::attendance::{DayPlacement, PunchKind, PunchSource};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::IdempotencyKey;
use utoipa::ToSchema;

use super::{
    punch_context::PunchContext,
    punch_result::{AttendancePosition, PunchResult},
    view::PunchView,
};
use crate::{
    api::{Api, fields},
    domain::{
        day::{ClockState, Day, PunchReceipt},
        punch_rules::{self, DEVICE_CLOCK_AHEAD_MAX, NewPunch, OPEN_SESSION_MAX, PUNCHES_MAX},
        site::Site,
        timetable::Timetable,
    },
    messages,
    store::{Precondition, PunchWrite, PunchWriteResult, Stored},
};

/// Time after the start of a new shift day, or after the end of an open one, in which an idempotency key is also looked
/// up on that day.
const KEY_LOOKBACK: SignedDuration = SignedDuration::from_mins(10);

/// Live punch of the caller. The server's clock gives its time.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct PunchRequest {
    /// Id of the caller; no other employee is accepted. Default: the caller.
    pub employee_id: Option<EmployeeId>,
    /// Place of the punch as text, such as `Office`.
    #[garde(inner(custom(fields::validate_line)))]
    #[schema(
        min_length = 1,
        max_length = 120,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub location: Option<String>,
    /// Device of the punch as text, such as `Mobile`.
    #[garde(inner(custom(fields::validate_line)))]
    #[schema(
        min_length = 1,
        max_length = 120,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub device: Option<String>,
    /// Position of the device. Sites with mandatory fences require it.
    #[garde(dive)]
    pub position: Option<AttendancePosition>,
    /// Time of the device's clock, kept as evidence: at most 2 minutes ahead of the server.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub captured_at: Option<Timestamp>,
}

/// One punch, from the request to the answer.
struct PunchWriter<'a> {
    api: &'a Api,
    caller: &'a Caller,
    timetable: Timetable,
    punch: NewPunch,
    receipt: Option<PunchReceipt>,
}

/// Records a live punch of the caller, and answers with it or with the answer to a repeated request.
pub(crate) async fn handle_punch(
    api: &Api,
    arriving: VerifiedToken,
    (operation, kind): (&Operation, PunchKind),
    key: &IdempotencyHeader,
    body: &PunchRequest,
) -> Result<Response> {
    let PunchContext { caller, timetable, rules } = PunchContext::admit_and_load(api, arriving).await?;
    if body.employee_id.is_some_and(|id| id != caller.id()) {
        return Err(Error::employee_not_found());
    }
    let punch = new_punch(api, &caller, rules.find_site(&caller.person().site), kind, body)?;
    let idempotency_key = key.for_request(operation.name, caller.id(), body);
    let receipt = idempotency_key.map(|idempotency_key| new_receipt(&idempotency_key, punch.id));
    PunchWriter { api, caller: &caller, timetable, punch, receipt }.record_and_answer().await
}

/// Live punch of the caller before it is assigned to a day.
///
/// # Errors
/// 422 for a clock that is ahead, or a position that the fences of the site refuse.
fn new_punch(
    api: &Api,
    caller: &Caller,
    site: Option<&Site>,
    kind: PunchKind,
    body: &PunchRequest,
) -> Result<NewPunch> {
    let origin = caller.origin();
    if body.captured_at.is_some_and(|captured| captured.duration_since(origin.at) > DEVICE_CLOCK_AHEAD_MAX) {
        return Err(Error::invalid("/captured_at", "in_the_future", messages::captured_ahead()));
    }
    let position = body.position.map(AttendancePosition::to_geo_position);
    let flag = punch_rules::check_fence(site, position)
        .map_err(|error| Error::invalid("/position", error.code.as_str(), error.detail))?;
    Ok(NewPunch {
        id: PunchId::new(api.shell.ids.uuid(origin.at)),
        kind,
        kind_inferred: false,
        at: punch_rules::whole_seconds(origin.at),
        location: fields::trimmed(body.location.as_deref()),
        device: fields::trimmed(body.device.as_deref()),
        position,
        source: PunchSource::Live,
        captured_at: body.captured_at,
        received_at: origin.at,
        by: origin.actor.clone(),
        reason: None,
        flags: flag.into_iter().collect(),
    })
}

/// Receipt by which a repetition of the request is recognized.
fn new_receipt(idempotency_key: &IdempotencyKey, punch: PunchId) -> PunchReceipt {
    let key = digest(&SHA256, idempotency_key.scope.as_bytes());
    let key = key.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    PunchReceipt { key, request_digest: idempotency_key.fingerprint.clone(), punch }
}

impl PunchWriter<'_> {
    /// Writes the punch on the first candidate day that allows it. Answers with that day, or with the one on which the
    /// same request was recorded before.
    ///
    /// # Errors
    /// 409 if no day allows the punch.
    async fn record_and_answer(self) -> Result<Response> {
        let placement = self.timetable.shift_day_of(Some(self.punch.kind), self.punch.at);
        if let Some(day) = self.find_recent_previous_day(placement).await?
            && let Some(replayed) = self.replayed_answer(&day)?
        {
            return Ok(replayed);
        }
        let mut blocking = None;
        let open_at = self.earliest_try();
        for target in punch_rules::candidate_days(&self.timetable, self.punch.kind, placement, open_at) {
            match self.write_on_day(target, placement).await? {
                PunchWriteResult::Recorded(day) => return self.answer_with(&day),
                PunchWriteResult::Blocked(None) => {}
                PunchWriteResult::Blocked(Some(Stored { value: day, .. })) => {
                    if let Some(replayed) = self.replayed_answer(&day)? {
                        return Ok(replayed);
                    }
                    blocking = blocking
                        .filter(|known: &Day| has_open_check_in(known) || !has_open_check_in(&day))
                        .or(Some(day));
                }
            }
        }
        Err(punch_not_allowed_error(self.punch.kind, blocking.as_ref(), self.caller))
    }

    /// The day before, if it ended within [`KEY_LOOKBACK`] and the request has an idempotency key: a repeated request
    /// may be on it.
    async fn find_recent_previous_day(&self, placement: DayPlacement) -> Result<Option<Day>> {
        let before = self.receipt.as_ref().map(|_| self.earliest_try());
        let before = before.map(|at| self.timetable.shift_day_of(Some(self.punch.kind), at).date);
        match before.filter(|date| *date != placement.date) {
            None => Ok(None),
            Some(date) => Ok(self.api.store.find_day(self.caller.id(), date).await?.map(|stored| stored.value)),
        }
    }

    /// Earliest instant at which the same request may have been sent before.
    fn earliest_try(&self) -> Timestamp {
        let lookback = self.receipt.as_ref().map_or(SignedDuration::ZERO, |_| KEY_LOOKBACK);
        self.punch.at.saturating_sub(lookback).unwrap_or(self.punch.at)
    }

    /// Writes the punch on one day: assessed first as if there were no record, then by the stored day until no other
    /// write interferes.
    async fn write_on_day(&self, target: DayPlacement, placement: DayPlacement) -> Result<PunchWriteResult> {
        let at = self.caller.origin().at;
        let unknown = Stored { value: Day::new(self.caller.id(), target.date, at), version: 0 };
        let attempt = |known: Stored<Day>| async move { self.try_write(target, placement, &known).await };
        match attempt(unknown).await? {
            Ok(result) => Ok(result),
            Err(day) => self.api.until_won_from(at, day, attempt).await,
        }
    }

    /// Writes the punch as assessed by `known`. The inner error is the stored day by which it must be assessed instead.
    async fn try_write(
        &self,
        target: DayPlacement,
        placement: DayPlacement,
        known: &Stored<Day>,
    ) -> Result<std::result::Result<PunchWriteResult, Stored<Day>>> {
        let punch = self.punch.clone().into_punch(&self.timetable.zone_of(target.date), target.in_window);
        let assessment = punch_rules::assess_check_in(&self.timetable, &known.value, punch);
        let silent = assessment.new_exceptions.is_empty() && assessment.late_minutes.is_none();
        let precondition = match known.version {
            0 if silent => Precondition::AllowedState,
            0 => Precondition::NoDay,
            version => Precondition::DayVersion(version),
        };
        let write = PunchWrite {
            employee: self.caller.id(),
            date: target.date,
            punch: &assessment.punch,
            receipt: self.receipt.as_ref(),
            open_after: self.timetable.oldest_open_check_in(target.date, placement, self.punch.at),
            late_minutes: assessment.late_minutes,
            new_exceptions: &assessment.new_exceptions,
            event: event_of_punch_kind(self.punch.kind),
        };
        Ok(match self.api.store.record_punch(self.caller.origin(), &write, precondition).await? {
            PunchWriteResult::Blocked(Some(day))
                if precondition != Precondition::AllowedState && self.may_retry(&day.value) =>
            {
                Err(day)
            }
            result => Ok(result),
        })
    }

    /// Whether the day allows the punch, so that only the assessment was outdated.
    fn may_retry(&self, day: &Day) -> bool {
        let follows = punch_rules::allowed_states(self.punch.kind).contains(&day.state.unwrap_or(ClockState::Out));
        let recorded = self.receipt.as_ref().is_some_and(|receipt| day.receipt_keys.contains(&receipt.key));
        follows && !recorded && day.punches.len() < PUNCHES_MAX
    }

    /// The answer to the first request again; `None` if the day has no receipt of it.
    ///
    /// # Errors
    /// 422 `idempotency_key_reused` if the first request had a different body.
    fn replayed_answer(&self, day: &Day) -> Result<Option<Response>> {
        let Some(receipt) = &self.receipt else { return Ok(None) };
        let Some(known) = day.receipts.iter().find(|known| known.key == receipt.key) else { return Ok(None) };
        if known.request_digest != receipt.request_digest {
            return Err(IdempotencyKey::reused_key_error());
        }
        let answer = serde_json::to_value(self.punch_result(day, known.punch)?).map_err(Error::internal)?;
        Ok(Some(Replayed(self.success_status(), answer).into_response()))
    }

    fn answer_with(&self, day: &Stored<Day>) -> Result<Response> {
        let (version, body) = (day.version, self.punch_result(&day.value, self.punch.id)?);
        if self.success_status() == StatusCode::CREATED {
            let location = day_path(body.employee_id, body.date);
            Ok(Created { location, version, body }.into_response())
        } else {
            Ok(Versioned(version, body).into_response())
        }
    }

    fn punch_result(&self, day: &Day, punch: PunchId) -> Result<PunchResult> {
        let view = PunchResult::of(day, punch, self.caller.readable_fields(Relation::Oneself));
        view.ok_or_else(|| Error::internal(format!("{} has no punch {punch}", day.id)))
    }

    fn success_status(&self) -> StatusCode {
        if self.punch.kind == PunchKind::CheckIn { StatusCode::CREATED } else { StatusCode::OK }
    }
}

/// Path of an attendance day.
pub(crate) fn day_path(employee: EmployeeId, date: Date) -> String {
    format!("/api/v1/attendance/{employee}/days/{date}")
}

const fn event_of_punch_kind(kind: PunchKind) -> EventType {
    match kind {
        PunchKind::CheckIn => EventType::AttendanceCheckedIn,
        PunchKind::CheckOut => EventType::AttendanceCheckedOut,
        PunchKind::BreakStart => EventType::AttendanceBreakStarted,
        PunchKind::BreakEnd => EventType::AttendanceBreakEnded,
    }
}

/// Whether the employee is checked in or on a break by this day.
fn has_open_check_in(day: &Day) -> bool {
    day.state.is_some_and(|state| state != ClockState::Out)
}

/// The 409 of a punch that no day allows; `blocking` is the day that it names in `current`.
fn punch_not_allowed_error(kind: PunchKind, blocking: Option<&Day>, caller: &Caller) -> Error {
    let full = blocking.is_some_and(|day| day.punches.len() >= PUNCHES_MAX);
    let state = blocking.and_then(|day| day.state).unwrap_or(ClockState::Out);
    let error = match (kind, state) {
        _ if full => Error::new(Code::TooManyPunches, messages::day_full(PUNCHES_MAX)),
        (PunchKind::CheckIn, _) => Error::new(Code::AlreadyCheckedIn, messages::already_checked_in()),
        (PunchKind::CheckOut, ClockState::In | ClockState::OnBreak) => {
            Error::new(Code::OpenTooLong, messages::check_in_too_long_ago(OPEN_SESSION_MAX.as_hours()))
        }
        (PunchKind::BreakStart, ClockState::OnBreak) => Error::new(Code::AlreadyOnBreak, messages::already_on_break()),
        (PunchKind::BreakEnd, _) => Error::new(Code::NotOnBreak, messages::not_on_break()),
        (PunchKind::CheckOut | PunchKind::BreakStart, _) => Error::new(Code::NotCheckedIn, messages::not_checked_in()),
    };
    let Some(day) = blocking else { return error };
    let opened = |punch: &&policy::attendance::Punch| {
        punch.is_counted() && punch.kind == PunchKind::CheckIn && Some(punch.at) == day.open_since
    };
    let punch =
        day.punches.iter().find(opened).map(|punch| PunchView::of(punch, caller.readable_fields(Relation::Oneself)));
    error.with_current_state(json!({
        "id": day.id, "date": day.date, "state": state, "open_since": day.open_since, "punch": punch,
    }))
}
