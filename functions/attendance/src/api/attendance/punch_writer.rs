//! Punching at the clock, the same for coming, leaving and breaks: one round trip of reads beside the caller's own record, then one
//! conditional write, whose failure says what stands.
//!
//! A check-in that may be late, or lies in no window, is said so by the write that stores it, and once a day: it is tried under the
//! assumption that nothing is known of the day, and judged again beside the day that stands if that is wrong.

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
        punch_rules::{self, DEVICE_CLOCK_AHEAD_MAX, NewPunch, PUNCHES_MAX},
        site::Site,
        timetable::Timetable,
    },
    store::{Precondition, PunchWrite, PunchWriteResult, Stored},
};

/// A key is looked for on the day before when the day has turned less than this ago: no click is repeated later.
const KEY_LOOKBACK: SignedDuration = SignedDuration::from_mins(10);

/// A punch at the clock. The server's clock says when.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct PunchRequest {
    /// Who punches: the caller, and nobody else.
    pub employee_id: Option<EmployeeId>,
    /// Where, in words: `Office`.
    #[garde(inner(custom(fields::words)))]
    pub location: Option<String>,
    /// With what: `Mobile`.
    #[garde(inner(custom(fields::words)))]
    pub device: Option<String>,
    /// Where, by the device. Sites with fences may insist on it.
    #[garde(dive)]
    pub position: Option<AttendancePosition>,
    /// When, by the device's clock: kept as evidence.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub captured_at: Option<Timestamp>,
}

/// One punch, from the request to its answer.
struct PunchWriter<'a> {
    api: &'a Api,
    caller: &'a Caller,
    timetable: Timetable,
    given: NewPunch,
    mark: Option<PunchReceipt>,
}

/// Takes a punch of the caller.
pub(crate) async fn handle_punch(
    api: &Api,
    arriving: VerifiedToken,
    (operation, kind): (&Operation, PunchKind),
    key: &IdempotencyHeader,
    body: &PunchRequest,
) -> Result<Response> {
    let PunchContext { caller, timetable, rules } = PunchContext::admit_and_load(api, arriving).await?;
    if body.employee_id.is_some_and(|id| id != caller.id()) {
        return Err(Error::not_found("person"));
    }
    let given = given(api, &caller, rules.site(&caller.person().site), kind, body)?;
    let once = key.for_request(operation.name, caller.id(), body);
    let mark = once.map(|once| mark(&once, given.id));
    PunchWriter { api, caller: &caller, timetable, given, mark }.answer().await
}

/// The punch as it was made.
fn given(api: &Api, caller: &Caller, site: Option<&Site>, kind: PunchKind, body: &PunchRequest) -> Result<NewPunch> {
    let origin = caller.origin();
    if body.captured_at.is_some_and(|captured| captured.duration_since(origin.at) > DEVICE_CLOCK_AHEAD_MAX) {
        let detail = "The device's clock is ahead of ours.";
        return Err(Error::invalid("/captured_at", "in_the_future", detail));
    }
    let position = body.position.map(AttendancePosition::stored);
    let flag =
        punch_rules::check_fence(site, position).map_err(|(code, detail)| Error::invalid("/position", code, detail))?;
    Ok(NewPunch {
        id: PunchId::new(api.shell.ids.uuid(origin.at)),
        kind,
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

/// What a punch is recognised by when it comes again.
fn mark(once: &IdempotencyKey, punch: PunchId) -> PunchReceipt {
    let key = digest(&SHA256, once.scope.as_bytes());
    let key = key.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    PunchReceipt { key, request_digest: once.fingerprint.clone(), punch }
}

impl PunchWriter<'_> {
    /// Tries the days that the punch may belong to; the first that takes it answers, or one that has taken it before.
    async fn answer(self) -> Result<Response> {
        let place = self.timetable.shift_day_of(self.given.at);
        if let Some(day) = self.just_before(place).await?
            && let Some(again) = self.replayed_answer(&day)?
        {
            return Ok(again);
        }
        let mut standing = None;
        for wanted in punch_rules::candidate_days(self.given.kind, place) {
            match self.write_on_day(wanted, place).await? {
                PunchWriteResult::Recorded(day) => return self.done(&day),
                PunchWriteResult::Blocked(None) => {}
                PunchWriteResult::Blocked(Some(Stored { value: day, .. })) => {
                    if let Some(again) = self.replayed_answer(&day)? {
                        return Ok(again);
                    }
                    standing = standing.filter(|known: &Day| is_open(known) || !is_open(&day)).or(Some(day));
                }
            }
        }
        Err(refused(self.given.kind, standing.as_ref(), self.caller))
    }

    /// The day that has ended a moment ago, for a click that is repeated after it.
    async fn just_before(&self, place: DayPlacement) -> Result<Option<Day>> {
        let earlier = self.given.at.saturating_sub(KEY_LOOKBACK).unwrap_or(self.given.at);
        let before = self.mark.as_ref().map(|_| self.timetable.shift_day_of(earlier).date);
        match before.filter(|date| *date != place.date) {
            None => Ok(None),
            Some(date) => Ok(self.api.store.day(self.caller.id(), date).await?.map(|stored| stored.value)),
        }
    }

    /// Writes the punch on one day: as if nothing were known of the day, and then beside the day that stands.
    async fn write_on_day(&self, wanted: DayPlacement, place: DayPlacement) -> Result<PunchWriteResult> {
        let at = self.caller.origin().at;
        let unknown = Stored { value: Day::new(self.caller.id(), wanted.date, at), version: 0 };
        let attempt = |known: Stored<Day>| async move { self.write(wanted, place, &known).await };
        match attempt(unknown).await? {
            Ok(came) => Ok(came),
            Err(day) => self.api.until_won_from(at, day, attempt).await,
        }
    }

    /// Writes the punch, judged beside what is known of its day; the day that stands where it is to be judged beside that one.
    async fn write(
        &self,
        wanted: DayPlacement,
        place: DayPlacement,
        known: &Stored<Day>,
    ) -> Result<std::result::Result<PunchWriteResult, Stored<Day>>> {
        let punch = self.given.clone().punch(self.timetable.zone(), wanted.in_window);
        let judged = punch_rules::assess_check_in(&self.timetable, &known.value, punch);
        let silent = judged.told.is_empty() && judged.late_minutes.is_none();
        let under = match known.version {
            0 if silent => Precondition::ExpectedState,
            0 => Precondition::NoDay,
            version => Precondition::DayVersion(version),
        };
        let live = PunchWrite {
            employee: self.caller.id(),
            date: wanted.date,
            punch: &judged.punch,
            mark: self.mark.as_ref(),
            open_after: punch_rules::earliest_open_since(wanted.date, place, self.given.at),
            late_minutes: judged.late_minutes,
            new_exceptions: &judged.told,
            event: event_of(self.given.kind),
        };
        Ok(match self.api.store.record_punch(self.caller.origin(), &live, under).await? {
            PunchWriteResult::Blocked(Some(day))
                if under != Precondition::ExpectedState && self.may_retry(&day.value) =>
            {
                Err(day)
            }
            came => Ok(came),
        })
    }

    /// Whether the punch may be written on a day after all: it was only said wrongly.
    fn may_retry(&self, day: &Day) -> bool {
        let follows = punch_rules::allowed_states(self.given.kind).contains(&day.state.unwrap_or(ClockState::Out));
        let came = self.mark.as_ref().is_some_and(|mark| day.once_keys.contains(&mark.key));
        follows && !came && day.punches.len() < PUNCHES_MAX
    }

    /// The first answer again, where the day has taken this very request before.
    fn replayed_answer(&self, day: &Day) -> Result<Option<Response>> {
        let Some(mark) = &self.mark else { return Ok(None) };
        let Some(known) = day.once.iter().find(|known| known.key == mark.key) else { return Ok(None) };
        if known.request_digest != mark.request_digest {
            return Err(IdempotencyKey::reused_key_error());
        }
        let answer = serde_json::to_value(self.view(day, known.punch)?).map_err(Error::internal)?;
        Ok(Some(Replayed(self.status(), answer).into_response()))
    }

    fn done(&self, day: &Stored<Day>) -> Result<Response> {
        let (version, body) = (day.version, self.view(&day.value, self.given.id)?);
        if self.status() == StatusCode::CREATED {
            let location = location(body.employee_id, body.date);
            Ok(Created { location, version, body }.into_response())
        } else {
            Ok(Versioned(version, body).into_response())
        }
    }

    fn view(&self, day: &Day, punch: PunchId) -> Result<PunchResult> {
        let view = PunchResult::of(day, punch, self.caller.readable_fields(Relation::Oneself));
        view.ok_or_else(|| Error::internal(format!("{} lacks {punch}", day.id)))
    }

    fn status(&self) -> StatusCode {
        if self.given.kind == PunchKind::CheckIn { StatusCode::CREATED } else { StatusCode::OK }
    }
}

/// Where a day is read.
pub(crate) fn location(employee: EmployeeId, date: Date) -> String {
    format!("/api/v1/attendance/{employee}/days/{date}")
}

const fn event_of(kind: PunchKind) -> EventType {
    match kind {
        PunchKind::CheckIn => EventType::AttendanceCheckedIn,
        PunchKind::CheckOut => EventType::AttendanceCheckedOut,
        PunchKind::BreakStart => EventType::AttendanceBreakStarted,
        PunchKind::BreakEnd => EventType::AttendanceBreakEnded,
    }
}

fn is_open(day: &Day) -> bool {
    day.state.is_some_and(|state| state != ClockState::Out)
}

/// Why a punch cannot be: what stands in its way.
fn refused(kind: PunchKind, standing: Option<&Day>, caller: &Caller) -> Error {
    let full = standing.is_some_and(|day| day.punches.len() >= PUNCHES_MAX);
    let state = standing.and_then(|day| day.state).unwrap_or(ClockState::Out);
    let error = match (kind, state) {
        _ if full => Error::new(Code::TooManyPunches, format!("A day holds at most {PUNCHES_MAX} punches.")),
        (PunchKind::CheckIn, _) => {
            Error::new(Code::AlreadyCheckedIn, "You have checked in already and not checked out.")
        }
        (PunchKind::CheckOut, ClockState::In | ClockState::OnBreak) => {
            let detail = "Your check-in is open for more than 16 hours; ask for a correction of that day.";
            Error::new(Code::OpenTooLong, detail)
        }
        (PunchKind::BreakStart, ClockState::OnBreak) => Error::new(Code::AlreadyOnBreak, "You are on a break already."),
        (PunchKind::BreakEnd, _) => Error::new(Code::NotOnBreak, "You are not on a break."),
        (PunchKind::CheckOut | PunchKind::BreakStart, _) => Error::new(Code::NotCheckedIn, "You have not checked in."),
    };
    let Some(day) = standing else { return error };
    let opened = |punch: &&policy::attendance::Punch| {
        punch.is_counted() && punch.kind == PunchKind::CheckIn && Some(punch.at) == day.open_since
    };
    let punch =
        day.punches.iter().find(opened).map(|punch| PunchView::of(punch, caller.readable_fields(Relation::Oneself)));
    error.with_current_state(json!({
        "id": day.id, "date": day.date, "state": state, "open_since": day.open_since, "punch": punch,
    }))
}
