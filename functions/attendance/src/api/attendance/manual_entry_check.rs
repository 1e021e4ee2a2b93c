//! Manual entries: checks of their times, and the day with the entry.

use directory::Person;
use events::{EventType, Fact};
use garde::Validate;
use jiff::{SignedDuration, Timestamp, civil::Date};
use kernel::{Code, EmployeeId, Error, Origin, PunchId, Result};
use policy::attendance::{DayPlacement, Punch, PunchKind, PunchSource};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::punch_context::RuleSnapshot;
use crate::{
    api::{
        Api,
        attendance::punches::offline_batch::{DAYS_AROUND, read_days_around},
        fields,
    },
    domain::{
        correction::{Addition, SequenceError, find_sequence_error},
        day::{Day, ENTITY},
        punch_allocator::{PunchAllocator, check_punch_time, punch_event_data},
        punch_rules::{NewPunch, whole_seconds},
        submission::PunchError,
        timetable::Timetable,
    },
    messages,
    store::Stored,
};

/// Maximum age of the check-in of an entry.
const PUNCH_AGE_MAX: SignedDuration = SignedDuration::from_hours(24 * 366);
/// Maximum time between check-in and check-out: a shift of 24 hours with the longest window after it.
const WORK_SPAN_MAX: SignedDuration = SignedDuration::from_hours(36);

/// Pointers to the check-in and the check-out in the body.
const POINTERS: [&str; 2] = ["/check_in_time", "/check_out_time"];

/// Check-in and check-out of an employee, entered by someone else.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ManualEntry {
    /// Id of the employee; must not be the caller.
    pub employee_id: EmployeeId,
    /// Date on which the shift starts; of a night shift, the date of its evening.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Time of the check-in: not in the future, and at most 366 days ago.
    #[schema(value_type = String, format = DateTime)]
    pub check_in_time: Timestamp,
    /// Time of the check-out: not in the future, and at most 36 hours after the check-in. Omit it while the employee is
    /// still at work.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub check_out_time: Option<Timestamp>,
    /// Reason of the entry, shown to the employee.
    #[garde(custom(fields::validate_reason))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
    )]
    pub reason: String,
    /// Place of work as text, such as `Office`.
    #[garde(inner(custom(fields::validate_line)))]
    #[schema(
        min_length = 1,
        max_length = 120,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub location: Option<String>,
}

/// Manual entry whose times are valid, as punches that are not yet on their day.
pub(crate) struct CheckedEntry {
    timetable: Timetable,
    punches: Vec<(DayPlacement, NewPunch)>,
    now: Timestamp,
}

impl CheckedEntry {
    /// Checks an entry against the clock and the shift windows of the employee.
    ///
    /// # Errors
    /// 422 with the invalid field.
    pub(crate) async fn load_and_check(
        api: &Api,
        person: &Person,
        body: &ManualEntry,
        origin: &Origin,
    ) -> Result<Self> {
        let (check_in, check_out) = (whole_seconds(body.check_in_time), body.check_out_time.map(whole_seconds));
        let (member, rules) =
            tokio::try_join!(api.store.find_member_cached(person.id, origin.at), RuleSnapshot::read(api, origin.at))?;
        let schedule = member.map(|member| member.schedule.clone()).unwrap_or_default();
        let timetable = rules.load_timetable(api, person.clone(), schedule, check_in).await?;
        check_entry_times(&timetable, body, check_in, check_out, origin.at)?;
        let within = timetable.shift_day_of(Some(PunchKind::CheckIn), check_in).in_window;
        let arrival = (PunchKind::CheckIn, check_in, DayPlacement { date: body.date, in_window: within });
        let departure = check_out.map(|at| {
            let placement = timetable.shift_day_of(Some(PunchKind::CheckOut), at);
            let within = placement.in_window && placement.date == body.date;
            (PunchKind::CheckOut, at, DayPlacement { date: body.date, in_window: within })
        });
        let punch = |(kind, at, placement)| (placement, new_punch(api, body, origin, kind, at));
        let punches = std::iter::once(arrival).chain(departure).map(punch).collect();
        Ok(Self { timetable, punches, now: origin.at })
    }

    /// The day with the punches of the entry, and its event. Punches that are recorded already are left out. Writes
    /// nothing.
    ///
    /// # Errors
    /// 409 `duplicate` if all punches are recorded already, `punches_stand` or `too_many_punches`.
    pub(crate) async fn day_with_entry(&self, api: &Api) -> Result<(Stored<Day>, Fact)> {
        let employee = self.timetable.person().id;
        let instants = self.punches.iter().map(|(_, punch)| punch.at);
        let stored = read_days_around(api, employee, &self.timetable, instants, DAYS_AROUND).await?;
        let mut allocator = PunchAllocator::new(&self.timetable, stored.iter().map(|day| day.value.clone()), self.now);
        let is_new = |(_, (placement, punch)): &(usize, &(DayPlacement, NewPunch))| {
            !allocator.is_recorded(placement.date, punch.kind, punch.at)
        };
        let new: Vec<(usize, &(DayPlacement, NewPunch))> = self.punches.iter().enumerate().filter(is_new).collect();
        let Some(date) = new.first().map(|(_, (placement, _))| placement.date) else {
            return Err(Error::new(Code::Duplicate, messages::punches_recorded()));
        };
        let before = stored.iter().find(|day| day.value.date == date);
        check_entry_order(before.map(|day| &day.value), &new)?;
        for (index, (placement, punch)) in &new {
            allocator.add_to_day(*placement, punch.clone()).map_err(|error| full_day_error(*index, error))?;
        }
        let day = allocator.find_day(date).cloned().ok_or_else(|| Error::internal("the entry was added to no day"))?;
        let ids: Vec<PunchId> = new.iter().map(|(_, (_, punch))| punch.id).collect();
        let punches: Vec<&Punch> = day.punches.iter().filter(|punch| ids.contains(&punch.id)).collect();
        let fact =
            Fact::new(EventType::AttendanceManualEntry, ENTITY, day.id).with_data(punch_event_data("manual", &punches));
        Ok((Stored { value: day, version: before.map_or(0, |day| day.version) }, fact))
    }
}

/// Checks the times of an entry against the clock, the employment, the shift day and each other.
///
/// # Errors
/// 422 at the invalid time.
fn check_entry_times(
    timetable: &Timetable,
    body: &ManualEntry,
    check_in: Timestamp,
    check_out: Option<Timestamp>,
    now: Timestamp,
) -> Result<()> {
    let [check_in_pointer, check_out_pointer] = POINTERS;
    for (pointer, at) in
        std::iter::once((check_in_pointer, check_in)).chain(check_out.map(|at| (check_out_pointer, at)))
    {
        if at > now {
            return Err(Error::invalid(pointer, "in_the_future", messages::time_in_future()));
        }
    }
    check_punch_time(timetable.person(), body.date, check_in, now, PUNCH_AGE_MAX)
        .map_err(|error| Error::invalid(check_in_pointer, error.code.as_str(), error.detail))?;
    let placement = timetable.shift_day_of(Some(PunchKind::CheckIn), check_in);
    if placement.date != body.date {
        let detail = messages::entry_of_other_day(placement.date);
        return Err(Error::invalid(check_in_pointer, "other_day", detail));
    }
    match check_out.map(|at| at.duration_since(check_in)) {
        Some(length) if length <= SignedDuration::ZERO => {
            Err(Error::invalid(check_out_pointer, "before_check_in", messages::check_out_before_check_in()))
        }
        Some(length) if length > WORK_SPAN_MAX => {
            Err(Error::invalid(check_out_pointer, "too_long", messages::check_out_too_late(WORK_SPAN_MAX.as_hours())))
        }
        Some(_) | None => Ok(()),
    }
}

fn new_punch(api: &Api, body: &ManualEntry, origin: &Origin, kind: PunchKind, at: Timestamp) -> NewPunch {
    NewPunch {
        id: PunchId::new(api.shell.ids.uuid(origin.at)),
        kind,
        kind_inferred: false,
        at,
        location: fields::trimmed(body.location.as_deref()),
        device: None,
        position: None,
        source: PunchSource::Manual,
        captured_at: None,
        received_at: origin.at,
        by: origin.actor.clone(),
        reason: Some(body.reason.trim().to_owned()),
        flags: Vec::new(),
    }
}

/// Checks that the new punches do not contradict those of the day.
///
/// # Errors
/// 409 `punches_stand`; `current` holds the punches of the day.
fn check_entry_order(day: Option<&Day>, new: &[(usize, &(DayPlacement, NewPunch))]) -> Result<()> {
    let addition = |(_, (_, punch)): &(usize, &(DayPlacement, NewPunch))| Addition {
        kind: punch.kind,
        at: punch.at,
        location: None,
        flags: Vec::new(),
    };
    let additions: Vec<Addition> = new.iter().map(addition).collect();
    let existing = day.map(|day| day.punches.as_slice()).unwrap_or_default();
    let Some(SequenceError::Added(index)) = find_sequence_error(existing, &[], &additions) else { return Ok(()) };
    let pointer = new.get(index).and_then(|(index, _)| POINTERS.get(*index)).copied().unwrap_or_default();
    let punch = |punch: &Punch| json!({ "id": punch.id, "kind": punch.kind, "at": punch.at });
    let punches: Vec<_> = existing.iter().filter(|punch| punch.is_counted()).map(punch).collect();
    Err(Error::new(Code::PunchesStand, messages::entry_contradicts_day())
        .with_field(pointer, "punches_stand", messages::entry_contradicts_day())
        .with_current_state(json!({ "punches": punches })))
}

/// The 409 for a new punch that finds the day full.
fn full_day_error(index: usize, error: PunchError) -> Error {
    let pointer = POINTERS.get(index).copied().unwrap_or_default();
    Error::new(Code::TooManyPunches, error.detail.clone()).with_field(pointer, error.code.as_str(), error.detail)
}
