//! Punches: a live one is one conditional write on its day's item, which answers whatever came of it; others are written with the
//! days that they change.

use events::{EventType, Fact};
use jiff::{Timestamp, civil::Date};
use kernel::{EmployeeId, Minutes, Origin, Result};
use policy::attendance::{Exception, Punch};
use serde::Serialize;
use store::{Once, Outcome, Refusal, Write};

use super::{
    Attempt, Records, Stored, attempted,
    days::{day_key, placed},
    keep, stored,
};
use crate::domain::{
    day::{ClockState, Day, ENTITY, OnceMark, id_of},
    punch_rules::{PUNCHES_MAX, follows, leads_to},
};

/// What is assumed of a day that a live punch is written on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Under {
    /// That the person stands where the punch follows.
    Whatever,
    /// That nothing is known of it.
    Nothing,
    /// That it is as it was at this version.
    Version(u64),
}

/// A live punch on its way into its day.
#[derive(Debug)]
pub struct Live<'a> {
    pub employee: EmployeeId,
    pub date: Date,
    pub punch: &'a Punch,
    /// What it is recognised by when it comes again.
    pub mark: Option<&'a OnceMark>,
    /// The day must be open since after this.
    pub open_after: Option<Timestamp>,
    /// How late the day is, where it is.
    pub late_minutes: Option<Minutes>,
    /// What is told with it for the first time.
    pub told: &'a [Exception],
    pub event: EventType,
}

/// What came of a live punch.
#[derive(Debug)]
pub enum Clocked {
    /// The day with it.
    Done(Stored<Day>),
    /// The day as it stands, without it.
    Stands(Option<Stored<Day>>),
}

impl Live<'_> {
    /// What the write says: the punch, and what is told for the first time.
    fn fact(&self) -> Fact {
        let fact = Fact::new(self.event, ENTITY, id_of(self.employee, self.date));
        let fact = fact.with(serde_json::json!({ "punch_id": self.punch.id }));
        self.told.iter().fold(fact, |fact, exception| fact.also(event_of(*exception)))
    }

    fn write(&self, under: Under) -> Write {
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
            .set("state", &leads_to(self.punch.kind))
            .when("attribute_not_exists(#punches) OR size(#punches) < :punches_max")
            .value(":punches_max", &PUNCHES_MAX);
        let write = match leads_to(self.punch.kind) {
            ClockState::Out => write.unset("open_since").set("check_out_time", &at),
            ClockState::In if follows(self.punch.kind) == [ClockState::Out] => write
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
        let mut write = write.says(self.fact());
        if let Some(late) = self.late_minutes {
            write = write.set("late_minutes", &late).index("by_late", format!("EMP#{}", self.employee), self.date);
        }
        if !self.told.is_empty() {
            write = write
                .assign("#announced = list_append(if_not_exists(#announced, :nothing), :told)")
                .value(":told", &self.told);
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

    fn conditions(&self, write: Write, under: Under) -> Write {
        let write = match under {
            Under::Nothing => return write.when("attribute_not_exists(pk)"),
            Under::Version(version) => return write.if_version(version),
            Under::Whatever => write,
        };
        let states = follows(self.punch.kind);
        let write = if states == [ClockState::Out] {
            write.when("attribute_not_exists(#state) OR #state = :out").value(":out", &ClockState::Out)
        } else {
            let names: Vec<_> = (0..states.len()).map(|nth| format!("#state = :from_{nth}")).collect();
            let write = write.when(&names.join(" OR "));
            states.iter().zip(0..).fold(write, |write, (state, nth)| write.value(&format!(":from_{nth}"), state))
        };
        let write = match self.open_after {
            Some(after) => write.when("#open_since > :open_after").value(":open_after", &after),
            None => write,
        };
        match self.mark {
            Some(mark) => write
                .when("attribute_not_exists(#_once_keys) OR NOT contains(#_once_keys, :key)")
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

impl Records {
    /// Writes a live punch; where it cannot be, answers the day that stands in its way, in the same round trip.
    pub async fn clock(&self, origin: &Origin, live: &Live<'_>, under: Under) -> Result<Clocked> {
        match self.table.commit(origin, live.write(under)).await {
            Ok(committed) => stored(committed.item).map(Clocked::Done),
            Err(Refusal::Condition { standing, .. }) => standing.map(stored).transpose().map(Clocked::Stands),
            Err(Refusal::Failed(error)) => Err(error),
        }
    }

    /// Writes days in place of the versions that were read, all or none, and only once. Nothing to write is fine: then only the
    /// answer is kept.
    pub async fn keep_days(
        &self,
        origin: &Origin,
        days: &[(Stored<Day>, Fact)],
        once: Option<&Once>,
        answer: &impl Serialize,
    ) -> Result<Attempt<Option<Outcome>>> {
        let write = |(day, fact): &(Stored<Day>, Fact)| {
            let Stored { value, version } = day;
            placed(keep(day_key(value.employee_id, value.date), value, *version), value).says(fact.clone())
        };
        if days.is_empty() && once.is_none() {
            return Ok(Attempt::Done(None));
        }
        let written = self.table.commit_once(origin, days.iter().map(write).collect(), once, answer).await;
        attempted(written.map(Some))
    }

    /// The answer that was given under this idempotency key before, if one was.
    ///
    /// # Errors
    /// 422 for a key that was used for another request.
    pub async fn answered(&self, once: Option<&Once>, at: Timestamp) -> Result<Option<serde_json::Value>> {
        self.table.answered(once, at).await
    }
}
