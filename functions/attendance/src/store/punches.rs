//! Punches: a live one is one conditional write on its day's item, which answers whatever came of it; others are written with the
//! days that they change.

use events::{EventType, Fact};
use jiff::{Timestamp, civil::Date};
use kernel::{EmployeeId, Minutes, Origin, Result};
use policy::attendance::{Exception, Punch};
use serde::Serialize;
use store::{CommitError, CommitOutcome, IdempotencyKey, Write};

use super::{
    AttendanceStore, Race, Stored, attempted, create_or_replace,
    days::{day_key, placed},
    read_stored,
};
use crate::domain::{
    day::{ClockState, Day, ENTITY, PunchReceipt, id_of},
    punch_rules::{PUNCHES_MAX, allowed_states, state_after},
};

/// What is assumed of a day that a live punch is written on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precondition {
    /// That the person stands where the punch follows.
    ExpectedState,
    /// That nothing is known of it.
    NoDay,
    /// That it is as it was at this version.
    DayVersion(u64),
}

/// A live punch on its way into its day.
#[derive(Debug)]
pub struct PunchWrite<'a> {
    pub employee: EmployeeId,
    pub date: Date,
    pub punch: &'a Punch,
    /// What it is recognised by when it comes again.
    pub mark: Option<&'a PunchReceipt>,
    /// The day must be open since after this.
    pub open_after: Option<Timestamp>,
    /// How late the day is, where it is.
    pub late_minutes: Option<Minutes>,
    /// What is told with it for the first time.
    pub new_exceptions: &'a [Exception],
    pub event: EventType,
}

/// What came of a live punch.
#[derive(Debug)]
pub enum PunchWriteResult {
    /// The day with it.
    Recorded(Stored<Day>),
    /// The day as it stands, without it.
    Blocked(Option<Stored<Day>>),
}

impl PunchWrite<'_> {
    /// What the write says: the punch, and what is told for the first time.
    fn fact(&self) -> Fact {
        let fact = Fact::new(self.event, ENTITY, id_of(self.employee, self.date));
        let fact = fact.with_data(serde_json::json!({ "punch_id": self.punch.id }));
        self.new_exceptions.iter().fold(fact, |fact, exception| fact.also(event_of(*exception)))
    }

    fn write(&self, under: Precondition) -> Write {
        let at = self.punch.at;
        let write = Write::update(day_key(self.employee, self.date))
            .value(":nothing", &Vec::<Punch>::new())
            .value(":now", &self.punch.received_at)
            .value(":punch", &[self.punch])
            .set("id", &id_of(self.employee, self.date))
            .set("employee_id", &self.employee)
            .set("date", &self.date)
            .set("updated_at", &self.punch.received_at)
            .assign("#created_at = if_not_exists(#created_at, :now)")
            .assign("#punches = list_append(if_not_exists(#punches, :nothing), :punch)")
            .set("state", &state_after(self.punch.kind))
            .condition("attribute_not_exists(#punches) OR size(#punches) < :punches_max")
            .value(":punches_max", &PUNCHES_MAX);
        let write = match state_after(self.punch.kind) {
            ClockState::Out => write.remove("open_since").set("check_out_time", &at),
            ClockState::In if allowed_states(self.punch.kind) == [ClockState::Out] => write
                .set("open_since", &at)
                .value(":at", &at)
                .assign("#check_in_time = if_not_exists(#check_in_time, :at)"),
            ClockState::In | ClockState::OnBreak => write,
        };
        let write = match &self.punch.location {
            Some(location) => write.set("location", location),
            None => write,
        };
        self.conditions(self.beside(write), under)
    }

    /// What is said with the punch, and what it is recognised by.
    fn beside(&self, write: Write) -> Write {
        let mut write = write.publishes(self.fact());
        if let Some(late) = self.late_minutes {
            write = write.set("late_minutes", &late).index("by_late", format!("EMP#{}", self.employee), self.date);
        }
        if !self.new_exceptions.is_empty() {
            write = write
                .assign("#announced = list_append(if_not_exists(#announced, :nothing), :told)")
                .value(":told", &self.new_exceptions);
        }
        match self.mark {
            None => write,
            Some(mark) => write
                .assign("#_once = list_append(if_not_exists(#_once, :nothing), :mark)")
                .assign("#_once_keys = list_append(if_not_exists(#_once_keys, :nothing), :keys)")
                .value(":mark", &[mark])
                .value(":keys", &[&mark.key]),
        }
    }

    fn conditions(&self, write: Write, under: Precondition) -> Write {
        let write = match under {
            Precondition::NoDay => return write.condition("attribute_not_exists(pk)"),
            Precondition::DayVersion(version) => return write.if_version(version),
            Precondition::ExpectedState => write,
        };
        let states = allowed_states(self.punch.kind);
        let write = if states == [ClockState::Out] {
            write.condition("attribute_not_exists(#state) OR #state = :out").value(":out", &ClockState::Out)
        } else {
            let names: Vec<_> = (0..states.len()).map(|nth| format!("#state = :from_{nth}")).collect();
            let write = write.condition(&names.join(" OR "));
            states.iter().zip(0..).fold(write, |write, (state, nth)| write.value(&format!(":from_{nth}"), state))
        };
        let write = match self.open_after {
            Some(after) => write.condition("#open_since > :open_after").value(":open_after", &after),
            None => write,
        };
        match self.mark {
            Some(mark) => write
                .condition("attribute_not_exists(#_once_keys) OR NOT contains(#_once_keys, :key)")
                .value(":key", &mark.key),
            None => write,
        }
    }
}

/// The event that tells an exception.
pub const fn event_of(exception: Exception) -> EventType {
    match exception {
        Exception::Late => EventType::AttendanceLate,
        Exception::Absent => EventType::AttendanceAbsent,
        Exception::Incomplete => EventType::AttendanceIncomplete,
        Exception::OutsideWindow => EventType::AttendanceOutsideWindow,
    }
}

impl AttendanceStore {
    /// Writes a live punch; where it cannot be, answers the day that stands in its way, in the same round trip.
    pub async fn record_punch(
        &self,
        origin: &Origin,
        live: &PunchWrite<'_>,
        under: Precondition,
    ) -> Result<PunchWriteResult> {
        match self.table.commit(origin, live.write(under)).await {
            Ok(committed) => read_stored(committed.item).map(PunchWriteResult::Recorded),
            Err(CommitError::Condition { standing, .. }) => {
                standing.map(read_stored).transpose().map(PunchWriteResult::Blocked)
            }
            Err(CommitError::Other(error)) => Err(error),
        }
    }

    /// Writes days in place of the versions that were read, all or none, and only once. Nothing to write is fine: then only the
    /// answer is kept.
    pub async fn write_days(
        &self,
        origin: &Origin,
        days: &[(Stored<Day>, Fact)],
        once: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<Race<Option<CommitOutcome>>> {
        let write = |(day, fact): &(Stored<Day>, Fact)| {
            let Stored { value, version } = day;
            placed(create_or_replace(day_key(value.employee_id, value.date), value, *version), value)
                .publishes(fact.clone())
        };
        if days.is_empty() && once.is_none() {
            return Ok(Race::Won(None));
        }
        let written = self.table.commit_idempotent(origin, days.iter().map(write).collect(), once, answer).await;
        attempted(written.map(Some))
    }

    /// The answer that was given under this idempotency key before, if one was.
    ///
    /// # Errors
    /// 422 for a key that was used for another request.
    pub async fn answered(&self, once: Option<&IdempotencyKey>, at: Timestamp) -> Result<Option<serde_json::Value>> {
        self.table.stored_answer(once, at).await
    }
}
