//! What the tests of the overnight run have in common: days with punches, the dispatcher, the worker, and what came of them.

use attendance::{
    domain::day::Day,
    domain::settlement_work::{EmployeeDays, SettlementPage},
};
use directory::Person;
use jiff::Timestamp;
use kernel::{Actor, Minutes, Origin, PunchId, RequestId};
use policy::{
    Portion,
    attendance::{DayLeave, DayOutcome, Punch, PunchKind, PunchSource},
};
use serde_json::{Value, json};
use stage::{queue_message, relay_stream};
use testkit::origin;

use super::fixture::{Plant, date, uuid};

pub(crate) const NONE: Vec<String> = Vec::new();

/// A punch as it was made, at an instant.
pub(crate) fn punch(person: &Person, kind: PunchKind, at: &str) -> Punch {
    let at: Timestamp = at.parse().unwrap();
    let (local, offset) = Punch::local_time_and_offset(at, &person.time_zone);
    let number = u128::from(at.as_second().unsigned_abs()) << 4 | kind as u128;
    Punch {
        id: PunchId::new(uuid(number)),
        kind,
        at,
        zone: person.time_zone.clone(),
        local,
        offset,
        location: None,
        device: None,
        position: None,
        source: PunchSource::Live,
        captured_at: None,
        received_at: at,
        by: Actor::Person(person.id),
        reason: None,
        flags: Vec::new(),
        late_minutes: None,
        voided_by: None,
        correction_id: None,
    }
}

/// Leave of somebody on a day.
pub(crate) fn leave(portion: Portion, minutes: i64) -> DayLeave {
    DayLeave {
        leave_id: kernel::LeaveId::new(uuid(0x1ea)),
        leave_type: "annual".to_owned(),
        portion,
        minutes: Minutes(minutes),
        active: true,
        version: 2,
    }
}

/// Days of somebody, both ends included.
pub(crate) fn days(person: &Person, from: &str, to: &str) -> EmployeeDays {
    EmployeeDays { employee_id: person.id, from: date(from), to: date(to) }
}

impl Plant {
    /// Somebody comes and goes, again and again: instants in turn, on a day on which they may have come and gone before.
    pub(super) async fn clocks(&self, person: &Person, day: &str, instants: &[&str]) {
        let kinds = [PunchKind::CheckIn, PunchKind::CheckOut].into_iter().cycle();
        let more = instants.iter().zip(kinds).map(|(at, kind)| punch(person, kind, at));
        let stands = self.day(person, day).await;
        let stands = stands.unwrap_or_else(|| Day::new(person.id, date(day), testkit::start()));
        let punches = stands.punches.iter().cloned().chain(more).collect();
        self.store_day(&stands.with_punches(punches, testkit::start())).await;
    }

    /// Somebody has leave on a day.
    pub(super) async fn has_leave(&self, person: &Person, day: &str, leave: DayLeave) {
        let stands = self.day(person, day).await;
        let stands = stands.unwrap_or_else(|| Day::new(person.id, date(day), testkit::start()));
        self.store_day(&Day { leaves: vec![leave], ..stands }).await;
    }

    /// The dispatcher, as its schedule or an operator starts it.
    pub(super) async fn dispatches(&self, input: Value) -> kernel::Result<Value> {
        let job = ::attendance::job::dispatch::build(&self.world.shell).unwrap();
        let at = self.world.now();
        let request_id = RequestId::sanitised("req_night");
        job(Origin { at, actor: Actor::System("attendance-job-dispatch".to_owned()), request_id, ..origin() }, input)
            .await
    }

    /// What lies on the settle queue.
    pub(super) fn queued(&self) -> Vec<Value> {
        let settle = self.world.cloud.take_queued().into_iter().filter(|queued| queued.queue == "settle");
        settle.map(|queued| queued.body).collect()
    }

    /// The worker does one message; answers the messages that failed.
    pub(super) async fn settles(&self, message: &Value) -> Vec<String> {
        let worker = ::attendance::job::settle::build(&self.world.shell).unwrap();
        worker(vec![queue_message(message)]).await
    }

    /// The worker does whatever lies on the queue, and must not fail.
    pub(super) async fn settles_all(&self) {
        for message in self.queued() {
            assert_eq!(self.settles(&message).await, NONE, "{message}");
        }
    }

    /// Settles these days at a clock, whoever asked for them.
    pub(super) async fn settled(&self, days: Vec<EmployeeDays>, at: &str) {
        let work = SettlementPage { only_settled: false, at: Some(at.parse().unwrap()), ..self.again(days) };
        assert_eq!(self.settles(&serde_json::to_value(work).unwrap()).await, NONE);
    }

    /// Work for days that something has changed for.
    pub(super) fn again(&self, days: Vec<EmployeeDays>) -> SettlementPage {
        SettlementPage::rederive(RequestId::sanitised("req_again"), days)
    }

    /// A night: the clock moves there, the dispatcher runs, the worker does what it finds.
    pub(super) async fn night(&self, at: &str) -> Value {
        self.at(at);
        let summary = self.dispatches(json!({})).await.unwrap();
        self.settles_all().await;
        summary
    }

    /// What came of a day.
    pub(super) async fn outcome(&self, person: &Person, day: &str) -> Option<DayOutcome> {
        self.day(person, day).await.and_then(|day| day.outcome)
    }

    /// What the relay publishes of everything so far: the event's type and its entity. What was said twice is there twice.
    pub(super) async fn published(&self) -> Vec<(String, String)> {
        let entries = relay_stream(&self.world, "ATTENDANCE_TABLE").await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        entries.iter().map(|entry| (text(&entry["DetailType"]), text(&entry["Detail"]["entity_id"]))).collect()
    }
}
