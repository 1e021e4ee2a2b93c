//! A manual entry: whether its instants can be, and what they make of the day.

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
    api::{Api, attendance::punches::offline_batch::around, fields},
    domain::{
        correction::{Addition, SequenceError, find_sequence_error},
        day::{Day, ENTITY},
        punch_allocator::{PunchAllocator, PunchError, check_punch_time, event_data},
        punch_rules::{NewPunch, whole_seconds},
        timetable::Timetable,
    },
    store::Stored,
};

/// An entry goes back so far; what is older is put right by a correction of payroll, not of a day.
const OLD_MAX: SignedDuration = SignedDuration::from_hours(24 * 366);
/// Nobody works longer in one piece.
const LONG_MAX: SignedDuration = SignedDuration::from_hours(24);

/// The parts of an entry in the body, in the order of its punches.
const PARTS: [&str; 2] = ["/check_in_time", "/check_out_time"];

/// When somebody came and went, by somebody else's word.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ManualEntry {
    /// Whose day.
    pub employee_id: EmployeeId,
    /// The date on which the shift begins: of a night shift, that of its evening.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// When they came.
    #[schema(value_type = String, format = DateTime)]
    pub check_in_time: Timestamp,
    /// When they went, unless they are still there.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub check_out_time: Option<Timestamp>,
    /// Why somebody else says so.
    #[garde(custom(fields::validate_reason))]
    pub reason: String,
    /// Where, in words.
    #[garde(inner(custom(fields::words)))]
    pub location: Option<String>,
}

/// An entry that can be by itself.
pub(crate) struct EntryCheck {
    timetable: Timetable,
    punches: Vec<(DayPlacement, NewPunch)>,
    now: Timestamp,
}

impl EntryCheck {
    /// Checks an entry against the clock and the person's windows.
    ///
    /// # Errors
    /// 422 with the field that is wrong.
    pub(crate) async fn of(api: &Api, person: &Person, body: &ManualEntry, origin: &Origin) -> Result<Self> {
        let (check_in, check_out) = (whole_seconds(body.check_in_time), body.check_out_time.map(whole_seconds));
        let (member, rules) =
            tokio::try_join!(api.store.member_cached(person.id, origin.at), RuleSnapshot::read(api, origin.at))?;
        let schedule = member.map(|member| member.schedule.clone()).unwrap_or_default();
        let timetable = rules.timetable(api, person.clone(), schedule, check_in).await?;
        check_times(&timetable, body, check_in, check_out, origin.at)?;
        let within = timetable.shift_day_of(check_in).in_window;
        let came = (PunchKind::CheckIn, check_in, DayPlacement { date: body.date, in_window: within });
        let went = check_out.map(|at| {
            let place = timetable.shift_day_of(at);
            let within = place.in_window && place.date == body.date;
            (PunchKind::CheckOut, at, DayPlacement { date: body.date, in_window: within })
        });
        let given = |(kind, at, standing)| (standing, given(api, body, origin, kind, at));
        let punches = std::iter::once(came).chain(went).map(given).collect();
        Ok(Self { timetable, punches, now: origin.at })
    }

    /// The day with the entry on it, as it is to be written.
    ///
    /// # Errors
    /// 409, where the entry is there already or makes no sense beside what is.
    pub(crate) async fn on_its_day(&self, api: &Api) -> Result<(Stored<Day>, Fact)> {
        let employee = self.timetable.person().id;
        let instants = self.punches.iter().map(|(_, given)| given.at);
        let stored = around(api, employee, &self.timetable, instants).await?;
        let mut handing = PunchAllocator::new(&self.timetable, stored.iter().map(|day| day.value.clone()), self.now);
        let is_new = |(_, (standing, given)): &(usize, &(DayPlacement, NewPunch))| {
            handing.find_duplicate(standing.date, Some(given.kind), given.at).is_none()
        };
        let new: Vec<(usize, &(DayPlacement, NewPunch))> = self.punches.iter().enumerate().filter(is_new).collect();
        let Some(date) = new.first().map(|(_, (standing, _))| standing.date) else {
            return Err(Error::new(Code::Duplicate, "These punches are there already."));
        };
        let before = stored.iter().find(|day| day.value.date == date);
        check_sequence(before.map(|day| &day.value), &new)?;
        for (nth, (standing, given)) in &new {
            handing.add_to_day(*standing, given.clone()).map_err(|flaw| full(*nth, flaw))?;
        }
        let day = handing.day(date).cloned().ok_or_else(|| Error::internal("the entry is on no day"))?;
        let ids: Vec<PunchId> = new.iter().map(|(_, (_, given))| given.id).collect();
        let punches: Vec<&Punch> = day.punches.iter().filter(|punch| ids.contains(&punch.id)).collect();
        let fact =
            Fact::new(EventType::AttendanceManualEntry, ENTITY, day.id).with_data(event_data("manual", &punches));
        Ok((Stored { value: day, version: before.map_or(0, |day| day.version) }, fact))
    }
}

/// Whether the instants can be, by our clock, by each other, and by whose day they fall on.
fn check_times(
    timetable: &Timetable,
    body: &ManualEntry,
    check_in: Timestamp,
    check_out: Option<Timestamp>,
    now: Timestamp,
) -> Result<()> {
    let [came, went] = PARTS;
    for (pointer, at) in std::iter::once((came, check_in)).chain(check_out.map(|at| (went, at))) {
        if at > now {
            return Err(Error::invalid(pointer, "in_the_future", "It lies in the future."));
        }
    }
    check_punch_time(timetable.person(), body.date, check_in, now, OLD_MAX)
        .map_err(|flaw| Error::invalid(came, flaw.code, flaw.detail))?;
    let place = timetable.shift_day_of(check_in);
    if place.date != body.date {
        let detail = format!("By the person's shifts this instant belongs to {}.", place.date);
        return Err(Error::invalid(came, "other_day", detail));
    }
    match check_out.map(|at| at.duration_since(check_in)) {
        Some(length) if length <= SignedDuration::ZERO => {
            Err(Error::invalid(went, "before_check_in", "The check-out is not after the check-in."))
        }
        Some(length) if length > LONG_MAX => {
            Err(Error::invalid(went, "too_long", "Nobody works more than 24 hours in one piece."))
        }
        Some(_) | None => Ok(()),
    }
}

fn given(api: &Api, body: &ManualEntry, origin: &Origin, kind: PunchKind, at: Timestamp) -> NewPunch {
    NewPunch {
        id: PunchId::new(api.shell.ids.uuid(origin.at)),
        kind,
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

/// Refuses what does not fit in between the punches that stand.
fn check_sequence(day: Option<&Day>, new: &[(usize, &(DayPlacement, NewPunch))]) -> Result<()> {
    let addition = |(_, (_, given)): &(usize, &(DayPlacement, NewPunch))| Addition {
        kind: given.kind,
        at: given.at,
        location: None,
        flags: Vec::new(),
    };
    let additions: Vec<Addition> = new.iter().map(addition).collect();
    let standing = day.map(|day| day.punches.as_slice()).unwrap_or_default();
    let Some(SequenceError::Added(place)) = find_sequence_error(standing, &[], &additions) else { return Ok(()) };
    let detail = "Beside the punches of the day this makes no sense; a correction can make some of them void.";
    let part = new.get(place).and_then(|(nth, _)| PARTS.get(*nth)).copied().unwrap_or_default();
    let punch = |punch: &Punch| json!({ "id": punch.id, "kind": punch.kind, "at": punch.at });
    let punches: Vec<_> = standing.iter().filter(|punch| punch.is_counted()).map(punch).collect();
    Err(Error::new(Code::PunchesStand, detail)
        .with_field(part, "punches_stand", detail)
        .with_current_state(json!({ "punches": punches })))
}

fn full(nth: usize, flaw: PunchError) -> Error {
    let part = PARTS.get(nth).copied().unwrap_or_default();
    Error::new(Code::TooManyPunches, flaw.detail.clone()).with_field(part, flaw.code, flaw.detail)
}
