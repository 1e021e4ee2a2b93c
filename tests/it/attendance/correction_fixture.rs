//! What the tests of corrections have in common: days with punches, requests, decisions.

use ::attendance::domain::day::Day;
use directory::Person;
use kernel::{Actor, PunchId};
use policy::attendance::{Punch, PunchKind, PunchSource};
use serde_json::{Value, json};
use testkit::Answer;

use super::fixture::{Plant, date, instant, uuid};

/// The path of corrections.
pub(crate) const CORRECTIONS: &str = "/api/v1/attendance-corrections";

/// The id of a punch of the tests' own.
pub(crate) fn punch_id(number: u128) -> PunchId {
    PunchId::new(uuid(0x7000 + number))
}

/// A live punch with this number.
pub(crate) fn punch(number: u128, kind: PunchKind, at: &str, by: &Person) -> Punch {
    let (local, offset) = Punch::local_time_and_offset(instant(at), &by.time_zone);
    Punch {
        id: punch_id(number),
        kind,
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

impl Plant {
    /// A day of somebody with these punches, numbered from 1.
    pub(super) async fn punched(&self, person: &Person, on: &str, punches: &[(PunchKind, &str)]) {
        let made = (1..).zip(punches).map(|(number, (kind, at))| punch(number, *kind, at, person));
        let day = self.day(person, on).await;
        let day = day.unwrap_or_else(|| Day::new(person.id, date(on), self.world.now()));
        self.store_day(&day.with_punches(made.collect(), self.world.now())).await;
    }

    /// The 7th of June, a Friday: the employee came at 9 and forgot to check out.
    pub(super) async fn forgotten(&self) {
        let punches = [(PunchKind::CheckIn, "2024-06-07T07:00:00Z")];
        self.punched(&self.employee().clone(), "2024-06-07", &punches).await;
    }

    /// Asks for a correction as somebody.
    pub(super) async fn wants(&self, by: &Person, body: Value) -> Answer {
        let app = app!(self.world, ATTENDANCE_CORRECTIONS_CREATE);
        self.world.post(&app, CORRECTIONS, body).signed_in_as(by).await
    }

    /// The employee asks to have gone at half past five on that day; answers the correction.
    pub(super) async fn asked(&self) -> Value {
        let answer = self.wants(self.employee(), gone("2024-06-07T15:30:00Z")).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body
    }

    /// Approves a correction as somebody.
    pub(super) async fn approves(&self, by: &Person, correction: &Value) -> Answer {
        let app = app!(self.world, ATTENDANCE_CORRECTIONS_APPROVE);
        self.world.put(&app, path(correction, "/approve"), json!({"comments": "I was there"})).signed_in_as(by).await
    }

    /// Rejects a correction as somebody.
    pub(super) async fn rejects(&self, by: &Person, correction: &Value) -> Answer {
        let app = app!(self.world, ATTENDANCE_CORRECTIONS_REJECT);
        self.world.put(&app, path(correction, "/reject"), json!({"reason": "You left at noon"})).signed_in_as(by).await
    }

    /// Reads a correction as somebody.
    pub(super) async fn reads(&self, by: &Person, correction: &Value) -> Answer {
        let app = app!(self.world, ATTENDANCE_CORRECTIONS_GET);
        self.world.get(&app, path(correction, "")).signed_in_as(by).await
    }
}

/// A correction of the 7th: a check-out that is missing.
pub(crate) fn gone(at: &str) -> Value {
    json!({"date": "2024-06-07", "reason": " The terminal was dead ", "add": [{"kind": "check_out", "at": at, "location": "Office"}]})
}

/// The path of a correction, or of something about it.
pub(crate) fn path(correction: &Value, about: &str) -> String {
    format!("{CORRECTIONS}/{}{about}", correction["id"].as_str().unwrap())
}
