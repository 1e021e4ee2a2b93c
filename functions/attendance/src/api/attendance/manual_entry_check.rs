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
    api::{Api, attendance::days_around::DaysAround, fields},
    domain::{
        correction::{ChangedPunch, find_sequence_error},
        day::{Day, ENTITY},
        punch_allocator::{PunchAllocator, punch_event_data},
        punch_rules::{self, NewPunch, PUNCHES_MAX, WORK_SPAN_MAX, check_employed, check_punch_age, whole_seconds},
        timetable::Timetable,
    },
    messages,
    store::Stored,
};

/// Maximum age of the check-in of an entry.
const PUNCH_AGE_MAX: SignedDuration = SignedDuration::from_hours(24 * punch_rules::DAYS_BACK_MAX);

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
    date: Date,
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
        Ok(Self { timetable, date: body.date, punches, now: origin.at })
    }

    /// The day with the punches of the entry, and the days whose punches belong to it now, each with its event; the day of
    /// the entry comes first. Punches that are recorded already are left out. Writes nothing.
    ///
    /// # Errors
    /// 409 `duplicate` if all punches are recorded already, `punches_stand` or `too_many_punches`.
    pub(crate) async fn days_with_entry(&self, api: &Api) -> Result<Vec<(Stored<Day>, Fact)>> {
        let instants = self.punches.iter().map(|(_, punch)| punch.at);
        let days = DaysAround::read_around(api, &self.timetable, instants).await?;
        let (changed, ids) = days.change(api, &self.timetable, self.now, |days| self.add_new_punches(days)).await?;
        let (day, others) =
            changed.split_off(self.date, "manual").ok_or_else(|| Error::internal("the entry was added to no day"))?;
        let punches: Vec<&Punch> = day.value.punches.iter().filter(|punch| ids.contains(&punch.id)).collect();
        let data = punch_event_data("manual", &punches);
        let fact = Fact::new(EventType::AttendanceManualEntry, ENTITY, day.value.id).with_data(data);
        Ok(std::iter::once((day, fact)).chain(others).collect())
    }

    /// Adds the punches that are not recorded on any of the days to the day of the entry; returns their ids.
    ///
    /// # Errors
    /// 409 `duplicate`, `too_many_punches` or `punches_stand`.
    fn add_new_punches(&self, days: &mut PunchAllocator<'_>) -> Result<Vec<PunchId>> {
        let known = days.punches_of(self.date).to_vec();
        let is_new = |(_, (_, punch)): &(usize, &(DayPlacement, NewPunch))| !days.is_recorded(punch.kind, punch.at);
        let new = self.punches.iter().enumerate().filter(is_new);
        let new: Vec<(usize, Punch)> =
            new.map(|(index, (placement, punch))| (index, days.punch_on(*placement, punch.clone()))).collect();
        let Some(from) = new.iter().map(|(_, punch)| punch.at).min() else {
            return Err(Error::new(Code::Duplicate, messages::punches_recorded()));
        };
        if let Some((index, _)) = new.get(PUNCHES_MAX.saturating_sub(known.len())) {
            return Err(full_day_error(*index));
        }
        let added = || new.iter().map(|(_, punch)| punch.clone());
        let moved = days.replace_day(self.date, known.iter().cloned().chain(added()).collect(), from);
        let existing: Vec<Punch> = known.into_iter().chain(moved).collect();
        let after: Vec<Punch> = existing.iter().cloned().chain(added()).collect();
        match find_sequence_error(&existing, &after, days.debounce_seconds(self.date)) {
            Some(ChangedPunch::Added(id)) => {
                let index = new.iter().find(|(_, punch)| punch.id == id).map(|(index, _)| *index);
                Err(contradiction_error(index.unwrap_or_default(), &existing))
            }
            Some(ChangedPunch::Voided(_)) | None => Ok(new.into_iter().map(|(_, punch)| punch.id).collect()),
        }
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
    check_punch_age(check_in, now, PUNCH_AGE_MAX)
        .and_then(|()| check_employed(timetable.person(), body.date))
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

/// The 409 for a punch of the entry that contradicts those of the day; `current` holds the punches of the day.
fn contradiction_error(index: usize, existing: &[Punch]) -> Error {
    let pointer = POINTERS.get(index).copied().unwrap_or_default();
    let punch = |punch: &Punch| json!({ "id": punch.id, "kind": punch.kind, "at": punch.at });
    let punches: Vec<_> = existing.iter().filter(|punch| punch.is_counted()).map(punch).collect();
    Error::new(Code::PunchesStand, messages::entry_contradicts_day())
        .with_field(pointer, "punches_stand", messages::entry_contradicts_day())
        .with_current_state(json!({ "punches": punches }))
}

/// The 409 for a new punch that finds the day full.
fn full_day_error(index: usize) -> Error {
    let pointer = POINTERS.get(index).copied().unwrap_or_default();
    let detail = messages::day_full(PUNCHES_MAX);
    Error::new(Code::TooManyPunches, detail.clone()).with_field(pointer, "too_many_punches", detail)
}
