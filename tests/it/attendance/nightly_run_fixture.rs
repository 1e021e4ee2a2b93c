//! Helpers of the overnight tests: days with punches, the dispatcher, the worker, and their results.

use attendance::{
    domain::day::Day,
    domain::settlement_page::{EmployeeDays, SettlementPage},
};
use directory::Person;
use fixtures::{queue_message, relay_stream};
use jiff::Timestamp;
use kernel::{Actor, Minutes, Origin, PunchId, RequestId};
use policy::{
    Portion,
    attendance::{DayLeave, DayOutcome, Punch, PunchKind, PunchSource},
};
use serde_json::{Value, json};
use testkit::origin;

use super::fixture::{AttendanceFixture, date, uuid};

pub(crate) const NONE: Vec<String> = Vec::new();

/// Punch at an instant.
pub(crate) fn punch(person: &Person, kind: PunchKind, at: &str) -> Punch {
    let at: Timestamp = at.parse().unwrap();
    let (local, offset) = Punch::local_time_and_offset(at, &person.time_zone);
    let number = u128::from(at.as_second().unsigned_abs()) << 4 | kind as u128;
    Punch {
        id: PunchId::new(uuid(number)),
        kind,
        kind_inferred: false,
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

/// Leave on a day.
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

/// Days of a person, both ends included.
pub(crate) fn days(person: &Person, from: &str, to: &str) -> EmployeeDays {
    EmployeeDays { employee_id: person.id, from: date(from), to: date(to) }
}

impl AttendanceFixture {
    /// Adds check-ins and check-outs in turn to a day.
    pub(super) async fn check_in_and_out(&self, person: &Person, day: &str, instants: &[&str]) {
        let kinds = [PunchKind::CheckIn, PunchKind::CheckOut].into_iter().cycle();
        let more = instants.iter().zip(kinds).map(|(at, kind)| punch(person, kind, at));
        let stored = self.find_day(person, day).await;
        let stored = stored.unwrap_or_else(|| Day::new(person.id, date(day), testkit::test_start()));
        let punches = stored.punches.iter().cloned().chain(more).collect();
        self.store_day(&stored.with_punches(punches, testkit::test_start())).await;
    }

    /// Stores leave on a day.
    pub(super) async fn add_leave(&self, person: &Person, day: &str, leave: DayLeave) {
        let stored = self.find_day(person, day).await;
        let stored = stored.unwrap_or_else(|| Day::new(person.id, date(day), testkit::test_start()));
        self.store_day(&Day { leaves: vec![leave], ..stored }).await;
    }

    /// Runs the dispatcher with this input.
    pub(super) async fn dispatch(&self, input: Value) -> kernel::Result<Value> {
        let job = ::attendance::job::dispatch::build(&self.world.shell).unwrap();
        let at = self.world.now();
        let request_id = RequestId::sanitised("req_night");
        job(Origin { at, actor: Actor::System("attendance-job-dispatch".to_owned()), request_id, ..origin() }, input)
            .await
    }

    /// Takes the messages from the settle queue.
    pub(super) fn take_queued(&self) -> Vec<Value> {
        let settle = self.world.cloud.take_queued().into_iter().filter(|queued| queued.queue == "settle");
        settle.map(|queued| queued.body).collect()
    }

    /// The worker processes one message; returns the ids of failed messages.
    pub(super) async fn settle(&self, message: &Value) -> Vec<String> {
        let worker = ::attendance::job::settle::build(&self.world.shell).unwrap();
        worker(vec![queue_message(message)]).await
    }

    /// The worker processes all queued messages without failures.
    pub(super) async fn settle_all(&self) {
        for message in self.take_queued() {
            assert_eq!(self.settle(&message).await, NONE, "{message}");
        }
    }

    /// Settles these days at a cutoff, including unsettled ones.
    pub(super) async fn settle_days(&self, days: Vec<EmployeeDays>, at: &str) {
        let work = SettlementPage { only_settled: false, at: Some(at.parse().unwrap()), ..self.rederive_page(days) };
        assert_eq!(self.settle(&serde_json::to_value(work).unwrap()).await, NONE);
    }

    /// Message for days whose inputs changed.
    pub(super) fn rederive_page(&self, days: Vec<EmployeeDays>) -> SettlementPage {
        SettlementPage::rederive(RequestId::sanitised("req_again"), days)
    }

    /// Moves the clock, runs the dispatcher, and settles all queued pages.
    pub(super) async fn run_overnight(&self, at: &str) -> Value {
        self.set_time(at);
        let summary = self.dispatch(json!({})).await.unwrap();
        self.settle_all().await;
        summary
    }

    pub(super) async fn outcome(&self, person: &Person, day: &str) -> Option<DayOutcome> {
        self.find_day(person, day).await.and_then(|day| day.outcome)
    }

    /// Type and entity of all events so far, repetitions included.
    pub(super) async fn published(&self) -> Vec<(String, String)> {
        let entries = relay_stream(&self.world, "ATTENDANCE_TABLE").await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        entries.iter().map(|entry| (text(&entry["DetailType"]), text(&entry["Detail"]["entity_id"]))).collect()
    }
}
