//! Punches: a live punch is one conditional write on its day, which returns the stored day even if it fails. Other
//! punches are written with the days that they change.

use events::{EventType, Fact};
use jiff::{Timestamp, civil::Date};
use kernel::{EmployeeId, Minutes, Origin, Result};
use policy::attendance::{Exception, Punch};
use serde::Serialize;
use store::{CommitError, CommitOutcome, IdempotencyKey, Write};

use super::{
    AttendanceStore, Race, Stored, as_race,
    days::{day_key, with_indexes},
    put_if_unchanged, read_stored,
};
use crate::domain::{
    day::{ClockState, Day, ENTITY, PunchReceipt, day_id},
    punch_rules::{PUNCHES_MAX, allowed_states, state_after},
};

/// Condition on the stored day under which a live punch is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precondition {
    /// The day has no record, or its state allows the punch.
    AllowedState,
    /// The day has no record.
    NoDay,
    /// The day has this version.
    DayVersion(u64),
}

/// Live punch to be written on its day.
#[derive(Debug)]
pub struct PunchWrite<'a> {
    pub employee: EmployeeId,
    pub date: Date,
    pub punch: &'a Punch,
    /// Receipt by which a repeated request is recognized.
    pub receipt: Option<&'a PunchReceipt>,
    /// The open check-in of the day must be after this instant; `None` if any will do.
    pub open_after: Option<Timestamp>,
    /// New late minutes of the whole day, more than 0; `None` if they do not change.
    pub late_minutes: Option<Minutes>,
    /// Exceptions not announced before.
    pub new_exceptions: &'a [Exception],
    pub event: EventType,
}

/// Result of writing a live punch.
#[derive(Debug)]
pub enum PunchWriteResult {
    /// The punch was written; this is the day with it.
    Recorded(Stored<Day>),
    /// The condition failed on this stored day; `None` if the day has no record.
    Blocked(Option<Stored<Day>>),
}

impl PunchWrite<'_> {
    /// Events of the write: the punch and its new exceptions.
    fn fact(&self) -> Fact {
        let fact = Fact::new(self.event, ENTITY, day_id(self.employee, self.date));
        let fact = fact.with_data(serde_json::json!({ "punch_id": self.punch.id }));
        self.new_exceptions.iter().fold(fact, |fact, exception| fact.with_further_event(event_of_exception(*exception)))
    }

    /// Conditional update of the day with the punch and its consequences.
    fn to_write(&self, precondition: Precondition) -> Write {
        let at = self.punch.at;
        let write = Write::update(day_key(self.employee, self.date))
            .value(":nothing", &Vec::<Punch>::new())
            .value(":now", &self.punch.received_at)
            .value(":punch", &[self.punch])
            .set("id", &day_id(self.employee, self.date))
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
        self.with_conditions(self.with_event_and_receipt(write), precondition)
    }

    /// Adds the event, the lateness, the newly announced exceptions and the receipt.
    fn with_event_and_receipt(&self, write: Write) -> Write {
        let mut write = write.publishes(self.fact());
        if let Some(late) = self.late_minutes {
            write = write.set("late_minutes", &late).index("by_late", format!("EMP#{}", self.employee), self.date);
        }
        if !self.new_exceptions.is_empty() {
            write = write
                .assign("#announced = list_append(if_not_exists(#announced, :nothing), :told)")
                .value(":told", &self.new_exceptions);
        }
        match self.receipt {
            None => write,
            Some(receipt) => write
                .assign("#_once = list_append(if_not_exists(#_once, :nothing), :mark)")
                .assign("#_once_keys = list_append(if_not_exists(#_once_keys, :nothing), :keys)")
                .value(":mark", &[receipt])
                .value(":keys", &[&receipt.key]),
        }
    }

    /// Adds the condition on the state, the version or the absence of the day.
    fn with_conditions(&self, write: Write, precondition: Precondition) -> Write {
        let write = match precondition {
            Precondition::NoDay => return write.condition("attribute_not_exists(pk)"),
            Precondition::DayVersion(version) => return write.if_version(version),
            Precondition::AllowedState => write,
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
        match self.receipt {
            Some(receipt) => write
                .condition("attribute_not_exists(#_once_keys) OR NOT contains(#_once_keys, :key)")
                .value(":key", &receipt.key),
            None => write,
        }
    }
}

/// Event that announces an exception.
pub const fn event_of_exception(exception: Exception) -> EventType {
    match exception {
        Exception::Late => EventType::AttendanceLate,
        Exception::Absent => EventType::AttendanceAbsent,
        Exception::Incomplete => EventType::AttendanceIncomplete,
        Exception::OutsideWindow => EventType::AttendanceOutsideWindow,
    }
}

impl AttendanceStore {
    /// Writes a live punch, or returns the day on which the condition failed, in one round trip. Beside `precondition`, a day
    /// with [`PUNCHES_MAX`] punches blocks it.
    pub async fn record_punch(
        &self,
        origin: &Origin,
        punch: &PunchWrite<'_>,
        precondition: Precondition,
    ) -> Result<PunchWriteResult> {
        match self.table.commit(origin, punch.to_write(precondition)).await {
            Ok(committed) => read_stored(committed.item).map(PunchWriteResult::Recorded),
            Err(CommitError::ConditionFailed { existing: standing, .. }) => {
                standing.map(read_stored).transpose().map(PunchWriteResult::Blocked)
            }
            Err(CommitError::Other(error)) => Err(error),
        }
    }

    /// Writes days in place of the versions that were read, all or none, once per idempotency key. Without days, only
    /// the answer is stored under the key; without days and key, nothing is, and the outcome is `None`.
    pub async fn write_days(
        &self,
        origin: &Origin,
        days: &[(Stored<Day>, Fact)],
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<Race<Option<CommitOutcome>>> {
        let write = |(day, fact): &(Stored<Day>, Fact)| {
            let Stored { value, version } = day;
            with_indexes(put_if_unchanged(day_key(value.employee_id, value.date), value, *version), value)
                .publishes(fact.clone())
        };
        if days.is_empty() && idempotency_key.is_none() {
            return Ok(Race::Won(None));
        }
        let written =
            self.table.commit_idempotent(origin, days.iter().map(write).collect(), idempotency_key, answer).await;
        as_race(written.map(Some))
    }

    /// Answer that is stored under this idempotency key; `None` without a key or an answer.
    ///
    /// # Errors
    /// 422 `idempotency_key_reused` if the key belongs to a different request.
    pub async fn stored_answer(
        &self,
        idempotency_key: Option<&IdempotencyKey>,
        at: Timestamp,
    ) -> Result<Option<serde_json::Value>> {
        self.table.stored_answer(idempotency_key, at).await
    }
}
