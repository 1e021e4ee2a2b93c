//! Helpers of the correction tests: days with punches, requests and decisions.

use ::attendance::domain::day::Day;
use directory::Person;
use kernel::{Actor, PunchId};
use policy::attendance::{Punch, PunchKind, PunchSource};
use serde_json::{Value, json};
use testkit::TestResponse;

use super::fixture::{AttendanceFixture, date, instant, uuid};

pub(crate) const CORRECTIONS: &str = "/api/v1/attendance-corrections";

/// Id of a test punch.
pub(crate) fn punch_id(number: u128) -> PunchId {
    PunchId::new(uuid(0x7000 + number))
}

/// Live punch with this number.
pub(crate) fn punch(number: u128, kind: PunchKind, at: &str, by: &Person) -> Punch {
    let (local, offset) = Punch::local_time_and_offset(instant(at), &by.time_zone);
    Punch {
        id: punch_id(number),
        kind,
        kind_inferred: false,
        at: instant(at),
        zone: by.time_zone.clone(),
        local,
        offset,
        location: Some("Office".to_owned()),
        device: Some("Mobile".to_owned()),
        position: None,
        source: PunchSource::Live,
        captured_at: None,
        received_at: instant(at),
        by: Actor::Person(by.id),
        reason: None,
        flags: Vec::new(),
        late_minutes: None,
        voided_by: None,
        correction_id: None,
    }
}

impl AttendanceFixture {
    /// Stores a day with these punches, numbered from 1.
    pub(super) async fn store_punches(&self, person: &Person, on: &str, punches: &[(PunchKind, &str)]) {
        let made = (1..).zip(punches).map(|(number, (kind, at))| punch(number, *kind, at, person));
        let day = self.find_day(person, on).await;
        let day = day.unwrap_or_else(|| Day::new(person.id, date(on), self.world.now()));
        self.store_day(&day.with_punches(made.collect(), self.world.now())).await;
    }

    /// On Friday, 7 June, the employee checks in at 9 and forgets to check out.
    pub(super) async fn forget_check_out(&self) {
        let punches = [(PunchKind::CheckIn, "2024-06-07T07:00:00Z")];
        self.store_punches(&self.employee().clone(), "2024-06-07", &punches).await;
    }

    /// Requests a correction.
    pub(super) async fn request_correction(&self, by: &Person, body: Value) -> TestResponse {
        let app = app!(self.world, ATTENDANCE_CORRECTIONS_CREATE);
        self.world.post(&app, CORRECTIONS, body).signed_in_as(by).await
    }

    /// The employee requests a check-out at half past five of that day; returns the correction.
    pub(super) async fn requested_correction(&self) -> Value {
        let answer = self.request_correction(self.employee(), missing_check_out("2024-06-07T15:30:00Z")).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body
    }

    pub(super) async fn approve(&self, by: &Person, correction: &Value) -> TestResponse {
        let app = app!(self.world, ATTENDANCE_CORRECTIONS_APPROVE);
        self.world.put(&app, path(correction, "/approve"), json!({"comments": "I was there"})).signed_in_as(by).await
    }

    pub(super) async fn reject(&self, by: &Person, correction: &Value) -> TestResponse {
        let app = app!(self.world, ATTENDANCE_CORRECTIONS_REJECT);
        self.world.put(&app, path(correction, "/reject"), json!({"reason": "You left at noon"})).signed_in_as(by).await
    }

    pub(super) async fn read_correction(&self, by: &Person, correction: &Value) -> TestResponse {
        let app = app!(self.world, ATTENDANCE_CORRECTIONS_GET);
        self.world.get(&app, path(correction, "")).signed_in_as(by).await
    }
}

/// Correction of the 7th: a missing check-out.
pub(crate) fn missing_check_out(at: &str) -> Value {
    json!({"date": "2024-06-07", "reason": " The terminal was dead ", "add": [{"kind": "check_out", "at": at, "location": "Office"}]})
}

/// Path of a correction, with a suffix.
pub(crate) fn path(correction: &Value, about: &str) -> String {
    format!("{CORRECTIONS}/{}{about}", correction["id"].as_str().unwrap())
}
